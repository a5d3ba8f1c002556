//! HTTP: grant, input, one action, answer.

use actix_web::web::{Data, Json};
use actix_web::{get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, At, DisputeFile};
use super::model::Dispute;
use super::reveal;
use super::wire::{
    AcceptanceBody, AgreementBody, ArchiveBody, ConsentBody, DisputeBody, DisputeRevealBody, DisputeView,
    FailureBody, MediationBody, PerformanceBody, RevealedDispute,
};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, PhotoView, RemarkBody};
use crate::features::cases::{self, CaseKind, Numbers};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcceptDispute, Mediate, RegisterDispute, RevealPersonal, SeeCases};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, PathId, Versioned};

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(register_dispute)
        .service(get_dispute)
        .service(list_dispute_timeline)
        .service(list_dispute_photos)
        .service(reveal_dispute)
        .service(ask_parties)
        .service(accept_dispute)
        .service(start_mediation)
        .service(record_agreement)
        .service(start_performance)
        .service(confirm_performance)
        .service(fail_mediation)
        .service(archive_dispute);
}

/// What a step answers: the dispute as it is now.
fn shown(see: &Granted<SeeCases>, app: &App, dispute: DisputeFile) -> Result<Versioned<DisputeView>> {
    Ok(Versioned::new(dispute.file.version, DisputeView::of(dispute, see, &app.vault)?))
}

/// 登记矛盾纠纷;重发同一编号返回同一记录。Registers a dispute; a resend answers the same record.
#[utoipa::path(
    operation_id = "register_dispute",
    tag = "矛盾纠纷 Disputes",
    request_body = DisputeBody,
    responses(
        (status = 201, description = "已登记", body = DisputeView),
        (status = 200, description = "此前已登记,返回同一记录", body = DisputeView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes")]
pub async fn register_dispute(
    by: Granted<RegisterDispute>,
    see: Granted<SeeCases>,
    body: Body<DisputeBody>,
    app: Data<App>,
    numbers: Data<Numbers>,
) -> Result<Created<DisputeView>> {
    let registration = body.0.parse(by.actor(), app.clock.now(), &app.vault)?;
    let (new, dispute) = actions::register(&app.db, &numbers, by, registration).await?;
    let version = dispute.file.version;
    let view = DisputeView::of(dispute, &see, &app.vault)?;
    let location = format!("/api/v1/disputes/{}", view.id);
    Ok(if new { Created::at(location, version, view) } else { Created::again(location, version, view) })
}

/// 查看一件纠纷;当事人姓名、电话已脱敏。Reads one dispute with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_dispute",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path)),
    responses(
        (status = 200, description = "纠纷", body = DisputeView),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/disputes/{id}")]
pub async fn get_dispute(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let dispute = actions::read(&app.db, by.clone(), id.0).await?;
    shown(&by, &app, dispute)
}

/// 纠纷的办理经过。Lists who did what to the dispute, oldest first.
#[utoipa::path(
    operation_id = "list_dispute_timeline",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "办理经过,最早的在前", body = Vec<EntryView>), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/disputes/{id}/timeline")]
pub async fn list_dispute_timeline(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<EntryView>>> {
    Ok(Json(cases::timeline_of(&app.db, by, CaseKind::Dispute, id.0.same_as()).await?))
}

/// 纠纷的照片。Lists the photos of the dispute.
#[utoipa::path(
    operation_id = "list_dispute_photos",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "照片", body = Vec<PhotoView>), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/disputes/{id}/photos")]
pub async fn list_dispute_photos(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<PhotoView>>> {
    let see = by.clone();
    actions::read(&app.db, by, id.0).await?;
    let photos = app.db.read(move |c| attachments::of_case(c, see.scope(), id.0.uuid())).await?;
    Ok(Json(photos))
}

/// 查看当事人或协议明文;须说明用途并记入审计。Shows personal data in plain text, for a purpose.
#[utoipa::path(
    operation_id = "reveal_dispute",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path)),
    request_body = DisputeRevealBody,
    responses((status = 200, description = "明文", body = RevealedDispute), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/reveal")]
pub async fn reveal_dispute(
    by: Granted<RevealPersonal>,
    id: PathId<Dispute>,
    body: Body<DisputeRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedDispute>> {
    let request = body.0.parse()?;
    let revealed = reveal::reveal(&app.db, app.vault.clone(), by, id.0, request).await?;
    Ok(Json(revealed.into()))
}

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
    shown(&see, &app, actions::ask(&app.db, by, at, hearing, remark).await?)
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
    shown(&see, &app, actions::accept(&app.db, by, at, answers, level, remark).await?)
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
    let vault = app.vault.clone();
    shown(&see, &app, actions::mediate(&app.db, vault, by, at, mediator, mode, remark).await?)
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
    let (settlement, remark) = body.0.parse(app.clock.now().local_date(), &app.vault)?;
    shown(&see, &app, actions::agree(&app.db, by, at, settlement, remark).await?)
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
    shown(&see, &app, actions::perform(&app.db, by, at, body.0.parse()?).await?)
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
    shown(&see, &app, actions::fulfil(&app.db, by, at, performance, remark).await?)
}

/// 调解不成;须告知其他救济途径。Ends mediation without an agreement.
#[utoipa::path(
    operation_id = "fail_mediation",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = FailureBody,
    responses((status = 200, description = "调解不成", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/failure")]
pub async fn fail_mediation(
    by: Granted<Mediate>,
    see: Granted<SeeCases>,
    id: PathId<Dispute>,
    version: IfMatch,
    body: Body<FailureBody>,
    app: Data<App>,
) -> Result<Versioned<DisputeView>> {
    let at = At { id: id.0, version: version.0 };
    let (failure, remark) = body.0.parse()?;
    shown(&see, &app, actions::fail(&app.db, by, at, failure, remark).await?)
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
    shown(&see, &app, actions::archive(&app.db, by, at, no, papers, remark).await?)
}
