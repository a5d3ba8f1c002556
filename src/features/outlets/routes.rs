//! HTTP: grant, input, one action, answer.

use std::sync::Arc;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, patch, post};

use super::actions;
use super::model::{Exposure, Outlet};
use super::wire::{
    BroadcastBody, BroadcastView, ChangeOutlet, CreateOutlet, ExposureBody, ExposureSummary, ExposureView,
    OutletQuery, OutletView, PhotoQuery,
};
use crate::base::id::Id;
use crate::base::page::{Page, PageQuery};
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::notices::Notice;
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepOutlets, RecordExposure, SeeNotices, SeeOutlets, SendExposures};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "宣传阵地 Outlets";
/// What was recorded by hand never changes.
const VERSION: i32 = 1;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(list_outlets)
        .service(get_outlet)
        .service(create_outlet)
        .service(change_outlet)
        .service(list_exposures)
        .service(record_exposure)
        .service(broadcast_notice)
        .service(get_exposure_summary)
        .service(get_exposure_photo);
}

/// 宣传阵地,最新的在前。Lists outlets, newest first.
#[utoipa::path(
    operation_id = "list_outlets",
    tag = TAG,
    params(OutletQuery),
    responses((status = 200, description = "一页宣传阵地", body = inline(Page<OutletView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/outlets")]
pub async fn list_outlets(
    by: Granted<SeeOutlets>,
    query: Query<OutletQuery>,
    app: Data<App>,
) -> Result<Json<Page<OutletView>>> {
    let (area, filter, page) = query.into_inner().parse()?;
    let page = actions::list(&app.db, by, area, filter, page).await?;
    Ok(Json(page.map(OutletView::from)))
}

/// 查看一处宣传阵地;设备地址和密钥不再显示。Reads one outlet.
#[utoipa::path(
    operation_id = "get_outlet",
    tag = TAG,
    params(("id" = Id<Outlet>, Path)),
    responses((status = 200, description = "宣传阵地", body = OutletView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/outlets/{id}")]
pub async fn get_outlet(
    by: Granted<SeeOutlets>,
    id: PathId<Outlet>,
    app: Data<App>,
) -> Result<Versioned<OutletView>> {
    let row = actions::get(&app.db, by, id.0).await?;
    Ok(Versioned::new(row.version, row.into()))
}

/// 登记宣传阵地;重发同一编号返回同一记录。Writes an outlet down; a resend answers the same record.
#[utoipa::path(
    operation_id = "create_outlet",
    tag = TAG,
    request_body = CreateOutlet,
    responses(
        (status = 201, description = "已登记", body = OutletView),
        (status = 200, description = "此前已登记,返回同一记录", body = OutletView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/outlets")]
pub async fn create_outlet(
    by: Granted<KeepOutlets>,
    body: Body<CreateOutlet>,
    app: Data<App>,
) -> Result<Created<OutletView>> {
    let new = body.0.parse(&app.vault)?;
    let (new, row) = actions::create(&app.db, Arc::clone(&app.vault), by, new).await?;
    let (version, location) = (row.version, format!("/api/v1/outlets/{}", row.id));
    Ok(Created::made(new, location, version, row.into()))
}

/// 修改宣传阵地:名称、位置、覆盖人数、停用、设备地址等。Changes an outlet; what is absent stays.
#[utoipa::path(
    operation_id = "change_outlet",
    tag = TAG,
    params(("id" = Id<Outlet>, Path), IfMatch),
    request_body = ChangeOutlet,
    responses((status = 200, description = "已修改", body = OutletView), Errors),
    security(("bearer" = []))
)]
#[patch("/api/v1/outlets/{id}")]
pub async fn change_outlet(
    step: Step<KeepOutlets, SeeOutlets, Outlet>,
    body: Body<ChangeOutlet>,
    app: Data<App>,
) -> Result<Versioned<OutletView>> {
    // What a target looks like depends on what the outlet is, which never changes.
    let known = actions::get(&app.db, step.see, step.at.id).await?;
    let change = body.0.parse(known.kind)?;
    let row = actions::change(&app.db, Arc::clone(&app.vault), step.by, step.at, change).await?;
    Ok(Versioned::new(row.version, row.into()))
}

/// 通知在宣传阵地的展示记录,最新的在前;与触达分开统计。Lists where a notice was shown, newest first.
#[utoipa::path(
    operation_id = "list_exposures",
    tag = TAG,
    params(("id" = Id<Notice>, Path), PageQuery),
    responses((status = 200, description = "一页展示记录", body = inline(Page<ExposureView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/exposures")]
pub async fn list_exposures(
    by: Granted<SeeOutlets>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    query: Query<PageQuery>,
    app: Data<App>,
) -> Result<Json<Page<ExposureView>>> {
    let page = actions::exposures(&app.db, (by, sees), id.0, query.parse()?).await?;
    let items = page.items.into_iter().map(ExposureView::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next: page.next }))
}

/// 登记人工展示(张贴、发群、播放等);重发同一编号返回同一记录。Writes down what was shown by hand.
#[utoipa::path(
    operation_id = "record_exposure",
    tag = TAG,
    params(("id" = Id<Notice>, Path)),
    request_body = ExposureBody,
    responses(
        (status = 201, description = "已登记", body = ExposureView),
        (status = 200, description = "此前已登记,返回同一记录", body = ExposureView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/notices/{id}/exposures")]
pub async fn record_exposure(
    by: Granted<RecordExposure>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    body: Body<ExposureBody>,
    app: Data<App>,
) -> Result<Created<ExposureView>> {
    let new = body.0.parse(app.clock.now(), &app.vault)?;
    let (new, row) = actions::record(&app.db, (by, sees), id.0, new).await?;
    let location = format!("/api/v1/notices/{}/exposures", id.0);
    Ok(Created::made(new, location, VERSION, ExposureView::of(row)?))
}

/// 向设备(村村响、LED屏、企业微信群机器人)下发通知;同一通知每台设备只发一次,失败的可再次下发。
/// Has machines show a notice, each once.
#[utoipa::path(
    operation_id = "broadcast_notice",
    tag = TAG,
    params(("id" = Id<Notice>, Path)),
    request_body = BroadcastBody,
    responses((status = 202, description = "已受理,由后台下发", body = BroadcastView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/notices/{id}/broadcast")]
pub async fn broadcast_notice(
    by: Granted<SendExposures>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    body: Body<BroadcastBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let asked = body.0.parse()?;
    let shown = actions::broadcast(&app.db, (by, sees), id.0, asked).await?;
    let exposures = shown.into_iter().map(ExposureView::of).collect::<Result<_>>()?;
    Ok(HttpResponse::Accepted().json(BroadcastView { exposures }))
}

/// 通知的展示汇总:按阵地类别统计处数、次数、预计覆盖人数;不计入触达率。Sums up where a notice was shown.
#[utoipa::path(
    operation_id = "get_exposure_summary",
    tag = TAG,
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "展示汇总", body = ExposureSummary), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/exposure_summary")]
pub async fn get_exposure_summary(
    by: Granted<SeeOutlets>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Json<ExposureSummary>> {
    let kinds = actions::summary(&app.db, (by, sees), id.0).await?;
    Ok(Json(ExposureSummary::of(id.0, kinds)))
}

/// 展示记录的照片(如LED屏、张贴现场)。A photo that proves a showing.
#[utoipa::path(
    operation_id = "get_exposure_photo",
    tag = TAG,
    params(
        ("id" = Id<Exposure>, Path),
        ("photo" = Id<Photo>, Path, description = "照片编号,见展示记录的 photos"),
        PhotoQuery
    ),
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/exposures/{id}/photos/{photo}")]
pub async fn get_exposure_photo(
    by: Granted<SeeOutlets>,
    path: Path<(Id<Exposure>, Id<Photo>)>,
    query: Query<PhotoQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let photo = actions::photo(&app.db, by, path.into_inner()).await?;
    photo.answer(&app.blobs, query.thumbnail.unwrap_or(false)).await
}
