//! Who holds a session, asked of the roster at most once a second.
//!
//! The token says who; whether the session still stands and which posts are held is read from the
//! database. A revoked session is therefore dead within [`FRESH`] on every node.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::actor::{Actor, Principal, Session};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::{Db, DbConnection};

/// How long an answer of the roster holds; the promise is one second.
const FRESH: Duration = Duration::from_millis(900);
/// Sessions kept in memory.
const CAPACITY: u64 = 100_000;

/// Answers who holds a session; `app` wires the slice that knows.
pub trait Roster: Send + Sync {
    /// The holder of a session that has neither ended nor expired, with the posts held now.
    fn principal(&self, c: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>>;
}

/// The roster with a short memory.
#[derive(Clone)]
pub struct Principals {
    roster: Arc<dyn Roster>,
    fresh: Cache<Id<Session>, Option<Actor>>,
}

impl Principals {
    /// A memory before `roster`.
    pub fn new(roster: Arc<dyn Roster>) -> Self {
        let fresh = Cache::builder().max_capacity(CAPACITY).time_to_live(FRESH).build();
        Self { roster, fresh }
    }

    /// The actor behind a session, or `None` when it has ended.
    pub async fn actor(&self, db: &Db, session: Id<Session>) -> Result<Option<Actor>> {
        if let Some(known) = self.fresh.get(&session) {
            return Ok(known);
        }
        let roster = Arc::clone(&self.roster);
        let found = db.read(move |c| roster.principal(c, session)).await?;
        let actor = found.map(|principal| Actor::new(Arc::new(principal)));
        self.fresh.insert(session, actor.clone());
        Ok(actor)
    }

    /// Forgets a session at once on this node, when it has just been ended or its holder's posts changed.
    pub fn forget(&self, session: Id<Session>) {
        self.fresh.invalidate(&session);
    }

    /// Forgets everything, when posts changed and nobody knows whose sessions that touches.
    pub fn forget_all(&self) {
        self.fresh.invalidate_all();
    }
}
