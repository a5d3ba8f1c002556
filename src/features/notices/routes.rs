//! HTTP for the office: grant, input, one action, answer. Residents' routes stand in `feed`.

use actix_web::web::{Data, Json, Query};
use actix_web::{get, post, put};

use super::actions;
use super::feed;
use super::model::Notice;
use super::publishing;
use super::store::Stored;
use super::texts::{Said, Texts};
use super::wire::{
    CancellationBody, NoticeBody, NoticeQuery, NoticeSummary, NoticeView, ReturnBody, ScheduleBody,
};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ApproveNotice, DraftNotice, PublishNotice, SeeNotices};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// A step on a notice, answered as whoever takes it sees the notice.
type Taken<P> = Step<P, SeeNotices, Notice>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(draft_notice).service(list_notices).of_one("/api/v1/notices/{id}", |notice| {
        notice
            .service(get_notice)
            .service(revise_notice)
            .service(submit_notice)
            .service(approve_notice)
            .service(return_notice)
            .service(schedule_notice)
            .service(publish_notice)
            .service(publish_notice_at_once)
            .service(ratify_notice)
            .service(cancel_notice)
            .service(get_notice_texts);
    });
    feed::routes(mount);
    super::open::routes(mount);
}

/// What a step answers: the notice as it is now.
fn shown(app: &App, see: &Granted<SeeNotices>, notice: Stored) -> Versioned<NoticeView> {
    Versioned::new(notice.row.version, NoticeView::of(notice, see, app.clock.now()))
}

/// 起草通知;重发同一编号返回同一记录。Takes a draft down; a resend answers the same record.
#[utoipa::path(
    operation_id = "draft_notice",
    tag = "通知 Notices",
    request_body = NoticeBody,
    responses(
        (status = 201, description = "已保存草稿", body = NoticeView),
        (status = 200, description = "此前已保存,返回同一记录", body = NoticeView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/notices")]
pub async fn draft_notice(
    by: Granted<DraftNotice>,
    see: Granted<SeeNotices>,
    body: Body<NoticeBody>,
    app: Data<App>,
) -> Result<Created<NoticeView>> {
    let id = body.0.id;
    let content = body.0.parse(app.clock.now())?;
    let (new, notice) = actions::draft(&app.db, by, id, content).await?;
    let version = notice.row.version;
    let (location, view) = (format!("/api/v1/notices/{id}"), NoticeView::of(notice, &see, app.clock.now()));
    Ok(if new { Created::at(location, version, view) } else { Created::again(location, version, view) })
}

/// 通知列表,最新的在前;未发布的只对起草、审批和督查人员可见。Lists notices, newest first.
#[utoipa::path(
    operation_id = "list_notices",
    tag = "通知 Notices",
    params(NoticeQuery),
    responses((status = 200, description = "一页通知", body = inline(Page<NoticeSummary>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/notices")]
pub async fn list_notices(
    by: Granted<SeeNotices>,
    query: Query<NoticeQuery>,
    app: Data<App>,
) -> Result<Json<Page<NoticeSummary>>> {
    let page = query.page().parse()?;
    let rows = actions::list(&app.db, by, query.state, page).await?;
    Ok(Json(rows.map(NoticeSummary::from)))
}

/// 查看一条通知及可办步骤。Reads one notice with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "通知", body = NoticeView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_notice(
    by: Granted<SeeNotices>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    let see = by.clone();
    let notice = app.db.read(move |c| actions::read(c, &by, id.0)).await?;
    Ok(shown(&app, &see, notice))
}

/// 修改草稿(整条替换)。Writes a draft anew; the body names the same id.
#[utoipa::path(
    operation_id = "revise_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    request_body = NoticeBody,
    responses((status = 200, description = "已修改", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[put("")]
pub async fn revise_notice(
    step: Taken<DraftNotice>,
    body: Body<NoticeBody>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    if body.0.id != step.at.id {
        return Err(Problem::field("id", "应与地址中的编号相同"));
    }
    let content = body.0.parse(app.clock.now())?;
    Ok(shown(&app, &step.see, actions::revise(&app.db, step.by, step.at, content).await?))
}

/// 提交审批。Hands a draft to the approver.
#[utoipa::path(
    operation_id = "submit_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    responses((status = 200, description = "待审批", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/submission")]
pub async fn submit_notice(step: Taken<DraftNotice>, app: Data<App>) -> Result<Versioned<NoticeView>> {
    Ok(shown(&app, &step.see, actions::submit(&app.db, step.by, step.at).await?))
}

/// 审批通过;起草人、修改人和提交人不能审批。Approves it; never by who drafted, rewrote or submitted it.
#[utoipa::path(
    operation_id = "approve_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    responses((status = 200, description = "已审批", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/approval")]
pub async fn approve_notice(step: Taken<ApproveNotice>, app: Data<App>) -> Result<Versioned<NoticeView>> {
    Ok(shown(&app, &step.see, actions::approve(&app.db, step.by, step.at).await?))
}

/// 发布:即刻进入所选区域居民的通知栏,微信消息由后台陆续发送;审批人不能发布。Publishes it; never by who approved it.
#[utoipa::path(
    operation_id = "publish_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    responses((status = 200, description = "已发布", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/publication")]
