//! Forgets what has been answered long ago.

use chrono::TimeDelta;

use super::store::{devices, receipts};
use crate::base::problem::Result;
use crate::platform::db::Db;

/// How long a receipt is kept: longer than any phone is away.
const RECEIPTS: TimeDelta = TimeDelta::days(90);
/// How long a silent phone is listed.
const DEVICES: TimeDelta = TimeDelta::days(180);
/// Transactions of one run; what is left waits for the next.
const BATCHES: usize = 20;

/// Forgets receipts after 90 days and phones that were silent for 180; answers how many receipts. Conflicts stay. Twice
/// is harmless: what is gone is gone.
pub async fn forget_old(db: &Db) -> Result<usize> {
    let now = db.clock().now();
    let mut forgotten = 0;
    for _ in 0..BATCHES {
        let some = db.write(move |tx| receipts::forget(tx, now.plus(-RECEIPTS))).await?;
        forgotten += some;
        if some == 0 {
            break;
        }
    }
    db.write(move |tx| devices::forget(tx, now.plus(-DEVICES))).await?;
    Ok(forgotten)
}
