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
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Identity, Session};

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App as Actix, HttpResponse};
    use uuid::Uuid;

    use super::*;
    use crate::base::area_code::AreaCode;
    use crate::base::clock::Clock;
    use crate::platform::access::{Actor, ActorKind, Principal, Principals, Roster};
    use crate::platform::db::{DatabaseUrl, Db, DbConnection, DbSettings};

    const STANDING: Uuid = Uuid::from_u128(1);

    /// One session stands; a token is the number of its session.
    struct OneSession;

    impl Roster for OneSession {
        fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
            Ok((session.uuid() == STANDING).then(|| Principal {
                kind: ActorKind::Staff,
                id: Uuid::from_u128(7),
                session,
                household: None,
                home: AreaCode::country(),
                posts: vec![],
                expires_at: Timestamp::from_millis(i64::MAX),
            }))
        }
    }

    impl TokenReader for OneSession {
        fn session(&self, token: &str, _: Timestamp) -> Result<Id<Session>> {
            let number = token.parse().map_err(|_| Problem::new(Code::Unauthenticated))?;
            Ok(Id::from_uuid(Uuid::from_u128(number)))
        }
    }

    async fn status(path: &str, header: Option<&str>) -> u16 {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("town.db"));
        let db = Db::open(&DbSettings { url, replica: None, connections: 1 }, Clock::System).unwrap();
        let (principals, reader) = (Principals::new(Arc::new(OneSession)), Arc::new(OneSession));
        let app = Actix::new()
            .app_data(web::Data::new(App { db, clock: Clock::System, principals, reader }))
            .wrap(from_fn(authenticate))
            .route("/open", web::get().to(HttpResponse::Ok))
            .route("/mine", web::get().to(async |actor: Actor| actor.id().to_string()));
        let app = init_service(app).await;
        let request = header.into_iter().fold(TestRequest::get().uri(path), |request, header| {
            request.insert_header((AUTHORIZATION, header))
        });
        call_service(&app, request.to_request()).await.status().as_u16()
    }

    #[actix_web::test]
    async fn only_a_standing_session_is_somebody() {
        assert_eq!(status("/mine", Some("Bearer 1")).await, 200);
        assert_eq!(status("/mine", Some("bearer 1")).await, 200);
        for header in [None, Some("Bearer 2"), Some("Bearer x"), Some("Basic 1"), Some("1"), Some("Bearer ")]
        {
            assert_eq!(status("/mine", header).await, 401, "{header:?}");
        }
    }

    #[actix_web::test]
    async fn an_open_operation_stays_open_to_an_expired_token() {
        assert_eq!(status("/open", Some("Bearer x")).await, 200);
    }
}
