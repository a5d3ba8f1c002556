//! Who may act while the sample is written: whoever holds a post then, without signing in.
//!
//! Used in place of the roster of `sessions` by this command only. A session's id is the person's own here; posts are
//! asked of the slices as ever, so nobody does in the sample what they could not do at work.

use crate::base::clock::{Clock, Timestamp};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::{households, staff};
use crate::platform::access::{ActorKind, Post, Principal, Role, Roster, Session};
use crate::platform::db::DbConnection;

/// Knows everybody by their own id.
pub struct DemoRoster {
    clock: Clock,
}

impl DemoRoster {
    /// A roster by `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

impl Roster for DemoRoster {
    fn principal(&self, c: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        let expires_at = Timestamp::from_millis(i64::from(i32::MAX) * 1000);
        if let Some(holder) = staff::holder(c, session.same_as(), self.clock.now())? {
            return Ok(Some(Principal {
                kind: ActorKind::Staff,
                id: session.uuid(),
                session,
                household: None,
                home: holder.home,
                posts: holder.posts,
                expires_at,
            }));
        }
        let resident = households::find_resident(c, session.same_as())?;
        Ok(resident.map(|found| Principal {
            kind: ActorKind::Resident,
            id: session.uuid(),
            session,
            household: Some(found.household),
            posts: vec![Post { role: Role::Resident, area: found.area.clone() }],
            home: found.area,
            expires_at,
        }))
    }
}
