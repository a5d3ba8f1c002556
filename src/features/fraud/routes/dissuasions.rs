//! The ledger of dissuasions.

use actix_web::web::{Data, Json, Query};
use actix_web::{get, post};

use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::fraud::actions::dissuasions as actions;
use crate::features::fraud::model::Dissuasion;
use crate::features::fraud::reveal;
use crate::features::fraud::wire::{
    CorrectDissuasion, DissuasionQuery, DissuasionRecord, DissuasionVersions, FraudRevealBody,
    RecordDissuasion, RevealedDissuasion,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepDissuasions, RevealPersonal, SeeDissuasions};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "劝阻台账 Dissuasions";

/// Mounts the routes of the ledger.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_dissuasions).service(record_dissuasion).of_one(
        "/api/v1/dissuasions/{id}",
        |dissuasion| {
            dissuasion
                .service(get_dissuasion)
                .service(list_dissuasion_versions)
                .service(correct_dissuasion)
                .service(reveal_dissuasion);
        },
    );
}

/// 劝阻台账,最近发生的在前;网格员只看到本人登记的。Lists dissuasions, the latest first.
#[utoipa::path(
    operation_id = "list_dissuasions",
    tag = TAG,
    params(DissuasionQuery),
    responses((status = 200, description = "一页劝阻,最近发生的在前", body = inline(Page<DissuasionRecord>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/dissuasions")]
pub async fn list_dissuasions(
    by: Granted<SeeDissuasions>,
    query: Query<DissuasionQuery>,
    app: Data<App>,
) -> Result<Json<Page<DissuasionRecord>>> {
    let (area, filter, page) = query.into_inner().parse()?;
    let Page { items, next } = actions::list(&app.db, by, area, filter, page).await?;
    let items = items.into_iter().map(|row| DissuasionRecord::of(row, &app.vault)).collect::<Result<_>>()?;
    Ok(Json(Page { items, next }))
}

/// 查看一次劝阻;户外人员姓名已脱敏。Reads one dissuasion, masked.
#[utoipa::path(
    operation_id = "get_dissuasion",
    tag = TAG,
    params(("id" = Id<Dissuasion>, Path)),
    responses(
        (status = 200, description = "劝阻", body = DissuasionRecord),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_dissuasion(
    by: Granted<SeeDissuasions>,
    id: PathId<Dissuasion>,
    app: Data<App>,
) -> Result<Versioned<DissuasionRecord>> {
    let row = actions::get(&app.db, by, id.0).await?;
    Ok(Versioned::new(row.version, DissuasionRecord::of(row, &app.vault)?))
}

/// 历次更正前的内容和更正原因。What an entry said before its corrections, and why it was corrected.
#[utoipa::path(
    operation_id = "list_dissuasion_versions",
    tag = TAG,
    params(("id" = Id<Dissuasion>, Path)),
    responses((status = 200, description = "更正前的内容,最近的在前", body = DissuasionVersions), Errors),
    security(("bearer" = []))
)]
#[get("/versions")]
pub async fn list_dissuasion_versions(
    by: Granted<SeeDissuasions>,
    id: PathId<Dissuasion>,
    app: Data<App>,
) -> Result<Json<DissuasionVersions>> {
    let older = actions::older(&app.db, by, id.0).await?;
    Ok(Json(DissuasionVersions::of(older, &app.vault)?))
}

/// 登记劝阻;重发同一编号返回同一记录。Writes a dissuasion down; a resend answers the same entry.
#[utoipa::path(
    operation_id = "record_dissuasion",
    tag = TAG,
    request_body = RecordDissuasion,
    responses(
        (status = 201, description = "已登记", body = DissuasionRecord),
        (status = 200, description = "此前已登记,返回同一记录", body = DissuasionRecord),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/dissuasions")]
pub async fn record_dissuasion(
    by: Granted<KeepDissuasions>,
    body: Body<RecordDissuasion>,
    app: Data<App>,
) -> Result<Created<DissuasionRecord>> {
    let me = Id::from_uuid(by.actor().id());
    let new = body.0.parse(me, app.clock.now(), &app.vault)?;
    let (new, row) = actions::record(&app.db, app.vault.clone(), by, new).await?;
    let (version, location) = (row.version, format!("/api/v1/dissuasions/{}", row.id));
    Ok(Created::made(new, location, version, DissuasionRecord::of(row, &app.vault)?))
}

/// 更正劝阻登记:须写明原因,原内容保留。Puts what is right in the place of what an entry says; nothing is deleted.
#[utoipa::path(
    operation_id = "correct_dissuasion",
    tag = TAG,
    params(("id" = Id<Dissuasion>, Path), IfMatch),
    request_body = CorrectDissuasion,
    responses((status = 200, description = "已更正", body = DissuasionRecord), Errors),
    security(("bearer" = []))
)]
#[post("/correction")]
pub async fn correct_dissuasion(
    step: Step<KeepDissuasions, SeeDissuasions, Dissuasion>,
    body: Body<CorrectDissuasion>,
    app: Data<App>,
) -> Result<Versioned<DissuasionRecord>> {
    let me = Id::from_uuid(step.by.actor().id());
    let right = body.0.parse(step.at.id, me, app.clock.now(), &app.vault)?;
    let by = (step.by, step.see);
    let row = actions::correct(&app.db, app.vault.clone(), by, step.at, right).await?;
    Ok(Versioned::new(row.version, DissuasionRecord::of(row, &app.vault)?))
}

/// 查看户外人员姓名和经过明文;须说明用途并记入审计。Shows what an entry hides, for a purpose.
#[utoipa::path(
    operation_id = "reveal_dissuasion",
    tag = TAG,
    params(("id" = Id<Dissuasion>, Path)),
    request_body = FraudRevealBody,
    responses((status = 200, description = "明文", body = RevealedDissuasion), Errors),
    security(("bearer" = []))
)]
#[post("/reveal")]
pub async fn reveal_dissuasion(
    by: Granted<RevealPersonal>,
    sees: Granted<SeeDissuasions>,
    id: PathId<Dissuasion>,
    body: Body<FraudRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedDissuasion>> {
    let purpose = body.0.parse()?;
    Ok(Json(reveal::dissuasion(&app.db, app.vault.clone(), (by, sees), id.0, purpose).await?.into()))
}
