//! The only files that name the tables of disputes: here the disputes and their parties, beside it what is written down
//! of each.
//!
//! Rows are reached by way of their case file, which the caller has found in its scope.

mod court;
mod drafts;
mod entries;

use diesel::prelude::*;

pub use court::{court_of, courts_of, put_court};
pub use drafts::{draft_of, put_draft};
pub use entries::{
    checks_of, has_sessions, insert_check, insert_police_report, insert_session, police_reports_of,
    sessions_of,
};

use super::model::{DisputeRow, PartyRow};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::{Case, CaseFile};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{dispute_parties, disputes};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};
use crate::{each, insert_along, prepared};

/// Disputes with the same parties that are looked at.
const MOST_RECURRENCES: i64 = 50;

/// The dispute of a case file that was found in `scope`, with its parties in order; 404 when the case is of
/// another kind.
pub fn of_case(
    c: &mut DbConnection,
    scope: &AreaScope,
    file: &CaseFile,
) -> Result<(DisputeRow, Vec<PartyRow>)> {
    debug_assert!(file.is_seen_by(scope));
    let row = disputes::table.find(file.id).select(DisputeRow::cols()).first(c).or_not_found()?;
    let parties = dispute_parties::table
        .filter(dispute_parties::case_id.eq(file.id))
        .order(dispute_parties::place)
        .select(PartyRow::cols());
    Ok((row, parties.load(c)?))
}

/// The disputes of case files that were found in `scope`, and all their parties in order.
pub fn of_cases(
    c: &mut DbConnection,
    scope: &AreaScope,
    files: &[CaseFile],
) -> Result<(Vec<DisputeRow>, Vec<PartyRow>)> {
    debug_assert!(files.iter().all(|file| file.is_seen_by(scope)));
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    let rows = disputes::table.filter(disputes::case_id.eq_any(&ids)).select(DisputeRow::cols()).load(c)?;
    let parties = dispute_parties::table
        .filter(dispute_parties::case_id.eq_any(&ids))
        .order((dispute_parties::case_id, dispute_parties::place))
        .select(PartyRow::cols());
    Ok((rows, parties.load(c)?))
}

/// Inserts the row beside a file that has just been opened.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &DisputeRow) -> Result<()> {
    Ok(insert_along!(tx, disputes::table, row.clone())?)
}

/// Adds parties.
pub fn insert_parties(tx: &mut Tx, _area: &AreaInScope, parties: &[PartyRow]) -> Result<()> {
    if !parties.is_empty() {
        each!(*tx, c => diesel::insert_into(dispute_parties::table).values(parties).execute(c))?;
    }
    Ok(())
}

/// Writes what a step changed. The file's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &DisputeRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    each!(*tx, c => prepared!(diesel::update(disputes::table.find(file.id)).set(row)).execute(c))?;
    Ok(())
}

/// Writes down what a party of `file` said when asked.
pub fn answer(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, party: &PartyRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope) && party.case_id == file.id);
    diesel::update(dispute_parties::table.find(party.id))
        .set(dispute_parties::consents.eq(party.consents))
        .execute(&mut **tx)?;
    Ok(())
}

/// Other disputes in `scope` in which somebody has one of these phones, the latest first. Which of them the caller may
/// see is `cases`' to say.
pub fn with_phones(
    c: &mut DbConnection,
    scope: &AreaScope,
    file: &CaseFile,
    phones: Vec<Vec<u8>>,
) -> Result<Vec<Id<Case>>> {
    let same = dispute_parties::table
        .filter(dispute_parties::phone_index.eq_any(phones))
        .filter(dispute_parties::case_id.ne(file.id))
        .filter(scope.inside(dispute_parties::area_code));
    let found = same.select(dispute_parties::case_id).distinct().order(dispute_parties::case_id.desc());
    Ok(found.limit(MOST_RECURRENCES).load(c)?)
}
