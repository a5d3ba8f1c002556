//! The JSON of suggestions, links and "me too".

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{Candidate, Found, Sketch};
use super::links::{Link, Linked};
use super::reach::{Reach, reach_of};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::geo::{Datum, Wgs84};
use crate::base::problem::Result;
use crate::features::cases::me_too::{MOST_COUNTED, MeToo};
use crate::features::cases::{CaseKind, Phase, shown_id};

/// The most characters of what another reported that a suggestion shows.
const EXCERPT: usize = 120;
/// To how many metres a resident is told how far off another's report lies.
const COARSE_M: f64 = 10.0;

/// What is about to be reported.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CandidateQuery {
    /// The procedure.
    pub kind: CaseKind,
    /// A hazard's field, a dispute's type, an event's category.
    #[param(max_length = 40, example = "facility")]
    pub category: String,
    /// Degrees north.
    #[param(example = 29.42, minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Degrees east.
    #[param(example = 108.71, minimum = -180, maximum = 180)]
    pub lng: f64,
    /// What the two are given in; there is no default.
    pub datum: Option<Datum>,
    /// When it happened; now when absent.
    pub occurred_at: Option<Timestamp>,
}

impl CandidateQuery {
    /// What is about to be reported, or 422.
    pub fn parse(&self, now: Timestamp) -> Result<Sketch> {
        let mut check = Check::new();
        check.range("lat", self.lat, -90.0, 90.0);
        check.range("lng", self.lng, -180.0, 180.0);
        let occurred_at = check.past("occurred_at", self.occurred_at.unwrap_or(now), now);
        if self.datum.is_none() {
            check.refuse("datum", "须注明坐标系:wgs84 或 gcj02");
        }
        let reach = reach_of(self.kind, &self.category);
        if reach.is_err() {
            check.refuse("category", format!("“{}”没有这个类别", self.kind.label()));
        }
        let sketch = self.datum.zip(reach.ok()).map(|(datum, (category, reach))| Sketch {
            kind: self.kind,
            category,
            reach,
            at: Wgs84::from(self.lat, self.lng, datum),
            occurred_at,
        });
        check.finish_some(sketch)
    }
}

/// What may be the same matter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{
        "id": "event_01h455vb4pex5vsknk084sn02q", "no": "SJ-500114119-2026-00042", "kind": "event", "title": "路灯不亮",
        "detail": "示例:村道路口路灯连续三晚不亮。", "thumbnail_url": "/api/v1/photos/photo_01h455vb4pex5vsknk084sn02q/thumbnail",
        "distance_m": 12, "days_apart": 2, "phase": "working", "state": "办理中",
        "me_too_href": "/api/v1/cases/event_01h455vb4pex5vsknk084sn02q/me_too"
    }],
    "within": { "radius_m": 100, "days": 60 }
}))]
pub struct DuplicateCandidatesView {
    /// The most alike first, at most 10.
    pub items: Vec<DuplicateCandidateView>,
    /// How far was looked; absent where the category is not tied to a place, or the case has no coordinates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<ReachView>,
}

/// How far was looked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachView {
    /// Metres.
    pub radius_m: u32,
    /// Days, before and after.
    pub days: u32,
}

/// A case that may be the same matter. A resident is shown neither words nor photos nor numbers of what others reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateCandidateView {
    /// Under its kind's own prefix.
    #[schema(example = "event_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Unique in the country; names the original in a merger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no: Option<String>,
    /// The procedure.
    pub kind: CaseKind,
    /// In short.
    pub title: String,
    /// The first 120 characters of what was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A JPEG of its first photo; needs the same token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
    /// How far off, metres; a resident's are rounded to ten.
    pub distance_m: i64,
    /// Whole days between the two.
    pub days_apart: i64,
    /// How far it is.
    pub phase: Phase,
    /// The same in plain words, Chinese.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Where to PUT that one has met the same.
    pub me_too_href: String,
}

