//! How a notice goes: its states and steps.

use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{ApproveNotice, DraftNotice, Permission, PublishNotice, Row};

crate::text_enum! {
    /// How far a notice is.
    pub enum NoticeState {
        Draft = "draft" "草稿",
        Submitted = "submitted" "待审批",
        Approved = "approved" "已审批",
        /// It publishes itself at its hour.
        Scheduled = "scheduled" "待定时发布",
        Published = "published" "已发布",
        /// A newer notice stands in its place.
        Updated = "updated" "已更新",
        Cancelled = "cancelled" "已撤回",
        Expired = "expired" "已过期",
    }
}

crate::text_enum! {
    /// What can be done with a notice.
    pub enum NoticeStep {
        Revise = "revise" "修改",
        Submit = "submit" "提交审批",
        Return = "return" "退回修改",
        Approve = "approve" "审批通过",
        Schedule = "schedule" "定时发布",
        Publish = "publish" "发布",
        /// Before it is approved: red and orange only, and approved within 24 hours.
        PublishAtOnce = "publish_at_once" "紧急发布",
        /// The approval of what was published at once.
        Ratify = "ratify" "补办审批",
        Cancel = "cancel" "撤回",
    }
}

impl NoticeStep {
    /// The permission that it needs, in each area of the notice; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Revise | Self::Submit => &DraftNotice::ROW,
            Self::Return | Self::Approve | Self::Ratify => &ApproveNotice::ROW,
            Self::Schedule | Self::Publish | Self::PublishAtOnce | Self::Cancel => &PublishNotice::ROW,
        }
    }

    /// The noun of its address, `/api/v1/notices/{id}/{noun}`; none: PUT to the notice itself.
    pub const fn noun(self) -> Option<&'static str> {
        match self {
            Self::Revise => None,
            Self::Submit => Some("submission"),
            Self::Return => Some("return"),
            Self::Approve => Some("approval"),
            Self::Schedule => Some("schedule"),
            Self::Publish => Some("publication"),
            Self::PublishAtOnce => Some("emergency-publication"),
            Self::Ratify => Some("ratification"),
            Self::Cancel => Some("cancellation"),
        }
    }
}

impl NoticeState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here. What nobody does stands in
    /// [`Self::ends_as`].
    pub fn after(self, step: NoticeStep) -> Result<Self> {
        use NoticeState::{Approved, Cancelled, Draft, Expired, Published, Scheduled, Submitted, Updated};
        use NoticeStep::{Approve, Cancel, Publish, PublishAtOnce, Ratify, Return, Revise, Schedule, Submit};
        match (self, step) {
            (Draft, Revise) | (Submitted | Approved, Return) => Ok(Draft),
            (Draft, Submit) => Ok(Submitted),
            (Submitted, Approve) => Ok(Approved),
            (Approved, Schedule) => Ok(Scheduled),
            (Approved | Scheduled, Publish) | (Submitted, PublishAtOnce) | (Published, Ratify) => {
                Ok(Published)
            }
            (Draft | Submitted | Approved | Scheduled | Published, Cancel) => Ok(Cancelled),
            (Draft, Return | Approve | Schedule | Publish | PublishAtOnce | Ratify)
            | (Submitted, Revise | Submit | Schedule | Publish | Ratify)
            | (Approved, Revise | Submit | Approve | PublishAtOnce | Ratify)
            | (Scheduled, Revise | Submit | Return | Approve | Schedule | PublishAtOnce | Ratify)
            | (Published, Revise | Submit | Return | Approve | Schedule | Publish | PublishAtOnce)
            | (
                Updated | Cancelled | Expired,
                Revise | Submit | Return | Approve | Schedule | Publish | PublishAtOnce | Ratify | Cancel,
            ) => Err(refused(self, step)),
        }
    }

    /// Whether a published notice may end by itself as `end`: replaced by another, past its validity, or never approved.
    pub const fn ends_as(self, end: Self) -> bool {
        matches!((self, end), (Self::Published, Self::Updated | Self::Expired | Self::Cancelled))
    }
}

fn refused(state: NoticeState, step: NoticeStep) -> Problem {
    let detail = format!("通知现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ordinary_way_ends_published_and_may_be_cancelled() {
        use NoticeStep::{Approve, Cancel, Publish, Revise, Submit};
        let way = [Revise, Submit, Approve, Publish, Cancel];
        let end = way.iter().try_fold(NoticeState::Draft, |state, &step| state.after(step));
        assert_eq!(end.ok(), Some(NoticeState::Cancelled));
    }

    #[test]
    fn exactly_fifteen_pairs_of_state_and_step_are_allowed() {
        let pairs =
            NoticeState::ALL.iter().flat_map(|state| NoticeStep::ALL.iter().map(move |step| (state, step)));
        assert_eq!(pairs.filter(|(state, step)| state.after(**step).is_ok()).count(), 15);
    }

    #[test]
    fn only_what_is_published_ends_by_itself() {
        for state in NoticeState::ALL {
            let ends = NoticeState::ALL.iter().filter(|end| state.ends_as(**end)).count();
            assert_eq!(ends, if *state == NoticeState::Published { 3 } else { 0 }, "{state}");
        }
    }
}
