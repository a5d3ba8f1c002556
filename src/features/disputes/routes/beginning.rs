//! Whether it is mediated at all: asked, accepted, refused, withdrawn.

use actix_web::post;
use actix_web::web::Data;

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    AcceptanceBody, ConsentBody, DisputeView, RefusalBody, WithdrawalBody,
};
use crate::platform::access::policy::{AcceptDispute, Mediate, WithdrawDispute};
use crate::platform::web::{App, Body, Errors, IfMatch};

/// 征询当事人意愿,可补登当事人;拒绝也要登记,有拒绝在案不得调解。Writes down what the parties say, also a refusal.
#[utoipa::path(
    operation_id = "ask_parties",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ConsentBody,
    responses((status = 200, description = "已登记答复", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/consents")]
pub async fn ask_parties(step: Taken<AcceptDispute>, body: Body<ConsentBody>, app: Data<App>) -> Shown {
    let (hearing, remark) = body.0.parse(&app.vault)?;
    shown(&step.see, &app, actions::ask(&app, step.by, step.at, hearing, remark).await?)
}

/// 受理;有当事人明确拒绝的不得调解。Accepts it for mediation when both sides want that.
#[utoipa::path(
    operation_id = "accept_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = AcceptanceBody,
    responses((status = 200, description = "已受理", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/acceptance")]
pub async fn accept_dispute(step: Taken<AcceptDispute>, body: Body<AcceptanceBody>, app: Data<App>) -> Shown {
    let (answers, judgement, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::accept(&app, step.by, step.at, answers, judgement, remark).await?)
}

/// 登记当事人明确拒绝调解;此后不得再调解。Ends it because a party refuses clearly.
#[utoipa::path(
    operation_id = "refuse_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = RefusalBody,
    responses((status = 200, description = "已登记拒绝", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/refusal")]
pub async fn refuse_mediation(step: Taken<Mediate>, body: Body<RefusalBody>, app: Data<App>) -> Shown {
    let (answers, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::refuse(&app, step.by, step.at, answers, remark).await?)
}

/// 登记撤回调解申请或终止调解的要求;居民可撤回本人登记、尚未受理的纠纷。Ends it because mediation is not wanted any more.
#[utoipa::path(
    operation_id = "withdraw_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = WithdrawalBody,
    responses((status = 200, description = "已撤回", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/withdrawal")]
pub async fn withdraw_dispute(
    step: Taken<WithdrawDispute>,
    body: Body<WithdrawalBody>,
    app: Data<App>,
) -> Shown {
    let (withdrawal, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::withdraw(&app, step.by, step.at, withdrawal, remark).await?)
}
