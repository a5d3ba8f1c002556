//! A clock: one time that runs for one case.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use uuid::Uuid;

use super::reckoning::Due;
use super::rules::Rule;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::AreaInScope;
use crate::platform::db::schema::clocks;

crate::id_kind! {
    /// A clock.
    Clock = "clock";
    /// The case that a clock runs for, under this slice's own name.
    Matter = "case";
}

crate::text_enum! {
    /// What a clock does.
    pub enum ClockState {
        Running = "running" "计时中",
        Paused = "paused" "暂停计时",
        /// Ended in time.
        Met = "met" "按期完成",
        /// Ended late, or without what it waited for.
        Missed = "missed" "超期",
        /// Does not count: what it waited for is not needed any more.
        Waived = "waived" "不再计时",
    }
}

/// How far the clocks of two nodes may be apart: one tells, another ends.
const NODES_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl ClockState {
    /// Whether it may still end in time or late.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Running | Self::Paused => true,
            Self::Met | Self::Missed | Self::Waived => false,
        }
    }
}

/// A clock as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clocks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ClockRow {
    /// The clock.
    pub id: Id<Clock>,
    /// The case.
    pub case_id: Id<Matter>,
    /// Where the case lies.
    pub area_code: AreaCode,
    /// Which time.
    pub rule: Rule,
    /// What it does.
    pub state: ClockState,
    /// From when it counts; the day itself is not counted.
    pub started_at: Timestamp,
    /// [`Due::on`].
    pub due_on: NaiveDate,
    /// [`Due::legal_on`].
    pub legal_due_on: Option<NaiveDate>,
    /// [`Due::at`].
    pub due_at: Timestamp,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// How long it was paused in all before, seconds.
    pub paused_seconds: i64,
    /// By how much it was extended, in the rule's units; none when it was not.
    pub extended_by: Option<i32>,
    /// When the server was told of its end.
    pub stopped_at: Option<Timestamp>,
    /// When it really ended, by the phone's time or the day on record, when that was before `stopped_at`.
    pub happened_at: Option<Timestamp>,
    /// Why it was waived.
    pub waived_because: Option<String>,
    /// When there is next something to tell; none when there is not. While it is paused, what will be once it is resumed.
    pub next_at: Option<Timestamp>,
}

impl ClockRow {
    /// A clock of `rule` that starts at `start` and ends at `due`.
    pub fn started(
        case: Uuid,
        area: &AreaInScope,
        rule: Rule,
        (start, due): (Timestamp, Due),
        now: Timestamp,
    ) -> Result<Self> {
        let mut clock = Self {
            id: Id::new(),
            case_id: Id::from_uuid(case),
            area_code: area.code().clone(),
            rule,
            state: ClockState::Running,
            started_at: start,
            due_on: due.on,
            legal_due_on: due.legal_on,
            due_at: due.at,
            paused_at: None,
            paused_seconds: 0,
            extended_by: None,
            stopped_at: None,
            happened_at: None,
            waived_because: None,
            next_at: None,
        };
        clock.turn_to(due, now)?;
        Ok(clock)
    }

    /// Has what is late from its beginning told at once, by the latest of the points that it never passed: as when work is sent
    /// back after the day of its order. A window of the citizens that is over is told of to nobody.
    pub fn tell_if_late(&mut self, now: Timestamp) -> Result<()> {
        if now > self.due_at && !self.rule.terms().window {
            let points = self.rule.points(self.due())?;
            let latest = points.iter().rfind(|point| point.at <= now).map(|point| point.at);
            self.next_at = latest.or(self.next_at);
        }
        Ok(())
    }

    /// When it ends.
    pub fn due(&self) -> Due {
        self.rule.settled(Due { on: self.due_on, legal_on: self.legal_due_on, at: self.due_at })
    }

    /// Ends it: in time, or late. `happened` is when it really happened, if that is told and was earlier: what was
    /// done without signal before the end counts for the worker.
    pub fn stop(&mut self, happened: Option<Timestamp>, now: Timestamp) {
        let told = happened.filter(|at| *at < now);
        // While it was paused no time went by.
        let ended = self.paused_at.into_iter().chain(told).fold(now, Timestamp::min);
        let in_time = ended <= self.due().lawful_until();
        self.end(if in_time { ClockState::Met } else { ClockState::Missed }, now);
        self.happened_at = told;
    }

