//! The steps that somebody may take now, as buttons.

use crate::base::area_code::AreaLevel;
use crate::features::cases::{Action, CaseFile};
use crate::features::events::actions::EventFile;
use crate::features::events::model::{
    DECLINED_LATE, Event, EventRow, EventStep, bar, is_late_to_decline, wants_after_photo,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;

/// The steps that the state allows and the role of `by` may take; one that this very person may not take says why, and
/// what is somebody else's to do is left out.
pub fn buttons(event: &EventFile, by: &Granted<SeeCases>) -> Vec<Action> {
    let EventFile { file, row, caller } = event;
    // Where the calendar does not reach, the step itself says so.
    let late = is_late_to_decline(row, caller.now.local_date()).unwrap_or(false);
    let open = EventStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok());
    let buttons = open.filter(|&step| by.holds(step.needs(), &row.area_code)).filter_map(|step| {
        let barred = bar(file, row, step, caller);
        let late = (late && step == EventStep::Decline).then_some(DECLINED_LATE);
        let button = Action {
            step: step.as_str(),
            label: step.label(),
            href: format!("/api/v1/events/{}/{}", row.case_id.same_as::<Event>(), step.noun()),
            fields: fields(step, file, row),
            blocked: barred.map(|bar| bar.why).or(late),
        };
        barred.is_none_or(|bar| bar.shown).then_some(button)
    });
    buttons.collect()
}

/// The fields that a step's body must have.
fn fields(step: EventStep, file: &CaseFile, row: &EventRow) -> &'static [&'static str] {
    match step {
        EventStep::Accept if file.area_code.level() < AreaLevel::Grid => &["grid"],
        EventStep::Accept => &[],
        EventStep::Return => &["note"],
        EventStep::Supplement => &["note"],
        EventStep::Reject => &["reason", "note"],
        EventStep::Withdraw => &[],
        EventStep::Merge => &["original_no", "note"],
        EventStep::Unmerge => &["note"],
        EventStep::SelfHandle => &["note", "photos"],
        EventStep::Dispatch => &["station"],
        EventStep::Decline => &["reason"],
        EventStep::Handle => &[],
        EventStep::Finish if wants_after_photo(row.category) => &["note", "photos"],
        EventStep::Finish => &["note"],
        EventStep::Close => &["resolution", "note"],
        EventStep::Rework => &["reason"],
        EventStep::AskSuspension => &["until", "reason"],
        EventStep::Suspend => &[],
        EventStep::Resume => &[],
        EventStep::AskExtension => &["amount", "reason"],
        EventStep::Extend => &[],
        EventStep::Deny => &["reason"],
        EventStep::Reopen => &["reason"],
        EventStep::Convert => &["to", "note"],
    }
}
