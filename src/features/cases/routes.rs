//! Lists over all kinds of cases.

use actix_web::get;
use actix_web::web::{Data, Json, Query};

use super::list;
use super::wire::{CaseQuery, CaseSummary};
use crate::base::page::Page;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::web::{App, Errors, Mount};

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_cases);
}

/// 案卷列表和检索:我上报的、我辖区的、在我手上的,可按文字查找。Lists cases, newest first; `q` looks for words.
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
    let scope = match &query.area {
        Some(area) => by.scope().narrowed_to(area).ok_or_else(Problem::not_found)?,
        None => by.scope().clone(),
    };
    let rows = app.db.read_lagging(move |c| list::page(c, &scope, &filter, &page)).await?;
    Ok(Json(Page::from(rows).map(CaseSummary::from)))
}
