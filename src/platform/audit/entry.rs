//! An entry as it is sealed: every column in one fixed encoding, hashed onto the entry before it.
//!
//! What is hashed is the meaning that the program reads (instants in milliseconds, JSON with its keys in
//! order), not the bytes of one database's own format, so that a change of that format breaks no seal.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Anyone, Entry};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::Uid;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::Session;
use crate::platform::db::schema::audit_entries;
use crate::platform::db::{Cols, DbConnection, Doc, MultiBackend};

/// SHA-256.
pub(super) type Hash = [u8; 32];
/// Where the chain begins.
pub(super) const NOTHING: Hash = [0; 32];

/// Where an entry stands in the order of commits.
pub(super) type Place = (i64, Id<Entry>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub(super) struct Row {
    pub lot: i64,
    pub id: Id<Entry>,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Id<Anyone>>,
    session_id: Option<Id<Session>>,
    request_id: Option<String>,
    action: String,
    object_kind: String,
    object_id: String,
    area_code: AreaCode,
    details: Doc,
}

impl Row {
    /// The hash of this entry after one whose hash is `previous`.
    pub fn hash(&self, previous: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(self.lot.to_be_bytes());
        hash.update(self.id.uuid().as_bytes());
        hash.update(self.at.millis().to_be_bytes());
        field(&mut hash, Some(self.actor_kind.as_bytes()));
        field(&mut hash, self.actor_id.map(|id| id.uuid()).as_ref().map(|id| id.as_bytes().as_slice()));
        field(&mut hash, self.session_id.map(|id| id.uuid()).as_ref().map(|id| id.as_bytes().as_slice()));
        field(&mut hash, self.request_id.as_deref().map(str::as_bytes));
        field(&mut hash, Some(self.action.as_bytes()));
        field(&mut hash, Some(self.object_kind.as_bytes()));
        field(&mut hash, Some(self.object_id.as_bytes()));
        field(&mut hash, Some(self.area_code.as_str().as_bytes()));
        field(&mut hash, Some(canonical(&self.details.0).as_bytes()));
        hash.finalize().into()
    }
}

/// Lengths go before texts, so that no text can spill over into the next.
fn field(hash: &mut Sha256, bytes: Option<&[u8]>) {
    match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    }
}

/// JSON with the keys of every object in order: `jsonb` does not keep the order of writing.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let inner = members
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", inner.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Before the first entry.
pub(super) fn beginning() -> Place {
    (i64::MIN, Id::from_uuid(uuid::Uuid::nil()))
}

/// The first `at_most` entries after `from`, with lots below `horizon`.
pub(super) fn after(c: &mut DbConnection, from: Place, horizon: i64, at_most: i64) -> Result<Vec<Row>> {
    let settled = audit_entries::table.filter(at(">", from)).filter(audit_entries::lot.lt(horizon));
    Ok(settled.select(Row::cols()).order((audit_entries::lot, audit_entries::id)).limit(at_most).load(c)?)
}

/// The first `at_most` entries after `from`, up to and with `to`.
pub(super) fn between(c: &mut DbConnection, from: Place, to: Place, at_most: i64) -> Result<Vec<Row>> {
    let inside = audit_entries::table.filter(at(">", from)).filter(at("<=", to));
    Ok(inside.select(Row::cols()).order((audit_entries::lot, audit_entries::id)).limit(at_most).load(c)?)
}

/// How many entries come after `from`.
pub(super) fn count_after(c: &mut DbConnection, from: Place) -> Result<i64> {
    Ok(audit_entries::table.filter(at(">", from)).count().get_result(c)?)
}

type Condition = Box<dyn BoxableExpression<audit_entries::table, MultiBackend, SqlType = Bool>>;

/// A row value, which both databases answer from the order of the table.
fn at(comparison: &'static str, (lot, id): Place) -> Condition {
    let place = sql::<Bool>("(lot, id) ").sql(comparison).sql(" (");
    Box::new(place.bind::<BigInt, _>(lot).sql(", ").bind::<Uid, _>(id).sql(")"))
}
