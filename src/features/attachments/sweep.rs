//! Removes files that no photo names: an upload put them, and then its transaction was refused or its process died.

use std::ops::Range;

use super::purge::{UNCLAIMED, delete_blob};
use super::store;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::blobs::{BlobKey, Blobs};
use crate::platform::db::Db;

/// Digests that one question names.
const ASKED: usize = 200;
/// Files of one run; what is left waits for the next day.
const MOST: usize = 1_000;

/// Looks through a twenty-fourth of the store, another one each hour of the day, for files that were put more than
/// 24 hours before `now` and that no photo names, and deletes them; answers how many.
///
/// An upload of the same content under way puts it anew, which makes it young, and minds itself what is deleted
/// after that: see [`delete_blob`].
pub async fn sweep_unnamed(db: &Db, blobs: &Blobs, now: Timestamp) -> Result<usize> {
    let until = now.plus(-UNCLAIMED);
    let mut swept = 0;
    for part in parts(now) {
        let old = blobs.old(part, until).await?;
        for keys in old.chunks(ASKED) {
            for key in unnamed(db, keys).await? {
                delete_blob(db, blobs, &key).await?;
                swept += 1;
                if swept == MOST {
                    return Ok(swept);
                }
            }
        }
    }
    Ok(swept)
}

/// The parts of the store that are looked through in the hour of `now`; all of them come round within a day.
fn parts(now: Timestamp) -> impl Iterator<Item = u8> {
    let hour = now.seconds().div_euclid(3600).rem_euclid(24);
    let parts: Range<i64> = hour * 256 / 24..(hour + 1) * 256 / 24;
    parts.filter_map(|part| u8::try_from(part).ok())
}

async fn unnamed(db: &Db, keys: &[BlobKey]) -> Result<Vec<BlobKey>> {
    let digests: Vec<_> = keys.iter().map(|key| key.sha256().to_owned()).collect();
    let named = db.read(move |c| store::referenced(c, &digests)).await?;
    Ok(keys.iter().filter(|key| !named.contains(key.sha256())).cloned().collect())
}
