//! An event that repeats another, or turns out not to.

use super::EventFile;
use super::taking::{Said, step};
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{self, CaseKind};
use crate::features::events::model::{
    Event, EventRow, EventState, EventStep, Resolution, Taken, guard_original,
};
use crate::features::events::store;
use crate::platform::access::policy::AcceptEvent;
use crate::platform::access::{Granted, system};
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// Merges it into the event that it repeats, and tells the reporter. It ends with its original, at once when that is over
/// already. One into which others were merged is the original itself and is not merged.
pub async fn merge(
    db: &Db,
    by: Granted<AcceptEvent>,
    at: At<Event>,
    original_no: String,
    note: String,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Merge, Said::to_reporter(Some(note)), move |by, tx, step| {
        let wrong = |why: &str| Problem::field("original_no", why);
        // Held, so that two events that are merged into each other at once do not both succeed.
        let original = cases::hold_by_no(tx, by.scope(), &original_no)?;
        let original = original.filter(|file| file.kind == CaseKind::Event);
        let original = original.ok_or_else(|| wrong("没有这个编号的网格事件"))?;
        if original.id == step.file.id {
            return Err(wrong("不能并入自己"));
        }
        let row = store::of_case(tx, by.scope(), &original)?;
        guard_original(&original, &row, step.now)?;
        // Held as well: nobody merges a third into this one between this look and the commit.
        cases::hold_by_no(tx, by.scope(), &step.file.no)?;
        if !store::merged_into(tx, by.scope(), &step.file, None, 1)?.is_empty() {
            let why = "已有其他事件并入本件,请将对方并入本件,或先撤销那些并案";
            return Err(Problem::because(Code::GuardRefused, why));
        }
        step.row.merged_from = Some(step.row.state);
        step.row.merged_into = Some(original.id);
        step.row.merged_into_no = Some(original.no.clone());
        if row.state == EventState::Closed {
            step.to = EventState::Closed;
            step.row.resolution = Some(Resolution::Duplicate);
        }
        let what = format!("{} 并入本件", step.file.no);
        cases::remark(tx, by, &original, row.state.as_str(), Taken::TakeIn.as_str(), &what)
    })
    .await
}

/// Makes it an event of its own again: in the state in which it was merged, with the time that was left of it.
pub async fn unmerge(db: &Db, by: Granted<AcceptEvent>, at: At<Event>, note: String) -> Result<EventFile> {
    step(db, by, at, EventStep::Unmerge, Said::to_reporter(Some(note)), |by, tx, step| {
        let what = format!("{} 撤销并案", step.file.no);
        let_go(tx, by, &step.row, &what)?;
        step.row.leave_original();
        Ok(())
    })
    .await
}

/// Writes into the timeline of the original of `row` that it has one event less. Whoever takes this one out need not see
/// the other, which may lie in another village.
pub(super) fn let_go(tx: &mut Tx, by: &Granted<AcceptEvent>, row: &EventRow, what: &str) -> Result<()> {
    let Some(original) = row.merged_into else { return Ok(()) };
    let anywhere = system::<AcceptEvent>("the original of a merged event may lie in another village");
    let original = cases::find(tx, anywhere.scope(), original)?;
    let state = store::of_case(tx, anywhere.scope(), &original)?.state;
    cases::remark(tx, by, &original, state.as_str(), Taken::LetGo.as_str(), what)
}
