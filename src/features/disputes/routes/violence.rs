//! That a dispute may turn violent.

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    ClearingBody, DisputeView, PoliceReportBody, PoliceReportView, ViolenceBody,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ClearViolence, ReportViolence};
use crate::platform::web::{App, Body, Errors, IfMatch, PathId};

/// 标记暴力风险:纠纷升为重大,须在两小时内向公安机关报告并登记。Says that there is a risk of violence.
#[utoipa::path(
    operation_id = "raise_violence_risk",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ViolenceBody,
    responses((status = 200, description = "已标记", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/violence_risk")]
pub async fn raise_violence_risk(
    step: Taken<ReportViolence>,
    body: Body<ViolenceBody>,
    app: Data<App>,
) -> Shown {
    let (reason, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::raise_violence(&app, step.by, step.at, reason, remark).await?)
}

/// 登记已向公安机关报告。Writes down that the police was told.
#[utoipa::path(
    operation_id = "report_to_police",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = PoliceReportBody,
    responses((status = 200, description = "已登记", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/police_reports")]
pub async fn report_to_police(
    step: Taken<ReportViolence>,
    body: Body<PoliceReportBody>,
    app: Data<App>,
) -> Shown {
    let (report, remark) = body.0.parse(app.clock.now(), &app.vault)?;
    shown(&step.see, &app, actions::tell_police(&app, step.by, step.at, report, remark).await?)
}

/// 分管领导解除暴力风险,须说明理由。Says that there is no risk of violence any more.
#[utoipa::path(
    operation_id = "clear_violence_risk",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ClearingBody,
    responses((status = 200, description = "已解除", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/violence_clearance")]
pub async fn clear_violence_risk(
    step: Taken<ClearViolence>,
    body: Body<ClearingBody>,
    app: Data<App>,
) -> Shown {
    let (clearing, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::clear_violence(&app, step.by, step.at, clearing, remark).await?)
}

/// 向公安机关报告的情况;姓名已脱敏。Lists when the police was told.
#[utoipa::path(
    operation_id = "list_police_reports",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "报告情况,最早的在前", body = Vec<PoliceReportView>), Errors),
    security(("bearer" = []))
)]
#[get("/police_reports")]
pub async fn list_police_reports(
    by: Granted<ReportViolence>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<PoliceReportView>>> {
    let reports = actions::police_reports(&app.db, by, id.0).await?.into_iter();
    Ok(Json(reports.map(|row| PoliceReportView::of(row, &app.vault)).collect::<Result<_>>()?))
}
