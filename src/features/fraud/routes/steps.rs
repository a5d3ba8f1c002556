//! The steps of a lead.

use actix_web::post;
use actix_web::web::Data;

use super::leads::TAG;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::fraud::actions::leads::{self as actions, Counted};
use crate::features::fraud::model::FraudLead;
use crate::features::fraud::wire::{
    CorrectLead, LeadAnswerBody, LeadDismissalBody, LeadForwardingBody, LeadRecord,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{AnswerLeads, HandleLeads, SeeLeads};
use crate::platform::web::{App, Body, Errors, IfMatch, Mount, Step, Versioned};

/// A step on a lead, answered as whoever takes it sees the lead.
type Taken<P> = Step<P, SeeLeads, FraudLead>;

/// Mounts the steps of leads.
pub fn routes_of_one(lead: &mut impl Mount) {
    lead.service(correct_fraud_lead)
        .service(forward_fraud_lead)
        .service(answer_fraud_lead)
        .service(dismiss_fraud_lead);
}

fn shown(see: &Granted<SeeLeads>, app: &App, lead: Counted) -> Result<Versioned<LeadRecord>> {
    Ok(Versioned::new(lead.row.version, LeadRecord::of(lead, see, &app.vault)?))
}

/// 更正尚未移送的线索。Writes a lead anew that has not gone to the police.
#[utoipa::path(
    operation_id = "correct_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path), IfMatch),
    request_body = CorrectLead,
    responses((status = 200, description = "已更正", body = LeadRecord), Errors),
    security(("bearer" = []))
)]
#[post("/correction")]
pub async fn correct_fraud_lead(
    step: Taken<HandleLeads>,
    body: Body<CorrectLead>,
    app: Data<App>,
) -> Result<Versioned<LeadRecord>> {
    let content = body.0.parse(app.clock.now())?;
    let by = (step.by, step.see.clone());
    shown(&step.see, &app, actions::correct(&app.db, app.vault.clone(), by, step.at, content).await?)
}

/// 移送公安机关;此后线索内容不再变化,告知上报人。Hands a lead to the police.
#[utoipa::path(
    operation_id = "forward_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path), IfMatch),
    request_body = LeadForwardingBody,
    responses((status = 200, description = "已移送", body = LeadRecord), Errors),
    security(("bearer" = []))
)]
#[post("/forwarding")]
pub async fn forward_fraud_lead(
    step: Taken<HandleLeads>,
    body: Body<LeadForwardingBody>,
    app: Data<App>,
) -> Result<Versioned<LeadRecord>> {
    let to = body.0.parse()?;
    let by = (step.by, step.see.clone());
    shown(&step.see, &app, actions::forward(&app.db, by, step.at, to).await?)
}

/// 登记公安机关的反馈,告知上报人;反馈为需补充情况的,可再次登记。Writes down what the police found.
#[utoipa::path(
    operation_id = "answer_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path), IfMatch),
    request_body = LeadAnswerBody,
    responses((status = 200, description = "已登记", body = LeadRecord), Errors),
    security(("bearer" = []))
)]
#[post("/answer")]
pub async fn answer_fraud_lead(
    step: Taken<AnswerLeads>,
    body: Body<LeadAnswerBody>,
    app: Data<App>,
) -> Result<Versioned<LeadRecord>> {
    let answer = body.0.parse()?;
    let by = (step.by, step.see.clone());
    shown(&step.see, &app, actions::answer(&app.db, by, step.at, answer).await?)
}

/// 不予移送:写明原因和给上报人的答复。Finds that a lead does not go to the police.
#[utoipa::path(
    operation_id = "dismiss_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path), IfMatch),
    request_body = LeadDismissalBody,
    responses((status = 200, description = "已决定不予移送", body = LeadRecord), Errors),
    security(("bearer" = []))
)]
#[post("/dismissal")]
pub async fn dismiss_fraud_lead(
    step: Taken<HandleLeads>,
    body: Body<LeadDismissalBody>,
    app: Data<App>,
) -> Result<Versioned<LeadRecord>> {
    let why = body.0.parse()?;
    let by = (step.by, step.see.clone());
    shown(&step.see, &app, actions::dismiss(&app.db, by, step.at, why).await?)
}
