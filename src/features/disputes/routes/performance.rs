//! Whether the agreement is kept, and the end of the file.

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::RemarkBody;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    ArchiveBody, CheckBody, CheckView, DisputeView, PerformanceBody, UnsettledBody,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{Mediate, SeeCases};
use crate::platform::web::{App, Body, Errors, IfMatch, PathId};

/// 开始履行。Performance has begun.
#[utoipa::path(
    operation_id = "start_performance",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = RemarkBody,
    responses((status = 200, description = "履行中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/performance")]
pub async fn start_performance(step: Taken<Mediate>, body: Body<RemarkBody>, app: Data<App>) -> Shown {
    shown(&step.see, &app, actions::begin_performance(&app, step.by, step.at, body.0.parse()?).await?)
}

/// 登记督促履行或回访。Writes down what a check or a visit found.
#[utoipa::path(
    operation_id = "check_performance",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = CheckBody,
    responses((status = 200, description = "已登记", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/checks")]
pub async fn check_performance(step: Taken<Mediate>, body: Body<CheckBody>, app: Data<App>) -> Shown {
    let (check, remark) = body.0.parse(app.clock.now().local_date(), &app.vault)?;
    shown(&step.see, &app, actions::check(&app, step.by, step.at, check, remark).await?)
}

/// 履行完毕并回访;违约后补履行的也在此登记。Performed, and the parties were visited.
#[utoipa::path(
    operation_id = "confirm_performance",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = PerformanceBody,
    responses((status = 200, description = "已履行", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/fulfilment")]
pub async fn confirm_performance(step: Taken<Mediate>, body: Body<PerformanceBody>, app: Data<App>) -> Shown {
    let (performance, remark) = body.0.parse(&app.vault)?;
    shown(&step.see, &app, actions::fulfil(&app, step.by, step.at, performance, remark).await?)
}

/// 登记违约;须告知当事人可以起诉,已经司法确认的可以申请强制执行。The agreement was not kept.
#[utoipa::path(
    operation_id = "record_breach",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "已登记违约", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/breach")]
pub async fn record_breach(step: Taken<Mediate>, body: Body<UnsettledBody>, app: Data<App>) -> Shown {
    let (breach, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::breach(&app, step.by, step.at, breach, remark).await?)
}

/// 归档;卷内须真有登记、调解记录和协议,缺少的须附照片。Puts the file away.
#[utoipa::path(
    operation_id = "archive_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ArchiveBody,
    responses((status = 200, description = "已归档", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/archive")]
pub async fn archive_dispute(step: Taken<Mediate>, body: Body<ArchiveBody>, app: Data<App>) -> Shown {
    let (closing, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::archive(&app, step.by, step.at, closing, remark).await?)
}

/// 督促履行和回访,不含内容;内容见 reveal 的 records。Lists checks and visits, without what was said.
#[utoipa::path(
    operation_id = "list_performance_checks",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "督促履行和回访,最早的在前", body = Vec<CheckView>), Errors),
    security(("bearer" = []))
)]
#[get("/checks")]
pub async fn list_performance_checks(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<CheckView>>> {
    let checks = actions::checks(&app.db, by, id.0).await?.into_iter();
    Ok(Json(checks.map(CheckView::from).collect()))
}
