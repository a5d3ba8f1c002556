//! What an inspection found.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Author, Checklist, Item};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{FieldError, Problem, Result};
use crate::features::attachments::Photo;
use crate::features::cases::{self, Awaited, Urgency};
use crate::features::hazards::{Campaign, Hazard, Inspection};
use crate::features::places::Place;
use crate::platform::access::Staff;
use crate::platform::db::Doc;
use crate::platform::db::schema::inspections;

/// The most inspectors that are named.
pub const MOST_INSPECTORS: usize = 10;
/// How many officers an enforcement inspection takes (行政处罚法 2021 art. 42).
const FEWEST_OFFICERS: usize = 2;

crate::text_enum! {
    /// How an item of a checklist was answered.
    pub enum ItemResult {
        Pass = "pass" "合格",
        Fail = "fail" "不合格",
        NotApplicable = "not_applicable" "不适用",
    }
}

crate::text_enum! {
    /// Whether whoever answers for the place signed the record (安全生产法 2021 art. 68).
    pub enum Signature {
        Signed = "signed" "已签字",
        Refused = "refused" "拒绝签字",
    }
}

/// Where an inspection was.
#[derive(Debug, Clone)]
pub enum Site {
    /// At a place of the ledger.
    Place(Id<Place>),
    /// At a spot that is none.
    Spot(cases::Place),
}

/// What only an inspection with the power to punish has.
#[derive(Debug, Clone)]
pub struct Enforcement {
    /// Whether the record was signed.
    pub signature: Signature,
    /// Why not.
    pub refusal: Option<String>,
    /// The fine that was imposed on the spot, fen, with the number of its decision.
    pub fine: Option<(i64, String)>,
}

/// The hazard that an item which failed becomes.
#[derive(Debug, Clone)]
pub struct NewHazard {
    /// Made by the phone.
    pub id: Id<Hazard>,
    /// How soon.
    pub urgency: Urgency,
}

/// The answer to one item.
#[derive(Debug, Clone)]
pub struct NewFinding {
    /// The number of the item.
    pub item: usize,
    /// The answer.
    pub result: ItemResult,
    /// In words; there when it failed.
    pub remark: Option<String>,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
    /// What it becomes; there when it failed.
    pub hazard: Option<NewHazard>,
}

/// An inspection to write down.
#[derive(Debug, Clone)]
pub struct NewInspection {
    /// Made by the phone.
    pub id: Id<Inspection>,
    /// The grid, or the village when the grid is not known.
    pub area: AreaCode,
    /// Where exactly.
    pub site: Site,
    /// By which list.
    pub checklist: i32,
    /// The answers.
    pub findings: Vec<NewFinding>,
    /// Who was there.
    pub inspectors: Vec<Id<Staff>>,
    /// There when it was enforcement.
    pub enforcement: Option<Enforcement>,
    /// When it was.
    pub inspected_at: Timestamp,
    /// A keyed digest of what the phone sent.
    pub content_hash: [u8; 32],
}

/// An inspection with the photos that it still waits for.
#[derive(Debug, Clone)]
pub struct InspectionFile {
    /// What was written down.
    pub row: InspectionRow,
    /// The photos that it names and that have not arrived.
    pub awaited: Vec<Awaited>,
}

impl NewInspection {
    /// The day on which it was.
    pub fn day(&self) -> NaiveDate {
        self.inspected_at.local_date()
    }

    /// Whether officers enough were there. `officers` are those of the inspectors who hold the post of one.
    pub fn check_officers(&self, officers: &[Id<Staff>]) -> Result<()> {
        let law = |why: String| {
            Err(Problem::field("inspectors", why).on_basis("中华人民共和国行政处罚法", "第四十二条"))
        };
        if self.enforcement.is_none() {
            return Ok(());
        }
        if self.inspectors.len() < FEWEST_OFFICERS {
            return law(format!("行政执法检查的执法人员不得少于 {FEWEST_OFFICERS} 人"));
        }
        match self.inspectors.iter().find(|inspector| !officers.contains(inspector)) {
            Some(other) => law(format!("{other} 在本地没有行政执法人员的岗位")),
            None => Ok(()),
        }
    }

