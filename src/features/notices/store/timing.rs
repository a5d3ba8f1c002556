//! Which notices the clock demands something of, wherever they lie.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::model::{Notice, NoticeState};
use crate::platform::db::schema::notices;
use crate::platform::db::{DbConnection, Tx};

/// What the clock demands of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Its hour has come.
    Publish,
    /// Nobody approved it in time.
    Withdraw,
    /// Its validity is over.
    Expire,
    /// Whether a delivery is missing has not been looked at.
    Check,
}

/// Notices of which the clock demands something at `now`, up to `most` of each kind; those are checked whose deliveries
/// were all written before `written`.
pub fn due(
    c: &mut DbConnection,
    now: Timestamp,
    written: Timestamp,
    most: i64,
) -> Result<Vec<(Id<Notice>, Due)>> {
    let published = || notices::table.filter(notices::state.eq(NoticeState::Published));
    let scheduled = notices::table
        .filter(notices::state.eq(NoticeState::Scheduled))
        .filter(notices::publish_at.le(now))
        .order((notices::publish_at, notices::id))
        .limit(most)
        .select(notices::id);
    let mut due = Vec::new();
    let found: Vec<Id<Notice>> = scheduled.load(c)?;
    due.extend(found.into_iter().map(|id| (id, Due::Publish)));
    let unapproved = published()
        .filter(notices::approval_due_at.le(now))
        .order((notices::approval_due_at, notices::id))
        .limit(most)
        .select(notices::id);
    let found: Vec<Id<Notice>> = unapproved.load(c)?;
    due.extend(found.into_iter().map(|id| (id, Due::Withdraw)));
    let expired = published()
        .filter(notices::expires_at.le(now))
        .order((notices::expires_at, notices::id))
        .limit(most)
        .select(notices::id);
    let found: Vec<Id<Notice>> = expired.load(c)?;
    due.extend(found.into_iter().map(|id| (id, Due::Expire)));
    let unchecked = notices::table
        .filter(notices::fanned_out_at.le(written))
        .filter(notices::checked_at.is_null())
        .order((notices::fanned_out_at, notices::id))
        .limit(most)
        .select(notices::id);
    let found: Vec<Id<Notice>> = unchecked.load(c)?;
    due.extend(found.into_iter().map(|id| (id, Due::Check)));
    Ok(due)
}

/// Notes that it was looked whether a delivery is missing. No change of the notice, whose version stays.
pub fn checked(tx: &mut Tx, id: Id<Notice>) -> Result<()> {
    let now = tx.now();
    let set = notices::checked_at.eq(Some(now));
    diesel::update(notices::table.find(id)).set(set).execute(&mut **tx)?;
    Ok(())
}
