//! A timeline entry.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::platform::access::{ActorKind, Role};
use crate::platform::db::schema::timeline_entries;

crate::id_kind! {
    /// One entry of a timeline.
    TimelineEntry = "entry";
}

/// An entry as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = timeline_entries, treat_none_as_default_value = false)]
pub struct Entry {
    /// The entry.
    pub id: Id<TimelineEntry>,
    /// The case that it is about.
    pub case_id: Id<TimelineEntry>,
    /// The kind of the case: `hazard`, `dispute` or `event`.
    pub case_kind: String,
    /// Where the case lies.
    pub area_code: AreaCode,
    /// The case's version after the step; orders its entries.
    pub version: i32,
    /// When the server took the step.
    pub at: Timestamp,
    /// When the phone says that it happened.
    pub device_at: Option<Timestamp>,
    /// What kind of being acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Id<TimelineEntry>>,
    /// In which role.
    pub role: Option<Role>,
    /// The step, a verb of the API.
    pub step: String,
    /// The state before; none at the beginning.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// The phase after.
    pub phase: String,
    /// A remark that the reporter may read.
    pub note: Option<String>,
    /// A remark for the office.
    pub note_internal: Option<String>,
    /// Whether the case was one that only few may see; such an entry is shown with its case and not followed.
    pub hidden: bool,
}

/// An entry as a client sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryView {
    /// The entry.
    pub id: Id<TimelineEntry>,
    /// When the server took the step.
    pub at: Timestamp,
    /// When the phone says that it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_at: Option<Timestamp>,
    /// The step.
    #[schema(example = "order")]
    pub step: String,
    /// The state after it.
    #[schema(example = "ordered")]
    pub state: String,
    /// In which role it was done; persons are not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A remark that the reporter may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// A remark for the office; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_internal: Option<String>,
}

/// What the reporter was told with the step that led to the present state, by the entries of a case in their order; not
/// what was only remarked since.
pub fn last_words(entries: &[Entry]) -> Option<&str> {
    let moved = entries.iter().rev().find(|entry| entry.from_state.as_ref() != Some(&entry.to_state));
    moved.and_then(|entry| entry.note.as_deref())
}

impl Entry {
    /// The view; `internal` adds what is for the office only.
    pub fn view(self, internal: bool) -> EntryView {
        EntryView {
            id: self.id,
            at: self.at,
            device_at: self.device_at,
            step: self.step,
            state: self.to_state,
            role: self.role,
            note: self.note,
            note_internal: self.note_internal.filter(|_| internal),
        }
    }
}

/// An entry on its way to those who follow all cases, with its place in the order of commits.
#[derive(Debug, Clone, Queryable)]
pub struct Follow {
    /// See `platform/db/lots.rs`.
    pub lot: i64,
    /// Orders entries of one lot.
    pub id: Id<TimelineEntry>,
    /// When.
    pub at: Timestamp,
    /// The case; its kind says how the id is shown.
    pub case_id: Id<TimelineEntry>,
    /// The kind of the case: `hazard`, `dispute` or `event`.
    pub case_kind: String,
    /// Where.
    pub area_code: AreaCode,
    /// What was done.
    pub step: String,
    /// The phase after.
    pub phase: String,
}

/// That a case has changed, with its place in the order of commits.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Touch {
    /// See `platform/db/lots.rs`.
    pub lot: i64,
    /// Orders entries of one lot.
    pub id: Id<TimelineEntry>,
    /// The case.
    pub case_id: Id<TimelineEntry>,
}

/// What a step did, for those who follow which cases there are.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Passed {
    /// See `platform/db/lots.rs`.
    pub lot: i64,
    /// Orders entries of one lot.
    pub id: Id<TimelineEntry>,
    /// The case.
    pub case_id: Id<TimelineEntry>,
    /// Whether the step opened the case: there was no state before it.
    pub opens: bool,
}

/// The case's id, under the timeline's own name: this slice knows no case.
pub(super) fn case_of(case: Uuid) -> Id<TimelineEntry> {
    Id::from_uuid(case)
}
