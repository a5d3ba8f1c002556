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
