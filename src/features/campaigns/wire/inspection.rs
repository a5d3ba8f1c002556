//! An inspection on its way in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{MOST_PHOTOS, Photo};
use crate::features::campaigns::model::{
    Enforcement, ItemResult, MOST_INSPECTORS, MOST_ITEMS, NewFinding, NewHazard, NewInspection, Signature,
    Site,
};
use crate::features::cases::{PlaceBody, Urgency};
use crate::features::hazards::{Campaign, Hazard, Inspection};
use crate::features::places::Place;
use crate::platform::access::Staff;
use crate::platform::privacy::Vault;

/// The largest fine that may be imposed on the spot, fen: 3,000 yuan (行政处罚法 2021 art. 51).
const LARGEST_FINE: i64 = 300_000;

/// The hazard that an item which failed becomes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingHazardBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Hazard>,
    /// How soon; `normal` when absent.
    pub urgency: Option<Urgency>,
}

/// The answer to one item.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingBody {
    /// The number of the item, from 1.
    #[schema(minimum = 1, maximum = 60)]
    pub item: u8,
    /// The answer.
    pub result: ItemResult,
    /// In words, at most 500 characters; required when it fails.
    #[schema(max_length = 500)]
    pub remark: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
    /// The hazard that it becomes; required when it fails, and only then.
    pub hazard: Option<FindingHazardBody>,
}

/// What only an inspection with the power to punish has (行政执法检查).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionEnforcementBody {
    /// Whether whoever answers for the place signed the record.
    pub signature: Signature,
    /// Why not, at most 300 characters; required when it was refused.
    #[schema(max_length = 300)]
    pub refusal: Option<String>,
    /// The fine that was imposed on the spot, fen; with `decision_no`.
    #[schema(minimum = 1, maximum = 300_000)]
    pub fine_fen: Option<i64>,
    /// The number of the decision that imposed it, at most 40 characters.
    #[schema(max_length = 40)]
    pub decision_no: Option<String>,
}

/// An inspection: every item of the checklist is answered once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "inspection_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001",
    "place_id": "place_01h455vb4pex5vsknk084sn02q", "checklist": 1,
    "inspectors": ["staff_01h455vb4pex5vsknk084sn02q"],
    "results": [
        { "item": 1, "result": "pass" },
        { "item": 2, "result": "fail", "remark": "示例:通道堆放纸箱", "hazard": { "id": "hazard_01h455vb4pex5vsknk084sn02q" } }
    ]
}))]
pub struct InspectionBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Inspection>,
    /// The campaign: required when it was written down offline, where no address names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<Id<Campaign>>,
    /// The grid where it was, or the village when the grid is not known.
    pub area_code: AreaCode,
    /// The place of the ledger that was inspected; either this or `spot`.
    pub place_id: Option<Id<Place>>,
    /// The spot that was inspected, when it is no place of the ledger; with an address.
    pub spot: Option<PlaceBody>,
    /// The number of the checklist that was used.
    pub checklist: i32,
    /// The answers, one for each item.
    #[schema(min_items = 1, max_items = 60)]
    pub results: Vec<FindingBody>,
    /// Who was there, 1 to 10; two officers at least when it is enforcement.
    #[schema(min_items = 1, max_items = 10)]
    pub inspectors: Vec<Id<Staff>>,
    /// There when it was enforcement.
    pub enforcement: Option<InspectionEnforcementBody>,
    /// When it was; now when absent.
    pub inspected_at: Option<Timestamp>,
}

impl InspectionBody {
    /// The campaign that the address or the body names; 422 when they differ, or neither does.
    pub fn campaign(&self, addressed: Option<Id<Campaign>>) -> Result<Id<Campaign>> {
        let refusal = match (addressed, self.campaign_id) {
            (Some(one), Some(other)) if one != other => "与地址中的行动不一致",
            (Some(campaign), _) | (None, Some(campaign)) => return Ok(campaign),
            (None, None) => "请写明排查行动",
        };
        Err(Problem::field("campaign_id", refusal))
    }

