//! Sign-ins.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions::model::{Anyone, Device, DeviceKind, EndedWhy, OwnSession, SubjectRef};
use crate::platform::access::{ActorKind, Session};
use crate::platform::db::schema::sessions::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// Sign-ins that one is shown of oneself.
const MOST_SHOWN: i64 = 100;
/// How long a session is kept after it would have ended by itself; the audit log keeps its opening and its end.
const KEPT: TimeDelta = TimeDelta::days(180);
/// Sessions that one run of the purge forgets, so that no other writer waits for it.
const AT_ONCE: i64 = 5_000;

/// A session as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Row {
    /// The session.
    pub id: Id<Session>,
    /// Staff, resident or machine.
    pub subject_kind: ActorKind,
    /// The account or the person.
    pub subject_id: Id<Anyone>,
    /// Phone or office.
    pub device_kind: DeviceKind,
    /// The device's name.
    pub device: String,
    /// SHA-256 of the refresh token that works now.
    pub refresh_hash: Vec<u8>,
    /// SHA-256 of the one before.
    pub previous_hash: Option<Vec<u8>>,
    /// The present token, sealed under the one before.
    pub successor_sealed: Option<Vec<u8>>,
    /// When the present token was given out.
    pub rotated_at: Timestamp,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the session ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub ended_why: Option<EndedWhy>,
}

impl Row {
    /// Whether it has neither ended nor expired.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.expires_at > now
    }

    /// Whom it is for.
    pub fn subject(&self) -> SubjectRef {
        SubjectRef { kind: self.subject_kind, id: self.subject_id }
    }
}

/// Keeps a new session.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(sessions::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// The session, standing or not.
pub fn find(c: &mut DbConnection, id: Id<Session>) -> Result<Option<Row>> {
    sessions::table.find(id).select(Row::cols()).first(c).or_none()
}

/// Replaces the refresh token `old` by `new`; no when another request has just done so.
pub fn rotate(tx: &mut Tx, id: Id<Session>, old: &[u8], new: &[u8], sealed: &[u8]) -> Result<bool> {
    let now = tx.now();
    let row = sessions::table
        .filter(dsl::id.eq(id))
        .filter(dsl::refresh_hash.eq(old))
        .filter(dsl::ended_at.is_null());
    let change = (
        dsl::refresh_hash.eq(new),
        dsl::previous_hash.eq(Some(old)),
        dsl::successor_sealed.eq(Some(sealed)),
        dsl::rotated_at.eq(now),
    );
    Ok(diesel::update(row).set(change).execute(&mut **tx)? == 1)
}

/// Ends a session; whether it stood until now.
pub fn end(tx: &mut Tx, id: Id<Session>, why: EndedWhy) -> Result<bool> {
    let now = tx.now();
    let row = sessions::table.filter(dsl::id.eq(id)).filter(dsl::ended_at.is_null());
    let change = (dsl::ended_at.eq(Some(now)), dsl::ended_why.eq(Some(why)));
    Ok(diesel::update(row).set(change).execute(&mut **tx)? == 1)
}

/// Ends every session of `subject` that has not ended; how many.
pub fn end_all(tx: &mut Tx, subject: SubjectRef, why: EndedWhy) -> Result<usize> {
    let now = tx.now();
    let rows = sessions::table
        .filter(dsl::subject_id.eq(subject.id))
        .filter(dsl::subject_kind.eq(subject.kind))
        .filter(dsl::ended_at.is_null());
    let change = (dsl::ended_at.eq(Some(now)), dsl::ended_why.eq(Some(why)));
    Ok(diesel::update(rows).set(change).execute(&mut **tx)?)
}

/// The sessions of one subject that stand at `now`, newest first; the newest [`MOST_SHOWN`] of them.
pub fn of_subject(c: &mut DbConnection, subject: SubjectRef, now: Timestamp) -> Result<Vec<OwnSession>> {
    let rows = sessions::table
        .filter(dsl::subject_id.eq(subject.id))
        .filter(dsl::subject_kind.eq(subject.kind))
        .filter(dsl::ended_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(MOST_SHOWN)
        .select(Row::cols());
    let own = |row: Row| OwnSession {
        id: row.id,
        device: Device { kind: row.device_kind, name: row.device },
        created_at: row.created_at,
        seen_at: row.rotated_at,
        ends_at: row.expires_at,
    };
    Ok(rows.load::<Row>(c)?.into_iter().map(own).collect())
}

/// Forgets sessions that ended long ago, by themselves or before their time; answers how many. For a timetable.
pub fn forget_old(tx: &mut Tx) -> Result<usize> {
    let old = sessions::table
        .filter(dsl::expires_at.lt(tx.now().plus(-KEPT)))
        .order(dsl::expires_at)
        .limit(AT_ONCE)
        .select(dsl::id);
    let old: Vec<Id<Session>> = old.load(&mut **tx)?;
    Ok(diesel::delete(sessions::table.filter(dsl::id.eq_any(old))).execute(&mut **tx)?)
}
