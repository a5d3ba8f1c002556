//! HTTP: grant, input, one action, answer.

use actix_web::web::Data;
use actix_web::{get, post};

use super::actions;
use super::wire::ProgressView;
use crate::base::problem::Result;
use crate::features::cases::{PathCase, RatingBody};
use crate::platform::access::Granted;
use crate::platform::access::policy::{RateCase, SeeCases};
use crate::platform::web::{App, Body, Digested, Errors, IfMatch, Mount, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "居民端 Residents";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(get_my_progress).service(rate_my_case);
}

/// 我上报的事项办到哪一步:已办的、现在的、接下来的和期限。Reads how far my own case is, in plain words.
// What is late depends on the hour, which no version counts: the tag is that of the content.
#[utoipa::path(
    operation_id = "get_my_progress",
    tag = TAG,
    params(("id" = String, Path, description = "案卷编号", example = "event_01h455vb4pex5vsknk084sn02q")),
    responses(
        (status = 200, description = "进展", body = ProgressView),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/me/cases/{id}/progress")]
pub async fn get_my_progress(
    by: Granted<SeeCases>,
    case: PathCase,
    app: Data<App>,
) -> Result<Digested<ProgressView>> {
    Ok(Digested(ProgressView::of(actions::follow(&app.db, by, case).await?)))
}

/// 评价我上报的事项的办理,1 至 5 星,有结果后、办结 30 日内,只能评价一次。Rates how my own case was handled, once.
#[utoipa::path(
    operation_id = "rate_my_case",
    tag = TAG,
    params(("id" = String, Path, description = "案卷编号", example = "event_01h455vb4pex5vsknk084sn02q"), IfMatch),
    request_body = RatingBody,
    responses((status = 200, description = "已评价", body = ProgressView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/me/cases/{id}/rating")]
pub async fn rate_my_case(
    (by, see): (Granted<RateCase>, Granted<SeeCases>),
    case: PathCase,
    version: IfMatch,
    body: Body<RatingBody>,
    app: Data<App>,
) -> Result<Versioned<ProgressView>> {
    let rating = body.0.parse()?;
    let own = actions::rate(&app.db, by, see, case, version.0, rating).await?;
    Ok(Versioned::new(own.file.version, ProgressView::of(own)))
}
