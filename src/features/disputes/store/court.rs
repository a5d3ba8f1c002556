//! What a court was asked to confirm.

use diesel::prelude::*;

use crate::base::problem::Result;
use crate::each;
use crate::features::cases::CaseFile;
use crate::features::disputes::model::CourtRow;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::court_confirmations;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// The application of a dispute that was found in `scope`; none when there was none.
pub fn court_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Option<CourtRow>> {
    debug_assert!(file.is_seen_by(scope));
    court_confirmations::table.find(file.id).select(CourtRow::cols()).first(c).or_none()
}

/// What courts were asked about the disputes of case files that were found in `scope`.
pub fn courts_of(c: &mut DbConnection, scope: &AreaScope, files: &[CaseFile]) -> Result<Vec<CourtRow>> {
    debug_assert!(files.iter().all(|file| file.is_seen_by(scope)));
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    let rows = court_confirmations::table.filter(court_confirmations::case_id.eq_any(ids));
    Ok(rows.select(CourtRow::cols()).load(c)?)
}

/// Writes the application, or what became of it.
pub fn put_court(tx: &mut Tx, _area: &AreaInScope, row: &CourtRow) -> Result<()> {
    each!(*tx, c => diesel::insert_into(court_confirmations::table)
        .values(row)
        .on_conflict(court_confirmations::case_id)
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}
