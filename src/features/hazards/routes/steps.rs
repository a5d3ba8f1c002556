//! The steps of the ordinary way, and the short ways out of it.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::RemarkBody;
use crate::features::hazards::actions;
use crate::features::hazards::model::Hazard;
use crate::features::hazards::wire::{
    DismissalBody, GradingBody, HazardView, OrderBody, ReinspectionBody, SpotFixBody, evidence,
};
use crate::platform::access::policy::{
    DismissHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard,
};
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};

/// 隐患定级。Says how bad it is.
#[utoipa::path(
    operation_id = "grade_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = GradingBody,
    responses((status = 200, description = "已定级", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/grading")]
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
#[post("/dismissal")]
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
#[post("/spot_fix")]
pub async fn fix_hazard_on_spot(
    step: Taken<RectifyHazard>,
    body: Body<SpotFixBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (before, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::fix_on_spot(&app.db, step.by, step.at, before, remark).await?)
}

/// 责令整改;重大隐患须五落实、有管控措施、告知区级部门,并由分管领导签批。Orders it to be put right.
#[utoipa::path(
    operation_id = "order_rectification",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = OrderBody,
    responses((status = 200, description = "已责令整改", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/order")]
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
#[post("/rectification")]
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
#[post("/submission")]
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
#[post("/reinspection")]
pub async fn reinspect_hazard(
    step: Taken<ReinspectHazard>,
    body: Body<ReinspectionBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (inspection, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::reinspect(&app.db, step.by, step.at, inspection, remark).await?)
}
