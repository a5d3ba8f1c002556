//! Reading the log: a page of entries, newest first.
//!
//! Ordered by time and not by lot, so that a span of days is a range of the index. A transaction of which
//! the clock has already been asked commits a moment later; the newest entries of a list may therefore be
//! joined by others, those of days that are over are not.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Anyone, Entry, seal};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::Result;
use crate::platform::access::{ActorKind, AreaScope, Session};
use crate::platform::db::prefix::within;
use crate::platform::db::schema::audit_entries::{self, dsl};
use crate::platform::db::{Cols, Condition, DbConnection, Doc, MultiBackend, before};

/// Which entries are wanted; all of them when nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Who acted.
    pub actor: Option<Id<Anyone>>,
    /// What was done.
    pub action: Option<String>,
    /// To a record of this kind.
    pub object_kind: Option<String>,
    /// To this record.
    pub object_id: Option<String>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// An entry of the log.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub struct Recorded {
    lot: i64,
    /// The entry.
    pub id: Id<Entry>,
    /// When.
    pub at: Timestamp,
    /// What kind of being acted.
    pub actor_kind: ActorKind,
    /// Who; none for the system, and for a resident who reports.
    pub actor_id: Option<Id<Anyone>>,
    /// In which sign-in.
    pub session_id: Option<Id<Session>>,
    /// In which request.
    pub request_id: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of record.
    pub object_kind: String,
    /// To which, as people see its id.
    pub object_id: String,
    /// Where.
    pub area_code: AreaCode,
    /// What changed; no personal data.
    pub details: Doc,
}

/// The records whose residents are named: their own sign-ins.
const OWN: &str = "session";

impl Recorded {
    /// The entry without who it was when a resident acted on a record of the township: residents act there only on what
    /// they reported, and who reports is shown to nobody (decision 0034). The chain holds it all the same.
    fn without_reporter(self) -> Self {
        if self.actor_kind == ActorKind::Resident && self.object_kind != OWN {
            return Self { actor_id: None, session_id: None, ..self };
        }
        self
    }
}

/// A page of what `sought` names inside `scope`, newest first, each with whether the chain holds it already.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    sought: &Sought,
    page: &PageRequest,
) -> Result<Page<(Recorded, bool)>> {
    let sealed_until = seal::end(c)?;
    let mut rows = audit_entries::table.filter(visible(scope)).into_boxed::<MultiBackend>();
    if let Some(actor) = sought.actor {
        // Asking for what a resident did must not find what they reported.
        let named = dsl::actor_kind.ne(ActorKind::Resident).or(dsl::object_kind.eq(OWN));
        rows = rows.filter(dsl::actor_id.eq(Some(actor)).and(named));
    }
    if let Some(action) = &sought.action {
        rows = rows.filter(dsl::action.eq(action));
    }
    if let Some(kind) = &sought.object_kind {
        rows = rows.filter(dsl::object_kind.eq(kind));
    }
    if let Some(id) = &sought.object_id {
        rows = rows.filter(dsl::object_id.eq(id));
    }
    if let Some(from) = sought.from {
        rows = rows.filter(dsl::at.ge(from));
    }
    if let Some(until) = sought.until {
        rows = rows.filter(dsl::at.lt(until));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Entry, _>("at, id", place));
    }
    let rows = rows.order((dsl::at.desc(), dsl::id.desc())).limit(page.fetch()).select(Recorded::cols());
    let page = page.page(rows.load::<Recorded>(c)?, |entry| Place { at: entry.at, id: entry.id.uuid() });
    Ok(page.map(|entry| {
        let sealed = sealed_until.is_some_and(|end| (entry.lot, entry.id) <= end);
        (entry.without_reporter(), sealed)
    }))
}

fn visible(scope: &AreaScope) -> Condition<audit_entries::table> {
    if scope.is_everywhere() {
        return Box::new(true.into_sql::<Bool>());
    }
    within(dsl::area_code, scope.prefixes())
}
