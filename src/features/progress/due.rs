//! By when something is due, in words.

use chrono::NaiveDate;

use crate::base::clock::Timestamp;
use crate::features::clocks::{ClockState, ClockView, Unit};

/// The end of a time that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueBy {
    /// Its last day (Asia/Shanghai), moved off rest days where the law does so.
    pub on: NaiveDate,
    /// Whether it has passed.
    pub late: bool,
    /// Both in words.
    pub words: String,
}

impl DueBy {
    /// The first end among `clocks` of something that the office owes; none when nothing runs.
    pub fn first(clocks: &[ClockView], now: Timestamp) -> Option<Self> {
        let owed = |clock: &&ClockView| clock.state == ClockState::Running && !clock.rule.terms().window;
        clocks.iter().filter(owed).min_by_key(|clock| clock.due_at).map(|clock| Self::of(clock, now))
    }

    fn of(clock: &ClockView, now: Timestamp) -> Self {
        let (on, late, end) = match clock.rule.terms().unit {
            Unit::Minute | Unit::Hour => {
                (clock.due_on, now > clock.due_at, clock.due_at.local().format("%-m月%-d日%H:%M").to_string())
            }
            Unit::Day | Unit::Workday | Unit::Date => {
                let last = clock.legal_due_on.unwrap_or(clock.due_on);
                (last, now.local_date() > last, last.format("%-m月%-d日").to_string())
            }
        };
        let words = if late { format!("应在{end}前,现已超期") } else { format!("应在{end}前") };
        Self { on, late, words }
    }
}
