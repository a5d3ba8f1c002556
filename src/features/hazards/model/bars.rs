//! Why somebody cannot take a step although state and role allow it: the same for the button and for the step itself.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{HazardFile, HazardState, HazardStep};
use crate::base::id::Id;
use crate::base::problem::Code;
use crate::platform::access::ActorKind;

/// Who asks, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The person.
    pub me: Uuid,
    /// Whether they sign for major hazards here.
    pub approves: bool,
    /// The day, in Asia/Shanghai.
    pub today: NaiveDate,
}

impl HazardFile {
    /// Why `asking` cannot take `step`, as a code and in words; none when they can.
    pub fn bar(&self, step: HazardStep, asking: Asking) -> Option<(Code, &'static str)> {
        let unsigned = self.row.is_major() && !asking.approves;
        let overdue = self.file.due_on.is_some_and(|due| due < asking.today);
        let of_staff = self.file.reporter_kind == ActorKind::Staff;
        match step {
            HazardStep::Cancel | HazardStep::SendBack if self.submitted_by(asking.me) => {
                Some((Code::SamePerson, "提交整改的人不能自己复查"))
            }
            HazardStep::Order if unsigned => Some((Code::Forbidden, "重大隐患的整改指令须由分管领导签批")),
            HazardStep::Cancel if unsigned => Some((Code::Forbidden, "重大隐患的销号须由分管领导签批")),
            HazardStep::Dismiss if unsigned => {
                Some((Code::Forbidden, "已定为重大的隐患,须由分管领导认定不属实"))
            }
            HazardStep::Extend if self.row.extended_from.is_some() => {
                Some((Code::GuardRefused, "整改期限只能延长一次"))
            }
            HazardStep::Extend if overdue => Some((Code::GuardRefused, "整改期限已过,不能再延长")),
            HazardStep::Extend if self.put_right_by(asking.me) => {
                Some((Code::SamePerson, "负责整改的人不能给自己批准延期"))
            }
            HazardStep::Supervise if !self.row.is_major() && !overdue => {
                Some((Code::GuardRefused, "重大隐患或逾期未办结的隐患才挂牌督办"))
            }
            HazardStep::Transfer if !self.row.is_major() => {
                Some((Code::GuardRefused, "只有重大隐患才移交区级部门"))
            }
            HazardStep::Reward if of_staff => {
                Some((Code::GuardRefused, "工作人员履行职责上报的,不发举报奖励"))
            }
            HazardStep::Reward if self.row.reward_fen.is_some() => {
                Some((Code::GuardRefused, "举报奖励已经登记"))
            }
            HazardStep::Grade
            | HazardStep::Dismiss
            | HazardStep::FixOnSpot
            | HazardStep::Order
            | HazardStep::Rectify
            | HazardStep::Submit
            | HazardStep::Cancel
            | HazardStep::SendBack
            | HazardStep::Extend
            | HazardStep::Supervise
            | HazardStep::Transfer
            | HazardStep::TakeBack
            | HazardStep::Reward => None,
        }
    }

    fn submitted_by(&self, me: Uuid) -> bool {
        self.row.submitted_by.map(Id::uuid) == Some(me)
    }

    /// Whether `me` has begun the work, or had it sent back.
    fn put_right_by(&self, me: Uuid) -> bool {
        self.row.state == HazardState::Rectifying && self.file.handler_id.map(Id::uuid) == Some(me)
    }
}
