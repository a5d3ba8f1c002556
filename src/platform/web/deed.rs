//! Something that a phone did without a network, on its way to the slice whose record it is about.
//!
//! The slice reads the payload with the same types as the body of the same POST, asks for the same permission and
//! takes the same action; nothing is checked twice and nothing is checked differently. Made by `sync`.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::body::read_json;
use super::state::App;
use super::step::At;
use crate::base::clock::Timestamp;
use crate::base::id::{Id, Kind};
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Actor, Granted, Permission};

/// One deed.
pub struct Deed {
    /// The house. Its database begins the deed's transaction with the receipt.
    pub app: App,
    /// Who did it, with the posts that they hold now.
    pub by: Actor,
    /// The record that it is about, as clients know it.
    pub record: String,
    /// For a step: the version that the phone saw.
    pub base_version: Option<i32>,
    /// When the phone says that it was done.
    pub done_at: Timestamp,
    /// The body of the same POST.
    pub payload: Box<RawValue>,
}

/// What a deed came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// False when the record was there already with the same content.
    pub new: bool,
    /// The record's version afterwards.
    pub version: i32,
}

impl Done {
    /// A step that was taken.
    pub fn step(version: i32) -> Self {
        Self { new: true, version }
    }
}

impl Deed {
    /// The permission, or 403.
    pub fn by<P: Permission>(&self) -> Result<Granted<P>> {
        Granted::to(&self.by)
    }

    /// The permission and which version of which record; 403, 404 and 428 in the order of [`Step`](super::Step).
    pub fn step<P: Permission, K: Kind>(&self) -> Result<(Granted<P>, At<K>)> {
        let by = self.by()?;
        let id = self.record.parse().map_err(|_| Problem::not_found())?;
        let seen =
            || Problem::because(Code::PreconditionRequired, "请在 base_version 中写明办理时看到的版本号");
        Ok((by, At { id, version: self.base_version.ok_or_else(seen)? }))
    }

    /// The payload, or 422 with the paths of its fields.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        read_json(self.payload.get().as_bytes())
    }

    /// Checks that the payload makes the record that the deed names: 422 otherwise.
    pub fn makes<K: Kind>(&self, id: Id<K>) -> Result<()> {
        let same = self.record.parse() == Ok(id);
        if same { Ok(()) } else { Err(Problem::field("id", "与操作所指的记录不是同一编号")) }
    }
}
