//! What a case file holds.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assignment::Assignment;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::geo::Wgs84;
use crate::base::id::Id;
use crate::features::clocks::Faces;
use crate::platform::access::{Actor, ActorKind, AreaInScope, AreaScope, Sight};
use crate::platform::db::schema::cases;
use crate::platform::db::{Doc, Json};

crate::id_kind! {
    /// A case of any kind. Clients see it under its kind's own prefix, see [`shown_id`].
    Case = "case";
    /// Whoever reported or handles a case, staff or resident.
    Reporter = "person";
}

crate::text_enum! {
    /// Which procedure a case follows.
    pub enum CaseKind {
        Hazard = "hazard" "安全隐患",
        Dispute = "dispute" "矛盾纠纷",
        Event = "event" "网格事件",
    }
}

crate::text_enum! {
    /// How far a case is, whatever its procedure calls that.
    pub enum Phase {
        Reported = "reported" "已上报",
        Accepted = "accepted" "已受理",
        Working = "working" "办理中",
        Resolved = "resolved" "已解决",
        Closed = "closed" "已结案",
    }
}

crate::text_enum! {
    /// How soon something must happen.
    pub enum Urgency {
        Normal = "normal" "一般",
        Urgent = "urgent" "紧急",
        Critical = "critical" "特急",
    }
}

crate::text_enum! {
    /// Who may see a case inside its area.
    pub enum Confidential {
        Public = "public" "公开",
        Internal = "internal" "内部",
        Private = "private" "隐私",
        Sealed = "sealed" "密封",
    }
}

crate::text_enum! {
    /// How the township came to know.
    pub enum Source {
        GridPatrol = "grid_patrol" "网格巡查",
        ResidentReport = "resident_report" "居民上报",
        Visit = "visit" "来访",
        Phone = "phone" "来电",
        Hotline12345 = "hotline_12345" "12345 热线",
        Superior = "superior" "上级交办",
        Department = "department" "部门转办",
        Sensor = "sensor" "智能感知",
        SelfFound = "self_found" "自查",
    }
}

impl CaseKind {
    /// The letters in a case number.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Hazard => "YH",
            Self::Dispute => "JF",
            Self::Event => "SJ",
        }
    }
}

/// The id of a case as clients know it: `hazard_…`, `dispute_…`, `event_…`.
pub fn shown_id(kind: CaseKind, id: Id<Case>) -> String {
    let case = id.to_string();
    format!("{kind}_{}", case.trim_start_matches("case_"))
}

/// Where it happened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// In words; a place, not a person's address.
    pub address: Option<String>,
    /// On the map.
    pub at: Option<Wgs84>,
    /// How far off `at` may be, metres.
    pub accuracy_m: Option<f64>,
}

/// On whose desk a case is after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// Where it was.
    Stays,
    /// On this person's.
    Of(Id<Reporter>),
    /// On none: it waits for whoever may go on with it.
    Nobodys,
}

/// What a procedure gives to open a case.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// Made by the phone.
    pub id: Id<Case>,
    /// The procedure.
    pub kind: CaseKind,
    /// Where the report says that it lies; none when its coordinates are to say it.
    pub area: Option<AreaCode>,
    /// The procedure's own category, counted by the dashboard.
    pub category: &'static str,
    /// At most 60 characters.
    pub title: String,
    /// At most 2,000 characters.
    pub detail: String,
    /// How the township came to know.
    pub source: Source,
    /// How soon.
    pub urgency: Urgency,
    /// Who may see it.
    pub confidential: Confidential,
    /// Where.
    pub place: Place,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the phone took it down.
    pub reported_at: Timestamp,
    /// The state that the procedure begins in.
    pub state: &'static str,
    /// A digest of what the phone sent: a resend has the same, another content has not.
    pub content_hash: [u8; 32],
}

