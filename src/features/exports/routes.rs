//! HTTP: grant, input, one action, answer.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data, Json, Query};
use actix_web::{HttpResponse, get, post};
use futures_util::stream;

use super::actions::{self, Download};
use super::asker::Asker;
use super::model::{Export, ExportRow};
use super::parts;
use super::store::PartRow;
use super::wire::{ExportBody, ExportQuery, ExportView, FraudExportBody};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ExportCases, ExportFraud, TakeExports};
use crate::platform::blobs::BlobKey;
use crate::platform::web::{App, Body, Digested, Errors, IdempotencyKey, Mount, PathId};

/// Under which name the operations stand in the description.
const TAG: &str = "导出 Exports";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .under("/api/v1/exports", |mount| {
            mount
                .service(request_export)
                .service(list_exports)
                .service(get_export)
                .service(cancel_export)
                .service(get_export_file);
        })
        .service(request_fraud_export);
}

/// 申请导出案卷(须写明用途),由后台生成文件,24 小时内本人可下载。Asks for a file of cases; it is written in the background.
#[utoipa::path(
    operation_id = "request_export",
    tag = TAG,
    params(("Idempotency-Key" = String, Header, description = "一个新的随机值,重发时保持不变")),
    request_body = ExportBody,
    responses(
        (status = 202, description = "已受理;按 Location 查询进度", body = ExportView,
            headers(("Location" = String, description = "这次导出"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/exports")]
pub async fn request_export(
    by: Granted<ExportCases>,
    key: IdempotencyKey,
    body: Body<ExportBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let asked = body.0.parse(app.clock.now())?;
    accepted(&app, actions::request(&app, Asker::Cases(by), key, asked).await?)
}

/// 申请导出涉诈线索或劝阻台账(须说明用途),内容已脱敏;由后台生成文件,24 小时内本人可下载。
/// Asks for a file of one of the ledgers of fraud, masked; it is written in the background.
#[utoipa::path(
    operation_id = "request_fraud_export",
    tag = TAG,
    params(("Idempotency-Key" = String, Header, description = "一个新的随机值,重发时保持不变")),
    request_body = FraudExportBody,
    responses(
        (status = 202, description = "已受理;按 Location 查询进度", body = ExportView,
            headers(("Location" = String, description = "这次导出"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/fraud_exports")]
pub async fn request_fraud_export(
    by: Granted<ExportFraud>,
    key: IdempotencyKey,
    body: Body<FraudExportBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let asked = body.0.parse()?;
    accepted(&app, actions::request(&app, Asker::Fraud(by), key, asked).await?)
}

fn accepted(app: &App, row: ExportRow) -> Result<HttpResponse> {
    let location = format!("/api/v1/exports/{}", row.id);
    Ok(HttpResponse::Accepted().insert_header((LOCATION, location)).json(ExportView::of(row, &app.vault)?))
}

/// 我申请的导出,最新的在前。Lists the caller's own exports, newest first.
#[utoipa::path(
    operation_id = "list_exports",
    tag = TAG,
    params(ExportQuery),
    responses((status = 200, description = "一页导出", body = inline(Page<ExportView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/exports")]
pub async fn list_exports(
    by: Granted<TakeExports>,
    query: Query<ExportQuery>,
    app: Data<App>,
) -> Result<Json<Page<ExportView>>> {
    let page = query.into_inner().page().parse()?;
    let Page { items, next } = actions::list(&app, by, page).await?;
    let items = items.into_iter().map(|row| ExportView::of(row, &app.vault)).collect::<Result<_>>()?;
    Ok(Json(Page { items, next }))
}

/// 查看一次导出的状态和进度,仅本人。Reads one of the caller's own exports: how far it is.
#[utoipa::path(
    operation_id = "get_export",
    tag = TAG,
    params(("id" = Id<Export>, Path)),
    responses((status = 200, description = "导出", body = ExportView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/exports/{id}")]
pub async fn get_export(
    by: Granted<TakeExports>,
    id: PathId<Export>,
    app: Data<App>,
) -> Result<Digested<ExportView>> {
    let row = actions::read(&app, by, id.0).await?;
    Ok(Digested(ExportView::of(row, &app.vault)?))
}

/// 取消导出;已生成的文件随即作废。Cancels an export; a file that is ready is given up.
#[utoipa::path(
    operation_id = "cancel_export",
    tag = TAG,
    params(("id" = Id<Export>, Path)),
    responses((status = 200, description = "已取消", body = ExportView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/exports/{id}/cancellation")]
pub async fn cancel_export(
    by: Granted<TakeExports>,
    id: PathId<Export>,
    app: Data<App>,
) -> Result<Json<ExportView>> {
    let row = actions::cancel(&app, by, id.0).await?;
    Ok(Json(ExportView::of(row, &app.vault)?))
}

/// 下载导出文件,仅本人,每次下载均有审计。The file, for whoever asked for it; each download is audited.
#[utoipa::path(
    operation_id = "get_export_file",
    tag = TAG,
    params(("id" = Id<Export>, Path)),
    responses(
        (status = 200, description = "CSV 或 XLSX 文件", content(
            (Vec<u8> = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        )),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/exports/{id}/file")]
pub async fn get_export_file(
    by: Granted<TakeExports>,
    id: PathId<Export>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let Download { row, parts } = actions::download(&app, by, id.0).await?;
    let name = format!("{}-{}.{}", row.subject, row.created_at.local().format("%Y%m%d-%H%M"), row.format);
    let length = u64::try_from(row.bytes).map_err(Problem::internal)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, row.format.media()));
    answer.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    // For its reader alone, and as it is: an encoder would not know its length.
    answer.insert_header((CACHE_CONTROL, "no-store")).insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer.insert_header((CONTENT_ENCODING, "identity"));
    let app = app.get_ref().clone();
    let pieces = stream::try_unfold((app, parts.into_iter()), |(app, mut parts)| async move {
        let Some(part) = parts.next() else { return Ok(None) };
        let piece = piece(&app, part).await?;
        Ok::<_, Problem>(Some((piece, (app, parts))))
    });
    Ok(answer.body(SizedStream::new(length, Box::pin(pieces))))
}

/// One part of a file, opened.
async fn piece(app: &App, part: PartRow) -> Result<Bytes> {
    let key = BlobKey::parse(&part.sha256).ok_or_else(|| Problem::internal("a part without a digest"))?;
    let missing = || Problem::internal(format!("a part of {} is missing", part.export_id));
    let sealed = app.blobs.get(&key).await?.ok_or_else(missing)?;
    let vault = app.vault.clone();
    let opened = tokio::task::spawn_blocking(move || parts::open(&vault, &part, &sealed));
    Ok(opened.await.map_err(|_| Problem::internal("opening a part panicked"))??.into())
}
