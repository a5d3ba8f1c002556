//! The audit log: who did what to which record, for at least six months (网络安全法 第二十一条).
//!
//! [`record`] writes the entry in the transaction that it speaks of and does nothing else, so that no
//! write waits for the chain. [`seal`] links settled entries into a hash chain within a second, and
//! [`verify`] names the first entry that is not as it was sealed. Both tables refuse UPDATE and DELETE.
//!
//! The chain shows that someone changed the past; it cannot stop the owner of the database from writing
//! a whole new one. Whoever needs that keeps the head of the chain ([`verify::Verdict::head`]) elsewhere.
//! Callers: every action of a slice; [`list`] is for the slice `audit_log`.

mod entry;
mod read;
pub mod seal;
pub mod verify;

use diesel::prelude::*;

pub use read::{Recorded, Sought, list};

use super::access::{Actor, ActorKind, Session};
use super::db::schema::audit_entries;
use super::db::{Doc, Tx};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::insert_along;

crate::id_kind! {
    /// An entry of the audit log.
    Entry = "audit";
    /// Whoever acted, staff member or resident; `actor_kind` says which.
    Anyone = "actor";
}

#[derive(Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct NewEntry {
    id: Id<Entry>,
    at: Timestamp,
    actor_kind: ActorKind,
    actor_id: Option<Id<Anyone>>,
    session_id: Option<Id<Session>>,
    request_id: Option<String>,
    action: &'static str,
    object_kind: &'static str,
    object_id: String,
    area_code: AreaCode,
    details: Doc,
}

/// Writes that `by` did `action` to `object` (its kind, and its id as people see it) in `area`; one
/// insert. `details` says what changed and never holds names, phones, numbers or addresses of persons.
pub fn record(
    tx: &mut Tx,
    by: &Actor,
    action: &'static str,
    object: (&'static str, String),
    area: &AreaCode,
    details: serde_json::Value,
) -> Result<()> {
    let entry = NewEntry {
        id: Id::new(),
        at: tx.now(),
        actor_kind: by.kind(),
        actor_id: by.traced_id().map(Id::from_uuid),
        session_id: by.session(),
        request_id: by.request().map(str::to_owned),
        action,
        object_kind: object.0,
        object_id: object.1,
        area_code: area.clone(),
        details: Doc(details),
    };
    Ok(insert_along!(tx, audit_entries::table, entry)?)
}
