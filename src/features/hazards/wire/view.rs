//! A hazard as clients see it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::actions;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::cases::{Action, CaseView};
use crate::features::hazards::inspectors;
use crate::features::hazards::model::{
    Grade, Hazard, HazardField, HazardFile, HazardRow, HazardState, Inspection, NotHazardReason,
};
use crate::features::places::Place;
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{ActorKind, Granted, Staff};
use crate::platform::privacy::Vault;
use crate::platform::web::App;

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
    /// While it is listed for supervision (挂牌督办): until when, and who supervises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision: Option<HazardSupervision>,
    /// To whom it was handed, while the district has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<HazardTransfer>,
    /// What the reporter was rewarded with, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward_fen: Option<i64>,
    /// The place of the ledger at which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<Id<Place>>,
    /// The inspection of a campaign at which it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection_id: Option<Id<Inspection>>,
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
    /// The day before that was extended; absent while it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_from: Option<NaiveDate>,
    /// The day on which the district department was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_informed_on: Option<NaiveDate>,
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

/// A listing for supervision.
#[derive(Debug, Serialize, ToSchema)]
pub struct HazardSupervision {
    /// The day by which it is to be settled.
    pub until: NaiveDate,
    /// Who supervises; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Id<Staff>>,
}

/// Whom a hazard was handed to.
#[derive(Debug, Serialize, ToSchema)]
pub struct HazardTransfer {
    /// The district department.
    #[schema(example = "示例区应急管理局")]
    pub office: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

impl HazardView {
    /// The view for `by`.
    pub fn of(hazard: HazardFile, by: &Granted<SeeCases>, app: &App) -> Result<Self> {
        let actions = actions(&hazard, by, app.clock.now());
        let HazardFile { file, mut row } = hazard;
        let office = by.actor().kind() != ActorKind::Resident;
        let supervisor = row.supervisor_id.filter(|_| office);
        let transferred_to = row.transferred_to.take();
        Ok(Self {
            id: file.id.same_as(),
            supervision: row.supervised_until.map(|until| HazardSupervision { until, supervisor }),
            file: file.into(),
            state: row.state,
            field: row.field,
            grade: row.grade,
            rework_count: row.rework_count,
            not_hazard_reason: row.not_hazard_reason,
            inspectors: inspectors::read(row.inspectors.take().filter(|_| office))?,
            transfer: transferred_to.map(|office| HazardTransfer { office, on: row.transferred_on }),
            reward_fen: row.reward_fen,
            place_id: row.place_id,
            inspection_id: row.inspection_id,
            actions,
            order: if office { OrderView::of(row, &app.vault)? } else { None },
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
            extended_from: row.extended_from,
            district_informed_on: row.district_informed_on,
            responsible: row.responsible_sealed.map(masked).transpose()?,
            measures: row.measures,
            funds_fen: row.funds_fen,
            emergency_plan: row.emergency_plan,
            interim_measures: row.interim_measures,
        }))
    }
}
