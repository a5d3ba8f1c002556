//! The only file that names `places`.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{Place, PlaceKind, Risk};
use super::row::PlaceRow;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::places;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

fn visible(scope: &AreaScope) -> places::BoxedQuery<'static, MultiBackend> {
    places::table.into_boxed::<MultiBackend>().filter(scope.inside(places::area_code))
}

/// The place, when it lies in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Place>) -> Result<PlaceRow> {
    visible(scope).filter(places::id.eq(id)).select(PlaceRow::cols()).first(c).or_not_found()
}

/// The place that already has this id, wherever it lies: a phone's resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Place>) -> Result<Option<PlaceRow>> {
    places::table.find(id).select(PlaceRow::cols()).first(c).or_none()
}

/// Which places a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those whose day was before this one; closed ones have none.
    pub overdue_on: Option<NaiveDate>,
    /// Only those that are closed, or only those that are not.
    pub closed: bool,
    /// Only this use.
    pub kind: Option<PlaceKind>,
    /// Only this risk.
    pub risk: Option<Risk>,
}

/// Rows of one page of the places in `scope`, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<PlaceRow>> {
    let mut rows = visible(scope);
    rows = match (filter.overdue_on, filter.closed) {
        (Some(today), _) => rows.filter(places::next_check_on.lt(today)),
        (None, true) => rows.filter(places::closed_on.is_not_null()),
        (None, false) => rows.filter(places::closed_on.is_null()),
    };
    if let Some(kind) = filter.kind {
        rows = rows.filter(places::kind.eq(kind));
    }
    if let Some(risk) = filter.risk {
        rows = rows.filter(places::risk.eq(risk));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Place, _>("created_at, id", place));
    }
    let newest = rows.order((places::created_at.desc(), places::id.desc()));
    Ok(newest.limit(page.fetch()).select(PlaceRow::cols()).load(c)?)
}

/// Inserts a new place. Two transactions with the same id meet in the primary key; the later one tries again and finds
/// the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &PlaceRow) -> Result<()> {
    diesel::insert_into(places::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Writes a place as it is after a change at its next version; 412 when another change was faster.
pub fn update(tx: &mut Tx, scope: &AreaScope, mut row: PlaceRow) -> Result<PlaceRow> {
    let same = places::table
        .filter(places::id.eq(row.id))
        .filter(places::version.eq(row.version))
        .filter(scope.inside(places::area_code));
    row.version += 1;
    row.updated_at = tx.now();
    let changed = diesel::update(same).set(&row).execute(&mut **tx)?;
    if changed == 1 { Ok(row) } else { Err(Problem::new(Code::StaleVersion)) }
}
