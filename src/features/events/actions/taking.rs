//! How a step is taken.

use chrono::NaiveDate;

use super::{EventFile, following};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, Confidential, Desk, Phase, Reporter};
use crate::features::events::model::{Event, EventRow, EventState, EventStep, bar, of_step};
use crate::features::events::{stations, store, words};
use crate::platform::access::{AreaInScope, Granted, Permission};
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// What is said with a step.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Words for the reporter, and photos.
    pub remark: Remark,
    /// Words for the office; the reporter never reads them.
    pub internal: Option<String>,
}

impl Said {
    /// To the reporter.
    pub fn to_reporter(note: Option<String>) -> Self {
        Self { remark: Remark { note, photos: vec![] }, internal: None }
    }

    /// Among ourselves.
    pub fn among_us(internal: String) -> Self {
        Self { internal: Some(internal), ..Self::default() }
    }
}

/// A step while it is being taken: what it reads, and what it may change.
pub(super) struct Taking {
    pub row: EventRow,
    pub file: CaseFile,
    pub area: AreaInScope,
    pub me: Id<Reporter>,
    pub now: Timestamp,
    pub today: NaiveDate,
    /// Where it leads; a merger finds out.
    pub to: EventState,
    pub desk: Desk,
    /// Who may see it from now on, when fewer than before.
    pub confidential: Option<Confidential>,
}

/// What all steps have in common: find in scope, check version, state and who asks, change, turn the clocks, advance
/// the file, have those follow that were merged into it. A request that waits for an answer lapses when the state changes. Unless the step says otherwise the case
/// is on nobody's desk afterwards.
pub(super) async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At<Event>,
    step: EventStep,
    said: Said,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<EventFile> {
    db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = row.state_of(from.after(step)?);
        let now = tx.now();
        let caller = stations::caller(tx, &by, &file.area_code, now)?;
        if let Some(bar) = bar(&file, &row, step, &caller) {
            return Err(Problem::from(bar));
        }
        let area = areas::of_record(by.scope(), &file.area_code)?;
        let (me, today) = (Id::from_uuid(caller.id), now.local_date());
        let mut taking =
            Taking { row, file, area, me, now, today, to, desk: Desk::Nobodys, confidential: None };
        change(&by, tx, &mut taking)?;
        let Taking { mut row, file, area, desk, to, confidential, .. } = taking;
        let clocks = of_step(step, &file, &row, to);
        row.state = to;
        if to != from {
            row.forget_request();
        }
        let Said { remark, internal } = &said;
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(step))?;
        store::update(tx, by.scope(), &file, &row)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            desk,
            clocks: &clocks,
            note: remark.note.as_deref(),
            note_internal: internal.as_deref(),
            news: words::news(step, &row),
            confidential,
            device_at: None,
        };
        let file = cases::advance(tx, &by, &file, advance)?;
        // What was merged into it follows; after the row of the original, which a merger holds.
        if from.phase() == Phase::Closed || to.phase() == Phase::Closed {
            following::follow(tx, &file, &row)?;
        }
        Ok(EventFile { file, row, caller })
    })
    .await
}

/// Which part of the work the photos of a step show.
fn stage(step: EventStep) -> Stage {
    match step {
        EventStep::Accept
        | EventStep::Return
        | EventStep::Supplement
        | EventStep::Reject
        | EventStep::Withdraw
        | EventStep::Merge
        | EventStep::Unmerge
        | EventStep::Dispatch
        | EventStep::Decline
        | EventStep::Reopen
        | EventStep::Convert => Stage::Before,
        EventStep::Handle
        | EventStep::AskSuspension
        | EventStep::Suspend
        | EventStep::Resume
        | EventStep::AskExtension
        | EventStep::Extend
        | EventStep::Deny
        | EventStep::Rework => Stage::During,
        EventStep::SelfHandle | EventStep::Finish | EventStep::Close => Stage::After,
    }
}
