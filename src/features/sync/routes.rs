//! HTTP: grant, input, one action, answer.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, ETAG};
use actix_web::web::{Data, Json, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};

use super::model::{Conflict, account};
use super::pack::{self, PackDocument};
use super::store::devices;
use super::wire::{
    ConflictQuery, ConflictRevealBody, ConflictView, DeviceView, PackKeys, PullQuery, PullView, PushAnswer,
    PushBody, ResultView, RevealedConflict, SettlementBody,
};
use super::{conflicts, pull, push, settlement};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::cases::Intake;
use crate::platform::access::Granted;
use crate::platform::access::policy::{LeadSync, RevealPersonal, SeeCases, UseSync};
use crate::platform::privacy::Signer;
use crate::platform::web::{App, Body, Bulk, Errors, IfMatch, Mount, PathId, Versioned, is_held};

/// Under which name the operations stand in the description.
const TAG: &str = "离线同步 Sync";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(push_operations)
        .service(pull_changes)
        .service(get_pack)
        .service(list_pack_keys)
        .service(list_conflicts)
        .service(get_conflict)
        .service(reveal_conflict)
        .service(settle_conflict)
        .service(list_devices);
}

/// 推送离线办理的操作,每次最多 200 项;逐项办理、逐项答复,重发同一批结果不变。
/// Does what was done offline, one by one; a resend comes to the same.
#[utoipa::path(
    operation_id = "push_operations",
    tag = TAG,
    request_body = PushBody,
    responses((status = 200, description = "逐项的结果,次序与请求相同", body = PushAnswer), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/sync/push")]
pub async fn push_operations(
    by: Granted<UseSync>,
    body: Body<PushBody, Bulk>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Json<PushAnswer>> {
    let server_at = app.clock.now();
    let batch = body.0.parse(server_at)?;
    let clock_skew_ms = batch.clock_skew_ms;
    let answers = push::push(&app, &intake, &by, batch).await?;
    let results = answers.into_iter().map(ResultView::from).collect();
    Ok(Json(PushAnswer { server_at, clock_skew_ms, results }))
}

/// 拉取辖区内的未结案卷和此后的变化,按提交的先后;岗位变动后从头开始。
/// What has changed in the worker's areas, in the order of commits.
#[utoipa::path(
    operation_id = "pull_changes",
    tag = TAG,
    params(PullQuery),
    responses((status = 200, description = "变化,以及下次的位置", body = PullView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/sync/pull")]
pub async fn pull_changes(
    _by: Granted<UseSync>,
    see: Granted<SeeCases>,
    query: Query<PullQuery>,
    app: Data<App>,
) -> Result<Json<PullView>> {
    let (cursor, limit) = query.into_inner().parse()?;
    let pulled = pull::pull(&app.db, see.clone(), cursor, limit).await?;
    Ok(Json(PullView::of(pulled, &see, &app)?))
}

/// 离线包:辖区、住户(脱敏)、未结案卷和近 30 天结案的,gzip 压缩的 JSON,小于 5 MB;签名在 Pack-Signature 中。
/// What a worker needs for a day without a signal, in one signed file.
#[utoipa::path(
    operation_id = "get_pack",
    tag = TAG,
    responses(
        (status = 200, description = "离线包", content((PackDocument = "application/gzip")), headers(
            ("ETag" = String), ("Pack-Signature" = String, description = "对文件字节的 Ed25519 签名,base64"),
            ("Pack-Key-Id" = String, description = "公钥编号,见 /.well-known/wangge-pack-keys.json"))),
        (status = 304, description = "内容未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/sync/pack")]
pub async fn get_pack(
    by: Granted<UseSync>,
    _see: Granted<SeeCases>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let pack = pack::build(&app, &by, pack::LARGEST).await?;
    // Weak: two packs of the same content differ in the moment in which they were read.
    let tag = format!("W/\"{}\"", pack.tag);
    let held = is_held(&request, &tag);
    let mut answer = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
    if held {
        return Ok(answer.finish());
    }
    answer.insert_header(("Pack-Signature", pack.signature)).insert_header(("Pack-Key-Id", pack.key_id));
    answer.insert_header((CONTENT_DISPOSITION, "attachment; filename=\"pack.json.gz\""));
    // It is compressed; what was signed are these bytes.
    answer.insert_header((CONTENT_ENCODING, "identity")).content_type("application/gzip");
    Ok(answer.body(pack.bytes))
}

/// 离线包签名的公钥(JWK,Ed25519)。The public keys of pack signatures.
#[utoipa::path(
    operation_id = "list_pack_keys",
    tag = TAG,
    responses((status = 200, description = "公钥", body = PackKeys), Errors),
    security(())
)]
#[get("/.well-known/wangge-pack-keys.json")]
pub async fn list_pack_keys(app: Data<App>) -> Result<HttpResponse> {
    let keys = PackKeys::of(&Signer::of(&app.vault));
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=3600")).json(keys))
}

/// 离线冲突:自己的,以及所带网格的;两份内容都留着,等人决定。Lists conflicts, newest first.
#[utoipa::path(
    operation_id = "list_conflicts",
    tag = TAG,
    params(ConflictQuery),
    responses((status = 200, description = "一页冲突,最新的在前", body = inline(Page<ConflictView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/sync/conflicts")]
pub async fn list_conflicts(
    by: Granted<UseSync>,
    query: Query<ConflictQuery>,
    app: Data<App>,
) -> Result<Json<Page<ConflictView>>> {
    let page = conflicts::list(&app, &by, query.state, query.page().parse()?).await?;
    Ok(Json(page.map(|row| ConflictView::of(row, by.actor()))))
}

/// 查看一个冲突。Reads one conflict, without its two values.
#[utoipa::path(
    operation_id = "get_conflict",
    tag = TAG,
    params(("id" = Id<Conflict>, Path)),
    responses((status = 200, description = "冲突", body = ConflictView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/sync/conflicts/{id}")]
pub async fn get_conflict(
    by: Granted<UseSync>,
    id: PathId<Conflict>,
    app: Data<App>,
) -> Result<Versioned<ConflictView>> {
    let row = conflicts::find(&app, &by, id.0).await?;
    Ok(Versioned::new(row.version, ConflictView::of(row, by.actor())))
}

/// 查看冲突双方内容的明文;须说明用途并记入审计。Shows both values in plain text, for a purpose.
#[utoipa::path(
    operation_id = "reveal_conflict",
    tag = TAG,
    params(("id" = Id<Conflict>, Path)),
    request_body = ConflictRevealBody,
    responses((status = 200, description = "双方内容", body = RevealedConflict), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/sync/conflicts/{id}/reveal")]
pub async fn reveal_conflict(
    by: Granted<UseSync>,
    reveals: Granted<RevealPersonal>,
    id: PathId<Conflict>,
    body: Body<ConflictRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedConflict>> {
    let purpose = body.0.parse()?;
    Ok(Json(conflicts::reveal(&app, (&by, reveals), id.0, purpose).await?.into()))
}

/// 了结冲突:以服务器为准、按最新版本办理我的,或另立新件;不删除任何内容。Settles a conflict; nothing is deleted.
#[utoipa::path(
    operation_id = "settle_conflict",
    tag = TAG,
    params(("id" = Id<Conflict>, Path), IfMatch),
    request_body = SettlementBody,
    responses((status = 200, description = "已了结", body = ConflictView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/sync/conflicts/{id}/settlement")]
pub async fn settle_conflict(
    by: Granted<UseSync>,
    id: PathId<Conflict>,
    version: IfMatch,
    body: Body<SettlementBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Versioned<ConflictView>> {
    let decision = body.0.parse()?;
    let row = settlement::settle(&app, &intake, &by, (id.0, version.0), decision).await?;
    Ok(Versioned::new(row.version, ConflictView::of(row, by.actor())))
}

/// 同步过的手机及其时钟偏差:自己的,以及所带网格的。Lists phones that sync and how far their clocks are off.
#[utoipa::path(
    operation_id = "list_devices",
    tag = TAG,
    responses((status = 200, description = "最近同步的在前,最多 200 部", body = Vec<DeviceView>), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/sync/devices")]
pub async fn list_devices(by: Granted<UseSync>, app: Data<App>) -> Result<Json<Vec<DeviceView>>> {
    let own = account(by.actor().id());
    let led = Granted::<LeadSync>::to(by.actor()).ok();
    let rows = app.db.read(move |c| devices::list(c, own, led.as_ref().map(Granted::scope))).await?;
    Ok(Json(rows.into_iter().map(|row| DeviceView::of(row, by.actor())).collect()))
}
