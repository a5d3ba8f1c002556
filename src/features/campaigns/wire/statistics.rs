//! What a campaign came to.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::features::campaigns::statistics::{Counted, Statistics};
use crate::features::hazards::{Fates, HazardField};

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// Only inside this area; all of the caller's areas when absent.
    #[param(example = "500114119201")]
    pub area: Option<AreaCode>,
}

/// Hazards of one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldStatistics {
    /// The field.
    pub field: HazardField,
    /// How many were found.
    pub found: i64,
    /// Of these put right and cancelled (销号).
    pub cancelled: i64,
    /// Of these found to be none.
    pub dismissed: i64,
}

/// What a campaign came to in the caller's areas.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "inspections": 40, "enforcement_inspections": 6, "places_checked": 35, "items_failed": 12, "fines_fen": 90_000,
    "hazards_found": 12, "hazards_cancelled": 9, "hazards_dismissed": 1,
    "fields": [{ "field": "fire", "found": 12, "cancelled": 9, "dismissed": 1 }]
}))]
pub struct CampaignStatistics {
    /// How many inspections there were.
    pub inspections: i64,
    /// Of these with the power to punish.
    pub enforcement_inspections: i64,
    /// How many places of the ledger were inspected, each counted once.
    pub places_checked: i64,
    /// How many items failed.
    pub items_failed: i64,
    /// The sum of the fines on the spot, fen.
    pub fines_fen: i64,
    /// How many hazards were found.
    pub hazards_found: i64,
    /// Of these put right and cancelled (销号).
    pub hazards_cancelled: i64,
    /// Of these found to be none.
    pub hazards_dismissed: i64,
    /// The same by field.
    pub fields: Vec<FieldStatistics>,
}

impl From<Statistics> for CampaignStatistics {
    fn from(statistics: Statistics) -> Self {
        let count = |counted| statistics.counts.get(&counted).copied().unwrap_or(0);
        let sum = |part: fn(&Fates) -> i64| statistics.fields.values().map(part).sum();
        let field = |(field, fates): (&HazardField, &Fates)| FieldStatistics {
            field: *field,
            found: fates.found,
            cancelled: fates.cancelled,
            dismissed: fates.dismissed,
        };
        Self {
            inspections: count(Counted::Inspections),
            enforcement_inspections: count(Counted::Enforcement),
            places_checked: count(Counted::Places),
            items_failed: count(Counted::Failed),
            fines_fen: count(Counted::FinesFen),
            hazards_found: sum(|fates| fates.found),
            hazards_cancelled: sum(|fates| fates.cancelled),
            hazards_dismissed: sum(|fates| fates.dismissed),
            fields: statistics.fields.iter().map(field).collect(),
        }
    }
}
