//! Whether an event is ours: accepted, returned, refused, put right at once, or turned into something else.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::RemarkBody;
use crate::features::cases::Intake;
use crate::features::events::actions::{self, Conversion};
use crate::features::events::model::Event;
use crate::features::events::wire::{
    AcceptanceBody, ConversionBody, EventView, RejectionBody, ReturnBody, SelfHandlingBody, WordsBody,
    supplement,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{
    AcceptEvent, ConvertEvent, RegisterDispute, ReportEvent, ReportHazard, SelfHandleEvent, TriageEvent,
};
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};
/// 受理事件;上报时只填了村(社区)的,须确定网格。Accepts the event.
#[utoipa::path(
    operation_id = "accept_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = AcceptanceBody,
    responses((status = 200, description = "已受理", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/acceptance")]
pub async fn accept_event(
    step: Taken<AcceptEvent>,
    body: Body<AcceptanceBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (grid, note) = body.0.parse()?;
    Ok(shown(&step.see, actions::accept(&app.db, step.by, step.at, grid, note).await?))
}

/// 退回上报人补充。Gives it back to the reporter for more.
#[utoipa::path(
    operation_id = "return_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ReturnBody,
    responses((status = 200, description = "已退回补充", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/return")]
pub async fn return_event(
    step: Taken<TriageEvent>,
    body: Body<ReturnBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::return_to_reporter(&app.db, step.by, step.at, note).await?))
}

/// 上报人补充后再报;须写明情况或附照片。The reporter adds what was asked for.
#[utoipa::path(
    operation_id = "supplement_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "已补充", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/supplement")]
pub async fn supplement_event(
    step: Taken<ReportEvent>,
    body: Body<RemarkBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let remark = supplement(body.0)?;
    Ok(shown(&step.see, actions::supplement(&app.db, step.by, step.at, remark).await?))
}

/// 不予受理,告知上报人原因和应向哪个单位反映。Refuses it and names the right office.
#[utoipa::path(
    operation_id = "reject_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = RejectionBody,
    responses((status = 200, description = "已不予受理", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/rejection")]
pub async fn reject_event(
    step: Taken<TriageEvent>,
    body: Body<RejectionBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let refusal = body.0.parse()?;
    Ok(shown(&step.see, actions::reject(&app.db, step.by, step.at, refusal).await?))
}

/// 上报人在受理前撤回。The reporter takes it back before it is accepted.
#[utoipa::path(
    operation_id = "withdraw_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = WordsBody,
    responses((status = 200, description = "已撤回", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/withdrawal")]
pub async fn withdraw_event(
    step: Taken<ReportEvent>,
    body: Body<WordsBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::withdraw(&app.db, step.by, step.at, note).await?))
}

/// 自办自结;须有处理前后照片,特急事件除外。Puts it right at once and closes it.
#[utoipa::path(
    operation_id = "self_handle_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = SelfHandlingBody,
    responses((status = 200, description = "已自办自结", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/self_handling")]
pub async fn self_handle_event(
    step: Taken<SelfHandleEvent>,
    body: Body<SelfHandlingBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (before, remark) = body.0.parse()?;
    Ok(shown(&step.see, actions::self_handle(&app.db, step.by, step.at, before, remark).await?))
}

/// 转为安全隐患或矛盾纠纷:同时立新案卷、结案并告知上报人。Turns it into the hazard or dispute that it really is.
#[utoipa::path(
    operation_id = "convert_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = ConversionBody,
    responses((status = 200, description = "已转为其他案卷,见 became", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/conversion")]
pub async fn convert_event(
    step: Taken<ConvertEvent>,
    reports: Granted<ReportHazard>,
    registers: Granted<RegisterDispute>,
    body: Body<ConversionBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Versioned<EventView>> {
    let (to, note) = body.0.parse()?;
    let by = Conversion { by: step.by, reports, registers };
    Ok(shown(&step.see, actions::convert(&app.db, &intake, by, step.at, to, note).await?))
}
