//! The JSON of coverage.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{Coverage, HouseholdReach, Measured, Wanted};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::features::households::HouseholdSummary;
use crate::features::notices::{DeliveryState, Notice, ReachStatus};

crate::text_enum! {
    /// How far a notice came with a household.
    pub enum CoverageStatus {
        None = "none" "未触达",
        Sent = "sent" "已发送",
        Read = "read" "已读",
        Acknowledged = "acknowledged" "已签收",
        Visited = "visited" "已入户",
        Phoned = "phoned" "已电话",
        Absent = "absent" "未遇",
        Refused = "refused" "拒绝",
        Moved = "moved" "搬离",
    }
}

crate::text_enum! {
    /// Which households of a notice to list: those with one status, or those of whom nothing is known.
    pub enum WantedStatus {
        /// Nothing has reached them, or something was sent and nothing more is known.
        Uncovered = "uncovered" "未覆盖",
        None = "none" "未触达",
        Sent = "sent" "已发送",
        Read = "read" "已读",
        Acknowledged = "acknowledged" "已签收",
        Visited = "visited" "已入户",
        Phoned = "phoned" "已电话",
        Absent = "absent" "未遇",
        Refused = "refused" "拒绝",
        Moved = "moved" "搬离",
    }
}

impl From<WantedStatus> for Wanted {
    fn from(status: WantedStatus) -> Self {
        match status {
            WantedStatus::Uncovered => Self::Uncovered,
            WantedStatus::None => Self::None,
            WantedStatus::Sent => Self::Best(ReachStatus::Sent),
            WantedStatus::Read => Self::Best(ReachStatus::Read),
            WantedStatus::Acknowledged => Self::Best(ReachStatus::Acknowledged),
            WantedStatus::Visited => Self::Best(ReachStatus::Visited),
            WantedStatus::Phoned => Self::Best(ReachStatus::Phoned),
            WantedStatus::Absent => Self::Best(ReachStatus::Absent),
            WantedStatus::Refused => Self::Best(ReachStatus::Refused),
            WantedStatus::Moved => Self::Best(ReachStatus::Moved),
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
            Some(ReachStatus::Visited) => Self::Visited,
            Some(ReachStatus::Phoned) => Self::Phoned,
            Some(ReachStatus::Absent) => Self::Absent,
            Some(ReachStatus::Refused) => Self::Refused,
            Some(ReachStatus::Moved) => Self::Moved,
        }
    }
}

/// How far a notice came. Sums are over the grids that the caller may see. Where it was shown and no household is counted
/// for, such as on a screen, is no part of it: see the exposures of the notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q", "households": 320, "persons": 1011, "no_smartphone": 40,
    "none": 62, "sent": 60, "read": 90, "acknowledged": 70, "visited": 22, "phoned": 6, "absent": 6, "refused": 2,
    "moved": 2, "reached": 188, "rate": 0.5875, "accounted_for": 198, "accounted_rate": 0.6188, "newcomers": 3,
    "without_smartphone": { "households": 40, "reached": 28, "rate": 0.7, "accounted_for": 36, "accounted_rate": 0.9 },
    "deliveries": 260, "by_state": { "queued": 20, "sent": 236, "refused": 4 },
    "districts": [], "towns": [], "villages": [], "grids": []
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
    /// District by district, by code: the sums of their grids.
    pub districts: Vec<AreaCoverage>,
    /// Town by town, by code: the sums of their grids.
    pub towns: Vec<AreaCoverage>,
    /// Village by village, by code: the sums of their grids.
    pub villages: Vec<AreaCoverage>,
    /// Grid by grid, by code.
    pub grids: Vec<AreaCoverage>,
    /// The levels that have more than 1,000 areas here and are therefore not listed: ask with `area` for a part. Absent when all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<AreaLevel>,
}

/// The longest list of areas that one answer holds.
pub const MOST_LISTED: usize = 1_000;

/// Which part of a notice's coverage to show.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// Only the grids in this area; all that the caller may see when absent.
    pub area: Option<AreaCode>,
}

/// Coverage of one area.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaCoverage {
    /// The area.
    pub area_code: AreaCode,
    /// What was counted there.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Households by the best that happened, measured against those who lived there at publication. Every household is in
