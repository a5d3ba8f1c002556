//! Starts the clocks of open cases that are older than the clocks (decision 0054).
//!
//! The migration that brings this along adds one job for each kind of which there are such cases, and none to a new town. What a
//! case owes its own procedure says, from what it has on record; `app` asks it.

use serde::{Deserialize, Serialize};

use super::actions::remark;
use super::model::{Case, CaseFile, CaseKind};
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Code, Result};
use crate::features::areas;
use crate::features::clocks::{self, Owed};
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{AreaScope, Granted, system};
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{self, Job, Outcome, Place};

/// Cases that are looked at in one transaction.
const AT_ONCE: i64 = 100;
/// How the timeline names it; no step of a procedure.
const NAME: &str = "start_clocks";

/// Has the open cases of a kind looked through.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StartClocks {
    /// The kind.
    pub kind: CaseKind,
    /// The last case that was looked at.
    pub after: Option<Id<Case>>,
}

impl Job for StartClocks {
    const KIND: &'static str = "case.start_clocks";
}

/// The state of a case, and which times run by what it has on record.
pub type Owing = fn(&mut Tx, &AreaScope, &CaseFile) -> Result<(&'static str, Vec<Owed>)>;

/// Runs [`StartClocks`], one slice after the other, each in a transaction of its own. Twice is harmless, also at once: a rule of
/// which a case has had a clock is not started again.
pub async fn start_clocks(db: &Db, job: StartClocks, owing: Owing, place: Place) -> Outcome {
    outbox::in_parts(db, place, job, move |tx, job| {
        let last = slice(tx, *job, owing)?;
        Ok(last.map(|last| StartClocks { after: Some(last), ..*job }))
    })
    .await
}

/// Looks at the open cases that come next; the last of them, none when there are no more.
fn slice(tx: &mut Tx, from: StartClocks, owing: Owing) -> Result<Option<Id<Case>>> {
    let by = system::<SeeCases>("clocks of cases that are older than the clocks, wherever they lie");
    let files = store::following::open_of_kind(tx, by.scope(), from.kind, from.after, AT_ONCE)?;
    for file in &files {
        if lacks_clocks(tx, &by, file, owing)? {
            start_in(tx, &by, file.id, owing)?;
        }
    }
    Ok(files.last().map(|file| file.id))
}

/// Whether a clock is missing: for almost every case not, and then nothing is locked for it.
fn lacks_clocks(tx: &mut Tx, by: &Granted<SeeCases>, file: &CaseFile, owing: Owing) -> Result<bool> {
    match owing(tx, by.scope(), file) {
        Ok((_, owed)) => Ok(owed.iter().any(|owed| !file.clocks.knows(owed.rule()))),
        // A file without its procedure's row must not hold up the others.
        Err(problem) if problem.code() == Code::NotFound => {
            tracing::warn!(case = %file.id, "a case without its procedure");
            Ok(false)
        }
        Err(problem) => Err(problem),
    }
}

/// Starts what is missing, in one case. Its version stays, so that a phone that worked on it offline is not turned away; a step
/// that is being taken at this moment, and would write the clocks as it read them, is (`store::advance`).
fn start_in(tx: &mut Tx, by: &Granted<SeeCases>, case: Id<Case>, owing: Owing) -> Result<()> {
    store::hold(tx, by.scope(), case)?;
    let file = store::find(tx, by.scope(), case)?;
    if file.closed_at.is_some() {
        return Ok(());
    }
    let (state, owed) = owing(tx, by.scope(), &file)?;
    let area = areas::of_record(by.scope(), &file.area_code)?;
    let begun = clocks::begin_late(&area, case.uuid(), &file.clocks, &owed, tx.now())?;
    if begun.is_empty() {
        return Ok(());
    }
    store::show_clocks(tx, by.scope(), &file, begun.faces())?;
    begun.write(tx, &area)?;
    let days = begun.days().map(|(rule, day)| format!("“{}”至 {day}", rule.label()));
    let what = format!("立案时系统尚无时限,按起算之日补计:{}", days.collect::<Vec<_>>().join(","));
    remark(tx, by, &file, state, NAME, &what)
}