impl From<Found> for DuplicateCandidatesView {
    fn from(found: Found) -> Self {
        let Found { candidates, reach, whole } = found;
        let within = reach.map(|Reach { radius_m, days }| ReachView { radius_m, days });
        let items =
            candidates.into_iter().map(|candidate| DuplicateCandidateView::of(candidate, whole)).collect();
        Self { items, within }
    }
}

impl DuplicateCandidateView {
    fn of(candidate: Candidate, whole: bool) -> Self {
        let Candidate { file, alike, photo } = candidate;
        let id = shown_id(file.kind, file.id);
        let step = if whole { 1.0 } else { COARSE_M };
        Self {
            me_too_href: me_too_href(&id),
            id,
            no: whole.then_some(file.no),
            kind: file.kind,
            title: file.title,
            detail: whole.then(|| excerpt(&file.detail)),
            thumbnail_url: photo.map(|photo| format!("/api/v1/photos/{photo}/thumbnail")),
            distance_m: ((alike.distance_m / step).round() * step) as i64,
            days_apart: alike.apart.num_seconds() / TimeDelta::days(1).num_seconds(),
            phase: file.phase,
            state: file.phase.label(),
        }
    }
}

fn me_too_href(id: &str) -> String {
    format!("/api/v1/cases/{id}/me_too")
}

/// The beginning of a text.
fn excerpt(text: &str) -> String {
    let mut beginning: String = text.chars().take(EXCERPT).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    beginning
}

/// What a case is linked to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "items": [{
    "link": "related", "id": "hazard_01h455vb4pex5vsknk084sn02q", "no": "YH-500114119-2026-00042", "kind": "hazard",
    "area_code": "500114119201001", "title": "弯道护栏松动", "phase": "working", "received_at": "2026-01-05T01:30:00.000Z",
    "since": "2026-01-06T01:30:00.000Z"
}] }))]
pub struct CaseLinksView {
    /// Its original, what was merged into it (at most 100), what is related (at most 50); what the caller sees of them.
    pub items: Vec<CaseLinkView>,
}

/// Another case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLinkView {
    /// What it is to this one.
    pub link: Link,
    /// Under its kind's own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Unique in the country.
    pub no: String,
    /// The procedure.
    pub kind: CaseKind,
    /// Where it lies.
    pub area_code: AreaCode,
    /// In short.
    pub title: String,
    /// How far it is.
    pub phase: Phase,
    /// When the server had it.
    pub received_at: Timestamp,
    /// Since when the two are linked; a merger stands in the timeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl From<Vec<Linked>> for CaseLinksView {
    fn from(linked: Vec<Linked>) -> Self {
        let view = |Linked { link, file, since }: Linked| CaseLinkView {
            link,
            id: shown_id(file.kind, file.id),
            no: file.no,
            kind: file.kind,
            area_code: file.area_code,
            title: file.title,
            phase: file.phase,
            received_at: file.received_at,
            since,
        };
        Self { items: linked.into_iter().map(view).collect() }
    }
}

/// A case as those see it who have met the same; nothing of whoever reported it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "event_01h455vb4pex5vsknk084sn02q", "title": "路灯不亮", "phase": "working", "state": "办理中", "people": 3,
    "more": false, "mine": true
}))]
pub struct MeTooView {
    /// Under its kind's own prefix.
    #[schema(example = "event_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// In short.
    pub title: String,
    /// How far it is.
    pub phase: Phase,
    /// The same in plain words, Chinese.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How many people have met the same, besides its reporter; 0 to 999.
    #[schema(minimum = 0, maximum = 999)]
    pub people: usize,
    /// Whether there are more: show "999+".
    pub more: bool,
    /// Whether the caller is one of them.
    pub mine: bool,
}

impl From<MeToo> for MeTooView {
    fn from(me_too: MeToo) -> Self {
        let MeToo { file, people, mine } = me_too;
        Self {
            id: shown_id(file.kind, file.id),
            title: file.title,
            phase: file.phase,
            state: file.phase.label(),
            closed_at: file.closed_at,
            people: people.min(MOST_COUNTED),
            more: people > MOST_COUNTED,
            mine,
        }
    }
}
