//! What people do with a dispute; one transaction each.

mod steps;
mod taking;

pub use steps::{
    accept, agree, archive, ask, begin_performance, breach, fail, fulfil, mediate, refuse, withdraw,
};
pub use taking::At;

use super::model::{Answer, Dispute, DisputeRow, DisputeType, NewParty, PartyRow};
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, Stage};
use crate::features::cases::{self, CaseFile, NewCase, Numbers, Opened};
use crate::platform::access::Granted;
use crate::platform::access::policy::{RegisterDispute, SeeCases};
use crate::platform::db::Db;

/// A dispute with its file and parties.
#[derive(Debug, Clone)]
pub struct DisputeFile {
    /// The file.
    pub file: CaseFile,
    /// What only disputes have.
    pub row: DisputeRow,
    /// Who quarrels, in order.
    pub parties: Vec<PartyRow>,
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
    numbers: &Numbers,
    by: Granted<RegisterDispute>,
    registration: Registration,
) -> Result<(bool, DisputeFile)> {
    let no = numbers.take(db, &by, &registration.case).await?;
    db.write(move |tx| {
        let (file, area) = match cases::open(tx, &by, &no, &registration.case, &[])? {
            Opened::Again(file) => {
                let (row, parties) = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, DisputeFile { file, row, parties }));
            }
            Opened::New(file, area) => (file, area),
        };
        let row = DisputeRow::registered(&file, registration.dispute_type, registration.amount_fen);
        store::insert(tx, &area, &row)?;
        let parties = registration.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(place, party)| party.into_row(&file, place)).collect();
        store::insert_parties(tx, &area, &parties)?;
        attachments::claim(tx, by.actor(), &registration.photos, &area, file.id.uuid(), Stage::Before)?;
        Ok((true, DisputeFile { file, row, parties }))
    })
    .await
}

/// The dispute, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<DisputeFile> {
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let (row, parties) = store::of_case(c, by.scope(), &file)?;
        Ok(DisputeFile { file, row, parties })
    })
    .await
}
