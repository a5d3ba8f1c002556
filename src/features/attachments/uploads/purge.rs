//! Removes uploads whose time is over.

use super::actions::delete;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::attachments::store::{awaited, uploads};
use crate::platform::blobs::Blobs;
use crate::platform::db::Db;

/// Uploads of one run; what is left waits for the next.
const MOST: i64 = 500;

/// Forgets uploads that were not finished by `now`, with their parts, and announcements of photos that no case took up
/// within a day; answers how many uploads. Twice is harmless: what is gone is gone.
pub async fn purge_expired(db: &Db, blobs: &Blobs, now: Timestamp) -> Result<usize> {
    let until = now.plus(-super::actions::LIFETIME);
    db.write(move |tx| awaited::forget_unclaimed(tx, until)).await?;
    let expired = db.read(move |c| uploads::expired(c, now, MOST)).await?;
    for &id in &expired {
        let parts = db.write(move |tx| uploads::remove(tx, id)).await?;
        delete(blobs, &parts).await?;
    }
    Ok(expired.len())
}
