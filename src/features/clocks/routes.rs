//! HTTP for what is reckoned without a case; open to everyone who is signed in.

use actix_web::get;
use actix_web::web::{Json, Path, Query};

use super::calendar;
use super::wire::{Preview, PreviewQuery, YearView};
use crate::base::problem::Result;
use crate::platform::access::Actor;
use crate::platform::web::{Errors, Mount};

/// Under which name the operations stand in the description.
const TAG: &str = "时限 Clocks";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(preview_clock).service(get_calendar_year);
}

/// 时限试算:若从某日起算,何时到期、何时预警和上报、哪些落在休息日。Reckons a time that does not run.
#[utoipa::path(
    operation_id = "preview_clock",
    tag = TAG,
    params(PreviewQuery),
    responses((status = 200, description = "试算结果", body = Preview), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/clocks/preview")]
pub async fn preview_clock(_by: Actor, query: Query<PreviewQuery>) -> Result<Json<Preview>> {
    let asked = query.into_inner().parse()?;
    Ok(Json(Preview::of(asked, asked.answer()?)))
}

/// 某年的放假和调休安排及其依据;尚无通知的年份为 `calendar_missing`。Lists the rest days of a year.
#[utoipa::path(
    operation_id = "get_calendar_year",
    tag = TAG,
    params(("year" = i32, Path, description = "年份", example = 2026)),
    responses((status = 200, description = "放假和调休安排", body = YearView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/calendar/{year}")]
pub async fn get_calendar_year(_by: Actor, year: Path<i32>) -> Result<Json<YearView>> {
    let year = year.into_inner();
    Ok(Json(YearView::of(year, calendar::arrangement(year)?)))
}
