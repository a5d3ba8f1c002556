//! Words, rows and rules of an event.

mod bars;
mod clocks;
mod evidence;
mod following;
mod merging;
mod pauses;
mod procedure;
mod row;
mod steps;

pub use bars::{Caller, DECLINED_LATE, bar, is_late_to_decline, reopen_until};
pub use clocks::{at_report, of_step, on_its_own};
pub use evidence::wants_after_photo;
pub use following::{Following, of_original};
pub use merging::{FRESH_DAYS, Taken, guard_original};
pub use pauses::{check_amount, check_until};
pub use procedure::{EventState, EventStep, Next};
pub use row::EventRow;

crate::id_kind! {
    /// An event; its case has the same id.
    Event = "event";
}

crate::text_enum! {
    /// What an event is about; the case's category. What turns out to be a quarrel or a danger is converted.
    pub enum EventCategory {
        Dispute = "dispute" "矛盾纠纷",
        Safety = "safety" "安全隐患",
        PublicOrder = "public_order" "治安",
        Environment = "environment" "环境卫生",
        Facility = "facility" "公共设施",
        Livelihood = "livelihood" "民生诉求",
        Policy = "policy" "政策咨询",
        Disaster = "disaster" "灾情险情",
        Fraud = "fraud" "涉诈",
        Population = "population" "人口变动",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// How many people it concerns.
    pub enum EventScale {
        Individual = "individual" "1 至 4 人",
        SmallGroup = "small_group" "5 至 29 人",
        Group = "group" "30 至 99 人",
        Mass = "mass" "100 人以上",
    }
}

impl EventScale {
    /// The scale of so many people.
    pub const fn of(people: i32) -> Self {
        match people {
            ..5 => Self::Individual,
            5..30 => Self::SmallGroup,
            30..100 => Self::Group,
            100.. => Self::Mass,
        }
    }
}

crate::text_enum! {
    /// How an event ended. Closed is not resolved: statistics show both.
    pub enum Resolution {
        Resolved = "resolved" "已解决",
        NotResolved = "not_resolved" "未能解决",
        NotNeeded = "not_needed" "无需处理",
        NotOurs = "not_ours" "不属本镇职责",
        Duplicate = "duplicate" "重复事件",
        /// Given by the conversion alone.
        Converted = "converted" "已转为其他案卷",
    }
}

crate::text_enum! {
    /// Why an event is not accepted.
    pub enum Rejection {
        NotOurs = "not_ours" "不属本镇职责",
        OtherProcedure = "other_procedure" "应通过诉讼、仲裁、复议等法定途径解决",
        Unclear = "unclear" "无具体事实或无法核实",
        NoMatter = "no_matter" "不属需要办理的事项",
    }
}

impl Rejection {
    /// Whether another office is the right one, which is then named: "not ours" alone helps nobody.
    pub const fn has_right_office(self) -> bool {
        match self {
            Self::NotOurs | Self::OtherProcedure => true,
            Self::Unclear | Self::NoMatter => false,
        }
    }
}

crate::text_enum! {
    /// What was asked for and waits for an approver.
    pub enum Request {
        Suspension = "suspension" "挂起",
        Extension = "extension" "延期",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_begins_with_its_smallest_number_of_people() {
        let scales = [1, 4, 5, 29, 30, 99, 100, 100_000].map(|people| EventScale::of(people).as_str());
        let expected =
            ["individual", "individual", "small_group", "small_group", "group", "group", "mass", "mass"];
        assert_eq!(scales, expected);
    }
}
