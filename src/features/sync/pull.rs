//! A pull: first the open cases of the worker's areas, then what has changed since, in the order of commits.
//!
//! Following begins at a place that was taken before the snapshot was, so that what changes meanwhile comes again rather
//! than never; lots make sure of the rest (decision 0005). A change of posts shows other records: the phone is told to begin
//! anew. A phone is told of a case that was closed, and a month later to drop it.

use chrono::TimeDelta;
use uuid::Uuid;

use super::carried::{self, Carried};
use super::cursor::{Cursor, Stage};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::Result;
use crate::features::cases::{self, Case, CaseKind};
use crate::features::timeline;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::{Db, DbConnection};

/// How long a phone keeps what is over.
pub(super) const KEPT: TimeDelta = TimeDelta::days(30);
/// Silent longer than this, a phone begins anew: that is less than all that it has missed.
const SILENT: TimeDelta = TimeDelta::days(30);

/// What a phone is sent.
pub struct Pulled {
    /// Whether to drop everything first.
    pub reset: bool,
    /// Cases as they are now.
    pub cases: Vec<Carried>,
    /// Cases to drop.
    pub gone: Vec<(CaseKind, Id<Case>)>,
    /// Where to go on.
    pub next: Cursor,
    /// Whether there is more already.
    pub more: bool,
}

/// The next page, of at most `limit` changes.
pub async fn pull(db: &Db, see: Granted<SeeCases>, cursor: Option<Cursor>, limit: i64) -> Result<Pulled> {
    let now = db.clock().now();
    // Not from a replica: what it has not yet heard of would lie behind the cursor for ever.
    db.read(move |c| match usable(&see, cursor, now) {
        Some(cursor) if cursor.stage == Stage::Follow => follow(c, &see, cursor, now, limit),
        Some(cursor) => snapshot(c, &see, cursor, now, limit),
        None => {
            let begun = begin(c, &see, now)?;
            Ok(Pulled { reset: true, ..snapshot(c, &see, begun, now, limit)? })
        }
    })
    .await
}

/// The cursor, unless it is another scope's or too old.
fn usable(see: &Granted<SeeCases>, cursor: Option<Cursor>, now: Timestamp) -> Option<Cursor> {
    let oldest = now.plus(-KEPT - SILENT);
    cursor.filter(|cursor| cursor.scope == see.scope().digest() && cursor.closed.at >= oldest)
}

/// A cursor at the beginning of a snapshot, which following will take up from here.
pub fn begin(c: &mut DbConnection, see: &Granted<SeeCases>, now: Timestamp) -> Result<Cursor> {
    Ok(Cursor {
        scope: see.scope().digest(),
        stage: Stage::Snapshot(None),
        lot: timeline::latest_lot(c)?.max(0),
        entry: Uuid::max(),
        closed: Place { at: now.plus(-KEPT), id: Uuid::max() },
    })
}

fn snapshot(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    cursor: Cursor,
    now: Timestamp,
    limit: i64,
) -> Result<Pulled> {
    let after = match cursor.stage {
        Stage::Snapshot(after) => after,
        Stage::Follow => None,
    };
    let files = cases::open_page(c, see.scope(), after, limit)?;
    let full = files.len() as i64 == limit;
    let last = files.last().map(|file| Place { at: file.received_at, id: file.id.uuid() });
    let stage = if full { Stage::Snapshot(last) } else { Stage::Follow };
    let cases = carried::read(c, see, files, now)?;
    Ok(Pulled { reset: false, cases, gone: vec![], next: Cursor { stage, ..cursor }, more: true })
}

fn follow(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    cursor: Cursor,
    now: Timestamp,
    limit: i64,
) -> Result<Pulled> {
    let touched = timeline::touched(c, see.scope(), (cursor.lot, Id::from_uuid(cursor.entry)), limit)?;
    let mut next = cursor;
    if let Some(last) = touched.last() {
        (next.lot, next.entry) = (last.lot, last.id.uuid());
    }
    let mut ids: Vec<Id<Case>> = Vec::new();
    for touch in &touched {
        let id = touch.case_id.same_as();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let until = now.plus(-KEPT);
    let mut files = cases::of_ids(c, see.scope(), &ids)?;
    files.sort_by_key(|file| ids.iter().position(|id| *id == file.id));
    // What was closed long ago and has been touched since is dropped all the same.
    let (over, current): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.closed_at.is_some_and(|at| at <= until));
    let mut gone: Vec<_> = over.iter().map(|file| (file.kind, file.id)).collect();
    let closed = cases::closed_between(c, see.scope(), cursor.closed, until, limit)?;
    let more = touched.len() as i64 == limit || closed.len() as i64 == limit;
    next.closed = match closed.last() {
        Some((at, id, _)) if closed.len() as i64 == limit => Place { at: *at, id: id.uuid() },
        _ => Place { at: until, id: Uuid::max() },
    };
    gone.extend(closed.into_iter().map(|(_, id, kind)| (kind, id)));
    Ok(Pulled { reset: false, cases: carried::read(c, see, current, now)?, gone, next, more })
}
