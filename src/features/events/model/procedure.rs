//! States and steps: which follows which.

use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Phase;

crate::text_enum! {
    /// How far the procedure is. A draft (草稿) is on the phone and has no state here.
    pub enum EventState {
        Reported = "reported" "已上报",
        /// Waits for the reporter to add something.
        Returned = "returned" "退回补充",
        Accepted = "accepted" "已受理",
        Dispatched = "dispatched" "已派遣",
        Handling = "handling" "处置中",
        Handled = "handled" "待核查",
        Suspended = "suspended" "挂起",
        Closed = "closed" "已结案",
        Rejected = "rejected" "不予受理",
        Duplicate = "duplicate" "并案",
        Withdrawn = "withdrawn" "撤回",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum EventStep {
        Accept = "accept" "受理",
        Return = "return" "退回补充",
        Supplement = "supplement" "补充后再报",
        Reject = "reject" "不予受理",
        Withdraw = "withdraw" "撤回",
        Merge = "merge" "并案",
        /// It turns out not to repeat its original.
        Unmerge = "unmerge" "撤销并案",
        SelfHandle = "self_handle" "自办自结",
        Dispatch = "dispatch" "派遣",
        /// The station gives it back: it is not theirs.
        Decline = "decline" "退单",
        Handle = "handle" "开始处置",
        Finish = "finish" "处置完毕、报请核查",
        Close = "close" "核查结案",
        Rework = "rework" "核查不合格、退回返工",
        AskSuspension = "ask_suspension" "申请挂起",
        Suspend = "suspend" "批准挂起",
        Resume = "resume" "恢复办理",
        AskExtension = "ask_extension" "申请延期",
        Extend = "extend" "批准延期",
        Deny = "deny" "不批准申请",
        Reopen = "reopen" "重新办理",
        Convert = "convert" "转为其他案卷",
    }
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(EventState),
    /// Back to the state in which it was suspended.
    Resumed,
    /// With its original: duplicate while that is open, closed when that is.
    Merged,
    /// Back to the state in which it was merged.
    Unmerged,
    /// To the station that had it, and when none had, to whoever dispatches.
    Again,
}

impl EventState {
    /// Where `step` leads, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: EventStep) -> Result<Next> {
        use EventState::{
            Accepted, Closed, Dispatched, Duplicate, Handled, Handling, Rejected, Reported, Returned,
            Suspended, Withdrawn,
        };
        use EventStep::{
            Accept, AskExtension, AskSuspension, Close, Convert, Decline, Deny, Dispatch, Extend, Finish,
            Handle, Merge, Reject, Reopen, Resume, Return, Rework, SelfHandle, Supplement, Suspend, Unmerge,
            Withdraw,
        };
        use Next::{Again, Merged, Resumed, To, Unmerged};
        match (self, step) {
            (Reported, Accept) => Ok(To(Accepted)),
            (Reported, Return) => Ok(To(Returned)),
            (Returned, Supplement) => Ok(To(Reported)),
            (Reported | Returned, Reject) => Ok(To(Rejected)),
            (Reported | Returned, Withdraw) => Ok(To(Withdrawn)),
            (Reported | Accepted, Merge) => Ok(Merged),
            (Duplicate | Closed, Unmerge) => Ok(Unmerged),
            (Reported, SelfHandle) => Ok(To(Closed)),
            (Accepted, Dispatch) => Ok(To(Dispatched)),
            (Dispatched, Decline) => Ok(To(Accepted)),
            (Dispatched, Handle) => Ok(To(Handling)),
            (Handling, Finish) => Ok(To(Handled)),
            (Handled, Close) => Ok(To(Closed)),
            (Handled, Rework) => Ok(To(Handling)),
            (Accepted | Dispatched | Handling, AskSuspension | Deny) | (Handling, AskExtension | Extend) => {
                Ok(To(self))
            }
            (Accepted | Dispatched | Handling, Suspend) => Ok(To(Suspended)),
            (Suspended, Resume) => Ok(Resumed),
            (Closed, Reopen) => Ok(Again),
            (Reported | Returned | Accepted | Dispatched | Handling | Handled | Suspended, Convert) => {
                Ok(To(Closed))
            }
            (
                Reported,
                Supplement | Dispatch | Decline | Handle | Finish | Close | Rework | AskSuspension | Suspend
                | Resume | AskExtension | Extend | Deny | Reopen | Unmerge,
            )
            | (
                Returned,
                Accept | Return | Merge | SelfHandle | Dispatch | Decline | Handle | Finish | Close | Rework
                | AskSuspension | Suspend | Resume | AskExtension | Extend | Deny | Reopen | Unmerge,
            )
            | (
                Accepted,
                Accept | Return | Supplement | Reject | Withdraw | SelfHandle | Decline | Handle | Finish
                | Close | Rework | Resume | AskExtension | Extend | Reopen | Unmerge,
            )
            | (
                Dispatched,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Finish
                | Close | Rework | Resume | AskExtension | Extend | Reopen | Unmerge,
            )
            | (
                Handling,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Decline
                | Handle | Close | Rework | Resume | Reopen | Unmerge,
            )
            | (
                Handled,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Decline
                | Handle | Finish | AskSuspension | Suspend | Resume | AskExtension | Extend | Deny | Reopen
                | Unmerge,
            )
            | (
                Suspended,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Decline
                | Handle | Finish | Close | Rework | AskSuspension | Suspend | AskExtension | Extend | Deny
                | Reopen | Unmerge,
            )
            | (
                Closed,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Decline
                | Handle | Finish | Close | Rework | AskSuspension | Suspend | Resume | AskExtension | Extend
                | Deny | Convert,
            )
            | (
                Duplicate,
                Accept | Return | Supplement | Reject | Withdraw | Merge | SelfHandle | Dispatch | Decline
                | Handle | Finish | Close | Rework | AskSuspension | Suspend | Resume | AskExtension | Extend
                | Deny | Reopen | Convert,
            )
            | (Rejected | Withdrawn, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Reported | Self::Returned => Phase::Reported,
            // Taken in with its original; the work is done there.
            Self::Accepted | Self::Duplicate => Phase::Accepted,
            Self::Dispatched | Self::Handling | Self::Suspended => Phase::Working,
            Self::Handled => Phase::Resolved,
            Self::Closed | Self::Rejected | Self::Withdrawn => Phase::Closed,
        }
    }
}

fn refused(state: EventState, step: EventStep) -> Problem {
    let detail = format!("事件现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use EventState as S;
    use EventStep as E;
    use Next::{Again, Merged, Resumed, To, Unmerged};

    const ALLOWED: [(S, E, Next); 38] = [
        (S::Reported, E::Accept, To(S::Accepted)),
        (S::Reported, E::Return, To(S::Returned)),
        (S::Reported, E::Reject, To(S::Rejected)),
        (S::Reported, E::Withdraw, To(S::Withdrawn)),
        (S::Reported, E::Merge, Merged),
        (S::Reported, E::SelfHandle, To(S::Closed)),
        (S::Reported, E::Convert, To(S::Closed)),
        (S::Returned, E::Supplement, To(S::Reported)),
        (S::Returned, E::Reject, To(S::Rejected)),
        (S::Returned, E::Withdraw, To(S::Withdrawn)),
        (S::Returned, E::Convert, To(S::Closed)),
        (S::Accepted, E::Merge, Merged),
        (S::Accepted, E::Dispatch, To(S::Dispatched)),
        (S::Accepted, E::AskSuspension, To(S::Accepted)),
        (S::Accepted, E::Suspend, To(S::Suspended)),
        (S::Accepted, E::Deny, To(S::Accepted)),
        (S::Accepted, E::Convert, To(S::Closed)),
        (S::Dispatched, E::Decline, To(S::Accepted)),
        (S::Dispatched, E::Handle, To(S::Handling)),
        (S::Dispatched, E::AskSuspension, To(S::Dispatched)),
        (S::Dispatched, E::Suspend, To(S::Suspended)),
        (S::Dispatched, E::Deny, To(S::Dispatched)),
        (S::Dispatched, E::Convert, To(S::Closed)),
        (S::Handling, E::Finish, To(S::Handled)),
        (S::Handling, E::AskSuspension, To(S::Handling)),
        (S::Handling, E::Suspend, To(S::Suspended)),
        (S::Handling, E::AskExtension, To(S::Handling)),
        (S::Handling, E::Extend, To(S::Handling)),
        (S::Handling, E::Deny, To(S::Handling)),
        (S::Handling, E::Convert, To(S::Closed)),
        (S::Handled, E::Close, To(S::Closed)),
        (S::Handled, E::Rework, To(S::Handling)),
        (S::Handled, E::Convert, To(S::Closed)),
        (S::Suspended, E::Resume, Resumed),
        (S::Suspended, E::Convert, To(S::Closed)),
        (S::Closed, E::Reopen, Again),
        (S::Closed, E::Unmerge, Unmerged),
        (S::Duplicate, E::Unmerge, Unmerged),
    ];

    #[test]
    fn every_other_pair_of_state_and_step_is_refused_and_says_why() {
        for &state in S::ALL {
            for &step in E::ALL {
                let expected = ALLOWED.iter().find(|(from, by, _)| (*from, *by) == (state, step));
                match state.after(step) {
                    Ok(next) => assert_eq!(Some(next), expected.map(|(_, _, next)| *next), "{state} {step}"),
                    Err(refusal) => {
                        assert!(expected.is_none(), "{state} {step}");
                        assert_eq!(refusal.code(), Code::StepNotAllowed);
                        assert!(refusal.to_string().contains(state.label()), "{refusal}");
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_open_can_still_come_to_an_end_and_only_the_closed_may_begin_again() {
        let leads = |state: S, step: &E| match state.after(*step) {
            Ok(To(next)) => vec![next],
            // Wherever it may have been suspended, and wherever it may begin again.
            Ok(Resumed) => vec![S::Accepted, S::Dispatched, S::Handling],
            Ok(Again) => vec![S::Accepted, S::Dispatched],
            Ok(Merged) => vec![S::Duplicate, S::Closed],
            Ok(Unmerged) => vec![S::Reported, S::Accepted],
            Err(_) => vec![],
        };
        let next = |state: S| E::ALL.iter().flat_map(|step| leads(state, step)).collect::<Vec<_>>();
        let over = |state: &S| state.phase() == Phase::Closed;
        let mut ends: Vec<S> = S::ALL.iter().copied().filter(over).collect();
        for _ in S::ALL {
            ends = S::ALL
                .iter()
                .copied()
                .filter(|state| over(state) || next(*state).iter().any(|to| ends.contains(to)))
                .collect();
        }
        assert_eq!(ends.len(), S::ALL.len());
        let begins_again = S::ALL.iter().copied().filter(|state| over(state) && !next(*state).is_empty());
        assert_eq!(begins_again.collect::<Vec<_>>(), [S::Closed]);
    }

    #[test]
    fn every_state_is_reached_and_every_step_is_taken_somewhere() {
        let reached = |state: S| {
            let by_step = ALLOWED.iter().any(|(_, _, next)| match next {
                To(to) => *to == state,
                Merged => state == S::Duplicate,
                Again | Resumed | Unmerged => false,
            });
            by_step || state == S::Reported
        };
        assert!(S::ALL.iter().all(|state| reached(*state)));
        assert!(E::ALL.iter().all(|step| ALLOWED.iter().any(|(_, by, _)| by == step)));
    }
}
