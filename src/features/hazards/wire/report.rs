//! A hazard on its way in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{Photo, check_photos};
use crate::features::cases::{CaseBody, CaseKind, Confidential, NewCase, PlaceBody, Source, Urgency};
use crate::features::hazards::actions::Report;
use crate::features::hazards::model::{Hazard, HazardField, HazardState, Origin};
use crate::features::places::Place;
use crate::platform::access::{Actor, ActorKind};
use crate::platform::privacy::Vault;

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
    /// How the township came to know; by who reports when absent, and `resident_report` of all anonymous ones.
    pub source: Option<Source>,
    /// The place of the ledger at which it is; it lies in the same area.
    pub place_id: Option<Id<Place>>,
    /// Whether nobody may know who reports it, but an auditor for a purpose. Whoever reports it finds it among their
    /// own all the same. Its photos are uploaded with `anonymous`, too.
    #[serde(default)]
    pub anonymous: bool,
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
    /// The report, or 422 with one entry per field. `by` is somebody who must not be known when it is anonymous, and
    /// `reporter_sealed` says who.
    pub fn parse(
        self,
        by: &Actor,
        reporter_sealed: Option<Vec<u8>>,
        now: Timestamp,
        vault: &Vault,
    ) -> Result<Report> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
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
        if self.anonymous != (by.kind() == ActorKind::Anonymous) {
            // A way on which whoever reports is not hidden must not pretend that they were.
            check.refuse("anonymous", "不能通过这个渠道匿名上报");
        }
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
        let origin = Origin { place: self.place_id, inspection: None, reporter_sealed };
        check.finish(Report { field: self.field, case, origin, photos: self.photos })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::access::policy::ReportHazard;
    use crate::platform::access::system;
    use crate::platform::secrets::{CipherKind, SecretSettings};

    fn digest(title: &str, vault: &Vault) -> [u8; 32] {
        let body = serde_json::json!({
            "id": "hazard_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "field": "fire",
            "title": title, "detail": "示例"
        });
        let body: HazardBody = serde_json::from_value(body).unwrap();
        let by = system::<ReportHazard>("the test reports");
        let report = body.parse(by.actor(), None, Timestamp::from_millis(1_772_413_200_000), vault);
        report.unwrap().case.content_hash
    }

    #[test]
    fn what_was_reported_is_not_guessed_from_its_digest_without_our_key() {
        let vault = || Vault::new(&SecretSettings::generate(CipherKind::Aes256Gcm).read().unwrap()).unwrap();
        let (ours, theirs) = (vault(), vault());
        assert_eq!(digest("示例甲", &ours), digest("示例甲", &ours));
        assert_ne!(digest("示例甲", &ours), digest("示例乙", &ours));
        assert_ne!(digest("示例甲", &ours), digest("示例甲", &theirs));
    }
}
