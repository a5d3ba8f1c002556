//! Which notices the clock demands something of, wherever they lie, and which of their messages have waited too long.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::deliveries::account_from;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::delivery::{DeliveryState, Sending, UNCERTAIN};
use crate::features::notices::model::{Channel, Delivery, Notice, NoticeRow, NoticeState, WarningLevel};
use crate::platform::db::schema::{deliveries::dsl, notices};
use crate::platform::db::{Cols, DbConnection, Tx};

/// So long after its publication every delivery of a notice has its row, unless the job that writes them was given up.
const WRITTEN_WITHIN: TimeDelta = TimeDelta::minutes(30);
/// What was published longer ago is no longer written out or carried on by itself.
pub const NEWS: TimeDelta = TimeDelta::days(3);
/// Urgent notices of one look, the latest first; a town has a few in a month.
const MOST_URGENT: i64 = 100;

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
    /// Its deliveries should have been written long ago, and are not.
    Resume,
}

/// Notices of which the clock demands something at `now`, up to `most` of each kind; those are checked whose deliveries
/// were all written before `written`.
pub fn due(
    c: &mut DbConnection,
    now: Timestamp,
    written: Timestamp,
    most: i64,
) -> Result<Vec<(Id<Notice>, Due)>> {
    /// The first of these by a time of theirs, which an index has in order.
    macro_rules! first {
        ($these:expr, $by:expr) => {
            $these.order(($by, notices::id)).limit(most).select(notices::id).load::<Id<Notice>>(c)?
        };
    }
    let scheduled = notices::table.filter(notices::state.eq(NoticeState::Scheduled.spelt()));
    let published = || notices::table.filter(notices::state.eq(NoticeState::Published.spelt()));
    let unchecked = notices::table.filter(notices::checked_at.is_null());
    let unwritten =
        published().filter(notices::checked_at.is_null()).filter(notices::fanned_out_at.is_null());
    let long_ago = notices::published_at.between(now.plus(-NEWS), now.plus(-WRITTEN_WITHIN));
    let found = [
        (Due::Publish, first!(scheduled.filter(notices::publish_at.le(now)), notices::publish_at)),
        (
            Due::Withdraw,
            first!(published().filter(notices::approval_due_at.le(now)), notices::approval_due_at),
        ),
        (Due::Expire, first!(published().filter(notices::expires_at.le(now)), notices::expires_at)),
        (Due::Check, first!(unchecked.filter(notices::fanned_out_at.le(written)), notices::fanned_out_at)),
        (Due::Resume, first!(unwritten.filter(long_ago), notices::published_at)),
    ];
    Ok(found.into_iter().flat_map(|(due, ids)| ids.into_iter().map(move |id| (id, due))).collect())
}

/// Notes that it was looked whether a delivery is missing. No change of the notice, whose version stays.
pub fn checked(tx: &mut Tx, id: Id<Notice>) -> Result<()> {
    let now = tx.now();
    let set = notices::checked_at.eq(Some(now));
    diesel::update(notices::table.find(id)).set(set).execute(&mut **tx)?;
    Ok(())
}

/// The urgent notices that were published between `from` and `to`.
pub fn urgent_of(c: &mut DbConnection, from: Timestamp, to: Timestamp) -> Result<Vec<NoticeRow>> {
    let urgent = notices::table
        .filter(notices::state.eq(NoticeState::Published))
        .filter(notices::published_at.between(from, to))
        .filter(notices::level.eq_any([WarningLevel::Red, WarningLevel::Orange].map(Some)))
        .order(notices::published_at.desc())
        .limit(MOST_URGENT)
        .select(NoticeRow::cols());
    Ok(urgent.load(c)?)
}

/// Up to `most` deliveries of `notices` that wait on `channel` and have certainly not arrived.
pub fn waiting(
    c: &mut DbConnection,
    channel: Channel,
    notices: &[Id<Notice>],
    most: i64,
) -> Result<Vec<Id<Delivery>>> {
    let waiting = dsl::deliveries
        .filter(dsl::state.eq(DeliveryState::Queued.spelt()))
        .filter(dsl::channel.eq(channel))
        .filter(dsl::urgent.eq(true))
        .filter(dsl::notice_id.eq_any(notices))
        .filter(dsl::outcome.is_null().or(dsl::outcome.ne(UNCERTAIN)))
        .limit(most)
        .select(dsl::id);
    Ok(waiting.load(c)?)
}

/// Ends those of `ids` that wait still, with `why`; answers them.
pub fn give_up(tx: &mut Tx, ids: &[Id<Delivery>], why: &str) -> Result<Vec<Sending>> {
    let now = tx.now();
    let wait = dsl::deliveries
        .filter(dsl::id.eq_any(ids))
        .filter(dsl::state.eq(DeliveryState::Queued))
        .filter(dsl::outcome.is_null().or(dsl::outcome.ne(UNCERTAIN)));
    let ended =
        (dsl::state.eq(DeliveryState::TechnicalFailure), dsl::outcome.eq(Some(why)), dsl::updated_at.eq(now));
    let rows: Vec<Sending> =
        diesel::update(wait).set(ended).returning(Sending::cols()).get_results(&mut **tx)?;
    let moves = rows.iter().map(|row| (row.clone(), DeliveryState::Queued, DeliveryState::TechnicalFailure));
    account_from(tx, &moves.collect::<Vec<_>>())?;
    Ok(rows)
}
