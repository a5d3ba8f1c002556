//! What a person has to decide.

use diesel::prelude::*;

use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::features::sync::model::{Account, Conflict, ConflictRow, ConflictState, Record};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::sync_conflicts::{self, dsl};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before};

/// One's own, and those of the areas that one leads unless only few may see their record.
fn visible(own: Id<Account>, led: Option<&AreaScope>) -> Condition<sync_conflicts::table> {
    let mine = dsl::account_id.eq(own);
    match led {
        Some(scope) => Box::new(scope.inside(dsl::area_code).and(dsl::hidden.eq(false)).or(mine)),
        None => Box::new(mine),
    }
}

/// Inserts a conflict. Two that find the same one at once meet in its operation; the later tries again.
pub fn insert(tx: &mut Tx, row: &ConflictRow) -> Result<()> {
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(dsl::sync_conflicts).values(row).execute(c)).or_again()?;
    Ok(())
}

/// The conflict; 404 when it is neither one's own nor in the areas that one leads.
pub fn find(
    c: &mut DbConnection,
    own: Id<Account>,
    led: Option<&AreaScope>,
    id: Id<Conflict>,
) -> Result<ConflictRow> {
    let found = dsl::sync_conflicts.filter(dsl::id.eq(id)).filter(visible(own, led));
    found.select(ConflictRow::cols()).first(c).or_not_found()
}

/// A page of conflicts, newest first; only those that wait, or all.
pub fn list(
    c: &mut DbConnection,
    own: Id<Account>,
    led: Option<&AreaScope>,
    state: Option<ConflictState>,
    page: &PageRequest,
) -> Result<Page<ConflictRow>> {
    let mut query = dsl::sync_conflicts
        .filter(visible(own, led))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.fetch())
        .select(ConflictRow::cols())
        .into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some(place) = page.after {
        query = query.filter(before::<Conflict, sync_conflicts::table>("created_at, id", place));
    }
    let rows = query.load::<ConflictRow>(c)?;
    Ok(page.page(rows, |row| Place { at: row.created_at, id: row.id.uuid() }))
}

/// Settles an open conflict at `version`; 412 when somebody was faster.
pub fn settle(
    tx: &mut Tx,
    (id, version): (Id<Conflict>, i32),
    state: ConflictState,
    by: Id<Account>,
    record: Option<Id<Record>>,
) -> Result<()> {
    let open = dsl::sync_conflicts.find(id).filter(dsl::version.eq(version));
    let settled = (
        dsl::state.eq(state),
        dsl::resolved_by.eq(Some(by)),
        dsl::resolved_at.eq(Some(tx.now())),
        dsl::resolved_record.eq(record),
        dsl::version.eq(version + 1),
    );
    let changed =
        diesel::update(open.filter(dsl::state.eq(ConflictState::Open))).set(settled).execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Problem::new(Code::StaleVersion)) }
}