/// A case file as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
pub struct CaseFile {
    /// The case.
    pub id: Id<Case>,
    /// Unique in the country: letters, town, year, number.
    pub no: String,
    /// The procedure.
    pub kind: CaseKind,
    /// A grid, or a village when the grid is not known.
    pub area_code: AreaCode,
    /// The procedure's own category.
    pub category: String,
    /// In short.
    pub title: String,
    /// In full.
    pub detail: String,
    /// How the township came to know.
    pub source: Source,
    /// How soon.
    pub urgency: Urgency,
    /// Who may see it.
    pub confidential: Confidential,
    /// How far it is.
    pub phase: Phase,
    /// Where, in words.
    pub address: Option<String>,
    /// Where, WGS-84 degrees.
    pub lat: Option<f64>,
    /// Where, WGS-84 degrees.
    pub lng: Option<f64>,
    /// How far off, metres.
    pub accuracy_m: Option<f64>,
    /// `staff`, `resident` or `anonymous`.
    pub reporter_kind: ActorKind,
    /// Who reported; of an anonymous report an alias, see [`Actor::alias`].
    pub reporter_id: Id<Reporter>,
    /// On whose desk it is.
    pub handler_id: Option<Id<Reporter>>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the phone took it down.
    pub reported_at: Timestamp,
    /// When the server had it; deadlines count from here.
    pub received_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The first day on which something is due, from `clocks`.
    pub due_on: Option<NaiveDate>,
    /// SHA-256 of what the phone sent, or a keyed digest in its place.
    pub content_hash: Vec<u8>,
    /// Counts the steps; `If-Match` names it.
    pub version: i32,
    /// When the last step was taken.
    pub updated_at: Timestamp,
    /// The procedure of the case that this one came out of.
    pub origin_kind: Option<CaseKind>,
    /// The case that this one came out of; none for almost all.
    pub origin_id: Option<Id<Case>>,
    /// The photos that it names and that have not arrived: a list of [`Awaited`]; none when nothing is missing.
    pub awaiting_media: Option<Doc>,
    /// What its clocks show.
    pub clocks: Faces,
    /// How a case with coordinates came to its area.
    pub assignment: Option<Json<Assignment>>,
}

/// A photo that a case names and that is still on somebody's phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Awaited {
    /// The photo's id, under which it will be found.
    #[schema(example = "photo_01h455vb4pex5vsknk084sn02q")]
    pub photo: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
}

impl CaseFile {
    /// The row of a case that has just been reported by `by`.
    pub(super) fn opened(area: &AreaInScope, no: &str, new: &NewCase, by: &Actor, now: Timestamp) -> Self {
        Self {
            id: new.id,
            no: no.to_owned(),
            kind: new.kind,
            area_code: area.code().clone(),
            category: new.category.to_owned(),
            title: new.title.clone(),
            detail: new.detail.clone(),
            source: new.source,
            urgency: new.urgency,
            confidential: new.confidential,
            phase: Phase::Reported,
            address: new.place.address.clone(),
            lat: new.place.at.map(|at| at.lat),
            lng: new.place.at.map(|at| at.lng),
            accuracy_m: new.place.accuracy_m,
            reporter_kind: by.kind(),
            reporter_id: Id::from_uuid(by.id()),
            handler_id: None,
            occurred_at: new.occurred_at,
            reported_at: new.reported_at,
            received_at: now,
            closed_at: None,
            due_on: None,
            content_hash: new.content_hash.to_vec(),
            version: 1,
            updated_at: now,
            origin_kind: None,
            origin_id: None,
            clocks: Faces::none(),
            assignment: None,
            awaiting_media: None,
        }
    }

    /// The photos that it names and that have not arrived.
    pub fn awaited(&self) -> Vec<Awaited> {
        let list = self.awaiting_media.as_ref();
        list.and_then(|list| serde_json::from_value(list.0.clone()).ok()).unwrap_or_default()
    }

    /// Names the end of this case among all ends of all cases: a person is told of it once, by whatever they have to do
    /// with it. By its time and not by its version, which a rating changes.
    pub fn closing(&self) -> String {
        let at = self.closed_at.map(Timestamp::millis).unwrap_or_default();
        format!("closed:{}:{at}", self.id)
    }

    /// Whether `scope` shows this case; the same rule as `store::visible`, for a row at hand.
    pub fn is_seen_by(&self, scope: &AreaScope) -> bool {
        let own = scope.is_own(self.reporter_id.uuid());
        let sight = match self.confidential {
            Confidential::Public | Confidential::Internal => Sight::Throughout,
            Confidential::Private => scope.private(),
            Confidential::Sealed => scope.sealed(),
        };
        let shown = || sight.reaches(&self.area_code);
        if scope.only_own() { own } else { scope.holds(&self.area_code) && (own || shown()) }
    }
}
