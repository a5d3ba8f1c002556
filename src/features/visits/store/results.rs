//! What came of visits.

use diesel::prelude::*;

use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::Notice;
use crate::features::visits::model::{MOST_RESULTS, Visit, VisitRow};
use crate::platform::access::{AreaInScope, AreaScope, Household};
use crate::platform::db::schema::visits;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// The visit, when it was in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Visit>) -> Result<VisitRow> {
    let row = visits::table.filter(visits::id.eq(id)).filter(scope.inside(visits::area_code));
    row.select(VisitRow::cols()).first(c).or_not_found()
}

/// The visit that already has this id, wherever it was: a phone's resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Visit>) -> Result<Option<VisitRow>> {
    visits::table.find(id).select(VisitRow::cols()).first(c).or_none()
}

/// All results of a task in `scope`, in the order in which they came; there are never more than [`MOST_RESULTS`].
pub fn of_task(
    c: &mut DbConnection,
    scope: &AreaScope,
    notice: Id<Notice>,
    household: Id<Household>,
) -> Result<Vec<VisitRow>> {
    let rows = visits::table
        .filter(visits::notice_id.eq(notice))
        .filter(visits::household_id.eq(household))
        .filter(scope.inside(visits::area_code));
    let rows = rows.order((visits::created_at, visits::id)).limit(MOST_RESULTS as i64);
    Ok(rows.select(VisitRow::cols()).load(c)?)
}

/// Appends a result. Two transactions with the same id meet in the primary key, two corrections of one result in its
/// index; the later one tries again and finds the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &VisitRow) -> Result<()> {
    diesel::insert_into(visits::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}
