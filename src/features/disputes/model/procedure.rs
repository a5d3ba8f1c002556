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
        /// A party refused clearly; there is no session any more.
        Refused = "refused" "拒绝调解",
        /// Whoever asked for mediation does not want it any more.
        Withdrawn = "withdrawn" "撤回",
        /// The agreement was not kept.
        Breached = "breached" "违约",
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
        Refuse = "refuse" "登记拒绝调解",
        Withdraw = "withdraw" "登记撤回",
        Breach = "breach" "登记违约",
        Archive = "archive" "归档",
    }
}

impl DisputeState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: DisputeStep) -> Result<Self> {
        use DisputeState::{
            Accepted, Agreed, Archived, Breached, Failed, Fulfilled, Mediating, Performing, Refused,
            Registered, Withdrawn,
        };
        use DisputeStep::{
            Accept, Agree, Archive, Ask, Breach, Fail, Fulfil, Mediate, Perform, Refuse, Withdraw,
        };
        match (self, step) {
            (Registered, Ask) => Ok(Registered),
            (Registered, Accept) => Ok(Accepted),
            (Accepted, Mediate) => Ok(Mediating),
            (Mediating, Agree) => Ok(Agreed),
            (Mediating, Fail) => Ok(Failed),
            (Agreed, Perform) => Ok(Performing),
            (Performing, Fulfil) => Ok(Fulfilled),
            (Performing, Breach) => Ok(Breached),
            (Registered | Accepted, Refuse) => Ok(Refused),
            (Registered | Accepted | Mediating, Withdraw) => Ok(Withdrawn),
            (Fulfilled | Failed | Refused | Withdrawn | Breached, Archive) => Ok(Archived),
            (Registered, Mediate | Agree | Perform | Fulfil | Fail | Breach | Archive)
            | (Accepted, Ask | Accept | Agree | Perform | Fulfil | Fail | Breach | Archive)
            | (Mediating, Ask | Accept | Mediate | Perform | Fulfil | Refuse | Breach | Archive)
            | (
                Agreed,
                Ask | Accept | Mediate | Agree | Fulfil | Fail | Refuse | Withdraw | Breach | Archive,
            )
            | (Performing, Ask | Accept | Mediate | Agree | Perform | Fail | Refuse | Withdraw | Archive)
            | (
                Fulfilled | Failed | Refused | Withdrawn | Breached,
                Ask | Accept | Mediate | Agree | Perform | Fulfil | Fail | Refuse | Withdraw | Breach,
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
            Self::Fulfilled | Self::Failed | Self::Refused | Self::Withdrawn | Self::Breached => {
                Phase::Resolved
            }
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
            (S::Performing, D::Breach, S::Breached),
            (S::Registered, D::Refuse, S::Refused),
            (S::Accepted, D::Refuse, S::Refused),
            (S::Registered, D::Withdraw, S::Withdrawn),
            (S::Accepted, D::Withdraw, S::Withdrawn),
            (S::Mediating, D::Withdraw, S::Withdrawn),
            (S::Fulfilled, D::Archive, S::Archived),
            (S::Failed, D::Archive, S::Archived),
            (S::Refused, D::Archive, S::Archived),
            (S::Withdrawn, D::Archive, S::Archived),
            (S::Breached, D::Archive, S::Archived),
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
    fn every_state_is_reached_and_leads_to_the_archive() {
        let next =
            |state: DisputeState| DisputeStep::ALL.iter().filter_map(move |&step| state.after(step).ok());
        let mut reached = vec![DisputeState::Registered];
        let mut ends = vec![DisputeState::Archived];
        for _ in DisputeState::ALL {
            let further: Vec<_> = reached.iter().flat_map(|&state| next(state)).collect();
            reached.extend(further);
            reached.sort_unstable();
            reached.dedup();
            let closer =
                DisputeState::ALL.iter().copied().filter(|&state| next(state).any(|s| ends.contains(&s)));
            ends = closer.chain([DisputeState::Archived]).collect();
        }
        assert_eq!((reached.len(), ends.len()), (DisputeState::ALL.len(), DisputeState::ALL.len()));
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
