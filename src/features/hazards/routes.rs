//! HTTP: grant, input, one action, answer.

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::actions::{self, HazardFile};
use super::model::Hazard;
use super::wire::{
    DismissalBody, GradingBody, HazardBody, HazardView, OrderBody, ReinspectionBody, SpotFixBody, evidence,
};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, PhotoView, RemarkBody};
use crate::features::cases::{self, CaseKind, Intake};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{
    DismissHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard, ReportHazard, SeeCases,
};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "安全隐患 Hazards";

/// A step on a hazard, answered as whoever takes it sees the case.
type Taken<P> = Step<P, SeeCases, Hazard>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(report_hazard)
        .service(get_hazard)
        .service(list_hazard_timeline)
        .service(list_hazard_photos)
        .service(grade_hazard)
        .service(dismiss_hazard)
        .service(fix_hazard_on_spot)
        .service(order_rectification)
        .service(start_rectification)
        .service(submit_rectification)
        .service(reinspect_hazard);
}

/// What a step answers: the hazard as it is now.
fn shown(see: &Granted<SeeCases>, app: &App, hazard: HazardFile) -> Result<Versioned<HazardView>> {
    let (version, missing) = (hazard.file.version, hazard.file.awaited().len());
    Ok(Versioned::new(version, HazardView::of(hazard, see, &app.vault)?).missing(missing))
}

/// 上报安全隐患;重发同一编号返回同一记录。Reports a hazard; a resend answers the same record.
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
    body: Body<HazardBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Created<HazardView>> {
    let report = body.0.parse(by.actor(), app.clock.now())?;
    let (new, hazard) = actions::report(&app.db, &intake, by, report).await?;
    let version = hazard.file.version;
    let view = HazardView::of(hazard, &see, &app.vault)?;
    Ok(Created::made(new, format!("/api/v1/hazards/{}", view.id), version, view))
}

/// 查看一件隐患。Reads one hazard with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path)),
    responses((status = 200, description = "隐患", body = HazardView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/hazards/{id}")]
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
#[get("/api/v1/hazards/{id}/timeline")]
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
#[get("/api/v1/hazards/{id}/photos")]
pub async fn list_hazard_photos(
    by: Granted<SeeCases>,
    id: PathId<Hazard>,
    app: Data<App>,
) -> Result<Json<Vec<PhotoView>>> {
    Ok(Json(attachments::photos_of(&app.db, by, CaseKind::Hazard, id.0.same_as()).await?))
}

/// 隐患定级。Says how bad it is.
#[utoipa::path(
    operation_id = "grade_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = GradingBody,
    responses((status = 200, description = "已定级", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/grading")]
pub async fn grade_hazard(
    step: Taken<GradeHazard>,
    body: Body<GradingBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (grade, note) = body.0.parse()?;
    shown(&step.see, &app, actions::grade(&app.db, step.by, step.at, grade, note).await?)
}

/// 认定不属实,结案并告知上报人。Finds that the report is no hazard.
#[utoipa::path(
    operation_id = "dismiss_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = DismissalBody,
    responses((status = 200, description = "已按不属实结案", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/dismissal")]
pub async fn dismiss_hazard(
    step: Taken<DismissHazard>,
    body: Body<DismissalBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (reason, note) = body.0.parse()?;
    shown(&step.see, &app, actions::dismiss(&app.db, step.by, step.at, reason, note).await?)
}

/// 一般隐患当场整改;须有整改前后照片,由他人复查核实。Puts a general hazard right at once; another confirms it.
#[utoipa::path(
    operation_id = "fix_hazard_on_spot",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = SpotFixBody,
    responses((status = 200, description = "已当场整改,待核实", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/spot_fix")]
pub async fn fix_hazard_on_spot(
    step: Taken<RectifyHazard>,
    body: Body<SpotFixBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (before, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::fix_on_spot(&app.db, step.by, step.at, before, remark).await?)
}

/// 责令整改;重大隐患须五落实并由分管领导签批。Orders it to be put right.
#[utoipa::path(
    operation_id = "order_rectification",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = OrderBody,
    responses((status = 200, description = "已责令整改", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/order")]
pub async fn order_rectification(
    step: Taken<OrderRectification>,
    body: Body<OrderBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let order = body.0.parse(&app.vault)?;
    shown(&step.see, &app, actions::order(&app.db, step.by, step.at, order).await?)
}

/// 开始整改。The work has begun.
#[utoipa::path(
    operation_id = "start_rectification",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "整改中", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/rectification")]
pub async fn start_rectification(
    step: Taken<RectifyHazard>,
    body: Body<RemarkBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let remark = body.0.parse()?;
    shown(&step.see, &app, actions::rectify(&app.db, step.by, step.at, remark).await?)
}

/// 整改完成,提交复查;须写明情况或附照片。The work is done and waits for inspection.
#[utoipa::path(
    operation_id = "submit_rectification",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "待复查", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/submission")]
pub async fn submit_rectification(
    step: Taken<RectifyHazard>,
    body: Body<RemarkBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let remark = evidence(body.0)?;
    shown(&step.see, &app, actions::submit(&app.db, step.by, step.at, remark).await?)
}

/// 复查:合格销号,不合格退回;提交人不能复查,重大隐患须两名以上复查人员并由分管领导签批。Inspects again; never by who submitted it.
#[utoipa::path(
    operation_id = "reinspect_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = ReinspectionBody,
    responses((status = 200, description = "已销号或退回整改", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/hazards/{id}/reinspection")]
pub async fn reinspect_hazard(
    step: Taken<ReinspectHazard>,
    body: Body<ReinspectionBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (inspection, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::reinspect(&app.db, step.by, step.at, inspection, remark).await?)
}
