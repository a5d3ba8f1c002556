//! HTTP: grant, input, one action, answer.

mod agreement;
mod beginning;
mod court;
mod mediation;
mod performance;
mod reveal;
mod violence;

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::actions::{self, DisputeFile};
use super::model::Dispute;
use super::wire::{DisputeBody, DisputeView};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, PhotoView};
use crate::features::cases::{self, CaseKind, CaseSummary, Intake};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{RegisterDispute, SeeCases};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "矛盾纠纷 Disputes";

/// A step in a dispute, answered as whoever takes it sees the case.
type Taken<P> = Step<P, SeeCases, Dispute>;

/// A dispute as it is now.
type Shown = Result<Versioned<DisputeView>>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(register_dispute).of_one("/api/v1/disputes/{id}", |dispute| {
        dispute
            .service(get_dispute)
            .service(list_dispute_timeline)
            .service(list_dispute_photos)
            .service(list_recurrences)
            .service(reveal::reveal_dispute)
            .service(reveal::reveal_dispute_paper)
            .service(beginning::ask_parties)
            .service(beginning::accept_dispute)
            .service(beginning::refuse_mediation)
            .service(beginning::withdraw_dispute)
            .service(mediation::start_mediation)
            .service(mediation::replace_mediators)
            .service(mediation::record_session)
            .service(mediation::list_sessions)
            .service(mediation::extend_mediation)
            .service(mediation::fail_mediation)
            .service(mediation::transfer_dispute)
            .service(agreement::draft_agreement)
            .service(agreement::get_draft)
            .service(agreement::print_draft)
            .service(agreement::record_agreement)
            .service(court::apply_for_confirmation)
            .service(court::record_court_decision)
            .service(performance::start_performance)
            .service(performance::check_performance)
            .service(performance::list_performance_checks)
            .service(performance::confirm_performance)
            .service(performance::record_breach)
            .service(violence::raise_violence_risk)
            .service(violence::report_to_police)
            .service(violence::list_police_reports)
            .service(violence::clear_violence_risk)
            .service(performance::archive_dispute);
    });
}

/// What a step answers: the dispute as it is now.
fn shown(see: &Granted<SeeCases>, app: &App, dispute: DisputeFile) -> Shown {
    let (version, missing) = (dispute.file.version, dispute.file.awaited().len());
    Ok(Versioned::new(version, DisputeView::of(dispute, see, &app.vault)?).missing(missing))
}

/// 登记矛盾纠纷;重发同一编号返回同一记录。Registers a dispute; a resend answers the same record.
#[utoipa::path(
    operation_id = "register_dispute",
    tag = TAG,
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
    intake: Data<Intake>,
) -> Result<Created<DisputeView>> {
    let registration = body.0.parse(by.actor(), app.clock.now(), &app.vault)?;
    let (new, dispute) = actions::register(&app.db, &intake, by, registration).await?;
    let version = dispute.file.version;
    let view = DisputeView::of(dispute, &see, &app.vault)?;
    Ok(Created::made(new, format!("/api/v1/disputes/{}", view.id), version, view))
}

/// 查看一件纠纷;当事人姓名、电话已脱敏。Reads one dispute with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses(
        (status = 200, description = "纠纷", body = DisputeView),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_dispute(by: Granted<SeeCases>, id: PathId<Dispute>, app: Data<App>) -> Shown {
    let dispute = actions::read(&app.db, by.clone(), id.0).await?;
    shown(&by, &app, dispute)
}

/// 纠纷的办理经过。Lists who did what to the dispute, oldest first.
#[utoipa::path(
    operation_id = "list_dispute_timeline",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "办理经过,最早的在前", body = Vec<EntryView>), Errors),
    security(("bearer" = []))
)]
#[get("/timeline")]
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
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "照片", body = Vec<PhotoView>), Errors),
    security(("bearer" = []))
)]
#[get("/photos")]
pub async fn list_dispute_photos(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<PhotoView>>> {
    Ok(Json(attachments::photos_of(&app.db, by, CaseKind::Dispute, id.0.same_as()).await?))
}

/// 相同当事人 180 天内的其他纠纷;只列案卷,不作评价。Lists other disputes of the same parties within 180 days.
#[utoipa::path(
    operation_id = "list_recurrences",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "其他纠纷,最近的在前", body = Vec<CaseSummary>), Errors),
    security(("bearer" = []))
)]
#[get("/recurrences")]
pub async fn list_recurrences(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<CaseSummary>>> {
    Ok(Json(actions::recurrences(&app.db, by, id.0).await?))
}
