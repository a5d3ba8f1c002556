//! States and steps: which follows which.

use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Phase;

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
        Archived = "archived" "归档",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum DisputeStep {
        /// Stays registered: what a party answers is written down, also a refusal.
        Ask = "ask" "征询意愿",
        Accept = "accept" "受理",
        Mediate = "mediate" "开始调解",
        Agree = "agree" "登记协议",
        Perform = "perform" "开始履行",
        Fulfil = "fulfil" "履行完毕、回访",
        Fail = "fail" "调解不成",
        Archive = "archive" "归档",
    }
}

impl DisputeState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: DisputeStep) -> Result<Self> {
        use DisputeState::{
            Accepted, Agreed, Archived, Failed, Fulfilled, Mediating, Performing, Registered,
        };
        use DisputeStep::{Accept, Agree, Archive, Ask, Fail, Fulfil, Mediate, Perform};
        match (self, step) {
            (Registered, Ask) => Ok(Registered),
            (Registered, Accept) => Ok(Accepted),
            (Accepted, Mediate) => Ok(Mediating),
            (Mediating, Agree) => Ok(Agreed),
            (Mediating, Fail) => Ok(Failed),
            (Agreed, Perform) => Ok(Performing),
            (Performing, Fulfil) => Ok(Fulfilled),
            (Fulfilled | Failed, Archive) => Ok(Archived),
            (Registered, Mediate | Agree | Perform | Fulfil | Fail | Archive)
            | (Accepted, Ask | Accept | Agree | Perform | Fulfil | Fail | Archive)
            | (Mediating, Ask | Accept | Mediate | Perform | Fulfil | Archive)
            | (Agreed, Ask | Accept | Mediate | Agree | Fulfil | Fail | Archive)
            | (Performing, Ask | Accept | Mediate | Agree | Perform | Fail | Archive)
            | (Fulfilled | Failed, Ask | Accept | Mediate | Agree | Perform | Fulfil | Fail)
            | (Archived, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Registered => Phase::Reported,
            Self::Accepted => Phase::Accepted,
            Self::Mediating | Self::Agreed | Self::Performing => Phase::Working,
            Self::Fulfilled | Self::Failed => Phase::Resolved,
            Self::Archived => Phase::Closed,
        }
    }
}

fn refused(state: DisputeState, step: DisputeStep) -> Problem {
    let detail = format!("纠纷现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ordinary_way_ends_archived() {
        use DisputeStep::{Accept, Agree, Archive, Ask, Fulfil, Mediate, Perform};
        let way = [Ask, Accept, Mediate, Agree, Perform, Fulfil, Archive];
        let end = way.iter().try_fold(DisputeState::Registered, |state, &step| state.after(step));
        assert_eq!(end.ok(), Some(DisputeState::Archived));
    }

    #[test]
    fn every_other_pair_of_state_and_step_is_refused_and_says_why() {
        use DisputeState as S;
        use DisputeStep as D;
        let allowed = [
            (S::Registered, D::Ask, S::Registered),
            (S::Registered, D::Accept, S::Accepted),
            (S::Accepted, D::Mediate, S::Mediating),
            (S::Mediating, D::Agree, S::Agreed),
            (S::Mediating, D::Fail, S::Failed),
            (S::Agreed, D::Perform, S::Performing),
            (S::Performing, D::Fulfil, S::Fulfilled),
            (S::Fulfilled, D::Archive, S::Archived),
            (S::Failed, D::Archive, S::Archived),
        ];
        for &state in S::ALL {
            for &step in D::ALL {
                let expected = allowed.iter().find(|(from, by, _)| (*from, *by) == (state, step));
                match state.after(step) {
                    Ok(to) => assert_eq!(Some(to), expected.map(|(_, _, to)| *to), "{state} {step}"),
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
    fn phases_never_go_back() {
        for &state in DisputeState::ALL {
            for &step in DisputeStep::ALL {
                if let Ok(to) = state.after(step) {
                    assert!(to.phase() >= state.phase(), "{state} {step}");
                }
            }
        }
    }
}
