//! HTTP: grant, input, one action, answer.

use actix_web::get;
use actix_web::web::{Data, Json, Query};

use super::actions;
use super::wire::{CoverageQuery, CoverageView, HouseholdCoverage, HouseholdQuery};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::notices::Notice;
use crate::platform::access::Granted;
use crate::platform::access::policy::{SeeHouseholds, SeeNotices};
use crate::platform::web::{App, Errors, Mount, PathId};

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(get_notice_coverage).service(list_notice_households);
}

/// 通知触达:按区县、乡镇、村、网格统计,分母以发布时为准;超过 1,000 行的一级不列出,请指定更小的区域。How far a notice came,
/// level by level; a level of more than 1,000 areas is left out until a smaller area is asked for.
#[utoipa::path(
    operation_id = "get_notice_coverage",
    tag = "触达 Coverage",
    params(("id" = Id<Notice>, Path), CoverageQuery),
    responses((status = 200, description = "触达情况", body = CoverageView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/coverage")]
pub async fn get_notice_coverage(
    by: Granted<SeeNotices>,
    id: PathId<Notice>,
    query: Query<CoverageQuery>,
    app: Data<App>,
) -> Result<Json<CoverageView>> {
    let area = query.into_inner().area;
    let coverage = app.db.read(move |c| actions::of_notice(c, &by, id.0, area.as_ref())).await?;
    Ok(Json(CoverageView::of(id.0, coverage)))
}

/// 某网格各户的触达情况,含未触达户,只列通知发布范围内的住户;住户信息已脱敏。Lists households with how far the notice came.
#[utoipa::path(
    operation_id = "list_notice_households",
    tag = "触达 Coverage",
    params(("id" = Id<Notice>, Path), HouseholdQuery),
    responses((status = 200, description = "一页住户", body = inline(Page<HouseholdCoverage>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/households")]
pub async fn list_notice_households(
    by: Granted<SeeNotices>,
    sees: Granted<SeeHouseholds>,
    id: PathId<Notice>,
    query: Query<HouseholdQuery>,
    app: Data<App>,
) -> Result<Json<Page<HouseholdCoverage>>> {
    let page = query.page().parse()?;
    let wanted = query.status.map(Into::into);
    let vault = std::sync::Arc::clone(&app.vault);
    let rows =
        actions::households(&app.db, vault, (by, sees), id.0, query.area.clone(), wanted, page).await?;
    Ok(Json(rows.map(HouseholdCoverage::from)))
}
