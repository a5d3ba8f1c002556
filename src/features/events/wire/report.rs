//! An event on its way in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{Photo, check_photos};
use crate::features::cases::{CaseBody, CaseKind, Confidential, NewCase, PlaceBody, Source, Urgency};
use crate::features::events::actions::Report;
use crate::features::events::model::{Event, EventCategory, EventScale, EventState};
use crate::platform::access::Actor;
use crate::platform::privacy::Vault;

/// The most people that one event concerns: a million.
const MOST_PEOPLE: i32 = 1_000_000;

/// An event as a phone reports it: a category, words or a photo, and where it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "event_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "category": "facility",
    "subcategory": "路灯", "title": "路灯不亮", "detail": "示例:村道路口路灯连续三晚不亮。",
    "place": { "address": "示例村三组路口", "lat": 29.42, "lng": 108.71, "datum": "gcj02" },
    "urgency": "normal", "people_count": 20, "photos": []
}))]
pub struct EventBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Event>,
    /// The grid where it lies, or the village when the grid is not known. May be left out when `place` has coordinates
    /// that lie in one grid; near a border that is 422 `grid_ambiguous` with the grids to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_code: Option<AreaCode>,
    /// What it is about.
    pub category: EventCategory,
    /// The same in finer words, at most 30 characters.
    #[schema(max_length = 30)]
    pub subcategory: Option<String>,
    /// In short, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub title: String,
    /// In full, at most 2,000 characters; may be absent when a photo shows it, and the title stands for it then.
    #[schema(max_length = 2000)]
    pub detail: Option<String>,
    /// Where exactly: words or coordinates, required.
    pub place: Option<PlaceBody>,
    /// How soon; `normal` when absent.
    pub urgency: Option<Urgency>,
    /// Who may see it, `public` or `internal`; `internal` when absent.
    pub confidential: Option<Confidential>,
    /// How the township came to know; by who reports when absent.
    pub source: Option<Source>,
    /// How many people it concerns, when that is known.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub people_count: Option<i32>,
    /// How many, roughly; by `people_count` where that is given, else `individual` when absent.
    pub scale: Option<EventScale>,
    /// When it was seen; now when absent.
    pub occurred_at: Option<Timestamp>,
    /// When the phone took it down; now when absent.
    pub reported_at: Option<Timestamp>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl EventBody {
    /// The report, or 422 with one entry per field.
    pub fn parse(self, by: &Actor, now: Timestamp, vault: &Vault) -> Result<Report> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let case = CaseBody {
            title: &self.title,
            detail: self.words(&mut check),
            place: self.place.as_ref(),
            source: self.source,
            occurred_at: self.occurred_at,
            reported_at: self.reported_at,
        };
        let case = case.check(&mut check, by, now);
        if case.place.address.is_none() && case.place.at.is_none() {
            check.refuse("place", "须填写地点或定位");
        }
        check_photos(&mut check, &self.photos);
        let subcategory = check.optional_text("subcategory", self.subcategory.as_deref(), 30);
        let scale = self.scale(&mut check);
        let case = NewCase {
            id: self.id.same_as(),
            kind: CaseKind::Event,
            area: self.area_code.clone(),
            category: self.category.as_str(),
            title: case.title,
            detail: case.detail,
            source: case.source,
            urgency: self.urgency.unwrap_or(Urgency::Normal),
            confidential: self.confidential(&mut check),
            place: case.place,
            occurred_at: case.occurred_at,
            reported_at: case.reported_at,
            state: EventState::Reported.as_str(),
            content_hash,
        };
        let (category, people_count, photos) = (self.category, self.people_count, self.photos);
        check.finish(Report { category, subcategory, scale, people_count, case, photos })
    }

    /// What is told in full. Where a photo tells it, the title stands for the words.
    fn words(&self, check: &mut Check) -> &str {
        let detail = self.detail.as_deref().filter(|detail| !detail.trim().is_empty());
        if detail.is_none() && self.photos.is_empty() {
            check.refuse("detail", "须写明情况,或附照片");
        }
        detail.unwrap_or(&self.title)
    }

    fn scale(&self, check: &mut Check) -> EventScale {
        let Some(people) = self.people_count else {
            return self.scale.unwrap_or(EventScale::Individual);
        };
        check.range("people_count", people, 1, MOST_PEOPLE);
        let counted = EventScale::of(people);
        if self.scale.is_some_and(|scale| scale != counted) {
            check.refuse("scale", format!("与人数不符,{people} 人应为 {counted}"));
        }
        counted
    }

    /// Whoever dispatches sees neither private nor sealed cases; such an event would lie there for ever.
    fn confidential(&self, check: &mut Check) -> Confidential {
        let chosen = self.confidential.unwrap_or(Confidential::Internal);
        if !matches!(chosen, Confidential::Public | Confidential::Internal) {
            check.refuse("confidential", "网格事件只能是 public 或 internal");
        }
        chosen
    }
}
