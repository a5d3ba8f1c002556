//! What the reporter of a hazard is told, in words that a farmer understands.

use super::model::{HazardFile, HazardRow, HazardState, HazardStep};
use super::store;
use super::wire::actions;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::cases::{CaseFile, Followed, News, Progress};
use crate::features::messages::MessageKind;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::DbConnection;

/// How far the hazard of `file`, which was found in the scope of `see`, is; 404 when the file is of another kind.
pub fn followed(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    file: &CaseFile,
    now: Timestamp,
) -> Result<Followed> {
    let hazard = HazardFile { file: file.clone(), row: store::of_case(c, see.scope(), file)? };
    Ok(Followed {
        state: hazard.row.state.as_str(),
        progress: progress(&hazard.row),
        passed: |step| step.parse().ok().and_then(passed),
        actions: actions(&hazard, see, now),
        became: None,
    })
}

/// Where a hazard stands. Total: every state has its words.
pub fn progress(row: &HazardRow) -> Progress {
    let go_on = Progress::going_on;
    match row.state {
        HazardState::Found => go_on("已收到,等待核实", "核实并定级"),
        HazardState::Graded => go_on("已核实,确有隐患", "下达整改要求"),
        HazardState::Ordered => go_on("已要求整改", "开始整改"),
        HazardState::Rectifying => go_on("正在整改", "整改完毕"),
        HazardState::Submitted => go_on("已整改,等待复查", "复查"),
        HazardState::FixedOnSpot => go_on("已当场整改,等待复查", "复查"),
        HazardState::Transferred => {
            let whom = row.transferred_to.as_deref().unwrap_or("区级部门");
            Progress::going_on(format!("已移交{whom}办理"), "移交的部门办理完毕")
        }
        HazardState::Cancelled => Progress::ended("隐患已消除,已办结", true),
        HazardState::NotHazard => {
            let why = row.not_hazard_reason.map(|reason| format!("({})", reason.label())).unwrap_or_default();
            Progress::ended(format!("经核实,不作为安全隐患办理{why}"), false)
        }
    }
}

/// What a step meant. Total: every step is either told or not.
pub fn passed(step: HazardStep) -> Option<&'static str> {
    match step {
        HazardStep::Grade => Some("已核实定级"),
        HazardStep::Dismiss => Some("认定不属实"),
        HazardStep::FixOnSpot => Some("已当场整改"),
        HazardStep::Order => Some("已要求整改"),
        HazardStep::Rectify => Some("开始整改"),
        HazardStep::Submit => Some("整改完毕,报请复查"),
        HazardStep::Cancel => Some("复查合格,隐患已消除"),
        HazardStep::SendBack => Some("复查不合格,继续整改"),
        HazardStep::Extend => Some("整改期限延长"),
        HazardStep::Transfer => Some("已移交区级部门"),
        HazardStep::TakeBack => Some("区级退回,镇里重新办理"),
        HazardStep::Reward => Some("举报奖励已登记"),
        // How the office leans on those who are slow is its own business.
        HazardStep::Supervise => None,
    }
}

/// What the reporter is told of a step that led to `row`.
pub fn news(step: HazardStep, row: &HazardRow) -> Option<News> {
    let kind = match step {
        HazardStep::Grade => MessageKind::Accepted,
        HazardStep::Dismiss => MessageKind::Rejected,
        HazardStep::Cancel => MessageKind::Concluded,
        HazardStep::Transfer => MessageKind::Transferred,
        HazardStep::TakeBack => MessageKind::Reopened,
        HazardStep::FixOnSpot
        | HazardStep::Order
        | HazardStep::Rectify
        | HazardStep::Submit
        | HazardStep::SendBack
        | HazardStep::Extend
        | HazardStep::Supervise
        | HazardStep::Reward => return None,
    };
    Some(News { kind, words: progress(row).now })
}
