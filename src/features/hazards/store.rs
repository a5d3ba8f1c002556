//! The only file that names `hazards`.
//!
//! Rows are reached by way of their case file, which the caller has found in its scope.

use diesel::prelude::*;

use super::model::HazardRow;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::CaseFile;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::hazards;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// The hazard of a case file that was found in `scope`.
pub fn of_case(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<HazardRow> {
    debug_assert!(file.is_seen_by(scope));
    each!(c, c => hazards::table.find(file.id).select(HazardRow::cols()).get_result(c)).or_not_found()
}

/// The hazards of case files that were found in `scope`, in no order.
pub fn of_cases(c: &mut DbConnection, scope: &AreaScope, files: &[CaseFile]) -> Result<Vec<HazardRow>> {
    debug_assert!(files.iter().all(|file| file.is_seen_by(scope)));
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    let rows = hazards::table.filter(hazards::case_id.eq_any(ids)).select(HazardRow::cols());
    Ok(rows.load(c)?)
}

/// Inserts the row beside a file that has just been opened.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &HazardRow) -> Result<()> {
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(hazards::table).values(row).execute(c))?;
    Ok(())
}

/// Writes what a step changed. The file's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &HazardRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    diesel::update(hazards::table.find(file.id)).set(row).execute(&mut **tx)?;
    Ok(())
}
