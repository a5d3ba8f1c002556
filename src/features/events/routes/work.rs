//! Handling an event: dispatched, given back, taken up, done, verified, begun again.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::RemarkBody;
use crate::features::events::actions;
use crate::features::events::model::Event;
use crate::features::events::wire::{
    ClosureBody, CompletionBody, DispatchBody, EventView, ReasonBody, ReopeningBody, ReworkBody,
};
use crate::platform::access::policy::{DispatchEvent, HandleEvent, ReopenEvent, VerifyEvent};
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};
/// 派遣到站所;退单两次后由分管领导确定。Sends it to a station.
#[utoipa::path(
    operation_id = "dispatch_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = DispatchBody,
    responses((status = 200, description = "已派遣", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/dispatch")]
pub async fn dispatch_event(
    step: Taken<DispatchEvent>,
    body: Body<DispatchBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (dispatch, said) = body.0.parse()?;
    Ok(shown(&step.see, actions::dispatch(&app.db, step.by, step.at, dispatch, said).await?))
}

/// 退单:一个工作日内,最多两次。The station gives it back.
#[utoipa::path(
    operation_id = "decline_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ReasonBody,
    responses((status = 200, description = "已退单", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/refusal")]
pub async fn decline_event(
    step: Taken<HandleEvent>,
    body: Body<ReasonBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let reason = body.0.parse()?;
    Ok(shown(&step.see, actions::decline(&app.db, step.by, step.at, reason).await?))
}

/// 开始处置。The work has begun.
#[utoipa::path(
    operation_id = "handle_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "处置中", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/handling")]
pub async fn handle_event(
    step: Taken<HandleEvent>,
    body: Body<RemarkBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let remark = body.0.parse()?;
    Ok(shown(&step.see, actions::handle(&app.db, step.by, step.at, remark).await?))
}

/// 处置完毕,报请核查;环境、设施、隐患、灾情类须附处置后照片。The work is done and waits for verification.
#[utoipa::path(
    operation_id = "finish_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = CompletionBody,
    responses((status = 200, description = "待核查", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/completion")]
pub async fn finish_event(
    step: Taken<HandleEvent>,
    body: Body<CompletionBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let said = body.0.parse()?;
    Ok(shown(&step.see, actions::finish(&app.db, step.by, step.at, said).await?))
}

/// 核查结案并答复上报人;承办人不能核查。Verifies and closes it, with a word to the reporter.
#[utoipa::path(
    operation_id = "close_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ClosureBody,
    responses((status = 200, description = "已结案", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/closure")]
pub async fn close_event(
    step: Taken<VerifyEvent>,
    body: Body<ClosureBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (resolution, said) = body.0.parse()?;
    Ok(shown(&step.see, actions::close(&app.db, step.by, step.at, resolution, said).await?))
}

/// 核查不合格,退回返工。Sends it back to whoever handled it.
#[utoipa::path(
    operation_id = "rework_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ReworkBody,
    responses((status = 200, description = "已退回返工", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/rework")]
pub async fn rework_event(
    step: Taken<VerifyEvent>,
    body: Body<ReworkBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let said = body.0.parse()?;
    Ok(shown(&step.see, actions::rework(&app.db, step.by, step.at, said).await?))
}

/// 结案后要求重新办理:上报人 15 日内,分管领导不限。Begins it again after its end.
#[utoipa::path(
    operation_id = "reopen_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ReopeningBody,
    responses((status = 200, description = "已重新办理", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/reopening")]
pub async fn reopen_event(
    step: Taken<ReopenEvent>,
    body: Body<ReopeningBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let remark = body.0.parse()?;
    Ok(shown(&step.see, actions::reopen(&app.db, step.by, step.at, remark).await?))
}