    /// The answers with the items that they answer; 422 when an item is answered twice, not at all, or is none.
    pub fn answers<'a>(&'a self, checklist: &'a Checklist) -> Result<Vec<(&'a NewFinding, &'a Item)>> {
        let mut errors = Vec::new();
        let mut complain = |field: String, message: String| errors.push(FieldError { field, message });
        let mut answers = Vec::with_capacity(self.findings.len());
        for (n, finding) in self.findings.iter().enumerate() {
            let field = format!("results[{n}].item");
            let twice = self.findings.iter().take(n).any(|other| other.item == finding.item);
            match finding.item.checked_sub(1).and_then(|place| checklist.0.get(place)) {
                Some(_) if twice => complain(field, format!("第 {} 项重复", finding.item)),
                Some(item) => answers.push((finding, item)),
                None => complain(field, format!("检查表没有第 {} 项", finding.item)),
            }
        }
        let missing = (1..=checklist.0.len()).filter(|n| !self.findings.iter().any(|f| f.item == *n));
        let missing: Vec<_> = missing.map(|n| n.to_string()).collect();
        if !missing.is_empty() {
            complain("results".to_owned(), format!("还有未填写的检查项:{}", missing.join("、")));
        }
        if errors.is_empty() { Ok(answers) } else { Err(Problem::fields(errors)) }
    }
}

/// The answer to one item, as it is stored and shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// The number of the item.
    pub item: usize,
    /// What was asked.
    #[schema(example = "灭火器在有效期内")]
    pub text: String,
    /// The answer.
    pub result: ItemResult,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Photos, each read at `/inspections/{id}/photos/{photo}`; those of an item that failed belong to its hazard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub photos: Vec<Id<Photo>>,
    /// What it became, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard: Option<Id<Hazard>>,
}

impl Finding {
    /// What is kept of an answer.
    pub fn of(finding: &NewFinding, item: &Item) -> Self {
        Self {
            item: finding.item,
            text: item.text.clone(),
            result: finding.result,
            remark: finding.remark.clone(),
            photos: finding.photos.clone(),
            hazard: finding.hazard.as_ref().map(|hazard| hazard.id),
        }
    }
}

/// An inspection as it is stored; written once and never changed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspections, treat_none_as_default_value = false)]
pub struct InspectionRow {
    /// The inspection.
    pub id: Id<Inspection>,
    /// The campaign.
    pub campaign_id: Id<Campaign>,
    /// Where.
    pub area_code: AreaCode,
    /// The place of the ledger; none at a spot.
    pub place_id: Option<Id<Place>>,
    /// The spot, in words.
    pub address: Option<String>,
    /// The spot, WGS-84 degrees.
    pub lat: Option<f64>,
    /// The spot, WGS-84 degrees.
    pub lng: Option<f64>,
    /// By which list.
    pub checklist: i32,
    /// The answers: a list of [`Finding`].
    pub findings: Doc,
    /// How many items failed.
    pub failed: i32,
    /// Who was there: ids of staff.
    pub inspectors: Doc,
    /// Whether it was enforcement.
    pub enforcement: bool,
    /// Whether the record was signed.
    pub signature: Option<Signature>,
    /// Why not.
    pub refusal: Option<String>,
    /// The fine on the spot, fen.
    pub fine_fen: Option<i64>,
    /// The number of its decision.
    pub decision_no: Option<String>,
    /// When it was.
    pub inspected_at: Timestamp,
    /// Who wrote it down.
    pub recorded_by: Id<Author>,
    /// A keyed digest of what the phone sent.
    pub content_hash: Vec<u8>,
    /// When the server had it.
    pub created_at: Timestamp,
}

impl InspectionRow {
    /// The answers.
    pub fn answers(&self) -> Result<Vec<Finding>> {
        serde_json::from_value(self.findings.0.clone()).map_err(Problem::internal)
    }

    /// Who was there.
    pub fn crew(&self) -> Result<Vec<Id<Staff>>> {
        serde_json::from_value(self.inspectors.0.clone()).map_err(Problem::internal)
    }
}
