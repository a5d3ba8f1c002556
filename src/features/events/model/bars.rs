//! Why somebody whose role could take a step may not: the same for the button and for the step itself.

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::{EventRow, EventStep, Request, Resolution};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{CaseFile, Urgency};
use crate::features::clocks::calendar;

/// How often stations may give an event back before an approver decides whose it is.
const MOST_DECLINED: i32 = 2;
/// Days after the end in which the reporter may have it begun again.
const REOPEN_DAYS: i64 = 15;

/// Whoever asks, as far as these rules need to know them.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The staff member or resident.
    pub id: Uuid,
    /// The station that they belong to.
    pub station: Option<String>,
    /// Whether they dispatch in this area.
    pub dispatches: bool,
    /// Whether they sign in this area.
    pub signs: bool,
    /// What time it is.
    pub now: Timestamp,
}

/// A step that is barred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What the step answers.
    pub code: Code,
    /// Why.
    pub why: &'static str,
    /// Whether there is a button that says so; none for what is somebody else's to do.
    pub shown: bool,
}

impl Bar {
    const fn not_theirs(why: &'static str) -> Self {
        Self { code: Code::Forbidden, why, shown: false }
    }

    const fn nothing_asked(why: &'static str) -> Self {
        Self { code: Code::GuardRefused, why, shown: false }
    }

    const fn refused(why: &'static str) -> Self {
        Self { code: Code::GuardRefused, why, shown: true }
    }

    const fn same_person(why: &'static str) -> Self {
        Self { code: Code::SamePerson, why, shown: true }
    }
}

impl From<Bar> for Problem {
    fn from(bar: Bar) -> Self {
        Self::because(bar.code, bar.why)
    }
}

/// What bars `caller` from `step`; nothing when they may take it.
pub fn bar(file: &CaseFile, row: &EventRow, step: EventStep, caller: &Caller) -> Option<Bar> {
    let me = |id: Option<Uuid>| id == Some(caller.id);
    let reports = me(Some(file.reporter_id.uuid()));
    match step {
        EventStep::Supplement | EventStep::Withdraw if !reports => {
            Some(Bar::not_theirs("只有上报人可以办理"))
        }
        EventStep::SelfHandle if file.urgency == Urgency::Critical => {
            Some(Bar::refused("特急事件须由指挥中心受理,不能自办自结"))
        }
        EventStep::Dispatch => dispatching(row, caller),
        EventStep::Decline | EventStep::Handle | EventStep::Finish | EventStep::AskExtension
            if !works_on(row, caller) =>
        {
            Some(Bar::not_theirs("只有承办站所或指定的承办人可以办理"))
        }
        EventStep::Decline if row.declined_count >= MOST_DECLINED => {
            Some(Bar::refused("已退单两次,承办单位由分管领导确定,不能再退"))
        }
        EventStep::Close | EventStep::Rework if me(row.handler_id.map(Id::uuid)) => {
            Some(Bar::same_person("承办人不能核查自己办理的事件"))
        }
        EventStep::AskSuspension | EventStep::AskExtension if row.request.is_some() => {
            Some(Bar::refused("已有申请等待审批"))
        }
        EventStep::AskExtension if row.extended_by.is_some() => Some(Bar::refused("只能延期一次")),
        EventStep::Suspend => answering(row, caller, Some(Request::Suspension)),
        EventStep::Extend => answering(row, caller, Some(Request::Extension)),
        EventStep::Deny => answering(row, caller, None),
        EventStep::Unmerge if row.merged_into.is_none() => Some(Bar::nothing_asked("事件没有并入其他事件")),
        EventStep::Reopen => reopening(file, row, caller, reports),
        EventStep::Accept
        | EventStep::Return
        | EventStep::Supplement
        | EventStep::Reject
        | EventStep::Withdraw
        | EventStep::Merge
        | EventStep::Unmerge
        | EventStep::SelfHandle
        | EventStep::Decline
        | EventStep::Handle
        | EventStep::Finish
        | EventStep::Close
        | EventStep::Rework
        | EventStep::AskSuspension
        | EventStep::AskExtension
        | EventStep::Resume
        | EventStep::Convert => None,
    }
}

/// Whether it was dispatched to the caller, or to the station that they belong to.
fn works_on(row: &EventRow, caller: &Caller) -> bool {
    let named = row.handler_id.map(Id::uuid) == Some(caller.id);
    named || (row.station.is_some() && row.station == caller.station)
}

/// Dispatchers dispatch; what stations have given back too often, the approver does.
fn dispatching(row: &EventRow, caller: &Caller) -> Option<Bar> {
    let disputed = row.declined_count >= MOST_DECLINED;
    match (disputed, caller.dispatches, caller.signs) {
        (true, _, false) => Some(Bar::refused("已退单两次,由分管领导确定承办单位")),
        (false, false, _) => Some(Bar::not_theirs("由指挥中心调度员派遣")),
        (true, _, true) | (false, true, _) => None,
    }
}

/// Two people: one asks, another one signs.
fn answering(row: &EventRow, caller: &Caller, asked: Option<Request>) -> Option<Bar> {
    if row.request.is_none() || asked.is_some_and(|asked| row.request != Some(asked)) {
        return Some(Bar::nothing_asked("没有等待审批的申请"));
    }
    let own = row.requested_by.map(Id::uuid) == Some(caller.id);
    own.then_some(Bar::same_person("申请人不能审批自己的申请"))
}

/// Why a station may not give back what it has had for longer than a working day.
pub const DECLINED_LATE: &str = "派遣后超过一个工作日,不能退单";

/// Whether the working day after the dispatch has passed; 503 `calendar_missing` for a year that is not known.
pub fn is_late_to_decline(row: &EventRow, today: NaiveDate) -> Result<bool> {
    let Some(dispatched) = row.dispatched_at else { return Ok(false) };
    Ok(today > calendar::after(dispatched.local_date(), 1)?)
}

fn reopening(file: &CaseFile, row: &EventRow, caller: &Caller, reports: bool) -> Option<Bar> {
    if !reports && !caller.signs {
        return Some(Bar::not_theirs("只有上报人或分管领导可以办理"));
    }
    if row.resolution == Some(Resolution::Converted) {
        return Some(Bar::refused("已转为其他案卷,请在该案卷中办理"));
    }
    let late = file.closed_at.is_some_and(|closed| caller.now.local_date() > reopen_until(closed));
    (late && !caller.signs).then_some(Bar::refused("结案已超过 15 日,不能再要求重新办理"))
}

/// The last day on which the reporter of an event that was `closed` may have it begun again; the day of the end is
/// not counted (民法典 201).
pub fn reopen_until(closed: Timestamp) -> NaiveDate {
    closed.local_date() + TimeDelta::days(REOPEN_DAYS)
}
