//! Which step starts, stops or pauses which time.

use super::{EventRow, EventState, EventStep};
use crate::features::cases::{CaseFile, Urgency};
use crate::features::clocks::{Change, Rule};

/// The time in which an event of this urgency is accepted.
const fn acceptance(urgency: Urgency) -> Rule {
    match urgency {
        Urgency::Normal => Rule::AcceptEvent,
        Urgency::Urgent => Rule::AcceptUrgentEvent,
        Urgency::Critical => Rule::AcceptCriticalEvent,
    }
}

/// The time in which it is handled.
pub const fn handling(urgency: Urgency) -> Rule {
    match urgency {
        Urgency::Normal => Rule::HandleEvent,
        Urgency::Urgent | Urgency::Critical => Rule::HandleUrgentEvent,
    }
}

/// What starts with the report.
pub fn at_report(urgency: Urgency) -> [Change; 1] {
    [Change::Start(acceptance(urgency))]
}

/// What `step` does to the clocks of the event of `file` that it takes to `to`. `row` is what the step makes
/// of it. What still runs when a case closes is waived with it.
pub fn of_step(step: EventStep, file: &CaseFile, row: &EventRow, to: EventState) -> Vec<Change> {
    use Change::{Extend, Name, Pause, Resume, Start, Stop, Waive};
    let urgency = file.urgency;
    let (accept, dispatch, handle, verify) =
        (acceptance(urgency), Rule::DispatchEvent, handling(urgency), Rule::VerifyEvent);
    match step {
        EventStep::Accept => vec![Stop(accept), Start(dispatch)],
        EventStep::Return => vec![Pause(accept)],
        EventStep::Supplement => vec![Resume(accept)],
        EventStep::Reject | EventStep::SelfHandle => vec![Stop(accept)],
        EventStep::Dispatch => vec![Stop(dispatch), Start(handle)],
        EventStep::Decline => vec![Waive(handle, "站所退单"), Start(dispatch)],
        EventStep::Finish => vec![Stop(handle), Start(verify)],
        EventStep::Close => vec![Stop(verify)],
        EventStep::Rework => vec![Stop(verify), Start(handle)],
        EventStep::Suspend => {
            let until = row.suspended_until.map(|day| Name(Rule::ResumeEvent, day));
            [Pause(dispatch), Pause(handle)].into_iter().chain(until).collect()
        }
        EventStep::Resume => vec![Stop(Rule::ResumeEvent), Resume(dispatch), Resume(handle)],
        EventStep::Extend => {
            let by = row.extended_by.and_then(|amount| u16::try_from(amount).ok());
            by.map(|by| Extend(handle, by)).into_iter().collect()
        }
        EventStep::Reopen if to == EventState::Dispatched => vec![Start(handle)],
        EventStep::Reopen => on_its_own(file, to),
        // Nobody owes a merged event anything: its original has its own times.
        EventStep::Merge => vec![Pause(accept), Pause(dispatch)],
        EventStep::Unmerge => on_its_own(file, to),
        EventStep::Withdraw
        | EventStep::Convert
        | EventStep::Handle
        | EventStep::AskSuspension
        | EventStep::AskExtension
        | EventStep::Deny => vec![],
    }
}

/// The time that an event in the state `to`, which no station has, is owed from now on: what was left of it while it was
/// merged, or, when it had come to an end, the whole.
pub fn on_its_own(file: &CaseFile, to: EventState) -> Vec<Change> {
    let rule = if to == EventState::Accepted { Rule::DispatchEvent } else { acceptance(file.urgency) };
    vec![if file.clocks.is_open(rule) { Change::Resume(rule) } else { Change::Start(rule) }]
}
