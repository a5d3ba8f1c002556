//! Letting an event rest and giving it more time: one asks, an approver signs.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::events::actions;
use crate::features::events::model::Event;
use crate::features::events::wire::{
    EventView, ExtensionRequestBody, ReasonBody, SuspensionRequestBody, WordsBody,
};
use crate::platform::access::policy::{ApproveEvent, HandleEvent, TriageEvent};
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};
/// 申请挂起,最长 90 日;由分管领导批准。Asks that it may rest until a day.
#[utoipa::path(
    operation_id = "ask_event_suspension",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = SuspensionRequestBody,
    responses((status = 200, description = "已申请挂起", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/suspension_request")]
pub async fn ask_event_suspension(
    step: Taken<TriageEvent>,
    body: Body<SuspensionRequestBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (until, reason) = body.0.parse()?;
    Ok(shown(&step.see, actions::ask_suspension(&app.db, step.by, step.at, until, reason).await?))
}

/// 批准挂起;申请人不能自己批准。Lets it rest until the day that was asked for.
#[utoipa::path(
    operation_id = "suspend_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = WordsBody,
    responses((status = 200, description = "已挂起", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/suspension")]
pub async fn suspend_event(
    step: Taken<ApproveEvent>,
    body: Body<WordsBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::suspend(&app.db, step.by, step.at, note).await?))
}

/// 恢复办理。Goes on where it was suspended.
#[utoipa::path(
    operation_id = "resume_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = WordsBody,
    responses((status = 200, description = "已恢复办理", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/resumption")]
pub async fn resume_event(
    step: Taken<TriageEvent>,
    body: Body<WordsBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::resume(&app.db, step.by, step.at, note).await?))
}

/// 承办人申请延期,不超过原期限,仅一次。Asks for more time.
#[utoipa::path(
    operation_id = "ask_event_extension",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ExtensionRequestBody,
    responses((status = 200, description = "已申请延期", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/extension_request")]
pub async fn ask_event_extension(
    step: Taken<HandleEvent>,
    body: Body<ExtensionRequestBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (amount, reason) = body.0.parse()?;
    Ok(shown(&step.see, actions::ask_extension(&app.db, step.by, step.at, amount, reason).await?))
}

/// 批准延期;申请人不能自己批准。Gives the time that was asked for.
#[utoipa::path(
    operation_id = "extend_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = WordsBody,
    responses((status = 200, description = "已延期", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/extension")]
pub async fn extend_event(
    step: Taken<ApproveEvent>,
    body: Body<WordsBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::extend(&app.db, step.by, step.at, note).await?))
}

/// 不批准挂起或延期的申请。Does not grant what was asked for.
#[utoipa::path(
    operation_id = "deny_event_request",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ReasonBody,
    responses((status = 200, description = "未批准", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/request_denial")]
pub async fn deny_event_request(
    step: Taken<ApproveEvent>,
    body: Body<ReasonBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let reason = body.0.parse()?;
    Ok(shown(&step.see, actions::deny(&app.db, step.by, step.at, reason).await?))
}
