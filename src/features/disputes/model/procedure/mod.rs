//! States and steps: which follows which.

#[cfg(test)]
mod tests;

use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Phase;
use crate::features::disputes::model::MEDIATION_LAW;

crate::text_enum! {
    /// How far the procedure is.
    pub enum DisputeState {
        Registered = "registered" "登记",
        Accepted = "accepted" "受理",
        Mediating = "mediating" "调解中",
        Agreed = "agreed" "达成协议",
        Performing = "performing" "履行中",
        Fulfilled = "fulfilled" "已履行",
        Failed = "failed" "调解不成",
        /// A party refused clearly; there is no session any more.
        Refused = "refused" "拒绝调解",
        /// Whoever asked for mediation does not want it any more.
        Withdrawn = "withdrawn" "撤回",
        /// The agreement was not kept.
        Breached = "breached" "违约",
        /// Not settled here, and handed to somebody who can go on with it.
        Transferred = "transferred" "移送",
        Archived = "archived" "归档",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum DisputeStep {
        /// The state stays: what a party answers is written down, also a refusal.
        Ask = "ask" "征询意愿",
        Accept = "accept" "受理",
        Mediate = "mediate" "开始调解",
        Replace = "replace" "更换调解员",
        Hold = "hold" "登记调解过程",
        Extend = "extend" "延长调解期限",
        Draft = "draft" "拟定协议",
        Agree = "agree" "登记协议",
        Perform = "perform" "开始履行",
        AskCourt = "ask_court" "登记司法确认申请",
        RecordDecision = "record_decision" "登记司法确认结果",
        Check = "check" "督促履行、回访",
        Fulfil = "fulfil" "履行完毕、回访",
        Fail = "fail" "调解不成",
        Refuse = "refuse" "登记拒绝调解",
        Withdraw = "withdraw" "登记撤回",
        Breach = "breach" "登记违约",
        Transfer = "transfer" "移送",
        RaiseViolence = "raise_violence" "标记暴力风险",
        TellPolice = "tell_police" "登记报警",
        ClearViolence = "clear_violence" "解除暴力风险",
        Archive = "archive" "归档",
    }
}

impl DisputeState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: DisputeStep) -> Result<Self> {
        use DisputeState::{
            Accepted, Agreed, Archived, Breached, Failed, Fulfilled, Mediating, Performing, Refused,
            Registered, Transferred, Withdrawn,
        };
        use DisputeStep::{
            Accept, Agree, Archive, Ask, AskCourt, Breach, Check, ClearViolence, Draft, Extend, Fail, Fulfil,
            Hold, Mediate, Perform, RaiseViolence, RecordDecision, Refuse, Replace, TellPolice, Transfer,
            Withdraw,
        };
        match (self, step) {
            (Registered, Accept) => Ok(Accepted),
            (Accepted, Mediate) => Ok(Mediating),
            (Mediating, Agree) => Ok(Agreed),
            (Mediating, Fail) => Ok(Failed),
            (Agreed, Perform) => Ok(Performing),
            (Performing, Breach) => Ok(Breached),
            (Performing | Breached, Fulfil) => Ok(Fulfilled),
            (Failed, Transfer) => Ok(Transferred),
            (Registered | Accepted | Mediating, Refuse) => Ok(Refused),
            (Registered | Accepted | Mediating, Withdraw) => Ok(Withdrawn),
            (Fulfilled | Failed | Refused | Withdrawn | Breached | Transferred, Archive) => Ok(Archived),
            (Registered | Accepted | Mediating, Ask)
            | (Accepted | Mediating, Extend)
            | (Mediating, Replace | Hold | Draft)
            | (Agreed | Performing | Breached, AskCourt)
            | (Agreed | Performing | Breached | Fulfilled, RecordDecision | Check)
            | (
                Registered | Accepted | Mediating | Agreed | Performing | Fulfilled | Failed | Refused
                | Withdrawn | Breached | Transferred,
                RaiseViolence | TellPolice | ClearViolence,
            ) => Ok(self),
            (
                Registered,
                Mediate | Replace | Hold | Draft | Extend | Agree | Perform | AskCourt | RecordDecision
                | Check | Fulfil | Fail | Breach | Transfer | Archive,
            )
            | (
                Accepted,
                Accept | Replace | Hold | Draft | Agree | Perform | AskCourt | RecordDecision | Check
                | Fulfil | Fail | Breach | Transfer | Archive,
            )
            | (
                Mediating,
                Accept | Mediate | Perform | AskCourt | RecordDecision | Check | Fulfil | Breach | Transfer
                | Archive,
            )
            | (
                Agreed,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Fulfil | Fail | Refuse
                | Withdraw | Breach | Transfer | Archive,
            )
            | (
                Performing,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Perform | Fail | Refuse
                | Withdraw | Transfer | Archive,
            )
            | (
                Fulfilled,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Perform | AskCourt
                | Fulfil | Fail | Refuse | Withdraw | Breach | Transfer,
            )
            | (
                Breached,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Perform | Fail | Refuse
                | Withdraw | Breach | Transfer,
            )
            | (
                Failed,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Perform | AskCourt
                | RecordDecision | Check | Fulfil | Fail | Refuse | Withdraw | Breach,
            )
            | (
                Refused | Withdrawn | Transferred,
                Ask | Accept | Mediate | Replace | Hold | Draft | Extend | Agree | Perform | AskCourt
                | RecordDecision | Check | Fulfil | Fail | Refuse | Withdraw | Breach | Transfer,
            )
            | (Archived, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Registered => Phase::Reported,
            Self::Accepted => Phase::Accepted,
            Self::Mediating | Self::Agreed | Self::Performing => Phase::Working,
            Self::Fulfilled
            | Self::Failed
            | Self::Refused
            | Self::Withdrawn
            | Self::Breached
            | Self::Transferred => Phase::Resolved,
            Self::Archived => Phase::Closed,
        }
    }
}

/// 409; once a party has refused, on the article that forbids to mediate then.
fn refused(state: DisputeState, step: DisputeStep) -> Problem {
    let detail = format!("纠纷现为“{}”,不能办理“{}”", state.label(), step.label());
    let problem = Problem::because(Code::StepNotAllowed, detail);
    if state == DisputeState::Refused { problem.on_basis(MEDIATION_LAW, "第十七条") } else { problem }
}
