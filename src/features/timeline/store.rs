//! The only file that names `timeline_entries`.

use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Entry, Follow, Passed, TimelineEntry, Touch, case_of};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::insert_along;
use crate::platform::access::AreaScope;
use crate::platform::db::schema::timeline_entries::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Tx, lots};

/// Entries of one case that are shown at once. More has only a case of which half a village reported the same: each report that is
/// merged into it is an entry.
const MOST: i64 = 500;

/// Appends an entry in the transaction of its step.
pub fn append(tx: &mut Tx, entry: Entry) -> Result<()> {
    Ok(insert_along!(tx, timeline_entries::table, entry)?)
}

/// The entries of a case that the caller has already found in its own scope, oldest first; of a very long row the latest.
pub fn of_case(c: &mut DbConnection, _found_in: &AreaScope, case: Uuid) -> Result<Vec<Entry>> {
    let entries = timeline_entries::table
        .filter(dsl::case_id.eq(case_of(case)))
        .order((dsl::version.desc(), dsl::lot.desc(), dsl::id.desc()))
        .limit(MOST)
        .select(Entry::cols());
    let mut entries: Vec<Entry> = entries.load(c)?;
    entries.reverse();
    Ok(entries)
}

/// At most `limit` settled entries inside `scope` after `(lot, id)`, in the order of commits. Hidden ones are left out
/// for everybody: what is followed hangs on walls.
pub fn follow(
    c: &mut DbConnection,
    scope: &AreaScope,
    after: (i64, Id<TimelineEntry>),
    limit: i64,
) -> Result<Vec<Follow>> {
    let settled = lots::horizon(c)?;
    let entries = timeline_entries::table
        .filter(later(after).and(dsl::lot.lt(settled)))
        .filter(scope.inside(dsl::area_code).and(dsl::hidden.eq(false)))
        .order((dsl::lot, dsl::id))
        .limit(limit)
        .select((
            dsl::lot,
            dsl::id,
            dsl::at,
            dsl::case_id,
            dsl::case_kind,
            dsl::area_code,
            dsl::step,
            dsl::phase,
        ));
    Ok(entries.load(c)?)
}

/// Which cases in the areas of `scope` have settled entries after `(lot, id)`, in the order of commits, at most `limit`
/// entries. Hidden ones too: whether the caller may see the case is asked of the case.
pub fn touched(
    c: &mut DbConnection,
    scope: &AreaScope,
    after: (i64, Id<TimelineEntry>),
    limit: i64,
) -> Result<Vec<Touch>> {
    let settled = lots::horizon(c)?;
    let entries = timeline_entries::table
        .filter(later(after).and(dsl::lot.lt(settled)))
        .filter(scope.inside(dsl::area_code))
        .order((dsl::lot, dsl::id))
        .limit(limit)
        .select((dsl::lot, dsl::id, dsl::case_id));
    Ok(entries.load(c)?)
}

/// At most `most` settled entries after `(lot, id)`, in the order of commits: which cases were opened, and how far one
/// has read. For background work that goes on from the last of them.
pub fn passed(
    c: &mut DbConnection,
    _everywhere: &AreaScope,
    after: (i64, Id<TimelineEntry>),
    most: i64,
) -> Result<Vec<Passed>> {
    let settled = lots::horizon(c)?;
    let entries = timeline_entries::table.filter(later(after)).filter(dsl::lot.lt(settled));
    let columns = (dsl::lot, dsl::id, dsl::case_id, dsl::from_state.is_null());
    Ok(entries.order((dsl::lot, dsl::id)).limit(most).select(columns).load(c)?)
}

/// At most `most` cases that were opened after `(lot, id)`, settled or not: when each was, and its id. Their areas are
/// those of the report; whoever shows such a case asks for its row in `_scope`.
pub fn opened_after(
    c: &mut DbConnection,
    _scope: &AreaScope,
    after: (i64, Id<TimelineEntry>),
    most: i64,
) -> Result<Vec<(Timestamp, Id<TimelineEntry>)>> {
    let entries = timeline_entries::table.filter(later(after)).filter(dsl::from_state.is_null());
    Ok(entries.order((dsl::lot, dsl::id)).limit(most).select((dsl::at, dsl::case_id)).load(c)?)
}

/// In two parts, because SQLite looks for its place by the first alone.
#[diesel::dsl::auto_type(no_type_alias)]
fn later((lot, id): (i64, Id<TimelineEntry>)) -> _ {
    dsl::lot.ge(lot).and(dsl::lot.gt(lot).or(dsl::lot.eq(lot).and(dsl::id.gt(id))))
}

/// The lot from which a new follower begins: everything settled before it is history.
pub fn latest_lot(c: &mut DbConnection) -> Result<i64> {
    let newest: Option<i64> = timeline_entries::table.select(diesel::dsl::max(dsl::lot)).first(c)?;
    Ok(newest.unwrap_or(0).min(lots::horizon(c)?.saturating_sub(1)))
}
