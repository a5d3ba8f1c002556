//! The JSON of hazards; turning input into values.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::actions::{HazardFile, Report};
use super::model::{Grade, Hazard, HazardField, HazardState, HazardStep, Order};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::PersonName;
use crate::features::attachments::{Photo, Remark, check_photos};
use crate::features::cases::{
    Action, CaseBody, CaseKind, CaseView, Confidential, NewCase, PlaceBody, Source, Urgency,
};
use crate::platform::access::policy::{
    GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard, SeeCases,
};
use crate::platform::access::{Actor, ActorKind, Granted};
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
    /// The grid where it lies, or the village when the grid is not known.
    pub area_code: AreaCode,
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
    /// Who may see it; `internal` when absent.
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
            category: self.field.as_str(),
            title: case.title,
            detail: case.detail,
            source: case.source,
            urgency: self.urgency.unwrap_or(Urgency::Normal),
            confidential: self.confidential.unwrap_or(Confidential::Internal),
            place: case.place,
            occurred_at: case.occurred_at,
            reported_at: case.reported_at,
            state: HazardState::Found.as_str(),
            content_hash,
        };
        check.finish(Report { area: self.area_code, field: self.field, case, photos: self.photos })
    }
}

/// How bad it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "grade": "general", "note": "立柱松动,可当日加固" }))]
pub struct GradingBody {
    /// How bad.
    pub grade: Grade,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl GradingBody {
    /// Grade and remark, or 422.
    pub fn parse(self) -> Result<(Grade, Option<String>)> {
        let mut check = Check::new();
        let note = check.optional_text("note", self.note.as_deref(), 500);
        check.finish((self.grade, note))
    }
}

/// An order to put it right. For a major hazard the five elements are required.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "due": "2026-11-29", "order_no": "邻安责改〔2026〕8号", "measures": "更换立柱并加设警示标志" }))]
pub struct OrderBody {
    /// The day by which it is to be put right (Asia/Shanghai); general 7, key 15 days at most.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub due: NaiveDate,
    /// The number of the order, at most 40 characters.
    #[schema(max_length = 40)]
    pub order_no: Option<String>,
    /// Who is responsible; stored encrypted.
    #[schema(max_length = 40)]
    pub responsible: Option<String>,
    /// What is to be done, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub measures: Option<String>,
    /// What it may cost, fen.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub funds_fen: Option<i64>,
    /// What to do if it happens meanwhile, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub emergency_plan: Option<String>,
    /// How it is kept in check until then, at most 1,000 characters.
    #[schema(max_length = 1000)]
    pub interim_measures: Option<String>,
}

impl OrderBody {
    /// The order, or 422.
    pub fn parse(self, vault: &Vault) -> Result<Order> {
        let mut check = Check::new();
        let responsible = self.responsible.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let responsible = responsible.and_then(|name| check.value("responsible", PersonName::parse(name)));
        let order = Order {
            no: check.optional_text("order_no", self.order_no.as_deref(), 40),
            due: self.due,
            responsible_sealed: responsible.map(|name| vault.seal_value(&name)).transpose()?,
            measures: check.optional_text("measures", self.measures.as_deref(), 1000),
            funds_fen: self.funds_fen.map(|fen| check.range("funds_fen", fen, 0, 1_000_000_000_000)),
            emergency_plan: check.optional_text("emergency_plan", self.emergency_plan.as_deref(), 1000),
            interim_measures: check.optional_text("interim_measures", self.interim_measures.as_deref(), 1000),
        };
        check.finish(order)
    }
}

/// The outcome of an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "passed": true, "note": "现场复查合格" }))]
pub struct ReinspectionBody {
    /// Whether the danger is gone.
    pub passed: bool,
    /// A remark that the reporter may read; required when it is not.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl ReinspectionBody {
    /// The outcome, or 422.
    pub fn parse(self) -> Result<(bool, Remark)> {
        let mut check = Check::new();
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        if !self.passed && remark.note.is_none() {
            check.refuse("note", "复查不合格须写明原因");
        }
        check.finish((self.passed, remark))
    }
}

/// A hazard as a client sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HazardView {
    /// The hazard.
    pub id: Id<Hazard>,
    /// The file.
    #[serde(flatten)]
    pub file: CaseView,
    /// How far the procedure is.
    pub state: HazardState,
    /// Where the danger is.
    pub field: HazardField,
    /// How bad; absent before grading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The order; absent before it is given, and for residents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderView>,
    /// How often it was sent back after inspection.
    pub rework_count: i32,
    /// What this caller may do now.
    pub actions: Vec<Action>,
}

/// The order as the office sees it; the responsible person's name is masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// The number of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_no: Option<String>,
    /// The day by which it is to be put right.
    pub due: NaiveDate,
    /// Who is responsible, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "张**")]
    pub responsible: Option<String>,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// What it may cost, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funds_fen: Option<i64>,
    /// What to do if it happens meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency_plan: Option<String>,
    /// How it is kept in check until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interim_measures: Option<String>,
}

impl HazardView {
    /// The view for `by`.
    pub fn of(hazard: HazardFile, by: &Granted<SeeCases>, vault: &Vault) -> Result<Self> {
        let HazardFile { file, row } = hazard;
        let id = file.id.same_as();
        let actions = actions(by, id, &row.area_code, row.state);
        let order = match row.order_due.filter(|_| by.actor().kind() != ActorKind::Resident) {
            None => None,
            Some(due) => Some(OrderView {
                order_no: row.order_no,
                due,
                responsible: row
                    .responsible_sealed
                    .map(|sealed| vault.open_value::<PersonName>(&sealed).map(|name| name.masked()))
                    .transpose()?,
                measures: row.measures,
                funds_fen: row.funds_fen,
                emergency_plan: row.emergency_plan,
                interim_measures: row.interim_measures,
            }),
        };
        let (state, field, grade, rework_count) = (row.state, row.field, row.grade, row.rework_count);
        Ok(Self { id, file: file.into(), state, field, grade, order, rework_count, actions })
    }
}

/// The steps that `by` may take in `state`, as buttons.
fn actions(by: &Granted<SeeCases>, id: Id<Hazard>, area: &AreaCode, state: HazardState) -> Vec<Action> {
    let may = |step: HazardStep| match step {
        HazardStep::Grade => by.also::<GradeHazard>(area),
        HazardStep::Order => by.also::<OrderRectification>(area),
        HazardStep::Rectify | HazardStep::Submit => by.also::<RectifyHazard>(area),
        HazardStep::Cancel | HazardStep::SendBack => by.also::<ReinspectHazard>(area),
    };
    let open = HazardStep::ALL.iter().copied().filter(|&step| state.after(step).is_ok() && may(step));
    open.map(|step| {
        let (noun, fields): (_, &[&str]) = match step {
            HazardStep::Grade => ("grading", &["grade"]),
            HazardStep::Order => ("order", &["due"]),
            HazardStep::Rectify => ("rectification", &[]),
            HazardStep::Submit => ("submission", &[]),
            HazardStep::Cancel => ("reinspection", &["passed"]),
            HazardStep::SendBack => ("reinspection", &["passed", "note"]),
        };
        let href = format!("/api/v1/hazards/{id}/{noun}");
        Action { step: step.as_str(), label: step.label(), href, fields, blocked: None }
    })
    .collect()
}
