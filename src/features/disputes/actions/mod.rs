//! What people do with a dispute; one transaction each.

mod steps;
mod taking;

pub use steps::{
    accept, agree, archive, ask, begin_performance, breach, fail, fulfil, mediate, refuse, withdraw,
};
pub use taking::At;

use super::model::{Answer, Dispute, DisputeRow, DisputeType, NewParty, PartyRow};
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, Stage};
use crate::features::cases::{self, CaseFile, CaseKind, NewCase, Numbers, Opened};
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
    /// Where it lies; looked up in the transaction.
    pub area: AreaCode,
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
    // Before a number is taken, so that invented towns begin no series.
    if !by.scope().holds(&registration.area) {
        return Err(unknown_area());
    }
    let no = numbers.take(db, CaseKind::Dispute, &registration.area).await?;
    db.write(move |tx| {
        let area = areas::require(tx, by.scope(), &registration.area).map_err(|_| unknown_area())?;
        let file = match cases::open(tx, by.actor(), &area, &no, &registration.case)? {
            Opened::Again(file) => {
                let (row, parties) = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, DisputeFile { file, row, parties }));
            }
            Opened::New(file) => file,
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

fn unknown_area() -> Problem {
    Problem::field("area_code", "没有这个网格,或不在您的辖区内")
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
