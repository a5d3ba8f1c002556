//! Who holds a session, for the middleware that authenticates each request.

use uuid::Uuid;

use super::model::SubjectRef;
use super::store::sessions;
use super::subject::{self, Standing};
use crate::base::clock::{Clock, Timestamp};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::{ActorKind, Principal, Roster, Session, Staff};
use crate::platform::db::DbConnection;

/// Answers from the tables: two look-ups by key.
#[derive(Debug, Clone)]
pub struct SessionRoster {
    clock: Clock,
}

impl SessionRoster {
    /// A roster by `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

impl Roster for SessionRoster {
    fn principal(&self, c: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        let now = self.clock.now();
        let Some(row) = sessions::find(c, session)?.filter(|row| row.stands(now)) else { return Ok(None) };
        let who = subject::standing(c, row.subject(), now)?;
        let who = who.filter(|who| who.since.is_none_or(|since| row.created_at >= since));
        Ok(who.map(|who| principal(who, session, row.expires_at)))
    }

    fn staff(&self, c: &mut DbConnection, id: Id<Staff>) -> Result<Option<Principal>> {
        let subject = SubjectRef { kind: ActorKind::Staff, id: id.same_as() };
        let who = subject::standing(c, subject, self.clock.now())?;
        let none = Id::from_uuid(Uuid::nil());
        Ok(who.map(|who| principal(who, none, Timestamp::from_millis(i64::MAX))))
    }
}

fn principal(who: Standing, session: Id<Session>, expires_at: Timestamp) -> Principal {
    Principal {
        kind: who.subject.kind,
        id: who.subject.id.uuid(),
        session,
        household: who.household,
        home: who.home,
        posts: who.posts,
        expires_at,
    }
}
