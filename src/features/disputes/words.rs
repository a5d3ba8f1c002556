//! What whoever registered a dispute is told, in words that a farmer understands. They name neither party: who
//! registered it may be somebody whom it does not concern.

use super::model::{DisputeOutcome, DisputeRow, DisputeState, DisputeStep};
use super::offline;
use super::wire::buttons;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseFile, Followed, News, Progress};
use crate::features::messages::MessageKind;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::DbConnection;

/// How far the dispute of `file`, which was found in the scope of `see`, is; 404 when the file is of another kind.
pub fn followed(c: &mut DbConnection, see: &Granted<SeeCases>, file: &CaseFile) -> Result<Followed> {
    let mut disputes = offline::read(c, see, vec![file.clone()])?;
    let dispute = disputes.pop().ok_or_else(Problem::not_found)?;
    Ok(Followed {
        state: dispute.matter.row.state.as_str(),
        progress: progress(&dispute.matter.row),
        passed: |step| step.parse().ok().and_then(passed),
        actions: buttons(see, &dispute.matter),
        became: None,
    })
}

/// Where a dispute stands. Total: every state has its words.
pub fn progress(row: &DisputeRow) -> Progress {
    let go_on = Progress::going_on;
    match row.state {
        DisputeState::Registered => go_on("已登记,等待征求双方意见", "答复是否受理调解"),
        DisputeState::Accepted => go_on("已受理,等待安排调解", "开始调解"),
        DisputeState::Mediating => go_on("正在调解", "调解有结果后告知"),
        DisputeState::Agreed => go_on("双方已达成协议", "履行协议"),
        DisputeState::Performing => go_on("正在履行协议", "协议履行完毕"),
        DisputeState::Fulfilled => Progress::ended("协议已履行", true),
        DisputeState::Failed => Progress::ended("经调解没有达成协议", true),
        DisputeState::Refused => Progress::ended("有人不愿意调解,调解终止", false),
        DisputeState::Withdrawn => Progress::ended("已撤回", false),
        DisputeState::Breached => Progress::ended("协议没有履行", true),
        DisputeState::Transferred => Progress::ended("已移送其他部门继续处理", true),
        DisputeState::Archived => {
            let mediated = match row.outcome {
                Some(
                    DisputeOutcome::WrittenAgreement
                    | DisputeOutcome::OralAgreement
                    | DisputeOutcome::Immediate
                    | DisputeOutcome::Failed
                    | DisputeOutcome::Transferred,
                ) => true,
                Some(DisputeOutcome::Refused | DisputeOutcome::Withdrawn) | None => false,
            };
            Progress::ended("已办结归档", mediated)
        }
    }
}

/// What a step meant; none for what concerns the parties or the office alone. Total: every step is either told or not.
pub fn passed(step: DisputeStep) -> Option<&'static str> {
    match step {
        DisputeStep::Accept => Some("已受理"),
        DisputeStep::Mediate => Some("开始调解"),
        DisputeStep::Extend => Some("延长调解时间"),
        DisputeStep::Agree => Some("达成协议"),
        DisputeStep::Perform => Some("开始履行协议"),
        DisputeStep::Fulfil => Some("协议履行完毕"),
        DisputeStep::Fail => Some("没有达成协议"),
        DisputeStep::Refuse => Some("有人不愿意调解"),
        DisputeStep::Withdraw => Some("已撤回"),
        DisputeStep::Breach => Some("协议没有履行"),
        DisputeStep::Transfer => Some("移送其他部门"),
        DisputeStep::Archive => Some("归档"),
        DisputeStep::Ask
        | DisputeStep::Replace
        | DisputeStep::Hold
        | DisputeStep::Draft
        | DisputeStep::AskCourt
        | DisputeStep::RecordDecision
        | DisputeStep::Check
        | DisputeStep::RaiseViolence
        | DisputeStep::TellPolice
        | DisputeStep::ClearViolence => None,
    }
}

/// What whoever registered it is told of a step that led to `row`.
pub fn news(step: DisputeStep, row: &DisputeRow) -> Option<News> {
    let kind = match step {
        DisputeStep::Accept => MessageKind::Accepted,
        DisputeStep::Fulfil | DisputeStep::Fail | DisputeStep::Refuse | DisputeStep::Withdraw => {
            MessageKind::Concluded
        }
        DisputeStep::Transfer => MessageKind::Transferred,
        DisputeStep::Ask
        | DisputeStep::Mediate
        | DisputeStep::Replace
        | DisputeStep::Hold
        | DisputeStep::Extend
        | DisputeStep::Draft
        | DisputeStep::Agree
        | DisputeStep::Perform
        | DisputeStep::AskCourt
        | DisputeStep::RecordDecision
        | DisputeStep::Check
        | DisputeStep::Breach
        | DisputeStep::RaiseViolence
        | DisputeStep::TellPolice
        | DisputeStep::ClearViolence
        | DisputeStep::Archive => return None,
    };
    Some(News { kind, words: progress(row).now })
}
