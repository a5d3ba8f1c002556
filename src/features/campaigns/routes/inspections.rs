//! Inspections over HTTP.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};

use super::TAG;
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::campaigns::actions;
use crate::features::campaigns::wire::{
    InspectionBody, InspectionQuery, InspectionSummary, InspectionView, PhotoQuery,
};
use crate::features::cases::Intake;
use crate::features::hazards::{Campaign, Inspection};
use crate::platform::access::Granted;
use crate::platform::access::policy::{Inspect, ReportHazard, SeeCampaigns};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId, Versioned};

/// Mounts what is below `/api/v1/inspections`.
pub(super) fn routes(mount: &mut impl Mount) {
    mount.service(get_inspection).service(get_inspection_photo);
}

/// An inspection never changes; its photos may come later.
const VERSION: i32 = 1;

/// 登记检查;不合格项各形成一件隐患,一并保存;重发同一编号返回同一记录。行政执法检查须两名以上执法人员,并记录签字情况。
/// Writes an inspection down, with a hazard for each item that failed; a resend answers the same record.
#[utoipa::path(
    operation_id = "record_inspection",
    tag = TAG,
    params(("id" = Id<Campaign>, Path)),
    request_body = InspectionBody,
    responses(
        (status = 201, description = "已登记", body = InspectionView),
        (status = 200, description = "此前已登记,返回同一记录", body = InspectionView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/inspections")]
pub async fn record_inspection(
    by: Granted<Inspect>,
    reports: Granted<ReportHazard>,
    _see: Granted<SeeCampaigns>,
    id: PathId<Campaign>,
    body: Body<InspectionBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Created<InspectionView>> {
    let campaign = body.0.campaign(Some(id.0))?;
    let new = body.0.parse(app.clock.now(), &app.vault)?;
    let (new, file) = actions::inspect(&app.db, &intake, &app.vault, (by, reports), campaign, new).await?;
    let location = format!("/api/v1/inspections/{}", file.row.id);
    Ok(Created::made(new, location, VERSION, InspectionView::of(file)?))
}

/// 一次行动的检查记录,最新的在前。Lists the inspections of a campaign, newest first.
#[utoipa::path(
    operation_id = "list_inspections",
    tag = TAG,
    params(("id" = Id<Campaign>, Path), InspectionQuery),
    responses((status = 200, description = "一页检查,最新的在前", body = inline(Page<InspectionSummary>)), Errors),
    security(("bearer" = []))
)]
#[get("/inspections")]
pub async fn list_inspections(
    by: Granted<SeeCampaigns>,
    id: PathId<Campaign>,
    query: Query<InspectionQuery>,
    app: Data<App>,
) -> Result<Json<Page<InspectionSummary>>> {
    let (place, page) = query.into_inner().parse()?;
    let page = actions::inspections(&app.db, by, id.0, place, page).await?;
    Ok(Json(page.map(InspectionSummary::from)))
}

/// 查看一次检查。Reads one inspection.
#[utoipa::path(
    operation_id = "get_inspection",
    tag = TAG,
    params(("id" = Id<Inspection>, Path)),
    responses((status = 200, description = "检查", body = InspectionView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/inspections/{id}")]
pub async fn get_inspection(
    by: Granted<SeeCampaigns>,
    id: PathId<Inspection>,
    app: Data<App>,
) -> Result<Versioned<InspectionView>> {
    let file = actions::inspection(&app.db, by, id.0).await?;
    let missing = file.awaited.len();
    Ok(Versioned::new(VERSION, InspectionView::of(file)?).missing(missing))
}

/// 检查中合格项、不适用项的照片;不合格项的照片见其隐患。A photo of an item that did not fail.
#[utoipa::path(
    operation_id = "get_inspection_photo",
    tag = TAG,
    params(
        ("id" = Id<Inspection>, Path),
        ("photo" = Id<Photo>, Path, description = "照片编号,见检查的 results"),
        PhotoQuery
    ),
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/inspections/{id}/photos/{photo}")]
pub async fn get_inspection_photo(
    by: Granted<SeeCampaigns>,
    path: Path<(Id<Inspection>, Id<Photo>)>,
    query: Query<PhotoQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (id, photo) = path.into_inner();
    let photo = actions::photo(&app.db, by, id, photo).await?;
    photo.answer(&app.blobs, query.thumbnail.unwrap_or(false)).await
}
