//! Lists over all kinds of cases.

use actix_web::get;
use actix_web::web::{Data, Json, Query};

use super::named::PathCase;
use super::ratings::RatingView;
use super::wire::{CaseQuery, CaseSummary};
use super::{list, ratings};
use crate::base::page::Page;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::web::{App, Errors, Mount};

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_cases).service(get_case_rating);
}

/// 案卷列表和检索:我上报的(和我也遇到的)、我辖区的、在我手上的,可按文字查找。Lists cases, newest first; `q` looks for words.
#[utoipa::path(
    operation_id = "list_cases",
    tag = "案卷 Cases",
    params(CaseQuery),
    responses((status = 200, description = "一页案卷,最新的在前", body = inline(Page<CaseSummary>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/cases")]
pub async fn list_cases(
    by: Granted<SeeCases>,
    query: Query<CaseQuery>,
    app: Data<App>,
) -> Result<Json<Page<CaseSummary>>> {
    let page = query.page().parse()?;
    let filter = query.filter(app.clock.now().local_date())?;
    let scope = by.scope().asked(query.area.as_ref())?;
    let rows = app.db.read_lagging(move |c| list::page(c, by.actor(), &scope, &filter, &page)).await?;
    let shown = |shown: list::Shown| CaseSummary { me_too: shown.me_too, ..CaseSummary::from(shown.row) };
    Ok(Json(Page::from(rows).map(shown)))
}

/// 上报人对办理情况的评价;尚未评价的为 404,不显示上报人。Reads how a case was rated.
#[utoipa::path(
    operation_id = "get_case_rating",
    tag = "案卷 Cases",
    params(("id" = String, Path, description = "案卷编号", example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "评价", body = RatingView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/cases/{id}/rating")]
pub async fn get_case_rating(
    by: Granted<SeeCases>,
    case: PathCase,
    app: Data<App>,
) -> Result<Json<RatingView>> {
    let rating = app.db.read(move |c| {
        let file = case.find(c, by.scope())?;
        ratings::rating_of(c, by.scope(), &file)?.ok_or_else(Problem::not_found)
    });
    Ok(Json(rating.await?.into()))
}