pub async fn publish_notice(step: Taken<PublishNotice>, app: Data<App>) -> Result<Versioned<NoticeView>> {
    Ok(shown(&app, &step.see, publishing::publish(&app.db, step.by, step.at).await?))
}

/// 撤回:从居民通知栏移除,尚未发送的不再发送。Cancels it; what still waits is not sent.
#[utoipa::path(
    operation_id = "cancel_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    request_body = CancellationBody,
    responses((status = 200, description = "已撤回", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/cancellation")]
pub async fn cancel_notice(
    step: Taken<PublishNotice>,
    body: Body<CancellationBody>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    let reason = body.0.parse()?;
    Ok(shown(&app, &step.see, actions::cancel(&app.db, step.by, step.at, reason).await?))
}

/// 退回修改,并说明原因。Sends it back to its writer, with the reason.
#[utoipa::path(
    operation_id = "return_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    request_body = ReturnBody,
    responses((status = 200, description = "已退回", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/return")]
pub async fn return_notice(
    step: Taken<ApproveNotice>,
    body: Body<ReturnBody>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    let reason = body.0.parse()?;
    Ok(shown(&app, &step.see, actions::send_back(&app.db, step.by, step.at, reason).await?))
}

/// 定时发布:到时自动发布;审批人不能设定。Lets it publish itself at an hour; never by who approved it.
#[utoipa::path(
    operation_id = "schedule_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    request_body = ScheduleBody,
    responses((status = 200, description = "待定时发布", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/schedule")]
pub async fn schedule_notice(
    step: Taken<PublishNotice>,
    body: Body<ScheduleBody>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    let at = body.0.parse(app.clock.now())?;
    Ok(shown(&app, &step.see, publishing::schedule(&app.db, step.by, step.at, at).await?))
}

/// 紧急发布:红色、橙色通知可先发布,须在 24 小时内由他人补办审批,否则自动撤回。Publishes a grave notice before its approval.
#[utoipa::path(
    operation_id = "publish_notice_at_once",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    responses((status = 200, description = "已发布", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/emergency-publication")]
pub async fn publish_notice_at_once(
    step: Taken<PublishNotice>,
    app: Data<App>,
) -> Result<Versioned<NoticeView>> {
    Ok(shown(&app, &step.see, publishing::publish_at_once(&app.db, step.by, step.at).await?))
}

/// 补办审批:起草、提交或紧急发布的人不能补办。Approves what was published at once.
#[utoipa::path(
    operation_id = "ratify_notice",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path), IfMatch),
    responses((status = 200, description = "已补办审批", body = NoticeView), Errors),
    security(("bearer" = []))
)]
#[post("/ratification")]
pub async fn ratify_notice(step: Taken<ApproveNotice>, app: Data<App>) -> Result<Versioned<NoticeView>> {
    Ok(shown(&app, &step.see, publishing::ratify(&app.db, step.by, step.at).await?))
}

/// 各渠道文案预览:由同一通知生成,不能另行改写。Shows the notice in the words of each channel.
#[utoipa::path(
    operation_id = "get_notice_texts",
    tag = "通知 Notices",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "各渠道文案", body = Texts), Errors),
    security(("bearer" = []))
)]
#[get("/texts")]
pub async fn get_notice_texts(
    by: Granted<SeeNotices>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Json<Texts>> {
    let notice = app.db.read(move |c| actions::read(c, &by, id.0)).await?;
    Ok(Json(Texts::of(&Said::from(&notice.row))))
}
