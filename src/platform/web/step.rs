//! What every step on a record asks for.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::condition::IfMatch;
use super::path::PathId;
use crate::base::id::{Id, Kind};
use crate::base::problem::{Problem, Result};
use crate::platform::access::{Granted, Permission};

/// Which record, in which version.
#[derive(Debug)]
pub struct At<K: Kind> {
    /// The record.
    pub id: Id<K>,
    /// The version that the caller saw.
    pub version: i32,
}

impl<K: Kind> Clone for At<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for At<K> {}

/// A step on a record `K` that needs `P`, answered as `S` sees the record afterwards.
///
/// Refuses in the order in which a stranger learns least: 401 or 403, then 404 for an id that names nothing, then 428
/// or 400 for the version. Synchronous, so that all of these come before a complaint about the body.
pub struct Step<P: Permission, S: Permission, K: Kind> {
    /// What is done.
    pub by: Granted<P>,
    /// What the answer shows.
    pub see: Granted<S>,
    /// To what.
    pub at: At<K>,
}

impl<P: Permission, S: Permission, K: Kind> Step<P, S, K> {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let by = Granted::from_request(request, payload).into_inner()?;
        let see = Granted::from_request(request, payload).into_inner()?;
        let id = PathId::from_request(request, payload).into_inner()?.0;
        let version = IfMatch::from_request(request, payload).into_inner()?.0;
        Ok(Self { by, see, at: At { id, version } })
    }
}

impl<P: Permission, S: Permission, K: Kind> FromRequest for Step<P, S, K> {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, payload))
    }
}
