//! Leads.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Span;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::features::fraud::model::{FraudLead, LeadReporter, LeadRow, LeadState};
use crate::features::fraud::sight::Sight;
use crate::features::notices::FraudType;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::fraud_leads::{self, dsl};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before};

/// What `sight` shows: a resident's and a worker's own leads, also those under an alias.
fn visible(sight: &Sight) -> Condition<fraud_leads::table> {
    let names: Vec<_> = sight.scope.names().map(Id::<LeadReporter>::from_uuid).collect();
    sight.shows(dsl::area_code, Box::new(dsl::reporter_id.eq_any(names)))
}

/// The lead, when it is shown; 404 otherwise.
pub fn find(c: &mut DbConnection, sight: &Sight, id: Id<FraudLead>) -> Result<LeadRow> {
    let lead = fraud_leads::table.filter(dsl::id.eq(id)).filter(visible(sight));
    lead.select(LeadRow::cols()).first(c).or_not_found()
}

/// The lead that already has this id, wherever it lies: a phone's resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<FraudLead>) -> Result<Option<LeadRow>> {
    fraud_leads::table.find(id).select(LeadRow::cols()).first(c).or_none()
}

/// Which leads a list shows.
#[derive(Debug, Clone, Default)]
pub struct LeadFilter {
    /// Only those in this state.
    pub state: Option<LeadState>,
    /// Only those of this fraud.
    pub fraud_type: Option<FraudType>,
    /// Only those with this suspect, by its index.
    pub suspect: Option<Vec<u8>>,
    /// Only those that came in this time.
    pub span: Span,
}

/// Rows of one page of the leads that are shown, newest first.
pub fn list(
    c: &mut DbConnection,
    sight: &Sight,
    filter: &LeadFilter,
    page: &PageRequest,
) -> Result<Vec<LeadRow>> {
    let mut rows = fraud_leads::table.into_boxed::<MultiBackend>().filter(visible(sight));
    if let Some(state) = filter.state {
        rows = rows.filter(dsl::state.eq(state));
    }
    if let Some(fraud_type) = filter.fraud_type {
        rows = rows.filter(dsl::fraud_type.eq(fraud_type));
    }
    if let Some(suspect) = &filter.suspect {
        rows = rows.filter(dsl::suspect_index.eq(suspect.clone()));
    }
    if let Some(from) = filter.span.from {
        rows = rows.filter(dsl::created_at.ge(from));
    }
    if let Some(until) = filter.span.until {
        rows = rows.filter(dsl::created_at.lt(until));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<FraudLead, _>("created_at, id", place));
    }
    let newest = rows.order((dsl::created_at.desc(), dsl::id.desc()));
    Ok(newest.limit(page.fetch()).select(LeadRow::cols()).load(c)?)
}

/// How often each suspect of `leads`, which were found in `scope`, was reported in its town since then, these included;
/// what was dismissed does not count. One statement for all.
pub fn reported_since(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    leads: &[&LeadRow],
    since: Timestamp,
) -> Result<Vec<(AreaCode, Vec<u8>, i64)>> {
    if leads.is_empty() {
        return Ok(vec![]);
    }
    let suspects: Vec<_> = leads.iter().map(|lead| lead.suspect_index.clone()).collect();
    let towns: Vec<_> = leads.iter().map(|lead| lead.town_code.clone()).collect();
    let counted = fraud_leads::table
        .filter(dsl::suspect_index.eq_any(suspects))
        .filter(dsl::town_code.eq_any(towns))
        .filter(dsl::created_at.ge(since))
        .filter(dsl::state.ne(LeadState::Dismissed))
        .group_by((dsl::town_code, dsl::suspect_index))
        .select((dsl::town_code, dsl::suspect_index, count_star()));
    Ok(counted.load(c)?)
}

/// Inserts a new lead. Two transactions with the same id meet in the primary key; the later one tries again and finds
/// the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &LeadRow) -> Result<()> {
    diesel::insert_into(fraud_leads::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Writes a lead as it is after a step at its next version; 412 when another step was faster.
pub fn update(tx: &mut Tx, scope: &AreaScope, mut row: LeadRow) -> Result<LeadRow> {
    let same = fraud_leads::table
        .filter(dsl::id.eq(row.id))
        .filter(dsl::version.eq(row.version))
        .filter(scope.inside(dsl::area_code));
    row.version += 1;
    row.updated_at = tx.now();
    let changed = diesel::update(same).set(&row).execute(&mut **tx)?;
    if changed == 1 { Ok(row) } else { Err(Problem::new(Code::StaleVersion)) }
}

/// A part of all leads, for counting.
#[derive(Debug, Clone, Queryable)]
pub struct LeadTally {
    /// Where.
    pub area: AreaCode,
    /// When it came.
    pub at: Timestamp,
    /// Which fraud.
    pub fraud_type: FraudType,
}

/// Every lead, for comparing counters.
pub fn tally(c: &mut DbConnection) -> Result<Vec<LeadTally>> {
    Ok(fraud_leads::table.select((dsl::area_code, dsl::created_at, dsl::fraud_type)).load(c)?)
}
