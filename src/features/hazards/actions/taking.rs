//! How a step is taken.

use chrono::NaiveDate;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, Desk, Phase, Reporter};
use crate::features::clocks::{Change, Rule};
use crate::features::hazards::model::{Asking, Hazard, HazardFile, HazardRow, HazardStep};
use crate::features::hazards::{counts, store, words};
use crate::platform::access::policy::ApproveMajorHazard;
use crate::platform::access::{AreaInScope, Granted, Permission};
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// What a step brings along for the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Brought {
    /// A remark that the reporter may read, and photos of the work.
    pub remark: Remark,
    /// Photos of papers.
    pub papers: Vec<Id<Photo>>,
}

impl From<Remark> for Brought {
    fn from(remark: Remark) -> Self {
        Self { remark, papers: vec![] }
    }
}

/// A remark, or none.
pub(super) fn said(note: Option<String>) -> Remark {
    Remark { note, photos: vec![] }
}

/// A step while it is being taken: what it reads, and what it may change.
pub(super) struct Taking {
    pub row: HazardRow,
    pub file: CaseFile,
    pub area: AreaInScope,
    pub me: Id<Reporter>,
    pub now: Timestamp,
    pub today: NaiveDate,
    pub clocks: Vec<Change>,
    pub desk: Desk,
    /// For the reporter; the remark that was brought along, unless the step says it better.
    pub note: Option<String>,
    /// For the office.
    pub note_internal: Option<String>,
}

impl Taking {
    /// What is done waits for another's eyes.
    pub fn submit(&mut self) {
        self.row.submitted_by = Some(self.me);
        self.row.submitted_at = Some(self.now);
        self.clocks.extend([Change::Stop(Rule::Rectify), Change::Start(Rule::Reinspect)]);
    }
}

/// What all steps have in common: find in scope, check version, state and who asks, change, advance the file. Unless
/// the step says otherwise its clocks go on and the case is on nobody's desk.
pub(super) async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At<Hazard>,
    step: HazardStep,
    brought: impl Into<Brought>,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<HazardFile> {
    let Brought { remark, papers } = brought.into();
    db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = from.after(step)?;
        let (now, me) = (tx.now(), by.actor().id());
        let today = now.local_date();
        let approves = by.also::<ApproveMajorHazard>(&file.area_code);
        let hazard = HazardFile { file, row };
        if let Some((code, why)) = hazard.bar(step, Asking { me, approves, today }) {
            return Err(Problem::because(code, why));
        }
        let HazardFile { file, row } = hazard;
        let area = areas::of_record(by.scope(), &file.area_code)?;
        let mut taking = Taking {
            row,
            file,
            area,
            me: Id::from_uuid(me),
            now,
            today,
            clocks: vec![],
            desk: Desk::Nobodys,
            note: remark.note.clone(),
            note_internal: None,
        };
        change(&by, tx, &mut taking)?;
        let Taking { mut row, file, area, clocks, desk, note, note_internal, .. } = taking;
        row.state = to;
        if to.phase() == Phase::Closed {
            // What is closed is listed no longer.
            row.supervised_until = None;
        }
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(step))?;
        attachments::claim(tx, by.actor(), &papers, &area, file.id.uuid(), Stage::Paper)?;
        store::update(tx, by.scope(), &file, &row)?;
        counts::count_end(tx, &row, from)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            desk,
            clocks: &clocks,
            note: note.as_deref(),
            note_internal: note_internal.as_deref(),
            news: words::news(step, &row),
            confidential: None,
            device_at: None,
        };
        let file = cases::advance(tx, &by, &file, advance)?;
        Ok(HazardFile { file, row })
    })
    .await
}

fn stage(step: HazardStep) -> Stage {
    match step {
        HazardStep::Grade | HazardStep::Dismiss | HazardStep::Order => Stage::Before,
        HazardStep::Rectify | HazardStep::Extend | HazardStep::Supervise | HazardStep::Transfer => {
            Stage::During
        }
        HazardStep::FixOnSpot
        | HazardStep::Submit
        | HazardStep::Cancel
        | HazardStep::SendBack
        | HazardStep::TakeBack
        | HazardStep::Reward => Stage::After,
    }
}
