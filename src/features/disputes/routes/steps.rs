//! The steps of the procedure, each a POST to a noun under the dispute.

use actix_web::post;
use actix_web::web::Data;

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::features::attachments::RemarkBody;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    AcceptanceBody, AgreementBody, ArchiveBody, ConsentBody, DisputeView, MediationBody, PerformanceBody,
    RefusalBody, UnsettledBody, WithdrawalBody,
};
use crate::platform::access::policy::{AcceptDispute, Mediate};
use crate::platform::web::{App, Body, Errors, IfMatch};

/// 征询当事人意愿,可补登当事人;拒绝也要登记。Writes down what the parties say, also a refusal.
#[utoipa::path(
    operation_id = "ask_parties",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ConsentBody,
    responses((status = 200, description = "已登记答复", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/consents")]
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
#[post("/api/v1/disputes/{id}/acceptance")]
pub async fn accept_dispute(step: Taken<AcceptDispute>, body: Body<AcceptanceBody>, app: Data<App>) -> Shown {
    let (answers, level, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::accept(&app, step.by, step.at, answers, level, remark).await?)
}

/// 开始调解;调解员应在本地任职,且不是本件当事人。Begins mediation.
#[utoipa::path(
    operation_id = "start_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = MediationBody,
    responses((status = 200, description = "调解中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/mediation")]
pub async fn start_mediation(step: Taken<Mediate>, body: Body<MediationBody>, app: Data<App>) -> Shown {
    let (mediator, mode, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::mediate(&app, step.by, step.at, mediator, mode, remark).await?)
}

/// 登记调解协议。Writes down what was agreed.
#[utoipa::path(
    operation_id = "record_agreement",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = AgreementBody,
    responses((status = 200, description = "已达成协议", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/agreement")]
pub async fn record_agreement(step: Taken<Mediate>, body: Body<AgreementBody>, app: Data<App>) -> Shown {
    let (settlement, papers, remark) = body.0.parse(app.clock.now().local_date(), &app.vault)?;
    shown(&step.see, &app, actions::agree(&app, step.by, step.at, settlement, papers, remark).await?)
}

/// 开始履行。Performance has begun.
#[utoipa::path(
    operation_id = "start_performance",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "履行中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/performance")]
pub async fn start_performance(step: Taken<Mediate>, body: Body<RemarkBody>, app: Data<App>) -> Shown {
    shown(&step.see, &app, actions::begin_performance(&app, step.by, step.at, body.0.parse()?).await?)
}

/// 履行完毕并回访。Performed, and the parties were visited.
#[utoipa::path(
    operation_id = "confirm_performance",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = PerformanceBody,
    responses((status = 200, description = "已履行", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/fulfilment")]
pub async fn confirm_performance(step: Taken<Mediate>, body: Body<PerformanceBody>, app: Data<App>) -> Shown {
    let (performance, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::fulfil(&app, step.by, step.at, performance, remark).await?)
}

/// 调解不成;须告知其他救济途径。Ends mediation without an agreement.
#[utoipa::path(
    operation_id = "fail_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "调解不成", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/failure")]
pub async fn fail_mediation(step: Taken<Mediate>, body: Body<UnsettledBody>, app: Data<App>) -> Shown {
    let (failure, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::fail(&app, step.by, step.at, failure, remark).await?)
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
#[post("/api/v1/disputes/{id}/refusal")]
pub async fn refuse_mediation(step: Taken<Mediate>, body: Body<RefusalBody>, app: Data<App>) -> Shown {
    let (answers, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::refuse(&app, step.by, step.at, answers, remark).await?)
}

/// 登记撤回调解申请或终止调解的要求。Ends it because mediation is not wanted any more.
#[utoipa::path(
    operation_id = "withdraw_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = WithdrawalBody,
    responses((status = 200, description = "已撤回", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/withdrawal")]
pub async fn withdraw_dispute(step: Taken<Mediate>, body: Body<WithdrawalBody>, app: Data<App>) -> Shown {
    let (withdrawal, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::withdraw(&app, step.by, step.at, withdrawal, remark).await?)
}

/// 登记违约;须告知当事人可以起诉。The agreement was not kept.
#[utoipa::path(
    operation_id = "record_breach",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "已登记违约", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/breach")]
pub async fn record_breach(step: Taken<Mediate>, body: Body<UnsettledBody>, app: Data<App>) -> Shown {
    let (breach, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::breach(&app, step.by, step.at, breach, remark).await?)
}

/// 归档;卷内须有登记、记录和协议。Puts the file away.
#[utoipa::path(
    operation_id = "archive_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ArchiveBody,
    responses((status = 200, description = "已归档", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/archive")]
pub async fn archive_dispute(step: Taken<Mediate>, body: Body<ArchiveBody>, app: Data<App>) -> Shown {
    let (no, papers, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::archive(&app, step.by, step.at, no, papers, remark).await?)
}
