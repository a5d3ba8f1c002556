//! An order and its extension on their way in.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::hazards::extension::Extension;
use crate::features::hazards::order::{Order, Plan};
use crate::platform::privacy::Vault;

/// The most that putting something right may cost, fen.
const LARGEST_SUM: i64 = 1_000_000_000_000;

/// An order to put it right. For a major hazard its number, the five elements, the measures of control until then and
/// the day on which the district department was told are required.
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
    /// The day on which the district department was told, not after today.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub district_informed_on: Option<NaiveDate>,
}

impl OrderBody {
    /// The order, or 422.
    pub fn parse(self, vault: &Vault) -> Result<Order> {
        let mut check = Check::new();
        let plan = PlanText {
            responsible: self.responsible.as_deref(),
            measures: self.measures.as_deref(),
            funds_fen: self.funds_fen,
            emergency_plan: self.emergency_plan.as_deref(),
            interim_measures: self.interim_measures.as_deref(),
        };
        let order = Order {
            no: check.optional_text("order_no", self.order_no.as_deref(), 40),
            due: self.due,
            plan: plan.check(&mut check, vault)?,
            district_informed_on: self.district_informed_on,
        };
        check.finish(order)
    }
}

/// More time. For a major hazard at least one part of the plan must say another thing than before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "due": "2026-12-05", "reason": "示例:连日降雨,无法施工" }))]
pub struct HazardExtensionBody {
    /// The day by which it is to be put right now (Asia/Shanghai): later than before, general by 7, key by 15, major
    /// by 90 days at most.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub due: NaiveDate,
    /// Why; the reporter is told. 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300)]
    pub reason: String,
    /// Who is responsible from now on; stored encrypted. What is absent stays as it was.
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

impl HazardExtensionBody {
    /// The extension, or 422.
    pub fn parse(self, vault: &Vault) -> Result<Extension> {
        let mut check = Check::new();
        let plan = PlanText {
            responsible: self.responsible.as_deref(),
            measures: self.measures.as_deref(),
            funds_fen: self.funds_fen,
            emergency_plan: self.emergency_plan.as_deref(),
            interim_measures: self.interim_measures.as_deref(),
        };
        let extension = Extension {
            due: self.due,
            reason: check.text("reason", &self.reason, 1, 300),
            plan: plan.check(&mut check, vault)?,
        };
        check.finish(extension)
    }
}

/// A plan as both bodies bring it.
struct PlanText<'a> {
    responsible: Option<&'a str>,
    measures: Option<&'a str>,
    funds_fen: Option<i64>,
    emergency_plan: Option<&'a str>,
    interim_measures: Option<&'a str>,
}

impl PlanText<'_> {
    /// The plan; complaints go to `check`.
    fn check(&self, check: &mut Check, vault: &Vault) -> Result<Plan> {
        let responsible = self.responsible.map(str::trim).filter(|name| !name.is_empty());
        let responsible = responsible.and_then(|name| check.value("responsible", PersonName::parse(name)));
        Ok(Plan {
            responsible_sealed: responsible.map(|name| vault.seal_value(&name)).transpose()?,
            measures: check.optional_text("measures", self.measures, 1000),
            funds_fen: self.funds_fen.map(|fen| check.range("funds_fen", fen, 0, LARGEST_SUM)),
            emergency_plan: check.optional_text("emergency_plan", self.emergency_plan, 1000),
            interim_measures: check.optional_text("interim_measures", self.interim_measures, 1000),
        })
    }
}
