//! Forgets what people were told long ago: a task of the timetable.
//!
//! A message repeats what the timeline of its case says, and that is kept; to somebody's account it is of use only while
//! they follow the case. So it goes whether it was read or not (个人信息保护法 19: no longer than is needed).

use chrono::TimeDelta;

use super::store;
use crate::base::problem::Result;
use crate::platform::db::Db;
use crate::platform::web::MessageLimits;

/// Messages of one transaction.
const AT_ONCE: i64 = 1000;
/// Transactions of one run; what is left waits for the next.
const BATCHES: usize = 20;

/// Forgets the messages that were told longer ago than they are kept; answers how many. Twice is harmless: what is gone is
/// gone.
pub async fn forget_old(db: &Db, limits: MessageLimits) -> Result<usize> {
    let until = db.clock().now().plus(-TimeDelta::days(limits.keep_days.into()));
    let mut forgotten = 0;
    for _ in 0..BATCHES {
        // An idle town must not write to its disk.
        let old = db.read(move |c| store::oldest(c, until, AT_ONCE)).await?;
        if old.is_empty() {
            break;
        }
        let whole = old.len() as i64 == AT_ONCE;
        forgotten += db.write(move |tx| store::forget(tx, &old)).await?;
        if !whole {
            break;
        }
    }
    Ok(forgotten)
}
