//! What people do with a dispute; one transaction each.

mod agreement;
mod beginning;
mod court;
mod ending;
mod mediation;
mod performance;
mod records;
mod taking;
mod violence;

pub use agreement::{Drafted, agree, draft, read_draft};
pub use beginning::{Judgement, accept, ask, refuse, withdraw};
pub use court::{ask_court, record_decision};
pub use ending::{Closing, archive, fail, transfer};
pub use mediation::{Beginning, Extension, extend, hold, mediate, replace};
pub use performance::{begin_performance, breach, check, fulfil};
pub use records::{checks, police_reports, recurrences, sessions};
pub use violence::{Clearing, clear_violence, raise_violence, tell_police};

use super::model::{Answer, Dispute, DisputeRow, DisputeStep, DisputeType, Filed, Matter, NewParty};
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, Stage};
use crate::features::cases::{self, CaseFile, Intake, NewCase, Opened};
use crate::platform::access::policy::{RegisterDispute, SeeCases};
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::{Db, DbConnection};

/// A dispute with its file.
#[derive(Debug, Clone)]
pub struct DisputeFile {
    /// The file.
    pub file: CaseFile,
    /// What only disputes have.
    pub matter: Matter,
}

/// A registration after its checks.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What it is about.
    pub dispute_type: DisputeType,
    /// What it is about in money, fen.
    pub amount_fen: Option<i64>,
    /// The file.
    pub case: NewCase,
    /// Who quarrels.
    pub parties: Vec<NewParty>,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

/// What the parties said, and parties that were not known before.
#[derive(Debug, Clone, Default)]
pub struct Hearing {
    /// What known parties said.
    pub answers: Vec<Answer>,
    /// Parties to be written down.
    pub parties: Vec<NewParty>,
}

/// Takes a dispute down; whether it is new. A resend answers the same record.
pub async fn register(
    db: &Db,
    intake: &Intake,
    by: Granted<RegisterDispute>,
    registration: Registration,
) -> Result<(bool, DisputeFile)> {
    let settled = intake.settle(db, &by, &registration.case).await?;
    db.write(move |tx| {
        let (file, area) = match cases::open(tx, &by, &settled, &registration.case, &[])? {
            Opened::Again(file) => {
                let matter = find(tx, by.scope(), &file)?;
                return Ok((false, DisputeFile { file, matter }));
            }
            Opened::New(file, area) => (file, area),
        };
        let row = DisputeRow::registered(
            file.id,
            &file.area_code,
            registration.dispute_type,
            registration.amount_fen,
        );
        store::insert(tx, &area, &row)?;
        let parties = registration.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(place, party)| party.into_row(&file, place)).collect();
        store::insert_parties(tx, &area, &parties)?;
        attachments::claim(tx, by.actor(), &registration.photos, &area, file.id.uuid(), Stage::Before)?;
        let matter = Matter { row, parties, court: None, filed: None };
        Ok((true, DisputeFile { file, matter }))
    })
    .await
}

/// The dispute, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<DisputeFile> {
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let matter = find(c, by.scope(), &file)?;
        Ok(DisputeFile { file, matter })
    })
    .await
}

/// The dispute of a file that was found in `scope`; 404 when the file is of another kind.
fn find(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Matter> {
    let (row, parties) = store::of_case(c, scope, file)?;
    // A court is asked to confirm what has taken effect.
    let court = if row.effective_on.is_some() { store::court_of(c, scope, file)? } else { None };
    let filed = filed(c, scope, file, &row)?;
    Ok(Matter { row, parties, court, filed })
}

/// What lies in the file of a dispute that can be archived.
fn filed(
    c: &mut DbConnection,
    scope: &AreaScope,
    file: &CaseFile,
    row: &DisputeRow,
) -> Result<Option<Filed>> {
    if row.state.after(DisputeStep::Archive).is_err() {
        return Ok(None);
    }
    let sessions = store::has_sessions(c, scope, file)?;
    Ok(Some(Filed { sessions, papers: attachments::has(c, scope, file.id, Stage::Paper)? }))
}
