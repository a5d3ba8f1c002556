//! The only files that name `outlets` and `exposures`.

pub mod exposures;

use diesel::prelude::*;

use super::model::{Outlet, OutletKind, OutletRow};
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::outlets;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

fn visible(scope: &AreaScope) -> outlets::BoxedQuery<'static, MultiBackend> {
    outlets::table.into_boxed::<MultiBackend>().filter(scope.inside(outlets::area_code))
}

/// The outlet, when it lies in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Outlet>) -> Result<OutletRow> {
    visible(scope).filter(outlets::id.eq(id)).select(OutletRow::cols()).first(c).or_not_found()
}

/// Those of `ids` that lie in `scope`, in no order.
pub fn find_all(c: &mut DbConnection, scope: &AreaScope, ids: &[Id<Outlet>]) -> Result<Vec<OutletRow>> {
    Ok(visible(scope).filter(outlets::id.eq_any(ids.to_vec())).select(OutletRow::cols()).load(c)?)
}

/// The outlet that already has this id, wherever it lies: a resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Outlet>) -> Result<Option<OutletRow>> {
    outlets::table.find(id).select(OutletRow::cols()).first(c).or_none()
}

/// Which outlets a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these.
    pub kind: Option<OutletKind>,
    /// Only those in use, or only those that are not.
    pub in_use: Option<bool>,
}

/// A page of the outlets in `scope`, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<OutletRow>> {
    let mut rows = visible(scope);
    if let Some(kind) = filter.kind {
        rows = rows.filter(outlets::kind.eq(kind));
    }
    if let Some(in_use) = filter.in_use {
        rows = rows.filter(outlets::in_use.eq(in_use));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Outlet, _>("created_at, id", place));
    }
    let newest = rows.order((outlets::created_at.desc(), outlets::id.desc()));
    Ok(newest.limit(page.fetch()).select(OutletRow::cols()).load(c)?)
}

/// Inserts an outlet. Two transactions with the same id meet in the primary key; the later one tries again.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &OutletRow) -> Result<()> {
    diesel::insert_into(outlets::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Writes an outlet as it is after a change at its next version; 412 when another change was faster.
pub fn update(tx: &mut Tx, scope: &AreaScope, mut row: OutletRow) -> Result<OutletRow> {
    let same = outlets::table
        .filter(outlets::id.eq(row.id))
        .filter(outlets::version.eq(row.version))
        .filter(scope.inside(outlets::area_code));
    row.version += 1;
    row.updated_at = tx.now();
    let changed = diesel::update(same).set(&row).execute(&mut **tx)?;
    if changed == 1 { Ok(row) } else { Err(Problem::new(Code::StaleVersion)) }
}
