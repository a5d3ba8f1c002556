//! HTTP: grant, input, one action, answer.

use actix_web::web::{Data, Json, Query};
use actix_web::{HttpResponse, Responder, delete, get, post};

use super::model::{DueScope, Whose};
use super::wire::{AlertPage, AlertView, DueQuery, DueView, FeedBody, FeedQuery, FeedView};
use super::{actions, feeds, ics};
use crate::base::page::{Page, PageQuery};
use crate::base::problem::{Problem, Result};
use crate::features::clocks::Alert;
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcknowledgeAlert, OverseeDue, SeeDue};
use crate::platform::web::{App, Body, DigestedText, Errors, IdempotencyKey, Mount, PathId};

/// Under which name the operations stand in the description.
const TAG: &str = "期限 Deadlines";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(list_due)
        .service(list_alerts)
        .service(acknowledge_alert)
        .service(get_my_calendar)
        .service(create_my_calendar)
        .service(revoke_my_calendar)
        .service(fetch_calendar);
}

/// 待办期限:在我手上的(或辖区内的)案卷的时限,最早到期的在前。Lists the times that run, what is due first first.
#[utoipa::path(
    operation_id = "list_due",
    tag = TAG,
    params(DueQuery),
    responses((status = 200, description = "一页时限,最早到期的在前", body = inline(Page<DueView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/due")]
pub async fn list_due(
    desk: Granted<SeeDue>,
    areas: Result<Granted<OverseeDue>, Problem>,
    query: Query<DueQuery>,
    app: Data<App>,
) -> Result<Json<Page<DueView>>> {
    let (page, now) = (query.page()?, app.clock.now());
    let whose = match query.scope.unwrap_or(DueScope::Desk) {
        DueScope::Desk => Whose::Desk(desk),
        DueScope::Areas => Whose::Areas(areas?),
    };
    let page = actions::due(&app.db, whose, query.until, page).await?;
    Ok(Json(page.map(|clock| DueView::of(clock, now))))
}

/// 我的期限提醒(临期预警、逐级上报):未签收的在前,其后为近三十日内已签收或已办结的。Lists what I was told.
#[utoipa::path(
    operation_id = "list_alerts",
    tag = TAG,
    params(PageQuery),
    responses((status = 200, description = "一页提醒,未签收的在前", body = inline(Page<AlertView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/alerts")]
pub async fn list_alerts(
    by: Granted<SeeDue>,
    query: Query<PageQuery>,
    app: Data<App>,
) -> Result<Json<Page<AlertView>>> {
    let page = actions::alerts(&app.db, by, AlertPage::parse(&query)?).await?;
    Ok(Json(page.map(AlertView::from)))
}

/// 签收期限提醒;由被提醒的承办人或该层级的人员签收,重复提交结果相同。Takes note of an alert.
#[utoipa::path(
    operation_id = "acknowledge_alert",
    tag = TAG,
    params(("id" = crate::base::id::Id<Alert>, Path)),
    responses((status = 200, description = "已签收", body = AlertView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/alerts/{id}/acknowledgement")]
pub async fn acknowledge_alert(
    by: Granted<AcknowledgeAlert>,
    id: PathId<Alert>,
    app: Data<App>,
) -> Result<Json<AlertView>> {
    Ok(Json(actions::acknowledge(&app.db, by, id.0).await?.into()))
}

/// 本人的日历订阅。Reads one's calendar feed, without its secret.
#[utoipa::path(
    operation_id = "get_my_calendar",
    tag = TAG,
    responses((status = 200, description = "日历订阅", body = FeedView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/calendar")]
pub async fn get_my_calendar(by: Granted<SeeDue>, app: Data<App>) -> Result<Json<FeedView>> {
    Ok(Json(FeedView::of(feeds::read(&app.db, by).await?, None)))
}

/// 开通日历订阅,原有的随即作废;订阅地址只在此时显示一次。Makes one's calendar feed, in place of an older one.
#[utoipa::path(
    operation_id = "create_my_calendar",
    tag = TAG,
    request_body = FeedBody,
    params(("Idempotency-Key" = String, Header, description = "新的随机值,重发时保持不变")),
    responses(
        (status = 201, description = "已开通", body = FeedView),
        (status = 200, description = "重发:已开通,地址不再显示", body = FeedView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/me/calendar")]
pub async fn create_my_calendar(
    by: Granted<SeeDue>,
    key: IdempotencyKey,
    body: Body<FeedBody>,
    app: Data<App>,
) -> Result<impl Responder> {
    let (feed, secret) = feeds::create(&app.db, by, key, body.0.scope).await?;
    let mut answer = if secret.is_some() { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(FeedView::of(feed, secret.as_ref())))
}

/// 作废日历订阅地址。Revokes one's calendar feed.
#[utoipa::path(
    operation_id = "revoke_my_calendar",
    tag = TAG,
    responses((status = 204, description = "已作废"), Errors),
    security(("bearer" = []))
)]
#[delete("/api/v1/me/calendar")]
pub async fn revoke_my_calendar(by: Granted<SeeDue>, app: Data<App>) -> Result<impl Responder> {
    feeds::revoke(&app.db, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 日历订阅内容(iCalendar,RFC 5545),凭地址中的密钥;未变化时返回 304。Hands one's times to a calendar program.
#[utoipa::path(
    operation_id = "fetch_calendar",
    tag = TAG,
    params(FeedQuery),
    responses(
        (status = 200, description = "日历,只含案卷号和时限名称", body = String, content_type = "text/calendar"),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(())
)]
#[get("/api/v1/me/calendar.ics")]
pub async fn fetch_calendar(query: Query<FeedQuery>, app: Data<App>) -> Result<DigestedText> {
    let clocks = feeds::open(&app, &query.token).await?;
    Ok(DigestedText { media: ics::MEDIA, text: ics::calendar(&clocks) })
}
