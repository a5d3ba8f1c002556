//! The only file that names `messages`. Each row belongs to one person and is found through them.

use diesel::prelude::*;

use super::model::{MessageRow, Recipient, Told, WxState};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::each;
use crate::platform::db::schema::messages::{self, dsl};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

/// Keeps a message; `false` when the person was told the same before.
pub fn insert(tx: &mut Tx, message: &MessageRow) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let rows = each!(c, c => diesel::insert_into(messages::table)
        .values(message)
        .on_conflict((dsl::person_id, dsl::dedupe_key))
        .do_nothing()
        .execute(c))?;
    Ok(rows == 1)
}

/// A page of the messages of `person`, newest first.
pub fn page(
    c: &mut DbConnection,
    person: Id<Recipient>,
    unread: bool,
    page: &PageRequest,
) -> Result<Vec<MessageRow>> {
    let mut query = messages::table
        .filter(dsl::person_id.eq(person))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.fetch())
        .select(MessageRow::cols())
        .into_boxed::<MultiBackend>();
    if unread {
        query = query.filter(dsl::read_at.is_null());
    }
    if let Some(place) = page.after {
        query = query.filter(before::<Told, messages::table>("created_at, id", place));
    }
    Ok(query.load(c)?)
}

/// How many messages of `person` are unread; looks at no more than `most`.
pub fn unread(c: &mut DbConnection, person: Id<Recipient>, most: i64) -> Result<usize> {
    let unread = messages::table
        .filter(dsl::person_id.eq(person))
        .filter(dsl::read_at.is_null())
        .limit(most)
        .select(dsl::id);
    Ok(unread.load::<Id<Told>>(c)?.len())
}

/// The message, when it is one of `person`.
pub fn of_person(c: &mut DbConnection, person: Id<Recipient>, id: Id<Told>) -> Result<Option<MessageRow>> {
    let row = messages::table.filter(dsl::id.eq(id)).filter(dsl::person_id.eq(person));
    row.select(MessageRow::cols()).first(c).or_none()
}

/// Notes that `person` has read those of `ids` that are theirs and were not read before.
pub fn read_these(tx: &mut Tx, person: Id<Recipient>, ids: &[Id<Told>]) -> Result<()> {
    let now = tx.now();
    let unread = messages::table
        .filter(dsl::person_id.eq(person))
        .filter(dsl::read_at.is_null())
        .filter(dsl::id.eq_any(ids));
    diesel::update(unread).set(dsl::read_at.eq(Some(now))).execute(&mut **tx)?;
    Ok(())
}

/// Notes that `person` has read everything up to `place`, the message there included.
pub fn read_up_to(tx: &mut Tx, person: Id<Recipient>, place: Place) -> Result<()> {
    let now = tx.now();
    let (at, id) = (place.at, Id::<Told>::from_uuid(place.id));
    let not_later = dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.le(id)));
    let unread = messages::table
        .filter(dsl::person_id.eq(person))
        .filter(dsl::read_at.is_null())
        .filter(dsl::created_at.le(at))
        .filter(not_later);
    diesel::update(unread).set(dsl::read_at.eq(Some(now))).execute(&mut **tx)?;
    Ok(())
}

/// The message whatever its person; for the job that sends it.
pub fn find(c: &mut DbConnection, id: Id<Told>) -> Result<Option<MessageRow>> {
    messages::table.find(id).select(MessageRow::cols()).first(c).or_none()
}

/// Writes how a message fares at WeChat, if it still fared as `from` says; whether it did.
pub fn fares(tx: &mut Tx, id: Id<Told>, from: WxState, to: WxState, outcome: Option<&str>) -> Result<bool> {
    let row = messages::table.filter(dsl::id.eq(id)).filter(dsl::wx_state.eq(from));
    let change = (dsl::wx_state.eq(to), dsl::wx_outcome.eq(outcome.map(str::to_owned)));
    Ok(diesel::update(row).set(change).execute(&mut **tx)? == 1)
}

/// Those of the oldest `most` messages that were told before `until`. In the order of their ids, which carry the time at which
/// they were made: no index is kept for what is asked once an hour.
pub fn oldest(c: &mut DbConnection, until: Timestamp, most: i64) -> Result<Vec<Id<Told>>> {
    let oldest = messages::table.order(dsl::id).limit(most).select((dsl::id, dsl::created_at));
    let oldest: Vec<(Id<Told>, Timestamp)> = oldest.load(c)?;
    Ok(oldest.into_iter().filter(|(_, told_at)| *told_at < until).map(|(id, _)| id).collect())
}

/// Forgets these messages; answers how many there were.
pub fn forget(tx: &mut Tx, ids: &[Id<Told>]) -> Result<usize> {
    Ok(diesel::delete(messages::table.filter(dsl::id.eq_any(ids))).execute(&mut **tx)?)
}

/// The place of a row in the order of a list.
pub fn place(row: &MessageRow) -> Place {
    let at: Timestamp = row.created_at;
    Place { at, id: row.id.uuid() }
}
