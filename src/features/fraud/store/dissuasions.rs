//! The ledger of dissuasions, and what its entries said before they were corrected.

use diesel::prelude::*;

use super::Span;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::features::fraud::model::{Dissuasion, DissuasionResult, DissuasionRow, OlderVersion};
use crate::features::fraud::sight::Sight;
use crate::features::notices::FraudType;
use crate::platform::access::{AreaInScope, AreaScope, Staff};
use crate::platform::db::schema::dissuasion_versions;
use crate::platform::db::schema::dissuasions::{self, dsl};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before};

/// What `sight` shows.
fn visible(sight: &Sight) -> Condition<dissuasions::table> {
    let own = dsl::recorded_by.eq(Id::<Staff>::from_uuid(sight.scope.viewer()));
    sight.shows(dsl::area_code, Box::new(own))
}

/// The entry, when it is shown; 404 otherwise.
pub fn find(c: &mut DbConnection, sight: &Sight, id: Id<Dissuasion>) -> Result<DissuasionRow> {
    let entry = dissuasions::table.filter(dsl::id.eq(id)).filter(visible(sight));
    entry.select(DissuasionRow::cols()).first(c).or_not_found()
}

/// The entry that already has this id, wherever it lies: a resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Dissuasion>) -> Result<Option<DissuasionRow>> {
    dissuasions::table.find(id).select(DissuasionRow::cols()).first(c).or_none()
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct DissuasionFilter {
    /// Only those of this fraud.
    pub fraud_type: Option<FraudType>,
    /// Only those with this result.
    pub result: Option<DissuasionResult>,
    /// Only those that happened in this time.
    pub span: Span,
}

/// Rows of one page of the entries that are shown, by when it happened, the latest first.
pub fn list(
    c: &mut DbConnection,
    sight: &Sight,
    filter: &DissuasionFilter,
    page: &PageRequest,
) -> Result<Vec<DissuasionRow>> {
    let mut rows = dissuasions::table.into_boxed::<MultiBackend>().filter(visible(sight));
    if let Some(fraud_type) = filter.fraud_type {
        rows = rows.filter(dsl::fraud_type.eq(fraud_type));
    }
    if let Some(result) = filter.result {
        rows = rows.filter(dsl::result.eq(result));
    }
    if let Some(from) = filter.span.from {
        rows = rows.filter(dsl::happened_at.ge(from));
    }
    if let Some(until) = filter.span.until {
        rows = rows.filter(dsl::happened_at.lt(until));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Dissuasion, _>("happened_at, id", place));
    }
    let latest = rows.order((dsl::happened_at.desc(), dsl::id.desc()));
    Ok(latest.limit(page.fetch()).select(DissuasionRow::cols()).load(c)?)
}

/// Inserts a new entry. Two transactions with the same id meet in the primary key; the later one tries again and finds
/// the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &DissuasionRow) -> Result<()> {
    diesel::insert_into(dissuasions::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Keeps what an entry said and writes what it says now at its next version; 412 when another correction was faster.
pub fn correct(
    tx: &mut Tx,
    scope: &AreaScope,
    older: &OlderVersion,
    mut row: DissuasionRow,
) -> Result<DissuasionRow> {
    let same = dissuasions::table
        .filter(dsl::id.eq(row.id))
        .filter(dsl::version.eq(older.version))
        .filter(scope.inside(dsl::area_code));
    row.version = older.version + 1;
    row.updated_at = tx.now();
    if diesel::update(same).set(&row).execute(&mut **tx)? != 1 {
        return Err(Problem::new(Code::StaleVersion));
    }
    diesel::insert_into(dissuasion_versions::table).values(older).execute(&mut **tx)?;
    Ok(row)
}

/// What an entry that was found in `scope` said before, the latest first; as many as it may be corrected.
pub fn older(c: &mut DbConnection, _found_in: &AreaScope, id: Id<Dissuasion>) -> Result<Vec<OlderVersion>> {
    let versions = dissuasion_versions::table
        .filter(dissuasion_versions::dissuasion_id.eq(id))
        .order(dissuasion_versions::version.desc());
    Ok(versions.select(OlderVersion::cols()).load(c)?)
}

/// A part of all entries, for counting.
#[derive(Debug, Clone, Queryable)]
pub struct DissuasionTally {
    /// Where.
    pub area: AreaCode,
    /// When it happened.
    pub at: Timestamp,
    /// Which fraud.
    pub fraud_type: FraudType,
    /// Money at risk, fen.
    pub at_risk_fen: i64,
    /// Money saved, fen.
    pub saved_fen: i64,
}

/// Every entry as it was last corrected, for comparing counters.
pub fn tally(c: &mut DbConnection) -> Result<Vec<DissuasionTally>> {
    let columns = (dsl::area_code, dsl::happened_at, dsl::fraud_type, dsl::at_risk_fen, dsl::saved_fen);
    Ok(dissuasions::table.select(columns).load(c)?)
}
