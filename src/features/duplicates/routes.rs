//! HTTP: grant, input, one action, answer.

use actix_web::web::{Data, Json, Query};
use actix_web::{HttpResponse, delete, get, put};

use super::wire::{CandidateQuery, CaseLinksView, DuplicateCandidatesView, MeTooView};
use super::{actions, links};
use crate::base::problem::Result;
use crate::features::cases::{OtherCase, PathCase, me_too};
use crate::platform::access::Granted;
use crate::platform::access::policy::{JoinCase, LinkCases, SeeCases};
use crate::platform::web::{App, Errors, Mount};

/// Under which name the operations stand in the description.
const TAG: &str = "重复与关联 Duplicates";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_duplicate_candidates).of_one("/api/v1/cases/{id}", |case| {
        case.service(list_case_duplicate_candidates)
            .service(list_case_links)
            .service(link_cases)
            .service(unlink_cases)
            .service(get_me_too)
            .service(add_me_too)
            .service(withdraw_me_too);
    });
}

/// 上报前查找可能重复的案卷。Suggests what may be the same as what is about to be reported.
///
/// 同类别、在该类别的距离和时间以内、未结案或结案不足 90 日的案卷,最相近的在前。居民只看到本村公开的案卷和自己上报的。
#[utoipa::path(
    operation_id = "list_duplicate_candidates",
    tag = TAG,
    params(CandidateQuery),
    responses((status = 200, description = "可能重复的案卷,最相近的在前", body = DuplicateCandidatesView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/cases/duplicate_candidates")]
pub async fn list_duplicate_candidates(
    by: Granted<SeeCases>,
    query: Query<CandidateQuery>,
    app: Data<App>,
) -> Result<Json<DuplicateCandidatesView>> {
    let sketch = query.parse(app.clock.now())?;
    Ok(Json(actions::before(&app.db, by, sketch).await?.into()))
}

/// 查找与一件案卷可能重复的案卷。Suggests what may be the same as a case.
#[utoipa::path(
    operation_id = "list_case_duplicate_candidates",
    tag = TAG,
    params(("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "可能重复的案卷,最相近的在前", body = DuplicateCandidatesView), Errors),
    security(("bearer" = []))
)]
#[get("/duplicate_candidates")]
pub async fn list_case_duplicate_candidates(
    by: Granted<SeeCases>,
    id: PathCase,
    app: Data<App>,
) -> Result<Json<DuplicateCandidatesView>> {
    Ok(Json(actions::after(&app.db, by, id).await?.into()))
}

/// 案卷的原件、并入的案卷和关联的案卷。Lists what a case is linked to, as far as the caller sees it.
#[utoipa::path(
    operation_id = "list_case_links",
    tag = TAG,
    params(("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "原件、并入的、关联的", body = CaseLinksView), Errors),
    security(("bearer" = []))
)]
#[get("/links")]
pub async fn list_case_links(
    by: Granted<SeeCases>,
    id: PathCase,
    app: Data<App>,
) -> Result<Json<CaseLinksView>> {
    Ok(Json(links::read(&app.db, by, id).await?.into()))
}

/// 关联两件案卷,不论类别和地点;重复提交不变。Links two cases of any kind; the link shows in both.
#[utoipa::path(
    operation_id = "link_cases",
    tag = TAG,
    params(
        ("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q"),
        ("other" = String, Path, example = "hazard_01h455vb4pex5vsknk084sn02q"),
    ),
    responses((status = 200, description = "已关联", body = CaseLinksView), Errors),
    security(("bearer" = []))
)]
#[put("/links/{other}")]
pub async fn link_cases(
    by: Granted<LinkCases>,
    id: PathCase,
    other: OtherCase,
    app: Data<App>,
) -> Result<Json<CaseLinksView>> {
    Ok(Json(links::link(&app.db, by, id, other.0).await?.into()))
}

/// 取消关联;重复提交不变。Takes the link between two cases back.
#[utoipa::path(
    operation_id = "unlink_cases",
    tag = TAG,
    params(
        ("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q"),
        ("other" = String, Path, example = "hazard_01h455vb4pex5vsknk084sn02q"),
    ),
    responses((status = 204, description = "已取消关联"), Errors),
    security(("bearer" = []))
)]
#[delete("/links/{other}")]
pub async fn unlink_cases(
    by: Granted<LinkCases>,
    id: PathCase,
    other: OtherCase,
    app: Data<App>,
) -> Result<HttpResponse> {
    links::unlink(&app.db, by, id, other.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 有多少人也遇到、办到哪一步。Says how many have met the same, and how far the case is.
#[utoipa::path(
    operation_id = "get_me_too",
    tag = TAG,
    params(("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "人数、办理阶段", body = MeTooView), Errors),
    security(("bearer" = []))
)]
#[get("/me_too")]
pub async fn get_me_too(by: Granted<SeeCases>, id: PathCase, app: Data<App>) -> Result<Json<MeTooView>> {
    Ok(Json(me_too::read(&app.db, by, id).await?.into()))
}

/// 我也遇到:关注此案卷,结案时告知;重复提交不变。Adds the caller, who follows the case and is told of its end.
#[utoipa::path(
    operation_id = "add_me_too",
    tag = TAG,
    params(("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "已加入", body = MeTooView), Errors),
    security(("bearer" = []))
)]
#[put("/me_too")]
pub async fn add_me_too(by: Granted<JoinCase>, id: PathCase, app: Data<App>) -> Result<Json<MeTooView>> {
    Ok(Json(me_too::join(&app.db, by, id).await?.into()))
}

/// 取消“我也遇到”,限结案前;重复提交不变。Takes the caller off again while the case is open.
#[utoipa::path(
    operation_id = "withdraw_me_too",
    tag = TAG,
    params(("id" = String, Path, example = "event_01h455vb4pex5vsknk084sn02q")),
    responses((status = 200, description = "已取消", body = MeTooView), Errors),
    security(("bearer" = []))
)]
#[delete("/me_too")]
pub async fn withdraw_me_too(by: Granted<JoinCase>, id: PathCase, app: Data<App>) -> Result<Json<MeTooView>> {
    Ok(Json(me_too::leave(&app.db, by, id).await?.into()))
}
