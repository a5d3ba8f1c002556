//! States, steps and rules of a hazard.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{Case, Phase, Reporter};
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
        Cancelled = "cancelled" "已销号",
    }
}

crate::text_enum! {
    /// What can be done.
    pub enum HazardStep {
        Grade = "grade" "定级",
        Order = "order" "责令整改",
        Rectify = "rectify" "开始整改",
        Submit = "submit" "提交复查",
        Cancel = "cancel" "复查合格、销号",
        SendBack = "send_back" "复查不合格、退回整改",
    }
}

impl HazardState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: HazardStep) -> Result<Self> {
        use HazardState::{Cancelled, Found, Graded, Ordered, Rectifying, Submitted};
        use HazardStep::{Cancel, Grade, Order, Rectify, SendBack, Submit};
        match (self, step) {
            (Found, Grade) => Ok(Graded),
            (Graded, Order) => Ok(Ordered),
            (Ordered, Rectify) => Ok(Rectifying),
            (Rectifying, Submit) => Ok(Submitted),
            (Submitted, Cancel) => Ok(Cancelled),
            (Submitted, SendBack) => Ok(Rectifying),
            (Found, Order | Rectify | Submit | Cancel | SendBack)
            | (Graded, Grade | Rectify | Submit | Cancel | SendBack)
            | (Ordered, Grade | Order | Submit | Cancel | SendBack)
            | (Rectifying, Grade | Order | Rectify | Cancel | SendBack)
            | (Submitted, Grade | Order | Rectify | Submit)
            | (Cancelled, _) => Err(refused(self, step)),
        }
    }

    /// The phase that lists and counts use.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Found => Phase::Reported,
            Self::Graded => Phase::Accepted,
            Self::Ordered | Self::Rectifying => Phase::Working,
            Self::Submitted => Phase::Resolved,
            Self::Cancelled => Phase::Closed,
        }
    }
}

fn refused(state: HazardState, step: HazardStep) -> Problem {
    let detail = format!("隐患现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

impl Grade {
    /// Days that an order may give; major ones follow their plan.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::General => Some(7),
            Self::Key => Some(15),
            Self::Major => None,
        }
    }
}

/// Days after submission within which a hazard is inspected again (the practice of Hubei).
const REINSPECT_DAYS: i64 = 10;

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
}

/// What an order says: for a major hazard the five elements (五落实) must all be there.
#[derive(Debug, Clone)]
pub struct Order {
    /// The number of the order.
    pub no: Option<String>,
    /// The day by which it is to be put right (the time limit).
    pub due: NaiveDate,
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
}

impl Order {
    /// Whether the order is lawful for `grade` on `today`.
    ///
    /// A major hazard needs responsible person, measures, funds, time limit and emergency plan
    /// (重庆市安全生产条例 23), and measures of control until then; the refusal names what is missing.
    pub fn check(&self, grade: Grade, today: NaiveDate) -> Result<()> {
        if self.due < today {
            return Err(Problem::field("due", "整改期限不能早于今天"));
        }
        if let Some(days) = grade.days() {
            let latest = today + TimeDelta::days(days);
            if self.due > latest {
                let message = format!("{}隐患的整改期限最多 {days} 天,不能晚于 {latest}", grade.label());
                return Err(Problem::field("due", message));
            }
            return Ok(());
        }
        let elements = [
            ("responsible", self.responsible_sealed.is_some(), "重大隐患须落实责任人"),
            ("measures", self.measures.is_some(), "重大隐患须落实整改措施"),
            ("funds_fen", self.funds_fen.is_some(), "重大隐患须落实资金"),
            ("emergency_plan", self.emergency_plan.is_some(), "重大隐患须落实应急预案"),
            ("interim_measures", self.interim_measures.is_some(), "重大隐患整改前须有管控措施"),
        ];
        let missing = elements.into_iter().filter(|(_, there, _)| !there);
        let missing: Vec<_> = missing
            .map(|(field, _, message)| crate::base::problem::FieldError {
                field: field.into(),
                message: message.into(),
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Problem::fields(missing).on_basis("重庆市安全生产条例", "第二十三条"))
    }
}

/// The day by which a hazard submitted on `day` is inspected again.
pub fn reinspection_due(day: NaiveDate) -> NaiveDate {
    day + TimeDelta::days(REINSPECT_DAYS)
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
    fn exactly_six_pairs_of_state_and_step_are_allowed() {
        let pairs =
            HazardState::ALL.iter().flat_map(|state| HazardStep::ALL.iter().map(move |step| (state, step)));
        let allowed = pairs.filter(|(state, step)| state.after(**step).is_ok());
        assert_eq!(allowed.count(), 6);
    }

    #[test]
    fn an_order_for_a_major_hazard_names_every_missing_element() {
        let day = NaiveDate::default();
        let order = Order {
            no: None,
            due: day,
            responsible_sealed: None,
            measures: Some("清运危石".into()),
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
        };
        let refusal = order.check(Grade::Major, day).unwrap_err();
        let fields: Vec<_> = refusal.errors().iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["responsible", "funds_fen", "emergency_plan", "interim_measures"]);
        assert!(order.check(Grade::General, day).is_ok());
    }

    #[test]
    fn a_general_hazard_is_not_given_eight_days() {
        let day = NaiveDate::default();
        let order = |days| Order {
            no: None,
            due: day + TimeDelta::days(days),
            responsible_sealed: None,
            measures: None,
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
        };
        assert!(order(7).check(Grade::General, day).is_ok());
        assert!(order(8).check(Grade::General, day).is_err());
        assert!(order(8).check(Grade::Key, day).is_ok());
        assert!(order(-1).check(Grade::Major, day).is_err());
    }
}
