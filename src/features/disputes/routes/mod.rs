//! HTTP: grant, input, one action, answer.

mod steps;

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, get, post};

use super::actions::{self, DisputeFile};
use super::model::Dispute;
use super::reveal;
use super::wire::{DisputeBody, DisputeRevealBody, DisputeView, PaperRevealBody, RevealedDispute};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, PhotoView};
use crate::features::cases::{self, CaseKind, Numbers};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{RegisterDispute, RevealPersonal, SeeCases};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId, Versioned};

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(register_dispute)
        .service(get_dispute)
        .service(list_dispute_timeline)
        .service(list_dispute_photos)
        .service(reveal_dispute)
        .service(reveal_dispute_paper)
        .service(steps::ask_parties)
        .service(steps::accept_dispute)
        .service(steps::start_mediation)
        .service(steps::record_agreement)
        .service(steps::start_performance)
        .service(steps::confirm_performance)
        .service(steps::fail_mediation)
        .service(steps::refuse_mediation)
        .service(steps::withdraw_dispute)
        .service(steps::record_breach)
        .service(steps::archive_dispute);
}

/// What a step answers: the dispute as it is now.
fn shown(see: &Granted<SeeCases>, app: &App, dispute: DisputeFile) -> Result<Versioned<DisputeView>> {
    let (version, missing) = (dispute.file.version, dispute.file.awaited().len());
    Ok(Versioned::new(version, DisputeView::of(dispute, see, &app.vault)?).missing(missing))
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

/// 纠纷的照片,不含协议原件。Lists the photos of the dispute; papers are not among them.
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
    Ok(Json(attachments::photos_of(&app.db, by, CaseKind::Dispute, id.0.same_as()).await?))
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

/// 查看协议原件的照片;须说明用途并记入审计。Shows a photo of the signed paper, for a purpose.
#[utoipa::path(
    operation_id = "reveal_dispute_paper",
    tag = "矛盾纠纷 Disputes",
    params(("id" = Id<Dispute>, Path), ("paper" = Id<Photo>, Path, description = "协议原件的编号,见协议明文的 papers")),
    request_body = PaperRevealBody,
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/disputes/{id}/papers/{paper}/reveal")]
pub async fn reveal_dispute_paper(
    by: Granted<RevealPersonal>,
    path: Path<(Id<Dispute>, Id<Photo>)>,
    body: Body<PaperRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let ((id, paper), purpose) = (path.into_inner(), body.0.parse()?);
    reveal::reveal_paper(&app.db, by, id, paper, purpose).await?.answer(&app.blobs).await
}
