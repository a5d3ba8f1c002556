//! A hazard as it is stored beside its case file.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Campaign, Grade, HazardField, HazardState, Inspection, NotHazardReason};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::features::places::Place;
use crate::platform::access::Staff;
use crate::platform::db::Doc;
use crate::platform::db::schema::hazards;

/// A hazard with its file.
#[derive(Debug, Clone)]
pub struct HazardFile {
    /// The file.
    pub file: CaseFile,
    /// What only hazards have.
    pub row: HazardRow,
}

/// Where a hazard comes from, besides what its file says.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The place of the ledger at which it is.
    pub place: Option<Id<Place>>,
    /// The inspection at which it was found, and the campaign of that.
    pub inspection: Option<(Id<Campaign>, Id<Inspection>)>,
    /// Who reported it and must not be known, sealed.
    pub reporter_sealed: Option<Vec<u8>>,
}

/// What only hazards have.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hazards, primary_key(case_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct HazardRow {
    /// The case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// How far it is.
    pub state: HazardState,
    /// Where the danger is.
    pub field: HazardField,
    /// How bad; none before grading.
    pub grade: Option<Grade>,
    /// The number of the order.
    pub order_no: Option<String>,
    /// The day by which it is to be put right.
    pub order_due: Option<NaiveDate>,
    /// Who is responsible, sealed.
    pub responsible_sealed: Option<Vec<u8>>,
    /// What is to be done.
    pub measures: Option<String>,
    /// What it may cost, fen.
    pub funds_fen: Option<i64>,
    /// What to do if it happens meanwhile.
    pub emergency_plan: Option<String>,
    /// How it is kept in check until then.
    pub interim_measures: Option<String>,
    /// Who ordered.
    pub ordered_by: Option<Id<Reporter>>,
    /// Who submitted it for inspection.
    pub submitted_by: Option<Id<Reporter>>,
    /// When.
    pub submitted_at: Option<Timestamp>,
    /// Who inspected it again.
    pub reinspected_by: Option<Id<Reporter>>,
    /// How often it was sent back.
    pub rework_count: i32,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Why it is no hazard.
    pub not_hazard_reason: Option<NotHazardReason>,
    /// Who went to inspect it again, besides whoever signed: ids of staff.
    pub inspectors: Option<Doc>,
    /// The day on which the district department was told of the order.
    pub district_informed_on: Option<NaiveDate>,
    /// The day by which it was to be put right before that was extended; none while it was not.
    pub extended_from: Option<NaiveDate>,
    /// The day by which it is to be settled, while it is listed for supervision (挂牌督办).
    pub supervised_until: Option<NaiveDate>,
    /// Who supervises, or did.
    pub supervisor_id: Option<Id<Staff>>,
    /// The district department that has it now.
    pub transferred_to: Option<String>,
    /// Since when.
    pub transferred_on: Option<NaiveDate>,
    /// What the reporter was rewarded with, fen.
    pub reward_fen: Option<i64>,
    /// Who reported it and must not be known, sealed.
    pub reporter_sealed: Option<Vec<u8>>,
    /// The place of the ledger at which it is.
    pub place_id: Option<Id<Place>>,
    /// The campaign at one of whose inspections it was found.
    pub campaign_id: Option<Id<Campaign>>,
    /// That inspection.
    pub inspection_id: Option<Id<Inspection>>,
}

impl HazardRow {
    /// The row of a hazard that has just been reported.
    pub fn found(case: Id<Case>, area: &AreaCode, field: HazardField, origin: Origin) -> Self {
        let (campaign_id, inspection_id) = origin.inspection.unzip();
        Self {
            case_id: case,
            area_code: area.clone(),
            state: HazardState::Found,
            field,
            grade: None,
            order_no: None,
            order_due: None,
            responsible_sealed: None,
            measures: None,
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
            ordered_by: None,
            submitted_by: None,
            submitted_at: None,
            reinspected_by: None,
            rework_count: 0,
            cancelled_at: None,
            not_hazard_reason: None,
            inspectors: None,
            district_informed_on: None,
            extended_from: None,
            supervised_until: None,
            supervisor_id: None,
            transferred_to: None,
            transferred_on: None,
            reward_fen: None,
            reporter_sealed: origin.reporter_sealed,
            place_id: origin.place,
            campaign_id,
            inspection_id,
        }
    }

    /// Whether it was graded major.
    pub fn is_major(&self) -> bool {
        self.grade == Some(Grade::Major)
    }
}
