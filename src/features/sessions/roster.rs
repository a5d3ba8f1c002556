//! Who holds a session, for the middleware that authenticates each request.

use super::store::sessions;
use super::subject;
use crate::base::clock::Clock;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::{Principal, Roster, Session};
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
        Ok(who.map(|who| Principal {
            kind: who.subject.kind,
            id: who.subject.id.uuid(),
            session,
            household: who.household,
            home: who.home,
            posts: who.posts,
            expires_at: row.expires_at,
        }))
    }
}
