//! Ends exports whose time is over and removes what nobody may download any more: a task of the timetable.
//!
//! States come first, then blobs, then the rows that name them: no file is offered that is gone, and a crash in between
//! repeats the rest. Twice is harmless. A part that a run puts after it was followed by another has no row; the sweep of
//! the blob store (`attachments`) removes it within two days.

use chrono::TimeDelta;

use super::model::{ExportFailure, ExportState, ExportStep};
use super::{store, writing};
use crate::base::problem::Result;
use crate::platform::blobs::BlobKey;
use crate::platform::web::App;

/// Exports or parts that are looked at together.
const AT_ONCE: i64 = 200;
/// How long it is shown what became of an export; the audit log knows it for longer.
const SHOWN: TimeDelta = TimeDelta::days(30);

/// One round; answers how many blobs were removed.
pub async fn purge(app: &App) -> Result<usize> {
    let now = app.clock.now();
    for row in app.db.read(move |c| store::over(c, now, AT_ONCE)).await? {
        if row.state != ExportState::Ready {
            writing::fail(app, row.id, ExportFailure::GivenUp).await?;
            continue;
        }
        let row = row.taken(ExportStep::Expire, now)?;
        // Whoever cancels it at this moment ends it as well.
        app.db.write(move |tx| store::update(tx, &row)).await?;
    }
    let mut removed = 0;
    for part in app.db.read(|c| store::useless_parts(c, AT_ONCE)).await? {
        if let Some(key) = BlobKey::parse(&part.sha256) {
            app.blobs.delete(&key).await?;
        }
        app.db.write(move |tx| store::forget_part(tx, &part)).await?;
        removed += 1;
    }
    app.db.write(move |tx| store::forget_old(tx, now.plus(-SHOWN), AT_ONCE)).await?;
    Ok(removed)
}
