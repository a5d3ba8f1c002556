//! Judicial confirmation.

use actix_web::post;
use actix_web::web::Data;

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{ApplicationBody, DecisionBody, DisputeView};
use crate::platform::access::policy::Mediate;
use crate::platform::web::{App, Body, Errors, IfMatch};

/// 登记双方当事人共同申请司法确认;须在协议生效之日起三十日内。Writes down that both parties asked a court to confirm their agreement.
#[utoipa::path(
    operation_id = "apply_for_confirmation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ApplicationBody,
    responses((status = 200, description = "已登记申请", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/confirmation")]
pub async fn apply_for_confirmation(
    step: Taken<Mediate>,
    body: Body<ApplicationBody>,
    app: Data<App>,
) -> Shown {
    let (application, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::ask_court(&app, step.by, step.at, application, remark).await?)
}

/// 登记司法确认的结果。Writes down what the court said.
#[utoipa::path(
    operation_id = "record_court_decision",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = DecisionBody,
    responses((status = 200, description = "已登记结果", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/court_decision")]
pub async fn record_court_decision(step: Taken<Mediate>, body: Body<DecisionBody>, app: Data<App>) -> Shown {
    let (decision, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::record_decision(&app, step.by, step.at, decision, remark).await?)
}