/// exactly one of the nine.
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
    /// Somebody told them at their door.
    pub visited: i64,
    /// Somebody told them by phone.
    pub phoned: i64,
    /// Somebody went there and met nobody.
    pub absent: i64,
    /// They did not want to be told.
    pub refused: i64,
    /// They have moved away.
    pub moved: i64,
    /// Read, acknowledged, visited and phoned.
    pub reached: i64,
    /// `reached` / `households`, four decimals, 0 without households.
    pub rate: f64,
    /// Those reached, and those absent, refused and moved: it is known how it stands with them.
    pub accounted_for: i64,
    /// `accounted_for` / `households`, as `rate`.
    pub accounted_rate: f64,
    /// Households that came after publication and that something has reached or was sent to; in none of the other numbers.
    pub newcomers: i64,
    /// The households without a smartphone by themselves.
    pub without_smartphone: WithoutSmartphone,
}

/// Households without a smartphone, whom no message reaches. Measured against those who had none at publication; a
/// household is counted by what it had when something first happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct WithoutSmartphone {
    /// Households at publication.
    pub households: i64,
    /// Read, acknowledged, visited and phoned.
    pub reached: i64,
    /// `reached` / `households`.
    pub rate: f64,
    /// Those reached, and those absent, refused and moved.
    pub accounted_for: i64,
    /// `accounted_for` / `households`.
    pub accounted_rate: f64,
}

impl From<&Measured> for Counts {
    fn from(measured: &Measured) -> Self {
        let Measured { households, persons, no_smartphone, reached } = measured;
        let (households, all, apart) = (*households, &reached.all, &reached.no_smartphone);
        Self {
            households,
            persons: *persons,
            no_smartphone: *no_smartphone,
            none: (households - all.all()).max(0),
            sent: all.of(ReachStatus::Sent),
            read: all.of(ReachStatus::Read),
            acknowledged: all.of(ReachStatus::Acknowledged),
            visited: all.of(ReachStatus::Visited),
            phoned: all.of(ReachStatus::Phoned),
            absent: all.of(ReachStatus::Absent),
            refused: all.of(ReachStatus::Refused),
            moved: all.of(ReachStatus::Moved),
            reached: all.reached(),
            rate: rate(all.reached(), households),
            accounted_for: all.accounted_for(),
            accounted_rate: rate(all.accounted_for(), households),
            newcomers: reached.newcomers.all(),
            without_smartphone: WithoutSmartphone {
                households: *no_smartphone,
                reached: apart.reached(),
                rate: rate(apart.reached(), *no_smartphone),
                accounted_for: apart.accounted_for(),
                accounted_rate: rate(apart.accounted_for(), *no_smartphone),
            },
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

impl CoverageView {
    /// The view of a notice's coverage.
    pub fn of(notice_id: Id<Notice>, coverage: Coverage) -> Self {
        let total = coverage.grids.values().fold(Measured::default(), |sum, grid| sum.plus(grid));
        let mut left_out = Vec::new();
        let mut listed = |level| {
            let areas = coverage.at(level);
            if areas.len() > MOST_LISTED {
                left_out.push(level);
                return vec![];
            }
            let area =
                |(area_code, measured): (_, Measured)| AreaCoverage { area_code, counts: (&measured).into() };
            areas.into_iter().map(area).collect()
        };
        Self {
            notice_id,
            total: (&total).into(),
            districts: listed(AreaLevel::District),
            towns: listed(AreaLevel::Town),
            villages: listed(AreaLevel::Village),
            grids: listed(AreaLevel::Grid),
            left_out,
            deliveries: coverage.deliveries.values().sum(),
            by_state: coverage.deliveries,
            fanned_out_at: coverage.fanned_out_at,
        }
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
    pub status: Option<WantedStatus>,
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
    fn a_rate_has_four_decimals_and_never_more_than_everybody() {
        assert_eq!((rate(1600, 4400), rate(1, 3), rate(2, 3)), (0.3636, 0.3333, 0.6667));
        assert_eq!((rate(3, 2), rate(0, 0)), (1.0, 0.0));
    }

    #[test]
    fn every_status_of_a_household_can_be_asked_for() {
        for status in CoverageStatus::ALL {
            assert!(status.as_str().parse::<WantedStatus>().is_ok(), "{status}");
        }
        assert_eq!(WantedStatus::ALL.len(), CoverageStatus::ALL.len() + 1, "and those who are not covered");
    }
}
