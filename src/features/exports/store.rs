//! The only file that names `exports` and `export_parts`.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{Attempt, Export, ExportRow, ExportState, KEPT};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::Result;
use crate::each;
use crate::platform::access::{AreaScope, Staff};
use crate::platform::db::schema::{export_parts, exports};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

/// A piece of a file, as it lies sealed in the blob store.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = export_parts)]
pub struct PartRow {
    /// Of which export.
    pub export_id: Id<Export>,
    /// Written by which try.
    pub attempt: Id<Attempt>,
    /// Where in the file, from 0.
    pub nth: i32,
    /// The blob.
    pub sha256: String,
}

/// How many exports `who` has asked for on `day`.
pub fn asked_on(c: &mut DbConnection, who: Id<Staff>, day: NaiveDate) -> Result<i32> {
    let own = exports::table.filter(exports::requested_by.eq(who)).filter(exports::day.eq(day));
    let last: Option<i32> = own.select(diesel::dsl::max(exports::nth)).first(c)?;
    Ok(last.unwrap_or(0))
}

/// Keeps a new export. Two that one person asks for at the same moment meet in its number; the later one tries again.
pub fn insert(tx: &mut Tx, row: &ExportRow) -> Result<()> {
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(exports::table).values(row).execute(c)).or_again()?;
    Ok(())
}

/// An export that the viewer asked for; 404 for anybody else's.
pub fn find_own(c: &mut DbConnection, scope: &AreaScope, id: Id<Export>) -> Result<ExportRow> {
    let own = exports::table.filter(exports::id.eq(id)).filter(exports::requested_by.eq(viewer(scope)));
    own.select(ExportRow::cols()).first(c).or_not_found()
}

/// A page of the exports that the viewer asked for, newest first.
pub fn list_own(c: &mut DbConnection, scope: &AreaScope, page: &PageRequest) -> Result<Vec<ExportRow>> {
    let mut query = exports::table
        .filter(exports::requested_by.eq(viewer(scope)))
        .order((exports::created_at.desc(), exports::id.desc()))
        .limit(page.fetch())
        .select(ExportRow::cols())
        .into_boxed::<MultiBackend>();
    if let Some(place) = page.after {
        query = query.filter(before::<Export, exports::table>("created_at, id", place));
    }
    Ok(query.load(c)?)
}

fn viewer(scope: &AreaScope) -> Id<Staff> {
    Id::from_uuid(scope.viewer())
}

/// An export, for the work on it.
pub fn find(c: &mut DbConnection, id: Id<Export>) -> Result<Option<ExportRow>> {
    exports::table.find(id).select(ExportRow::cols()).first(c).or_none()
}

/// Writes a row anew, if it still has the version before; whether it had.
pub fn update(tx: &mut Tx, row: &ExportRow) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let known = exports::table.filter(exports::id.eq(row.id)).filter(exports::version.eq(row.version - 1));
    Ok(each!(c, c => diesel::update(known).set(row).execute(c))? == 1)
}

/// Says how many cases have been written; whether `attempt` may go on.
pub fn progress(tx: &mut Tx, id: Id<Export>, attempt: Id<Attempt>, rows: i32) -> Result<bool> {
    let going_on = exports::table
        .filter(exports::id.eq(id))
        .filter(exports::attempt.eq(Some(attempt)))
        .filter(exports::state.eq(ExportState::Running));
    let change = (exports::rows.eq(rows), exports::version.eq(exports::version + 1));
    Ok(diesel::update(going_on).set(change).execute(&mut **tx)? == 1)
}

/// Notes a part before it is put into the blob store, so that whatever lies there is known.
pub fn add_part(tx: &mut Tx, part: &PartRow) -> Result<()> {
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(export_parts::table).values(part).execute(c))?;
    Ok(())
}

/// The parts of a file, in order.
pub fn parts_of(c: &mut DbConnection, id: Id<Export>, attempt: Id<Attempt>) -> Result<Vec<PartRow>> {
    let parts = export_parts::table
        .filter(export_parts::export_id.eq(id))
        .filter(export_parts::attempt.eq(attempt))
        .order(export_parts::nth);
    Ok(parts.select(PartRow::cols()).load(c)?)
}

/// Up to `most` exports whose file has expired, and such as have been at work for a day.
pub fn over(c: &mut DbConnection, now: Timestamp, most: i64) -> Result<Vec<ExportRow>> {
    let expired = exports::state.eq(ExportState::Ready).and(exports::expires_at.le(Some(now)));
    let begun = exports::state.eq(ExportState::Waiting).or(exports::state.eq(ExportState::Running));
    let stuck = begun.and(exports::created_at.le(now.plus(-KEPT)));
    let over =
        exports::table.filter(expired.assume_not_null().or(stuck)).order(exports::created_at).limit(most);
    Ok(over.select(ExportRow::cols()).load(c)?)
}

/// Up to `most` parts that no file needs: of exports that are over, and of tries that others have followed.
pub fn useless_parts(c: &mut DbConnection, most: i64) -> Result<Vec<PartRow>> {
    let needed = exports::table
        .filter(exports::id.eq(export_parts::export_id))
        .filter(exports::attempt.eq(export_parts::attempt.nullable()))
        .filter(exports::state.eq(ExportState::Running).or(exports::state.eq(ExportState::Ready)));
    let useless = export_parts::table.filter(diesel::dsl::not(diesel::dsl::exists(needed))).limit(most);
    Ok(useless.select(PartRow::cols()).load(c)?)
}

/// Forgets a part whose blob is gone.
pub fn forget_part(tx: &mut Tx, part: &PartRow) -> Result<()> {
    let row = export_parts::table.find((part.export_id, part.attempt, part.nth));
    diesel::delete(row).execute(&mut **tx)?;
    Ok(())
}

/// Forgets up to `most` exports that were asked for before `until` and have no parts; answers how many. The audit log
/// keeps who asked for what, and when.
pub fn forget_old(tx: &mut Tx, until: Timestamp, most: i64) -> Result<usize> {
    let parts = export_parts::table.filter(export_parts::export_id.eq(exports::id));
    let old = exports::table
        .filter(exports::created_at.lt(until))
        .filter(diesel::dsl::not(diesel::dsl::exists(parts)))
        .order(exports::created_at)
        .limit(most)
        .select(exports::id);
    let old: Vec<Id<Export>> = old.load(&mut **tx)?;
    Ok(diesel::delete(exports::table.filter(exports::id.eq_any(old))).execute(&mut **tx)?)
}
