//! HTTP: grant, input, one action, answer.

use actix_web::web::{Data, Json, Query};
use actix_web::{get, patch, post};

use super::model::Place;
use super::row::PlaceRow;
use super::wire::{ChangePlace, CreatePlace, PlaceQuery, PlaceRecord, PlaceRevealBody, RevealedPlace};
use super::{actions, reveal};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepPlaces, RevealPersonal, SeePlaces};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "场所台账 Places";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(list_places)
        .service(get_place)
        .service(create_place)
        .service(change_place)
        .service(reveal_place);
}

fn shown(app: &App, row: PlaceRow) -> Result<PlaceRecord> {
    PlaceRecord::of(row, &app.vault, app.clock.now().local_date())
}

/// 场所台账,最新的在前;overdue=true 只列逾期未检查的。Lists places, newest first.
#[utoipa::path(
    operation_id = "list_places",
    tag = TAG,
    params(PlaceQuery),
    responses((status = 200, description = "一页场所,最新的在前", body = inline(Page<PlaceRecord>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/places")]
pub async fn list_places(
    by: Granted<SeePlaces>,
    query: Query<PlaceQuery>,
    app: Data<App>,
) -> Result<Json<Page<PlaceRecord>>> {
    let (area, filter, page) = query.into_inner().parse(app.clock.now().local_date())?;
    let Page { items, next } = actions::list(&app.db, by, area, filter, page).await?;
    let items = items.into_iter().map(|row| shown(&app, row)).collect::<Result<_>>()?;
    Ok(Json(Page { items, next }))
}

/// 查看一处场所;人员已脱敏。Reads one place, masked.
#[utoipa::path(
    operation_id = "get_place",
    tag = TAG,
    params(("id" = Id<Place>, Path)),
    responses((status = 200, description = "场所", body = PlaceRecord), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/places/{id}")]
pub async fn get_place(
    by: Granted<SeePlaces>,
    id: PathId<Place>,
    app: Data<App>,
) -> Result<Versioned<PlaceRecord>> {
    let row = actions::get(&app.db, by, id.0).await?;
    Ok(Versioned::new(row.version, shown(&app, row)?))
}

/// 登记场所;重发同一编号返回同一记录。Writes a place down; a resend answers the same record.
#[utoipa::path(
    operation_id = "create_place",
    tag = TAG,
    request_body = CreatePlace,
    responses(
        (status = 201, description = "已登记", body = PlaceRecord),
        (status = 200, description = "此前已登记,返回同一记录", body = PlaceRecord),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/places")]
pub async fn create_place(
    by: Granted<KeepPlaces>,
    body: Body<CreatePlace>,
    app: Data<App>,
) -> Result<Created<PlaceRecord>> {
    let new = body.0.parse(app.clock.now().local_date(), &app.vault)?;
    let (new, row) = actions::create(&app.db, app.vault.clone(), by, new).await?;
    let (version, location) = (row.version, format!("/api/v1/places/{}", row.id));
    Ok(Created::made(new, location, version, shown(&app, row)?))
}

/// 修改场所:名称、风险、人员、检查频次、检查日期、停业等。Changes a place; what is absent stays.
#[utoipa::path(
    operation_id = "change_place",
    tag = TAG,
    params(("id" = Id<Place>, Path), IfMatch),
    request_body = ChangePlace,
    responses((status = 200, description = "已修改", body = PlaceRecord), Errors),
    security(("bearer" = []))
)]
#[patch("/api/v1/places/{id}")]
pub async fn change_place(
    step: Step<KeepPlaces, SeePlaces, Place>,
    body: Body<ChangePlace>,
    app: Data<App>,
) -> Result<Versioned<PlaceRecord>> {
    let change = body.0.parse(app.clock.now().local_date())?;
    let row = actions::change(&app.db, app.vault.clone(), step.by, step.at, change).await?;
    Ok(Versioned::new(row.version, shown(&app, row)?))
}

/// 查看场所人员明文;须说明用途并记入审计。Shows who answers for it in plain text, for a purpose.
#[utoipa::path(
    operation_id = "reveal_place",
    tag = TAG,
    params(("id" = Id<Place>, Path)),
    request_body = PlaceRevealBody,
    responses((status = 200, description = "明文", body = RevealedPlace), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/places/{id}/reveal")]
pub async fn reveal_place(
    by: Granted<RevealPersonal>,
    sees: Granted<SeePlaces>,
    id: PathId<Place>,
    body: Body<PlaceRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedPlace>> {
    let (purpose, who) = body.0.parse()?;
    let people = reveal::reveal(&app.db, app.vault.clone(), (by, sees), id.0, purpose, who.clone()).await?;
    Ok(Json(RevealedPlace::of(&people, &who)))
}
