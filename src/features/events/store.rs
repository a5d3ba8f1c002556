//! The only file that names `events`.
//!
//! Rows are reached by way of their case file, which the caller has found in its scope.

use diesel::prelude::*;

use super::model::{EventRow, EventState, Resolution};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::{Case, CaseFile};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::events;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};
use crate::{each, insert_along, prepared};

/// The event of a case file that was found in `scope`; 404 when the case is of another kind.
pub fn of_case(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<EventRow> {
    debug_assert!(file.is_seen_by(scope));
    each!(c, c => events::table.find(file.id).select(EventRow::cols()).get_result(c)).or_not_found()
}

/// The events of case files that were found in `scope`.
pub fn of_cases(c: &mut DbConnection, scope: &AreaScope, files: &[CaseFile]) -> Result<Vec<EventRow>> {
    debug_assert!(files.iter().all(|file| file.is_seen_by(scope)));
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    Ok(events::table.filter(events::case_id.eq_any(ids)).select(EventRow::cols()).load(c)?)
}

/// Inserts the row beside a file that has just been opened.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &EventRow) -> Result<()> {
    Ok(insert_along!(tx, events::table, row.clone())?)
}

/// Writes what a step changed. The file's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &EventRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    each!(*tx, c => prepared!(diesel::update(events::table.find(file.id)).set(row)).execute(c))?;
    Ok(())
}

/// At most `limit` of the events that are merged into `original`, in this state or in any, in the order of their ids.
/// Where they lie does not matter: they follow it, and whoever shows them asks their files.
pub fn merged_into(
    c: &mut DbConnection,
    scope: &AreaScope,
    original: &CaseFile,
    state: Option<EventState>,
    limit: i64,
) -> Result<Vec<EventRow>> {
    debug_assert!(original.is_seen_by(scope));
    let merged =
        events::table.filter(events::merged_into.eq(original.id)).order(events::case_id).limit(limit);
    let merged = merged.select(EventRow::cols());
    match state {
        Some(state) => Ok(merged.filter(events::state.eq(state)).load(c)?),
        None => Ok(merged.load(c)?),
    }
}

/// Those of `ids`, which were found in `scope`, that could be the original of another as far as their state goes.
pub fn originals_among(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    ids: &[Id<Case>],
) -> Result<Vec<Id<Case>>> {
    let converted_not = events::resolution.is_null().or(events::resolution.ne(Resolution::Converted));
    let rows = events::table
        .filter(events::case_id.eq_any(ids))
        .filter(events::merged_into.is_null())
        .filter(events::state.ne(EventState::Rejected).and(events::state.ne(EventState::Withdrawn)))
        .filter(converted_not);
    Ok(rows.select(events::case_id).load(c)?)
}
