//! The steps that somebody may take now, as buttons.

use crate::base::area_code::AreaLevel;
use crate::features::cases::{Action, CaseFile};
use crate::features::events::actions::EventFile;
use crate::features::events::model::{
    DECLINED_LATE, Event, EventRow, EventStep, bar, is_late_to_decline, wants_after_photo,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{
    AcceptEvent, ApproveEvent, ConvertEvent, DispatchEvent, HandleEvent, ReopenEvent, ReportEvent, SeeCases,
    SelfHandleEvent, TriageEvent, VerifyEvent,
};

/// The steps that the state allows and the role of `by` may take; one that this very person may not take says why, and
/// what is somebody else's to do is left out.
pub fn buttons(event: &EventFile, by: &Granted<SeeCases>) -> Vec<Action> {
    let EventFile { file, row, caller } = event;
    // Where the calendar does not reach, the step itself says so.
    let late = is_late_to_decline(row, caller.now.local_date()).unwrap_or(false);
    let open = EventStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok());
    let buttons = open.filter(|&step| may(by, step, row)).filter_map(|step| {
        let barred = bar(file, row, step, caller);
        let late = (late && step == EventStep::Decline).then_some(DECLINED_LATE);
        let (noun, fields) = form(step, file, row);
        let button = Action {
            step: step.as_str(),
            label: step.label(),
            href: format!("/api/v1/events/{}/{noun}", row.case_id.same_as::<Event>()),
            fields,
            blocked: barred.map(|bar| bar.why).or(late),
        };
        barred.is_none_or(|bar| bar.shown).then_some(button)
    });
    buttons.collect()
}

/// Whether the role of `by` may take the step there.
fn may(by: &Granted<SeeCases>, step: EventStep, row: &EventRow) -> bool {
    let area = &row.area_code;
    match step {
        EventStep::Supplement | EventStep::Withdraw => by.also::<ReportEvent>(area),
        EventStep::Accept | EventStep::Merge => by.also::<AcceptEvent>(area),
        EventStep::Return | EventStep::Reject | EventStep::AskSuspension | EventStep::Resume => {
            by.also::<TriageEvent>(area)
        }
        EventStep::SelfHandle => by.also::<SelfHandleEvent>(area),
        EventStep::Dispatch => by.also::<DispatchEvent>(area),
        EventStep::Decline | EventStep::Handle | EventStep::Finish | EventStep::AskExtension => {
            by.also::<HandleEvent>(area)
        }
        EventStep::Close | EventStep::Rework => by.also::<VerifyEvent>(area),
        EventStep::Suspend | EventStep::Extend | EventStep::Deny => by.also::<ApproveEvent>(area),
        EventStep::Reopen => by.also::<ReopenEvent>(area),
        EventStep::Convert => by.also::<ConvertEvent>(area),
    }
}

/// The noun of a step's address, and the fields that its body must have.
fn form(step: EventStep, file: &CaseFile, row: &EventRow) -> (&'static str, &'static [&'static str]) {
    match step {
        EventStep::Accept if file.area_code.level() < AreaLevel::Grid => ("acceptance", &["grid"]),
        EventStep::Accept => ("acceptance", &[]),
        EventStep::Return => ("return", &["note"]),
        EventStep::Supplement => ("supplement", &["note"]),
        EventStep::Reject => ("rejection", &["reason", "note"]),
        EventStep::Withdraw => ("withdrawal", &[]),
        EventStep::Merge => ("merger", &["original_no", "note"]),
        EventStep::SelfHandle => ("self_handling", &["note", "photos"]),
        EventStep::Dispatch => ("dispatch", &["station"]),
        EventStep::Decline => ("refusal", &["reason"]),
        EventStep::Handle => ("handling", &[]),
        EventStep::Finish if wants_after_photo(row.category) => ("completion", &["note", "photos"]),
        EventStep::Finish => ("completion", &["note"]),
        EventStep::Close => ("closure", &["resolution", "note"]),
        EventStep::Rework => ("rework", &["reason"]),
        EventStep::AskSuspension => ("suspension_request", &["until", "reason"]),
        EventStep::Suspend => ("suspension", &[]),
        EventStep::Resume => ("resumption", &[]),
        EventStep::AskExtension => ("extension_request", &["amount", "reason"]),
        EventStep::Extend => ("extension", &[]),
        EventStep::Deny => ("request_denial", &["reason"]),
        EventStep::Reopen => ("reopening", &["reason"]),
        EventStep::Convert => ("conversion", &["to", "note"]),
    }
}
