//! HTTP: grant, input, one action, answer.

mod asides;
mod steps;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};

use super::model::{Hazard, HazardFile};
use super::wire::{
    HazardBody, HazardQuery, HazardRevealBody, HazardSummary, HazardView, RevealedHazard, RevealedReporter,
};
use super::{actions, anonymous, reveal};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, PhotoView};
use crate::features::cases::{self, CaseKind, Intake};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{ReportHazard, RevealPersonal, RevealReporter, SeeCases};
use crate::platform::web::{App, Body, Created, Errors, LogLine, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "安全隐患 Hazards";

/// A step on a hazard, answered as whoever takes it sees the case.
type Taken<P> = Step<P, SeeCases, Hazard>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(report_hazard).service(list_hazards).of_one("/api/v1/hazards/{id}", |hazard| {
        hazard
            .service(get_hazard)
            .service(list_hazard_timeline)
            .service(list_hazard_photos)
            .service(reveal_hazard)
            .service(reveal_hazard_paper)
            .service(reveal_hazard_reporter)
            .service(steps::grade_hazard)
            .service(steps::dismiss_hazard)
            .service(steps::fix_hazard_on_spot)
            .service(steps::order_rectification)
            .service(steps::start_rectification)
            .service(steps::submit_rectification)
            .service(steps::reinspect_hazard)
            .service(asides::extend_rectification)
            .service(asides::supervise_hazard)
            .service(asides::transfer_hazard)
            .service(asides::take_hazard_back)
            .service(asides::reward_hazard_report);
    });
}

/// What a step answers: the hazard as it is now.
fn shown(see: &Granted<SeeCases>, app: &App, hazard: HazardFile) -> Result<Versioned<HazardView>> {
    let (version, missing) = (hazard.file.version, hazard.file.awaited().len());
    Ok(Versioned::new(version, HazardView::of(hazard, see, app)?).missing(missing))
}

/// 上报安全隐患;重发同一编号返回同一记录。可匿名:除审计人员说明用途后查看外,任何人不知道是谁上报,上报人仍可查看结果。
/// Reports a hazard; a resend answers the same record.
#[utoipa::path(
    operation_id = "report_hazard",
    tag = TAG,
    request_body = HazardBody,
    responses(
        (status = 201, description = "已上报", body = HazardView),
        (status = 200, description = "此前已上报,返回同一记录", body = HazardView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards")]
pub async fn report_hazard(
    by: Granted<ReportHazard>,
    see: Granted<SeeCases>,
    line: LogLine,
    body: Body<HazardBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Created<HazardView>> {
    let (by, reporter_sealed) = match body.0.anonymous {
        true => anonymous::hide(&line, by, &app.vault).map(|(by, sealed)| (by, Some(sealed)))?,
        false => (by, None),
    };
    let report = body.0.parse(by.actor(), reporter_sealed, app.clock.now(), &app.vault)?;
    let (new, hazard) = actions::report(&app.db, &intake, by, report).await?;
    let version = hazard.file.version;
    let view = HazardView::of(hazard, &see, &app)?;
    Ok(Created::made(new, format!("/api/v1/hazards/{}", view.id), version, view))
}

/// 隐患清单:挂牌督办的,或某一场所的;最新的在前。Lists hazards that are supervised, or at one place.
#[utoipa::path(
    operation_id = "list_hazards",
    tag = TAG,
    params(HazardQuery),
    responses((status = 200, description = "一页隐患,最新的在前", body = inline(Page<HazardSummary>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/hazards")]
pub async fn list_hazards(
    by: Granted<SeeCases>,
    query: Query<HazardQuery>,
    app: Data<App>,
) -> Result<Json<Page<HazardSummary>>> {
    let (listing, area, page) = query.into_inner().parse()?;
    let page = actions::list(&app.db, by, area, listing, page).await?;
    Ok(Json(page.map(HazardSummary::from)))
}

/// 查看一件隐患。Reads one hazard with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    responses((status = 200, description = "隐患", body = HazardView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_hazard(
    by: Granted<SeeCases>,
    id: PathId<Hazard>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let hazard = actions::read(&app.db, by.clone(), id.0).await?;
    shown(&by, &app, hazard)
}

/// 隐患的办理经过。Lists who did what to the hazard, oldest first.
#[utoipa::path(
    operation_id = "list_hazard_timeline",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    responses((status = 200, description = "办理经过,最早的在前", body = Vec<EntryView>), Errors),
    security(("bearer" = []))
)]
#[get("/timeline")]
pub async fn list_hazard_timeline(
    by: Granted<SeeCases>,
    id: PathId<Hazard>,
    app: Data<App>,
) -> Result<Json<Vec<EntryView>>> {
    Ok(Json(cases::timeline_of(&app.db, by, CaseKind::Hazard, id.0.same_as()).await?))
}

/// 隐患的照片。Lists the photos of the hazard.
#[utoipa::path(
    operation_id = "list_hazard_photos",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    responses((status = 200, description = "照片", body = Vec<PhotoView>), Errors),
    security(("bearer" = []))
)]
#[get("/photos")]
pub async fn list_hazard_photos(
    by: Granted<SeeCases>,
    id: PathId<Hazard>,
    app: Data<App>,
) -> Result<Json<Vec<PhotoView>>> {
    Ok(Json(attachments::photos_of(&app.db, by, CaseKind::Hazard, id.0.same_as()).await?))
}

/// 查看整改责任人明文和移交材料;须说明用途并记入审计。Shows personal data in plain text, for a purpose.
#[utoipa::path(
    operation_id = "reveal_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    request_body = HazardRevealBody,
    responses((status = 200, description = "明文", body = RevealedHazard), Errors),
    security(("bearer" = []))
)]
#[post("/reveal")]
pub async fn reveal_hazard(
    by: Granted<RevealPersonal>,
    id: PathId<Hazard>,
    body: Body<HazardRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedHazard>> {
    let purpose = body.0.parse()?;
    Ok(Json(reveal::reveal(&app.db, app.vault.clone(), by, id.0, purpose).await?.into()))
}

/// 查看移交材料的照片;须说明用途并记入审计。Shows a photo of a paper, for a purpose.
#[utoipa::path(
    operation_id = "reveal_hazard_paper",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), ("paper" = Id<Photo>, Path, description = "移交材料的编号,见明文的 papers")),
    request_body = HazardRevealBody,
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/papers/{paper}/reveal")]
pub async fn reveal_hazard_paper(
    by: Granted<RevealPersonal>,
    path: Path<(Id<Hazard>, Id<Photo>)>,
    body: Body<HazardRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let ((id, paper), purpose) = (path.into_inner(), body.0.parse()?);
    reveal::reveal_paper(&app.db, by, id, paper, purpose).await?.answer(&app.blobs).await
}

/// 查看上报人(含匿名上报);仅审计人员,须说明用途并记入审计。Shows auditors who reported it, for a purpose.
#[utoipa::path(
    operation_id = "reveal_hazard_reporter",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    request_body = HazardRevealBody,
    responses((status = 200, description = "上报人", body = RevealedReporter), Errors),
    security(("bearer" = []))
)]
#[post("/reporter/reveal")]
pub async fn reveal_hazard_reporter(
    by: Granted<RevealReporter>,
    id: PathId<Hazard>,
    body: Body<HazardRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedReporter>> {
    let purpose = body.0.parse()?;
    let reporter = anonymous::reveal(&app.db, app.vault.clone(), by, id.0, purpose).await?;
    Ok(Json(RevealedReporter { reporter }))
}
