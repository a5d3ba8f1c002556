//! The log line of a request, while it is still to be written.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::base::problem::Result;
use crate::platform::access::{Granted, Identity, Permission};

/// Lets a handler say that nobody may know who sent the request.
#[derive(Debug)]
pub struct LogLine(HttpRequest);

impl LogLine {
    /// The grant in the hands of somebody who must not be known. The line that `request` writes afterwards names no
    /// account: with its time it would tell whose record is the one of that moment.
    pub fn without_name<P: Permission>(&self, by: Granted<P>) -> Result<Granted<P>> {
        self.0.extensions_mut().insert(Identity::Anonymous);
        by.anonymous()
    }
}

impl FromRequest for LogLine {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}
