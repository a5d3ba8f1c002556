//! The steps of the procedure, each a POST to a noun under the dispute.

use actix_web::post;
use actix_web::web::Data;

use super::shown;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::RemarkBody;
use crate::features::disputes::actions::{self, At};
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    AcceptanceBody, AgreementBody, ArchiveBody, ConsentBody, DisputeView, MediationBody, PerformanceBody,
    RefusalBody, UnsettledBody, WithdrawalBody,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcceptDispute, Mediate, SeeCases};
use crate::platform::web::{App, Body, Errors, IfMatch, PathId, Versioned};

/// 征询当事人意愿,可补登当事人;拒绝也要登记。Writes down what the parties say, also a refusal.
#[utoipa::path(
    operation_id = "ask_parties",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ConsentBody,
    responses((status = 200, description = "已登记答复", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/consents")]
pub async fn ask_parties(
    by: Granted<AcceptDispute>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<ConsentBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (hearing, remark) = body.0.parse(&app.vault)?;
    shown(&see, &app, actions::ask(&app, by, at, hearing, remark).await?)
}

/// 受理;有当事人明确拒绝的不得调解。Accepts it for mediation when both sides want that.
#[utoipa::path(
    operation_id = "accept_dispute",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = AcceptanceBody,
    responses((status = 200, description = "已受理", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/acceptance")]
pub async fn accept_dispute(
    by: Granted<AcceptDispute>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<AcceptanceBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (answers, level, remark) = body.0.parse()?;
    shown(&see, &app, actions::accept(&app, by, at, answers, level, remark).await?)
}

/// 开始调解;调解员应在本地任职,且不是本件当事人。Begins mediation.
#[utoipa::path(
    operation_id = "start_mediation",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = MediationBody,
    responses((status = 200, description = "调解中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/mediation")]
pub async fn start_mediation(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<MediationBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (mediator, mode, remark) = body.0.parse()?;
    shown(&see, &app, actions::mediate(&app, by, at, mediator, mode, remark).await?)
}

/// 登记调解协议。Writes down what was agreed.
#[utoipa::path(
    operation_id = "record_agreement",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = AgreementBody,
    responses((status = 200, description = "已达成协议", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/agreement")]
pub async fn record_agreement(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<AgreementBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (settlement, papers, remark) = body.0.parse(app.clock.now().local_date(), &app.vault)?;
    shown(&see, &app, actions::agree(&app, by, at, settlement, papers, remark).await?)
}

/// 开始履行。Performance has begun.
#[utoipa::path(
    operation_id = "start_performance",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "履行中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/performance")]
pub async fn start_performance(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<RemarkBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    shown(&see, &app, actions::begin_performance(&app, by, at, body.0.parse()?).await?)
}

/// 履行完毕并回访。Performed, and the parties were visited.
#[utoipa::path(
    operation_id = "confirm_performance",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = PerformanceBody,
    responses((status = 200, description = "已履行", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/fulfilment")]
pub async fn confirm_performance(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<PerformanceBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (performance, remark) = body.0.parse()?;
    shown(&see, &app, actions::fulfil(&app, by, at, performance, remark).await?)
}

/// 调解不成;须告知其他救济途径。Ends mediation without an agreement.
#[utoipa::path(
    operation_id = "fail_mediation",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "调解不成", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/failure")]
pub async fn fail_mediation(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<UnsettledBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (failure, remark) = body.0.parse()?;
    shown(&see, &app, actions::fail(&app, by, at, failure, remark).await?)
}

/// 登记当事人明确拒绝调解;此后不得再调解。Ends it because a party refuses clearly.
#[utoipa::path(
    operation_id = "refuse_mediation",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = RefusalBody,
    responses((status = 200, description = "已登记拒绝", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/refusal")]
pub async fn refuse_mediation(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<RefusalBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (answers, remark) = body.0.parse()?;
    shown(&see, &app, actions::refuse(&app, by, at, answers, remark).await?)
}

/// 登记撤回调解申请或终止调解的要求。Ends it because mediation is not wanted any more.
#[utoipa::path(
    operation_id = "withdraw_dispute",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = WithdrawalBody,
    responses((status = 200, description = "已撤回", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/withdrawal")]
pub async fn withdraw_dispute(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<WithdrawalBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (withdrawal, remark) = body.0.parse()?;
    shown(&see, &app, actions::withdraw(&app, by, at, withdrawal, remark).await?)
}

/// 登记违约;须告知当事人可以起诉。The agreement was not kept.
#[utoipa::path(
    operation_id = "record_breach",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "已登记违约", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/breach")]
pub async fn record_breach(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<UnsettledBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (breach, remark) = body.0.parse()?;
    shown(&see, &app, actions::breach(&app, by, at, breach, remark).await?)
}

/// 归档;卷内须有登记、记录和协议。Puts the file away.
#[utoipa::path(
    operation_id = "archive_dispute",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ArchiveBody,
    responses((status = 200, description = "已归档", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/archive")]
pub async fn archive_dispute(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<ArchiveBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (no, papers, remark) = body.0.parse()?;
    shown(&see, &app, actions::archive(&app, by, at, no, papers, remark).await?)
}
