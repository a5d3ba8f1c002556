//! The proof that a permission was granted.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

use super::actor::{Actor, ActorKind, Principal};
use super::policy::{Permission, Row};
use super::scope::AreaScope;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::web::RequestId;

/// Says that the actor may do `P`, and where. Actions take `&Granted<P>`; handlers get one by asking for
/// it; jobs get theirs from [`system`].
pub struct Granted<P: Permission> {
    actor: Actor,
    scope: AreaScope,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Granted<P> {
    /// Grants `P` when one of the actor's posts holds it; 403 otherwise. For a request that does several things, each
    /// under its own permission, and for an actor who came without a sign-in ([`Principals::staff`](super::Principals::staff));
    /// a handler that does one thing asks for it in its signature.
    pub fn to(actor: &Actor) -> Result<Self> {
        if !actor.posts().iter().any(|post| P::ROLES.contains(&post.role)) {
            let detail = format!("您的岗位没有“{}”的权限", P::LABEL);
            return Err(Problem::because(Code::Forbidden, detail));
        }
        Ok(Self { actor: actor.clone(), scope: AreaScope::of(actor, P::ROLES), permission: PhantomData })
    }

    /// Grants `P` to somebody for whom background work goes on, by the posts that the roster says they hold now; 403 when
    /// none holds it.
    pub fn on_behalf(actor: &Actor) -> Result<Self> {
        Self::to(actor)
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Where.
    pub fn scope(&self) -> &AreaScope {
        &self.scope
    }

    /// The same grant in the hands of somebody who must not be known: it reaches as far, and what is done with it is
    /// recorded of nobody. See [`Actor::traced_id`].
    pub fn anonymous(self) -> Result<Self> {
        Ok(Self { actor: self.actor.anonymous()?, ..self })
    }

    /// Whether the same actor may also do `Q` in `area`; for what an answer offers as next steps.
    pub fn also<Q: Permission>(&self, area: &AreaCode) -> bool {
        self.holds(&Q::ROW, area)
    }

    /// As [`Granted::also`], of the permission that a step needs.
    pub fn holds(&self, needed: &Row, area: &AreaCode) -> bool {
        // As `AreaScope::of(..).holds(area)`, without making a scope for each step of each row of a list.
        let resident = self.actor.kind() == ActorKind::Resident;
        self.actor
            .posts()
            .iter()
            .filter(|post| needed.roles.contains(&post.role))
            .any(|post| area.is_within(&post.area) || (resident && area.is_within(&post.area.town())))
    }
}

impl<P: Permission> Clone for Granted<P> {
    fn clone(&self) -> Self {
        Self { actor: self.actor.clone(), scope: self.scope.clone(), permission: PhantomData }
    }
}

/// The system's own permission, everywhere; `reason` is why a job acts without a person and is searched
/// for in reviews.
pub fn system<P: Permission>(reason: &'static str) -> Granted<P> {
    debug_assert!(!reason.is_empty());
    let principal = Principal {
        kind: ActorKind::System,
        id: Uuid::nil(),
        session: Id::from_uuid(Uuid::nil()),
        household: None,
        home: AreaCode::country(),
        posts: vec![],
        expires_at: Timestamp::from_millis(i64::MAX),
    };
    Granted {
        actor: Actor::new(Arc::new(principal)),
        scope: AreaScope::everywhere(),
        permission: PhantomData,
    }
}

/// What the authenticating middleware found out about a request.
#[derive(Debug, Clone)]
pub enum Identity {
    /// No token was sent.
    Anonymous,
    /// A token that holds.
    Known(Actor),
    /// A token that does not hold, or a database that could not be asked.
    Refused(Code),
}

impl Identity {
    /// The identity of a request; anonymous where the middleware did not run.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or(Self::Anonymous)
    }

    /// The actor, or 401 (503 when the database could not be asked).
    pub fn actor(self) -> Result<Actor> {
        match self {
            Self::Known(actor) => Ok(actor),
            Self::Anonymous => Err(Problem::new(Code::Unauthenticated)),
            Self::Refused(Code::Busy) => Err(Problem::new(Code::Busy).retry_after(2)),
            Self::Refused(code) => Err(Problem::because(code, "登录已失效,请重新登录")),
        }
    }
}

/// Synchronous, so that a missing token answers before a bad body does: actix resolves extractors side
/// by side and the first failure wins.
impl<P: Permission> FromRequest for Granted<P> {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Actor::of(request).and_then(|actor| Self::to(&actor)))
    }
}

impl Actor {
    fn of(request: &HttpRequest) -> Result<Self> {
        let id = request.extensions().get::<RequestId>().map(RequestId::shared);
        Ok(Identity::of(request).actor()?.in_request(id))
    }
}

/// For what everyone who is signed in may do with their own things: sessions, `/me`.
impl FromRequest for Actor {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::access::policy::{ReportHazard, SeeCases};
    use crate::platform::access::{Post, Role};

    #[test]
    fn what_is_also_granted_is_what_the_scope_holds() {
        let posts = [
            (ActorKind::Staff, Role::GridWorker, "500114119201001"),
            (ActorKind::Staff, Role::Approver, "500114119"),
            (ActorKind::Staff, Role::Admin, "500114"),
            (ActorKind::Resident, Role::Resident, "500114119201001"),
        ];
        for (kind, role, area) in posts {
            let principal = Principal {
                kind,
                id: Uuid::nil(),
                session: Id::from_uuid(Uuid::nil()),
                household: None,
                home: AreaCode::country(),
                posts: vec![Post { role, area: area.parse().unwrap() }],
                expires_at: Timestamp::from_millis(i64::MAX),
            };
            let actor = Actor::new(Arc::new(principal));
            let scope = AreaScope::of(&actor, ReportHazard::ROLES);
            let granted = Granted::<SeeCases> { actor, ..system("the test asks for another permission") };
            for area in ["500114", "500114119", "500114119201001", "500114119202001", "500114120201001"] {
                let area: AreaCode = area.parse().unwrap();
                assert_eq!(granted.also::<ReportHazard>(&area), scope.holds(&area), "{role} in {area}");
            }
        }
    }
}
