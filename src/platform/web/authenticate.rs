//! The middleware that finds out who asks.
//!
//! It never refuses: it leaves an [`Identity`] in the request, and `Granted` or `Actor` refuse where an
//! operation asks for one. So open operations stay open to someone with an expired token.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::state::App;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::Identity;

/// Puts the [`Identity`] of the request where extractors find it.
pub async fn authenticate(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let sent = request.headers().get(AUTHORIZATION);
    if let Some(sent) = sent {
        let identity = match sent.to_str().ok().and_then(bearer) {
            Some(token) => identify(&app, token).await,
            None => Identity::Refused(Code::Unauthenticated),
        };
        request.extensions_mut().insert(identity);
    }
    next.call(request).await
}

/// The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn identify(app: &App, token: &str) -> Identity {
    let session = match app.tokens.read(token, app.clock.now()) {
        Ok(claims) => claims.subject.session,
        Err(problem) => return Identity::Refused(problem.code()),
    };
    match app.principals.actor(&app.db, session).await {
        Ok(Some(actor)) => Identity::Known(actor),
        Ok(None) => Identity::Refused(Code::Unauthenticated),
        Err(problem) => not_asked(&problem),
    }
}

/// The database could not be asked; the cause is told here because an identity carries only the code.
fn not_asked(problem: &Problem) -> Identity {
    tracing::error!(?problem, "cannot look up a session");
    Identity::Refused(Code::Busy)
}
