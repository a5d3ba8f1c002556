//! Which step starts, stops or pauses which time.

use super::{EventRow, EventState, EventStep};
use crate::features::cases::Urgency;
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

/// What `step` does to the clocks of an event that it takes to `to`. `row` is what the step makes
/// of it. What still runs when a case closes is waived with it.
pub fn of_step(step: EventStep, urgency: Urgency, row: &EventRow, to: EventState) -> Vec<Change> {
    use Change::{Extend, Name, Pause, Resume, Start, Stop, Waive};
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
        EventStep::Reopen => vec![Start(dispatch)],
        EventStep::Withdraw
        | EventStep::Merge
        | EventStep::Convert
        | EventStep::Handle
        | EventStep::AskSuspension
        | EventStep::AskExtension
        | EventStep::Deny => vec![],
    }
}
