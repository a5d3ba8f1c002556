//! Audit entries as JSON.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::{ActorKind, Display, Resident, Session, Staff};
use crate::platform::audit::{Anyone, Entry, Recorded, Sought};

/// The longest word or id that is looked for, in characters.
const LONGEST: usize = 80;

/// Which entries; each part narrows the list.
#[derive(Debug, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Who acted: a staff member, a resident or a display.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(example = "staff_01h455vb4pex5vsknk084sn02q")]
    pub actor: Option<String>,
    /// What was done, such as `personal.reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 80)]
    pub action: Option<String>,
    /// The kind of the record, such as `household`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 80)]
    pub object_kind: Option<String>,
    /// The record: its id as every answer shows it, or the code of an area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 80)]
    pub object_id: Option<String>,
    /// Inside the caller's areas; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaCode>,
    /// The first day, in Asia/Shanghai.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl AuditQuery {
    /// What is sought, and the question as the log keeps it; 422 with one entry per bad part.
    pub(super) fn parse(&self) -> Result<(Sought, Value)> {
        let mut check = Check::new();
        let mut word = |field: &'static str, text: &Option<String>| {
            text.as_deref().map(|text| check.text(field, text, 1, LONGEST))
        };
        let action = word("action", &self.action);
        let object_kind = word("object_kind", &self.object_kind);
        let object_id = word("object_id", &self.object_id);
        let actor = self.actor.as_deref().map(anyone);
        if matches!(actor, Some(None)) {
            check.refuse("actor", "应为 staff_、resident_ 或 display_ 开头的编号");
        }
        for (field, day) in [("from", self.from), ("to", self.to)] {
            if day.is_some_and(|day| !(2000..=9000).contains(&day.year())) {
                check.refuse(field, "应在 2000 年到 9000 年之间");
            }
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            check.refuse("to", "不能早于 from");
        }
        let after = self.to.and_then(|day| day.checked_add_days(Days::new(1)));
        let sought = Sought {
            actor: actor.flatten(),
            action,
            object_kind,
            object_id,
            from: self.from.map(Timestamp::start_of),
            until: after.map(Timestamp::start_of),
        };
        let asked = serde_json::to_value(self).map_err(Problem::internal)?;
        check.finish((sought, asked))
    }
}

/// The bare id behind one that answers show.
fn anyone(text: &str) -> Option<Id<Anyone>> {
    let staff = text.parse().ok().map(Id::<Staff>::same_as);
    let resident = || text.parse().ok().map(Id::<Resident>::same_as);
    let display = || text.parse().ok().map(Id::<Display>::same_as);
    staff.or_else(resident).or_else(display)
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "audit_01h455vb4pex5vsknk084sn02q", "at": "2026-03-05T01:30:00.000Z", "actor_kind": "staff",
    "actor": "staff_01h455vb4pex5vsknk084sn02q", "session": "session_01h455vb4pex5vsknk084sn02q",
    "request_id": "0195641c-2f3e-7c1a-9b1d-0e2f3a4b5c6d", "action": "personal.reveal", "object_kind": "household",
    "object_id": "household_01h455vb4pex5vsknk084sn02q", "area": "500114119201001",
    "details": {"purpose": "示例走访", "fields": ["name"], "persons": 2}, "sealed": true
}))]
pub struct AuditView {
    /// The entry.
    pub id: Id<Entry>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What kind of being acted.
    pub actor_kind: ActorKind,
    /// Who; absent for the system, which also writes down who signs in, and for residents who report: who reported is
    /// shown to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// In which sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Id<Session>>,
    /// In which request; finds it in the log of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of record.
    pub object_kind: String,
    /// To which.
    pub object_id: String,
    /// Where.
    pub area: AreaCode,
    /// What changed; no names, phones, numbers or addresses.
    #[schema(value_type = Object)]
    pub details: Value,
    /// Whether the chain holds it already, which it does within a second or so.
    pub sealed: bool,
}

impl From<(Recorded, bool)> for AuditView {
    fn from((entry, sealed): (Recorded, bool)) -> Self {
        let shown = |id: Id<Anyone>| entry.actor_kind.shown(id.uuid());
        Self {
            actor: entry.actor_id.map(shown),
            id: entry.id,
            at: entry.at,
            actor_kind: entry.actor_kind,
            session: entry.session_id,
            request_id: entry.request_id,
            action: entry.action,
            object_kind: entry.object_kind,
            object_id: entry.object_id,
            area: entry.area_code,
            details: entry.details.0,
            sealed,
        }
    }
}
