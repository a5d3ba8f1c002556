//! A hazard on its way in.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{Photo, check_photos};
use crate::features::cases::{CaseBody, CaseKind, Confidential, NewCase, PlaceBody, Source, Urgency};
use crate::features::hazards::actions::Report;
use crate::features::hazards::model::{Hazard, HazardField, HazardState};
use crate::platform::access::Actor;

/// A hazard as a phone reports it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "hazard_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "field": "road_traffic",
    "title": "弯道护栏松动", "detail": "示例:村道急弯处护栏两根立柱松动,雨天有车辆冲出风险。",
    "place": { "address": "示例村二组急弯处", "lat": 29.42, "lng": 108.71, "datum": "gcj02" },
    "urgency": "urgent", "photos": []
}))]
pub struct HazardBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Hazard>,
    /// The grid where it lies, or the village when the grid is not known. May be left out when `place` has coordinates
    /// that lie in one grid; near a border that is 422 `grid_ambiguous` with the grids to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_code: Option<AreaCode>,
    /// Where the danger is.
    pub field: HazardField,
    /// In short, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub title: String,
    /// In full, 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000)]
    pub detail: String,
    /// Where exactly.
    pub place: Option<PlaceBody>,
    /// How soon; `normal` when absent.
    pub urgency: Option<Urgency>,
    /// Who may see it, `public` or `internal`; `internal` when absent.
    pub confidential: Option<Confidential>,
    /// How the township came to know; by who reports when absent.
    pub source: Option<Source>,
    /// When it was seen; now when absent.
    pub occurred_at: Option<Timestamp>,
    /// When the phone took it down; now when absent.
    pub reported_at: Option<Timestamp>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl HazardBody {
    /// The report, or 422 with one entry per field.
    pub fn parse(self, by: &Actor, now: Timestamp) -> Result<Report> {
        let content_hash = Sha256::digest(serde_json::to_vec(&self).map_err(Problem::internal)?).into();
        let mut check = Check::new();
        let case = CaseBody {
            title: &self.title,
            detail: &self.detail,
            place: self.place.as_ref(),
            source: self.source,
            occurred_at: self.occurred_at,
            reported_at: self.reported_at,
        };
        let case = case.check(&mut check, by, now);
        check_photos(&mut check, &self.photos);
        let case = NewCase {
            id: self.id.same_as(),
            kind: CaseKind::Hazard,
            area: self.area_code.clone(),
            category: self.field.as_str(),
            title: case.title,
            detail: case.detail,
            source: case.source,
            urgency: self.urgency.unwrap_or(Urgency::Normal),
            confidential: self.check_confidential(&mut check),
            place: case.place,
            occurred_at: case.occurred_at,
            reported_at: case.reported_at,
            state: HazardState::Found.as_str(),
            content_hash,
        };
        check.finish(Report { field: self.field, case, photos: self.photos })
    }

    /// Whoever grades sees neither private nor sealed cases; such a hazard would stay as it was found for ever.
    fn check_confidential(&self, check: &mut Check) -> Confidential {
        let chosen = self.confidential.unwrap_or(Confidential::Internal);
        if !matches!(chosen, Confidential::Public | Confidential::Internal) {
            check.refuse("confidential", "安全隐患只能是 public 或 internal");
        }
        chosen
    }
}
