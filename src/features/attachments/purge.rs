//! Removes photos that no report or step named within a day.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;

use super::store;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::access::policy::UploadPhoto;
use crate::platform::access::system;
use crate::platform::audit;
use crate::platform::blobs::{BlobKey, Blobs};
use crate::platform::db::Db;

/// How long a photo may belong to no case.
pub(super) const UNCLAIMED: TimeDelta = TimeDelta::hours(24);
/// Photos of one transaction.
const BATCH: i64 = 100;
/// Transactions of one run; what is left waits for the next.
const BATCHES: usize = 50;

/// Deletes photos that came more than 24 hours before `now` and belong to no case, at most 5,000 a run; answers how
/// many. Rows go first, so that no row ever names a file that is gone.
pub async fn purge_unclaimed(db: &Db, blobs: &Blobs, now: Timestamp) -> Result<usize> {
    let until = now.plus(-UNCLAIMED);
    let mut purged = 0;
    for _ in 0..BATCHES {
        let rows = delete_rows(db, until).await?;
        let last = rows.len() < BATCH as usize;
        purged += rows.len();
        let digests: BTreeSet<String> =
            rows.into_iter().flat_map(|(file, thumbnail)| [file, thumbnail]).collect();
        for key in digests.iter().filter_map(|digest| BlobKey::parse(digest)) {
            delete_blob(db, blobs, &key).await?;
        }
        if last {
            break;
        }
    }
    Ok(purged)
}

async fn delete_rows(db: &Db, until: Timestamp) -> Result<Vec<(String, String)>> {
    db.write(move |tx| {
        let rows = store::delete_unclaimed(tx, until, BATCH)?;
        if !rows.is_empty() {
            let by = system::<UploadPhoto>("photos that nobody named within a day are deleted");
            let details = json!({ "photos": rows.len(), "until": until });
            let object = ("photo", "unclaimed".to_owned());
            audit::record(tx, by.actor(), "photo.purge", object, &AreaCode::country(), details)?;
        }
        Ok(rows)
    })
    .await
}

/// Deletes a blob that no photo has. Whoever uploads the same content meanwhile either finds it gone after their row
/// is written, and keeps it again, or wrote the row before, and then it is put back here.
pub(super) async fn delete_blob(db: &Db, blobs: &Blobs, key: &BlobKey) -> Result<()> {
    if is_referenced(db, key).await? {
        return Ok(());
    }
    let Some(content) = blobs.get(key).await? else { return Ok(()) };
    blobs.delete(key).await?;
    if is_referenced(db, key).await? { blobs.put(key, content).await } else { Ok(()) }
}

async fn is_referenced(db: &Db, key: &BlobKey) -> Result<bool> {
    let digest = vec![key.sha256().to_owned()];
    Ok(!db.read(move |c| store::referenced(c, &digest)).await?.is_empty())
}