    /// The inspection, or 422 with one entry per field.
    pub fn parse(mut self, now: Timestamp, vault: &Vault) -> Result<NewInspection> {
        // Sent with and without a signal it is the same inspection.
        self.campaign_id = None;
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        if self.inspectors.is_empty() || self.inspectors.len() > MOST_INSPECTORS {
            check.refuse("inspectors", format!("应有 1 到 {MOST_INSPECTORS} 名检查人员"));
        }
        let twice = |(n, one)| self.inspectors.iter().take(n).any(|other| other == one);
        if self.inspectors.iter().enumerate().any(twice) {
            check.refuse("inspectors", "检查人员重复");
        }
        if self.results.len() > MOST_ITEMS {
            check.refuse("results", format!("最多 {MOST_ITEMS} 项"));
        }
        if self.area_code.level() < AreaLevel::Village {
            check.refuse("area_code", "请选择网格,不清楚时选择村(社区)");
        }
        let site = check_site(&mut check, self.place_id, self.spot.as_ref());
        let findings = self.results.iter().take(MOST_ITEMS).enumerate();
        let findings =
            findings.map(|(n, answer)| answer.check(&mut check, &format!("results[{n}]"))).collect();
        let enforcement = self.enforcement.map(|body| body.check(&mut check)).transpose();
        let inspected_at = check.past("inspected_at", self.inspected_at.unwrap_or(now), now);
        let (id, area, checklist, inspectors) = (self.id, self.area_code, self.checklist, self.inspectors);
        let inspection = |site, enforcement| NewInspection {
            id,
            area,
            site,
            checklist,
            findings,
            inspectors,
            enforcement,
            inspected_at,
            content_hash,
        };
        let enforcement = enforcement?;
        check.finish_some(site.map(|site| inspection(site, enforcement)))
    }
}

fn check_site(check: &mut Check, place: Option<Id<Place>>, spot: Option<&PlaceBody>) -> Option<Site> {
    match (place, spot) {
        (Some(place), None) => Some(Site::Place(place)),
        (None, Some(spot)) => {
            let spot = spot.check(check);
            if spot.address.is_none() {
                check.refuse("spot.address", "请写明检查地点");
            }
            Some(Site::Spot(spot))
        }
        (Some(_), Some(_)) | (None, None) => {
            check.refuse("place_id", "请在 place_id 和 spot 中填写一项");
            None
        }
    }
}

impl FindingBody {
    fn check(&self, check: &mut Check, path: &str) -> NewFinding {
        let remark = check.optional_text(&format!("{path}.remark"), self.remark.as_deref(), 500);
        if self.photos.len() > MOST_PHOTOS {
            check.refuse(format!("{path}.photos"), format!("最多 {MOST_PHOTOS} 张照片"));
        }
        let failed = self.result == ItemResult::Fail;
        if failed && remark.is_none() {
            check.refuse(format!("{path}.remark"), "不合格须写明情况");
        }
        match &self.hazard {
            None if failed => check.refuse(format!("{path}.hazard"), "不合格须带上隐患编号"),
            Some(_) if !failed => check.refuse(format!("{path}.hazard"), "只有不合格项才形成隐患"),
            Some(_) | None => {}
        }
        let hazard = self
            .hazard
            .as_ref()
            .map(|found| NewHazard { id: found.id, urgency: found.urgency.unwrap_or(Urgency::Normal) });
        let (item, photos) = (usize::from(self.item), self.photos.clone());
        NewFinding { item, result: self.result, remark, photos, hazard }
    }
}

impl InspectionEnforcementBody {
    /// The same; 422 with the law for what a statute demands, other complaints go to `check`.
    fn check(self, check: &mut Check) -> Result<Enforcement> {
        let refusal = check.optional_text("enforcement.refusal", self.refusal.as_deref(), 300);
        if self.signature == Signature::Refused && refusal.is_none() {
            let message = "被检查单位负责人拒绝签字的,须记录情况";
            return Err(Problem::field("enforcement.refusal", message)
                .on_basis("中华人民共和国安全生产法", "第六十八条"));
        }
        let decision = check.optional_text("enforcement.decision_no", self.decision_no.as_deref(), 40);
        if let Some(fen) = self.fine_fen {
            check.range("enforcement.fine_fen", fen, 1, i64::MAX);
            if fen > LARGEST_FINE {
                let message = "当场罚款不超过三千元,更多的按普通程序立案";
                return Err(Problem::field("enforcement.fine_fen", message)
                    .on_basis("中华人民共和国行政处罚法", "第五十一条"));
            }
        }
        if self.fine_fen.is_some() != decision.is_some() {
            check.refuse("enforcement.decision_no", "当场罚款须有处罚决定书编号,没有罚款则不填");
        }
        let fine = self.fine_fen.zip(decision);
        Ok(Enforcement { signature: self.signature, refusal, fine })
    }
}
