//! The approver's steps beside the ordinary way.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::hazards::actions;
use crate::features::hazards::model::Hazard;
use crate::features::hazards::wire::{
    HazardExtensionBody, HazardReturnBody, HazardRewardBody, HazardSupervisionBody, HazardTransferBody,
    HazardView,
};
use crate::platform::access::policy::{ExtendHazard, RewardReport, SuperviseHazard, TransferHazard};
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};

/// 延长整改期限:只能一次,告知上报人;重大隐患须先调整整改方案。Gives more time, once.
#[utoipa::path(
    operation_id = "extend_rectification",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = HazardExtensionBody,
    responses((status = 200, description = "已延期", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/extension")]
pub async fn extend_rectification(
    step: Taken<ExtendHazard>,
    body: Body<HazardExtensionBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let extension = body.0.parse(&app.vault)?;
    shown(&step.see, &app, actions::extend(&app.db, step.by, step.at, extension).await?)
}

/// 挂牌督办:重大隐患或逾期未办结的隐患;再次办理即变更督办人或期限,结案即摘牌。Lists it for supervision.
#[utoipa::path(
    operation_id = "supervise_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = HazardSupervisionBody,
    responses((status = 200, description = "已挂牌督办", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/supervision")]
pub async fn supervise_hazard(
    step: Taken<SuperviseHazard>,
    body: Body<HazardSupervisionBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let supervision = body.0.parse()?;
    shown(&step.see, &app, actions::supervise(&app.db, step.by, step.at, supervision).await?)
}

/// 重大隐患移交区级部门,附移交材料,本级结案。Hands a major hazard to the district.
#[utoipa::path(
    operation_id = "transfer_hazard",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = HazardTransferBody,
    responses((status = 200, description = "已移交", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/transfer")]
pub async fn transfer_hazard(
    step: Taken<TransferHazard>,
    body: Body<HazardTransferBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let transfer = body.0.parse()?;
    shown(&step.see, &app, actions::transfer(&app.db, step.by, step.at, transfer).await?)
}

/// 区级退回,重新办理:恢复为已定级,须另行责令整改。The district hands it back.
#[utoipa::path(
    operation_id = "take_hazard_back",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = HazardReturnBody,
    responses((status = 200, description = "已重新办理", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/return")]
pub async fn take_hazard_back(
    step: Taken<TransferHazard>,
    body: Body<HazardReturnBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let note = body.0.parse()?;
    shown(&step.see, &app, actions::take_back(&app.db, step.by, step.at, note).await?)
}

/// 登记举报奖励:已销号、非工作人员上报的隐患,一次。Writes a reward down, once.
#[utoipa::path(
    operation_id = "reward_hazard_report",
    tag = TAG,
    params(("id" = Id<Hazard>, Path), IfMatch),
    request_body = HazardRewardBody,
    responses((status = 200, description = "已登记", body = HazardView), Errors),
    security(("bearer" = []))
)]
#[post("/reward")]
pub async fn reward_hazard_report(
    step: Taken<RewardReport>,
    body: Body<HazardRewardBody>,
    app: Data<App>,
) -> Result<Versioned<HazardView>> {
    let (fen, note) = body.0.parse()?;
    shown(&step.see, &app, actions::reward(&app.db, step.by, step.at, fen, note).await?)
}
