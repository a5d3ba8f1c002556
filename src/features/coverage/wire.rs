//! The JSON of coverage.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{Coverage, GridCoverage, HouseholdReach, Wanted};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::features::households::HouseholdSummary;
use crate::features::notices::{DeliveryState, Notice, ReachStatus, Reached};

crate::text_enum! {
    /// How far a notice came with a household.
    pub enum CoverageStatus {
        None = "none" "未触达",
        Sent = "sent" "已发送",
        Read = "read" "已读",
        Acknowledged = "acknowledged" "已签收",
    }
}

impl From<CoverageStatus> for Wanted {
    fn from(status: CoverageStatus) -> Self {
        match status {
            CoverageStatus::None => Self::None,
            CoverageStatus::Sent => Self::Best(ReachStatus::Sent),
            CoverageStatus::Read => Self::Best(ReachStatus::Read),
            CoverageStatus::Acknowledged => Self::Best(ReachStatus::Acknowledged),
        }
    }
}

impl From<Option<ReachStatus>> for CoverageStatus {
    fn from(status: Option<ReachStatus>) -> Self {
        match status {
            None => Self::None,
            Some(ReachStatus::Sent) => Self::Sent,
            Some(ReachStatus::Read) => Self::Read,
            Some(ReachStatus::Acknowledged) => Self::Acknowledged,
        }
    }
}

/// How far a notice came. Sums are over the grids that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q", "households": 320, "persons": 1011, "no_smartphone": 41,
    "none": 100, "sent": 60, "read": 90, "acknowledged": 70, "rate": 0.5,
    "deliveries": 260, "by_state": { "queued": 20, "sent": 236, "refused": 4 },
    "grids": [{ "area_code": "500114119201001", "households": 320, "persons": 1011, "no_smartphone": 41,
        "none": 100, "sent": 60, "read": 90, "acknowledged": 70, "rate": 0.5 }]
}))]
pub struct CoverageView {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// All grids together.
    #[serde(flatten)]
    pub total: Counts,
    /// Deliveries on outside channels, whatever their state; of the whole notice.
    pub deliveries: i64,
    /// Deliveries by state; what is on its way counts as queued.
    #[schema(value_type = BTreeMap<String, i64>)]
    pub by_state: BTreeMap<DeliveryState, i64>,
    /// When every delivery stood in line; absent before, and when it goes to no outside channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fanned_out_at: Option<Timestamp>,
    /// Grid by grid, by code.
    pub grids: Vec<GridView>,
}

/// Coverage of one grid.
#[derive(Debug, Serialize, ToSchema)]
pub struct GridView {
    /// The grid.
    pub area_code: AreaCode,
    /// What was counted there.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Households by the best that happened, measured against those who lived there at publication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Counts {
    /// Households at publication.
    pub households: i64,
    /// Persons in them.
    pub persons: i64,
    /// Households of which nobody has a smartphone: whom to visit.
    pub no_smartphone: i64,
    /// Nothing has reached them.
    pub none: i64,
    /// Something was sent, nobody has read it.
    pub sent: i64,
    /// Someone has read it, nobody has acknowledged it.
    pub read: i64,
    /// Someone has acknowledged it.
    pub acknowledged: i64,
    /// (read + acknowledged) / households, four decimals, 0 without households. At most 1: households that came
    /// after publication may read too.
    pub rate: f64,
}

impl Counts {
    /// The counts of these denominators and this reach.
    pub fn of(households: i64, persons: i64, no_smartphone: i64, reached: Reached) -> Self {
        let Reached { sent, read, acknowledged } = reached;
        let none = (households - sent - read - acknowledged).max(0);
        let rate = rate(read + acknowledged, households);
        Self { households, persons, no_smartphone, none, sent, read, acknowledged, rate }
    }

    fn plus(self, other: Self) -> Self {
        let (read, acknowledged) = (self.read + other.read, self.acknowledged + other.acknowledged);
        let households = self.households + other.households;
        Self {
            households,
            persons: self.persons + other.persons,
            no_smartphone: self.no_smartphone + other.no_smartphone,
            none: self.none + other.none,
            sent: self.sent + other.sent,
            read,
            acknowledged,
            rate: rate(read + acknowledged, households),
        }
    }
}

/// A share with four decimals.
fn rate(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    let share = part.min(whole) as f64 / whole as f64;
    (share * 10_000.0).round() / 10_000.0
}

impl From<GridCoverage> for GridView {
    fn from(grid: GridCoverage) -> Self {
        let GridCoverage { frozen, reached } = grid;
        let counts = Counts::of(
            i64::from(frozen.households),
            i64::from(frozen.persons),
            i64::from(frozen.no_smartphone),
            reached,
        );
        Self { area_code: frozen.area_code, counts }
    }
}

impl CoverageView {
    /// The view of a notice's coverage.
    pub fn of(notice_id: Id<Notice>, coverage: Coverage) -> Self {
        let grids: Vec<GridView> = coverage.grids.into_iter().map(GridView::from).collect();
        let total = grids.iter().fold(Counts::default(), |sum, grid| sum.plus(grid.counts));
        let deliveries = coverage.deliveries.values().sum();
        let fanned_out_at = coverage.fanned_out_at;
        Self { notice_id, total, deliveries, by_state: coverage.deliveries, fanned_out_at, grids }
    }
}

/// Which households a list shows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HouseholdQuery {
    /// A grid, or a coarser area inside the caller's own.
    pub area: AreaCode,
    /// Only those where the notice stands so.
    pub status: Option<CoverageStatus>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl HouseholdQuery {
    /// The page that is asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// A household with how far the notice came with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdCoverage {
    /// The household, masked.
    pub household: HouseholdSummary,
    /// How far.
    pub status: CoverageStatus,
    /// When someone first read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// When someone first acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

impl From<HouseholdReach> for HouseholdCoverage {
    fn from(row: HouseholdReach) -> Self {
        let HouseholdReach { household, reach } = row;
        Self {
            household,
            status: reach.as_ref().map(|reach| reach.status).into(),
            read_at: reach.as_ref().and_then(|reach| reach.read_at),
            acknowledged_at: reach.and_then(|reach| reach.acknowledged_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_has_four_decimals_and_counts_reading_only() {
        let reached = Reached { sent: 1000, read: 700, acknowledged: 900 };
        let counts = Counts::of(4400, 13_000, 700, reached);
        assert_eq!((counts.none, counts.rate), (1800, 0.3636));
        assert_eq!(Counts::of(0, 0, 0, Reached::default()).rate, 0.0);
    }

    #[test]
    fn newcomers_do_not_bring_more_than_everybody() {
        let counts = Counts::of(2, 5, 0, Reached { sent: 0, read: 3, acknowledged: 0 });
        assert_eq!((counts.none, counts.rate), (0, 1.0));
    }
}
