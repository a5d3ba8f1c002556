//! HTTP: grant, input, one action, answer.

use std::sync::Arc;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};

use super::actions::{self, Seen};
use super::model::Visit;
use super::reveal;
use super::wire::{
    CorrectionBody, OpenedVisits, OpeningBody, RoundView, TaskFileView, TaskQuery, TaskView, VisitBody,
    VisitRevealBody, VisitView,
};
use crate::base::id::Id;
use crate::base::page::{Page, PageQuery};
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::notices::Notice;
use crate::platform::access::policy::{
    OpenVisits, RecordVisit, RevealPersonal, SeeHouseholds, SeeNotices, SeeVisits,
};
use crate::platform::access::{Granted, Household};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId};

/// Under which name the operations stand in the description.
const TAG: &str = "入户走访 Visits";
/// A visit never changes.
const VERSION: i32 = 1;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(open_visits)
        .service(list_visit_rounds)
        .service(list_visit_tasks)
        .service(get_visit_task)
        .service(record_visit)
        .service(get_visit)
        .service(correct_visit)
        .service(reveal_visit_paper);
}

/// 组织入户走访:通知发布后,为尚未触达的每一户下达走访任务;再次提交只补缺、改期限,不重复下达。
/// Opens the visits of a notice; again adds who is missing.
#[utoipa::path(
    operation_id = "open_visits",
    tag = TAG,
    params(("id" = Id<Notice>, Path)),
    request_body = OpeningBody,
    responses((status = 202, description = "已受理,任务由后台下达", body = OpenedVisits), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/notices/{id}/visit_tasks")]
pub async fn open_visits(
    by: Granted<OpenVisits>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    body: Body<OpeningBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let today = app.clock.now().local_date();
    let due_on = body.0.parse(today)?;
    let rounds = actions::open(&app.db, (by, sees), id.0, due_on).await?;
    let rounds = rounds.into_iter().map(|round| RoundView::of(round, today)).collect();
    Ok(HttpResponse::Accepted().json(OpenedVisits { rounds }))
}

/// 辖区内的走访批次,最新的在前。Lists the rounds of visits, newest first.
#[utoipa::path(
    operation_id = "list_visit_rounds",
    tag = TAG,
    params(PageQuery),
    responses((status = 200, description = "一页走访批次", body = inline(Page<RoundView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/visit_rounds")]
pub async fn list_visit_rounds(
    by: Granted<SeeNotices>,
    query: Query<PageQuery>,
    app: Data<App>,
) -> Result<Json<Page<RoundView>>> {
    let today = app.clock.now().local_date();
    let page = actions::rounds(&app.db, by, query.parse()?).await?;
    Ok(Json(page.map(|round| RoundView::of(round, today))))
}

/// 通知的走访任务,按走访路线排列(网格、无智能手机者先、微网格、户编号);住户信息已脱敏,没有查看住户权限的不显示。
/// Lists the tasks of a notice in the order of walking.
#[utoipa::path(
    operation_id = "list_visit_tasks",
    tag = TAG,
    params(("id" = Id<Notice>, Path), TaskQuery),
    responses((status = 200, description = "一页走访任务", body = inline(Page<TaskView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/visit_tasks")]
pub async fn list_visit_tasks(
    by: Granted<SeeVisits>,
    sees: Granted<SeeNotices>,
    id: PathId<Notice>,
    query: Query<TaskQuery>,
    app: Data<App>,
) -> Result<Json<Page<TaskView>>> {
    let (area, state, page) = query.into_inner().parse()?;
    let today = app.clock.now().local_date();
    let page = actions::tasks(&app.db, Arc::clone(&app.vault), (by, sees), id.0, area, state, page).await?;
    Ok(Json(page.map(|task| TaskView::of(task, today))))
}

/// 一户的走访任务和历次结果。Reads the task of one household with its results.
#[utoipa::path(
    operation_id = "get_visit_task",
    tag = TAG,
    params(("id" = Id<Notice>, Path), ("household" = Id<Household>, Path, description = "住户编号")),
    responses((status = 200, description = "走访任务", body = TaskFileView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices/{id}/visit_tasks/{household}")]
pub async fn get_visit_task(
    notices: Granted<SeeNotices>,
    households: Granted<SeeHouseholds>,
    path: Path<(Id<Notice>, Id<Household>)>,
    app: Data<App>,
) -> Result<Json<TaskFileView>> {
    let (id, household) = path.into_inner();
    let by = Seen { notices, households };
    let file = actions::task(&app.db, Arc::clone(&app.vault), by, id, household).await?;
    Ok(Json(TaskFileView::of(file, &app.vault, app.clock.now().local_date())?))
}

/// 登记走访结果;重发同一编号返回同一记录。Writes the result of a visit down; a resend answers the same record.
#[utoipa::path(
    operation_id = "record_visit",
    tag = TAG,
    request_body = VisitBody,
    responses(
        (status = 201, description = "已登记", body = VisitView),
        (status = 200, description = "此前已登记,返回同一记录", body = VisitView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/visits")]
pub async fn record_visit(
    by: Granted<RecordVisit>,
    body: Body<VisitBody>,
    app: Data<App>,
) -> Result<Created<VisitView>> {
    let new = body.0.parse(app.clock.now(), &app.vault)?;
    let (new, row) = actions::record(&app.db, by, new).await?;
    let location = format!("/api/v1/visits/{}", row.id);
    Ok(Created::made(new, location, VERSION, VisitView::of(row, None, &app.vault)?))
}

/// 查看一次走访结果。Reads the result of one visit.
#[utoipa::path(
    operation_id = "get_visit",
    tag = TAG,
    params(("id" = Id<Visit>, Path)),
    responses((status = 200, description = "走访结果", body = VisitView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/visits/{id}")]
pub async fn get_visit(
    by: Granted<SeeHouseholds>,
    id: PathId<Visit>,
    app: Data<App>,
) -> Result<Json<VisitView>> {
    Ok(Json(VisitView::of_file(actions::visit(&app.db, by, id.0).await?, &app.vault)?))
}

/// 更正走访结果,须说明原因;不写 result 表示没有这次走访。Puts another result in the place of a wrong one.
#[utoipa::path(
    operation_id = "correct_visit",
    tag = TAG,
    params(("id" = Id<Visit>, Path)),
    request_body = CorrectionBody,
    responses(
        (status = 201, description = "已更正", body = VisitView),
        (status = 200, description = "此前已更正,返回同一记录", body = VisitView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/visits/{id}/correction")]
pub async fn correct_visit(
    by: Granted<RecordVisit>,
    id: PathId<Visit>,
    body: Body<CorrectionBody>,
    app: Data<App>,
) -> Result<Created<VisitView>> {
    let new = body.0.parse(app.clock.now(), &app.vault)?;
    let (new, row) = actions::correct(&app.db, by, id.0, new).await?;
    let location = format!("/api/v1/visits/{}", row.id);
    Ok(Created::made(new, location, VERSION, VisitView::of(row, None, &app.vault)?))
}

/// 查看承诺书照片;须说明用途并记入审计。Shows a photo of the signed pledge, for a purpose.
#[utoipa::path(
    operation_id = "reveal_visit_paper",
    tag = TAG,
    params(
        ("id" = Id<Visit>, Path),
        ("paper" = Id<Photo>, Path, description = "承诺书照片的编号,见走访结果的 papers")
    ),
    request_body = VisitRevealBody,
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/visits/{id}/papers/{paper}/reveal")]
pub async fn reveal_visit_paper(
    by: Granted<RevealPersonal>,
    sees: Granted<SeeHouseholds>,
    path: Path<(Id<Visit>, Id<Photo>)>,
    body: Body<VisitRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let purpose = body.0.parse()?;
    reveal::paper(&app.db, (by, sees), path.into_inner(), purpose).await?.answer(&app.blobs).await
}
