//! States and steps: one total `match`.

use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Phase;

crate::text_enum! {
    /// How far the procedure is.
    pub enum HazardState {
        Found = "found" "发现",
        Graded = "graded" "已定级",
        Ordered = "ordered" "责令整改",
        Rectifying = "rectifying" "整改中",
        Submitted = "submitted" "待复查",
        FixedOnSpot = "fixed_on_spot" "当场整改、待核实",
        Cancelled = "cancelled" "已销号",
        NotHazard = "not_hazard" "不属实",
        Transferred = "transferred" "已移交区级部门",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum HazardStep {
        Grade = "grade" "定级",
        Dismiss = "dismiss" "认定不属实",
        FixOnSpot = "fix_on_spot" "当场整改",
        Order = "order" "责令整改",
        Rectify = "rectify" "开始整改",
        Submit = "submit" "提交复查",
        Cancel = "cancel" "复查合格、销号",
        SendBack = "send_back" "复查不合格、退回整改",
        Extend = "extend" "延长整改期限",
        Supervise = "supervise" "挂牌督办",
        Transfer = "transfer" "移交区级部门",
        TakeBack = "take_back" "区级退回、重新办理",
        Reward = "reward" "登记举报奖励",
    }
}

impl HazardState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: HazardStep) -> Result<Self> {
        use HazardState::{
            Cancelled, FixedOnSpot, Found, Graded, NotHazard, Ordered, Rectifying, Submitted, Transferred,
        };
        use HazardStep::{
            Cancel, Dismiss, Extend, FixOnSpot, Grade, Order, Rectify, Reward, SendBack, Submit, Supervise,
            TakeBack, Transfer,
        };
        match (self, step) {
            (Found, Grade) => Ok(Graded),
            (Found, FixOnSpot) => Ok(FixedOnSpot),
            (Found | Graded, Dismiss) => Ok(NotHazard),
            (Graded, Order) => Ok(Ordered),
            (Ordered, Rectify) => Ok(Rectifying),
            (Rectifying, Submit) => Ok(Submitted),
            (Submitted | FixedOnSpot, Cancel) => Ok(Cancelled),
            (Submitted, SendBack) => Ok(Rectifying),
            (FixedOnSpot, SendBack) => Ok(Found),
            (Ordered | Rectifying, Extend) => Ok(self),
            (Graded | Ordered | Rectifying | Submitted, Supervise) => Ok(self),
            (Graded | Ordered | Rectifying | Submitted, Transfer) => Ok(Transferred),
            (Transferred, TakeBack) => Ok(Graded),
            (Cancelled, Reward) => Ok(self),
            (Found, Order | Rectify | Submit | Cancel | SendBack)
            | (Found | FixedOnSpot, Extend | Supervise | Transfer | TakeBack | Reward)
            | (
                Graded,
                Grade | FixOnSpot | Rectify | Submit | Cancel | SendBack | Extend | TakeBack | Reward,
            )
            | (
                Ordered,
                Grade | Dismiss | FixOnSpot | Order | Submit | Cancel | SendBack | TakeBack | Reward,
            )
            | (
                Rectifying,
                Grade | Dismiss | FixOnSpot | Order | Rectify | Cancel | SendBack | TakeBack | Reward,
            )
            | (Submitted | FixedOnSpot, Grade | Dismiss | FixOnSpot | Order | Rectify | Submit)
            | (Submitted, Extend | TakeBack | Reward)
            | (
                Cancelled,
                Grade | Dismiss | FixOnSpot | Order | Rectify | Submit | Cancel | SendBack | Extend
                | Supervise | Transfer | TakeBack,
            )
            | (
                Transferred,
                Grade | Dismiss | FixOnSpot | Order | Rectify | Submit | Cancel | SendBack | Extend
                | Supervise | Transfer | Reward,
            )
            | (NotHazard, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Found => Phase::Reported,
            Self::Graded => Phase::Accepted,
            Self::Ordered | Self::Rectifying => Phase::Working,
            Self::Submitted | Self::FixedOnSpot => Phase::Resolved,
            Self::Cancelled | Self::NotHazard | Self::Transferred => Phase::Closed,
        }
    }
}

fn refused(state: HazardState, step: HazardStep) -> Problem {
    let detail = format!("隐患现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_of(way: &[HazardStep]) -> Option<HazardState> {
        way.iter().try_fold(HazardState::Found, |state, &step| state.after(step)).ok()
    }

    #[test]
    fn the_ordinary_way_ends_cancelled_and_may_go_back_from_inspection() {
        use HazardStep::{Cancel, Grade, Order, Rectify, SendBack, Submit};
        let way = [Grade, Order, Rectify, Submit, SendBack, Submit, Cancel];
        assert_eq!(end_of(&way), Some(HazardState::Cancelled));
    }

    #[test]
    fn what_the_district_hands_back_is_ordered_anew() {
        use HazardStep::{Grade, Order, Rectify, TakeBack, Transfer};
        assert_eq!(end_of(&[Grade, Order, Rectify, Transfer]), Some(HazardState::Transferred));
        assert_eq!(end_of(&[Grade, Transfer, TakeBack, Order]), Some(HazardState::Ordered));
    }

    #[test]
    fn neither_an_extension_nor_a_listing_takes_a_hazard_further() {
        use HazardStep::{Extend, Grade, Order, Rectify, Supervise};
        assert_eq!(end_of(&[Grade, Supervise, Order, Extend, Supervise]), Some(HazardState::Ordered));
        assert_eq!(end_of(&[Grade, Order, Rectify, Extend]), Some(HazardState::Rectifying));
    }

    #[test]
    fn exactly_twenty_three_pairs_of_state_and_step_are_allowed() {
        let pairs =
            HazardState::ALL.iter().flat_map(|state| HazardStep::ALL.iter().map(move |step| (state, step)));
        let allowed = pairs.filter(|(state, step)| state.after(**step).is_ok());
        assert_eq!(allowed.count(), 23);
    }

    #[test]
    fn what_is_closed_is_opened_by_the_district_handing_it_back_and_by_nothing_else() {
        for state in HazardState::ALL.iter().filter(|state| state.phase() == Phase::Closed) {
            let opens = HazardStep::ALL.iter().filter_map(|&step| state.after(step).ok());
            let opens = opens.filter(|after| after.phase() != Phase::Closed).count();
            assert_eq!(opens, usize::from(*state == HazardState::Transferred), "{state}");
        }
    }

    #[test]
    fn what_is_open_has_a_way_on() {
        for state in HazardState::ALL.iter().filter(|state| state.phase() != Phase::Closed) {
            let goes_on = |step: &HazardStep| state.after(*step).is_ok_and(|after| after != *state);
            assert!(HazardStep::ALL.iter().any(goes_on), "{state}");
        }
    }
}
