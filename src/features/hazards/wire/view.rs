//! A hazard as clients see it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::cases::{Action, CaseView};
use crate::features::hazards::actions::HazardFile;
use crate::features::hazards::inspectors;
use crate::features::hazards::model::{
    Grade, Hazard, HazardField, HazardRow, HazardState, HazardStep, NotHazardReason,
};
use crate::platform::access::policy::{
    ApproveMajorHazard, DismissHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard,
    SeeCases,
};
use crate::platform::access::{ActorKind, Granted, Staff};
use crate::platform::privacy::Vault;

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
    /// Why it is no hazard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_hazard_reason: Option<NotHazardReason>,
    /// Who inspected it last, besides whoever answered for it; residents do not see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inspectors: Vec<Id<Staff>>,
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
        let office = by.actor().kind() != ActorKind::Resident;
        Ok(Self {
            id: file.id.same_as(),
            file: file.into(),
            state: row.state,
            field: row.field,
            grade: row.grade,
            rework_count: row.rework_count,
            not_hazard_reason: row.not_hazard_reason,
            inspectors: inspectors::read(row.inspectors.clone().filter(|_| office))?,
            actions: buttons(by, &row),
            order: if office { OrderView::of(row, vault)? } else { None },
        })
    }
}

impl OrderView {
    fn of(row: HazardRow, vault: &Vault) -> Result<Option<Self>> {
        let Some(due) = row.order_due else { return Ok(None) };
        let masked = |sealed: Vec<u8>| vault.open_value::<PersonName>(&sealed).map(|name| name.masked());
        Ok(Some(Self {
            order_no: row.order_no,
            due,
            responsible: row.responsible_sealed.map(masked).transpose()?,
            measures: row.measures,
            funds_fen: row.funds_fen,
            emergency_plan: row.emergency_plan,
            interim_measures: row.interim_measures,
        }))
    }
}

/// The steps that the state allows and the role of `by` may take, as buttons; one that this very person may not take
/// says why.
pub fn buttons(by: &Granted<SeeCases>, row: &HazardRow) -> Vec<Action> {
    let area = &row.area_code;
    let may = |step: HazardStep| match step {
        HazardStep::Grade => by.also::<GradeHazard>(area),
        HazardStep::Dismiss => by.also::<DismissHazard>(area),
        HazardStep::Order => by.also::<OrderRectification>(area),
        HazardStep::FixOnSpot | HazardStep::Rectify | HazardStep::Submit => by.also::<RectifyHazard>(area),
        HazardStep::Cancel | HazardStep::SendBack => by.also::<ReinspectHazard>(area),
    };
    let (me, approves) = (by.actor().id(), by.also::<ApproveMajorHazard>(area));
    let open = HazardStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok() && may(step));
    open.map(|step| {
        let (noun, fields) = form(step, row.grade);
        let href = format!("/api/v1/hazards/{}/{noun}", row.case_id.same_as::<Hazard>());
        let blocked = row.bar(step, me, approves).map(|(_, why)| why);
        Action { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}

/// The noun of a step's address, and the fields that its body must have.
fn form(step: HazardStep, grade: Option<Grade>) -> (&'static str, &'static [&'static str]) {
    let major = grade == Some(Grade::Major);
    match step {
        HazardStep::Grade => ("grading", &["grade"]),
        HazardStep::Dismiss => ("dismissal", &["reason", "note"]),
        HazardStep::FixOnSpot => ("spot_fix", &["photos"]),
        HazardStep::Order if major => (
            "order",
            &[
                "due",
                "order_no",
                "responsible",
                "measures",
                "funds_fen",
                "emergency_plan",
                "interim_measures",
            ],
        ),
        HazardStep::Order => ("order", &["due"]),
        HazardStep::Rectify => ("rectification", &[]),
        HazardStep::Submit => ("submission", &["note"]),
        HazardStep::Cancel if major => ("reinspection", &["passed", "inspectors"]),
        HazardStep::Cancel => ("reinspection", &["passed"]),
        HazardStep::SendBack => ("reinspection", &["passed", "note"]),
    }
}
