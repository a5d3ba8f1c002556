//! The only file that names `events`.
//!
//! Rows are reached by way of their case file, which the caller has found in its scope.

use diesel::prelude::*;

use super::model::EventRow;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::CaseFile;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::events;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

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
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(events::table).values(row).execute(c))?;
    Ok(())
}

/// Writes what a step changed. The file's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &EventRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    diesel::update(events::table.find(file.id)).set(row).execute(&mut **tx)?;
    Ok(())
}
