//! The figures as clients see them: aggregates only.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::areas::Area;
use crate::features::fraud::counts::{Ledger, Week, YearCounts, Yearly};
use crate::features::fraud::figures::{Figures, MOST_WEEKS};
use crate::features::notices::FraudType;

/// Weeks that are shown when nobody says how many.
const USUAL_WEEKS: u32 = 12;

/// Figures of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// Inside the caller's areas; the widest of them when absent.
    #[param(example = "500114119")]
    pub area: Option<AreaCode>,
    /// How many weeks, the current one included, 1 to 53; 12 when absent.
    #[param(minimum = 1, maximum = 53)]
    pub weeks: Option<u32>,
}

impl FiguresQuery {
    /// The area and the weeks, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, u32)> {
        let weeks = self.weeks.unwrap_or(USUAL_WEEKS);
        if !(1..=MOST_WEEKS).contains(&weeks) {
            return Err(Problem::field("weeks", format!("应在 1 到 {MOST_WEEKS} 之间")));
        }
        Ok((self.area, weeks))
    }
}

/// An area with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct FraudArea {
    /// The code.
    pub code: AreaCode,
    /// The name.
    #[schema(example = "示例镇")]
    pub name: String,
}

impl From<Area> for FraudArea {
    fn from(area: Area) -> Self {
        Self { code: area.code, name: area.name }
    }
}

/// How many of one fraud.
#[derive(Debug, Serialize, ToSchema)]
pub struct FraudTypeCount {
    /// The fraud.
    pub fraud_type: FraudType,
    /// Leads that came.
    pub leads: i64,
    /// Dissuasions.
    pub dissuasions: i64,
}

/// A week, Monday to Sunday in Asia/Shanghai.
#[derive(Debug, Serialize, ToSchema)]
pub struct FraudWeek {
    /// As ISO 8601 numbers it.
    #[schema(example = "2026-W10")]
    pub week: String,
    /// Its Monday.
    pub from: NaiveDate,
    /// Leads that came.
    pub leads: i64,
    /// Dissuasions.
    pub dissuasions: i64,
    /// The same by fraud, of towns and coarser areas only: in a village such a number points at a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_fraud_type: Option<Vec<FraudTypeCount>>,
}

/// A year.
#[derive(Debug, Serialize, ToSchema)]
pub struct FraudYear {
    /// The year, in Asia/Shanghai.
    #[schema(example = 2026)]
    pub year: i32,
    /// Leads that came.
    pub leads: i64,
    /// Dissuasions.
    pub dissuasions: i64,
    /// Money that was about to go, fen.
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen.
    pub saved_fen: i64,
}

impl FraudYear {
    fn of(year: i32, counts: &YearCounts) -> Self {
        let of = |counted| counts.get(&(year, counted)).copied().unwrap_or(0);
        Self {
            year,
            leads: of(Yearly::Leads),
            dissuasions: of(Yearly::Dissuasions),
            at_risk_fen: of(Yearly::AtRisk),
            saved_fen: of(Yearly::Saved),
        }
    }
}

/// The current year of an area inside the one that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FraudAreaYear {
    /// The area.
    pub area: FraudArea,
    /// Its current year.
    pub year: FraudYear,
}

/// What is counted of leads and dissuasions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "as_of": "2026-03-05T01:30:00.000Z", "area": { "code": "500114119", "name": "示例镇" },
    "weeks": [{
        "week": "2026-W10", "from": "2026-03-02", "leads": 2, "dissuasions": 1,
        "by_fraud_type": [{ "fraud_type": "romance", "leads": 2, "dissuasions": 1 }]
    }],
    "years": [{ "year": 2026, "leads": 9, "dissuasions": 4, "at_risk_fen": 8_000_000, "saved_fen": 6_500_000 }],
    "by_area": [{
        "area": { "code": "500114119201", "name": "示例村" },
        "year": { "year": 2026, "leads": 3, "dissuasions": 1, "at_risk_fen": 500_000, "saved_fen": 500_000 }
    }]
}))]
pub struct FraudFigures {
    /// The moment of the numbers.
    pub as_of: Timestamp,
    /// The area that they are of.
    pub area: FraudArea,
    /// The weeks that were asked for, the current one last; every week is there.
    pub weeks: Vec<FraudWeek>,
    /// Every year in which there was anything, and the current one, the latest first: for the yearly report.
    pub years: Vec<FraudYear>,
    /// The current year of the areas one level below. What lies in the area itself is in none of them.
    pub by_area: Vec<FraudAreaYear>,
}

impl From<Figures> for FraudFigures {
    fn from(figures: Figures) -> Self {
        use chrono::Datelike;
        let current = figures.as_of.local_date().year();
        let wide = figures.area.level <= AreaLevel::Town;
        let weeks = figures.weeks.iter().map(|week| week_of(&figures, *week, wide)).collect();
        let mut years: Vec<i32> = figures.years.keys().map(|(year, _)| *year).chain([current]).collect();
        years.sort_unstable();
        years.dedup();
        let by_area = figures
            .inside
            .into_iter()
            .map(|(area, counts)| FraudAreaYear { area: area.into(), year: FraudYear::of(current, &counts) });
        Self {
            as_of: figures.as_of,
            weeks,
            years: years.into_iter().rev().map(|year| FraudYear::of(year, &figures.years)).collect(),
            by_area: by_area.collect(),
            area: figures.area.into(),
        }
    }
}

fn week_of(figures: &Figures, week: Week, wide: bool) -> FraudWeek {
    let of = |ledger, fraud| figures.by_week.get(&(week, ledger, fraud)).copied().unwrap_or(0);
    let types = FraudType::ALL.iter().map(|&fraud_type| FraudTypeCount {
        fraud_type,
        leads: of(Ledger::Lead, fraud_type),
        dissuasions: of(Ledger::Dissuasion, fraud_type),
    });
    let types: Vec<_> = types.filter(|count| count.leads != 0 || count.dissuasions != 0).collect();
    FraudWeek {
        week: week.to_string(),
        from: week.monday(),
        leads: types.iter().map(|count| count.leads).sum(),
        dissuasions: types.iter().map(|count| count.dissuasions).sum(),
        by_fraud_type: wide.then_some(types),
    }
}
