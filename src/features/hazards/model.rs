//! States, steps and rules of a hazard.

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{Case, CaseFile, Phase, Reporter};
use crate::platform::db::Doc;
use crate::platform::db::schema::hazards;

crate::id_kind! {
    /// A hazard; its case has the same id.
    Hazard = "hazard";
}

crate::text_enum! {
    /// Where the danger is.
    pub enum HazardField {
        RoadTraffic = "road_traffic" "道路交通",
        Fire = "fire" "消防",
        Gas = "gas" "燃气",
        Electricity = "electricity" "用电",
        SelfBuiltHouse = "self_built_house" "自建房",
        Construction = "construction" "建设施工",
        Geology = "geology" "地质灾害",
        ForestFire = "forest_fire" "森林防火",
        Water = "water" "涉水防溺水",
        Fireworks = "fireworks" "烟花爆竹",
        Hazmat = "hazmat" "危化品",
        Mine = "mine" "矿山",
        SpecialEquipment = "special_equipment" "特种设备",
        FarmMachine = "farm_machine" "农机",
        School = "school" "校园",
        Food = "food" "食品",
        Tourism = "tourism" "文旅",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// How bad it is. General ones are put right at once; major ones need the five elements.
    pub enum Grade {
        General = "general" "一般",
        Key = "key" "重点",
        Major = "major" "重大",
    }
}

crate::text_enum! {
    /// How far the procedure is.
    pub enum HazardState {
        Found = "found" "发现",
        Graded = "graded" "已定级",
        Ordered = "ordered" "责令整改",
        Rectifying = "rectifying" "整改中",
        Submitted = "submitted" "待复查",
        FixedOnSpot = "fixed_on_spot" "当场整改、待核实",
        Cancelled = "cancelled" "已销号",
        NotHazard = "not_hazard" "不属实",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum HazardStep {
        Grade = "grade" "定级",
        Dismiss = "dismiss" "认定不属实",
        FixOnSpot = "fix_on_spot" "当场整改",
        Order = "order" "责令整改",
        Rectify = "rectify" "开始整改",
        Submit = "submit" "提交复查",
        Cancel = "cancel" "复查合格、销号",
        SendBack = "send_back" "复查不合格、退回整改",
    }
}

crate::text_enum! {
    /// Why a report is no hazard.
    pub enum NotHazardReason {
        NotFound = "not_found" "现场未发现",
        Harmless = "harmless" "不构成隐患",
        Gone = "gone" "已自行消除",
        Duplicate = "duplicate" "重复上报",
        Elsewhere = "elsewhere" "不在本辖区",
    }
}

impl HazardState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: HazardStep) -> Result<Self> {
        use HazardState::{Cancelled, FixedOnSpot, Found, Graded, NotHazard, Ordered, Rectifying, Submitted};
        use HazardStep::{Cancel, Dismiss, FixOnSpot, Grade, Order, Rectify, SendBack, Submit};
        match (self, step) {
            (Found, Grade) => Ok(Graded),
            (Found, FixOnSpot) => Ok(FixedOnSpot),
            (Found | Graded, Dismiss) => Ok(NotHazard),
            (Graded, Order) => Ok(Ordered),
            (Ordered, Rectify) => Ok(Rectifying),
            (Rectifying, Submit) => Ok(Submitted),
            (Submitted | FixedOnSpot, Cancel) => Ok(Cancelled),
            (Submitted, SendBack) => Ok(Rectifying),
            (FixedOnSpot, SendBack) => Ok(Found),
            (Found, Order | Rectify | Submit | Cancel | SendBack)
            | (Graded, Grade | FixOnSpot | Rectify | Submit | Cancel | SendBack)
            | (Ordered, Grade | Dismiss | FixOnSpot | Order | Submit | Cancel | SendBack)
            | (Rectifying, Grade | Dismiss | FixOnSpot | Order | Rectify | Cancel | SendBack)
            | (Submitted | FixedOnSpot, Grade | Dismiss | FixOnSpot | Order | Rectify | Submit)
            | (Cancelled | NotHazard, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Found => Phase::Reported,
            Self::Graded => Phase::Accepted,
            Self::Ordered | Self::Rectifying => Phase::Working,
            Self::Submitted | Self::FixedOnSpot => Phase::Resolved,
            Self::Cancelled | Self::NotHazard => Phase::Closed,
        }
    }
}

fn refused(state: HazardState, step: HazardStep) -> Problem {
    let detail = format!("隐患现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

/// A hazard as it is stored beside its case file.
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
}

impl HazardRow {
    /// The row of a hazard that has just been reported.
    pub(super) fn found(file: &CaseFile, field: HazardField) -> Self {
        Self {
            case_id: file.id,
            area_code: file.area_code.clone(),
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
        }
    }

    /// Why `me` cannot take `step` although the role could: the same for the button and for the step itself.
    /// `approves` is whether they sign for major hazards here.
    pub fn bar(&self, step: HazardStep, me: Uuid, approves: bool) -> Option<(Code, &'static str)> {
        let unsigned = self.grade == Some(Grade::Major) && !approves;
        match step {
            HazardStep::Cancel | HazardStep::SendBack if self.submitted_by.map(Id::uuid) == Some(me) => {
                Some((Code::SamePerson, "提交整改的人不能自己复查"))
            }
            HazardStep::Order if unsigned => Some((Code::Forbidden, "重大隐患的整改指令须由分管领导签批")),
            HazardStep::Cancel if unsigned => Some((Code::Forbidden, "重大隐患的销号须由分管领导签批")),
            HazardStep::Dismiss if unsigned => {
                Some((Code::Forbidden, "已定为重大的隐患,须由分管领导认定不属实"))
            }
            HazardStep::Grade
            | HazardStep::Dismiss
            | HazardStep::FixOnSpot
            | HazardStep::Order
            | HazardStep::Rectify
            | HazardStep::Submit
            | HazardStep::Cancel
            | HazardStep::SendBack => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ordinary_way_ends_cancelled_and_may_go_back_from_inspection() {
        use HazardStep::{Cancel, Grade, Order, Rectify, SendBack, Submit};
        let way = [Grade, Order, Rectify, Submit, SendBack, Submit, Cancel];
        let end = way.iter().try_fold(HazardState::Found, |state, &step| state.after(step));
        assert_eq!(end.ok(), Some(HazardState::Cancelled));
    }

    #[test]
    fn exactly_eleven_pairs_of_state_and_step_are_allowed() {
        let pairs =
            HazardState::ALL.iter().flat_map(|state| HazardStep::ALL.iter().map(move |step| (state, step)));
        let allowed = pairs.filter(|(state, step)| state.after(**step).is_ok());
        assert_eq!(allowed.count(), 11);
    }

    #[test]
    fn every_state_but_the_two_ends_has_a_way_on() {
        for state in HazardState::ALL {
            let ends = matches!(state, HazardState::Cancelled | HazardState::NotHazard);
            let goes_on = HazardStep::ALL.iter().any(|&step| state.after(step).is_ok());
            assert_eq!((goes_on, state.phase() == Phase::Closed), (!ends, ends), "{state}");
        }
    }
}