    /// Ends it without what it waited for.
    pub fn miss(&mut self, now: Timestamp) {
        self.end(ClockState::Missed, now);
    }

    /// Ends it without a verdict.
    pub fn waive(&mut self, because: &str, now: Timestamp) {
        self.end(ClockState::Waived, now);
        self.waived_because = Some(because.to_owned());
    }

    /// Stops counting until [`Self::resume`]. What comes next to be told is kept: nothing is told meanwhile, also not what the
    /// pause came a moment too early for.
    pub fn pause(&mut self, now: Timestamp) {
        if self.state == ClockState::Running {
            (self.state, self.paused_at) = (ClockState::Paused, Some(now));
        }
    }

    /// Counts on: as much time is left as there was.
    pub fn resume(&mut self, now: Timestamp) -> Result<()> {
        let Some(since) = self.paused_at.take() else { return Ok(()) };
        self.state = ClockState::Running;
        self.paused_seconds += now.since(since).num_seconds();
        let (before, waiting) = (self.due(), self.next_at);
        let due = self.rule.resumed(before, since, now)?;
        self.turn_to(due, now)?;
        // Going by what was told and not by the hour: a point that had passed untold is told now, none a second time.
        match waiting {
            Some(at) => self.next_at = self.rule.moved_point(at, before, due)?.or(self.next_at),
            // All had been told. Otherwise an older version paused it, which kept nothing: then it goes by the hour.
            None if self.rule.next_point(before, since)?.is_none() => self.next_at = None,
            None => {}
        }
        Ok(())
    }

    /// Moves the end on by `by` of the rule's units. Once, as far as the rule allows, and only before it is late:
    /// 409 `guard_refused` otherwise, on the rule's own law.
    pub fn extend(&mut self, by: u16, now: Timestamp) -> Result<()> {
        let rule = self.rule.label();
        let refusal = match self.rule.refuses_extension(by) {
            Some(refusal) => Some(refusal),
            None if self.state != ClockState::Running => Some(format!("“{rule}”没有在计时,不能延长")),
            None if self.extended_by.is_some() => Some(format!("“{rule}”的时限只能延长一次")),
            None if now > self.due().lawful_until() => Some(format!("“{rule}”已超期,不能再延长")),
            None => None,
        };
        if let Some(refusal) = refusal {
            return Err(refused(self.rule, refusal));
        }
        self.extended_by = Some(by.into());
        self.turn_to(self.rule.extended(self.due(), by)?, now)
    }

    /// Whether something may have been told of it by now: almost always not, when it ends in good time.
    pub fn may_have_told(&self, now: Timestamp) -> bool {
        // Points of an end that was moved are not known any more; nor are points in a year that this version forgot.
        let moved = self.extended_by.is_some() || self.paused_seconds > 0;
        let passed = |at: Timestamp| at <= now.plus(NODES_DIFFER);
        moved
            || self
                .rule
                .points(self.due())
                .map_or(true, |points| points.first().is_some_and(|p| passed(p.at)))
    }

    fn turn_to(&mut self, due: Due, now: Timestamp) -> Result<()> {
        (self.due_on, self.legal_due_on, self.due_at) = (due.on, due.legal_on, due.at);
        self.next_at = self.rule.next_point(due, now)?.map(|point| point.at);
        Ok(())
    }

    fn end(&mut self, state: ClockState, now: Timestamp) {
        if let Some(since) = self.paused_at.take() {
            self.paused_seconds += now.since(since).num_seconds();
        }
        (self.state, self.stopped_at, self.next_at) = (state, Some(now), None);
        self.legal_due_on = self.due().legal_on;
    }
}

/// 409 on the law that the rule rests on.
pub(super) fn refused(rule: Rule, why: String) -> Problem {
    let problem = Problem::because(Code::GuardRefused, why);
    match rule.terms().basis {
        Some(basis) => problem.on_basis(basis.law, basis.article),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
