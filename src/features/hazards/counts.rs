//! What became of the hazards that a campaign found, counted by field, and the proof that it is counted right.
//!
//! One delta when such a hazard is reported and one when it ends; of hazards without a campaign there is none.

use std::collections::BTreeMap;

use super::model::{Campaign, HazardField, HazardRow, HazardState};
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::AreaScope;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in.
const BOOK: &str = "campaign_hazards";

crate::text_enum! {
    /// What is counted of a hazard.
    pub enum Fate {
        Found = "found" "发现",
        Cancelled = "cancelled" "已销号",
        Dismissed = "dismissed" "不属实",
    }
}

impl Fate {
    /// What a state is the end of; none before.
    fn of(state: HazardState) -> Option<Self> {
        match state {
            HazardState::Cancelled => Some(Self::Cancelled),
            HazardState::NotHazard => Some(Self::Dismissed),
            HazardState::Found
            | HazardState::Graded
            | HazardState::Ordered
            | HazardState::Rectifying
            | HazardState::Submitted
            | HazardState::FixedOnSpot
            | HazardState::Transferred => None,
        }
    }
}

fn key(campaign: Id<Campaign>, field: HazardField, fate: Fate) -> String {
    format!("{campaign}:{field}:{fate}")
}

/// Counts a hazard in, if a campaign found it.
pub(super) fn count(tx: &mut Tx, row: &HazardRow, fate: Fate) -> Result<()> {
    match row.campaign_id {
        Some(campaign) => counters::add(tx, BOOK, &row.area_code, &[&key(campaign, row.field, fate)], 1),
        None => Ok(()),
    }
}

/// Counts the end of a hazard that was in state `from` and has ended now, if it has.
pub(super) fn count_end(tx: &mut Tx, row: &HazardRow, from: HazardState) -> Result<()> {
    match Fate::of(row.state) {
        Some(fate) if row.state != from => count(tx, row, fate),
        _ => Ok(()),
    }
}

/// How many hazards of one field a campaign found, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fates {
    /// Found.
    pub found: i64,
    /// Of these cancelled.
    pub cancelled: i64,
    /// Of these none.
    pub dismissed: i64,
}

/// What became of the hazards that `campaign` found in `areas`, by field. The areas are districts, towns, villages or
/// grids inside of the scope, none of them inside another.
pub fn of_campaign(
    c: &mut DbConnection,
    scope: &AreaScope,
    campaign: Id<Campaign>,
    areas: &[AreaCode],
) -> Result<BTreeMap<HazardField, Fates>> {
    debug_assert!(areas.iter().all(|area| scope.holds(area)));
    let mut fields = BTreeMap::<_, Fates>::new();
    for count in counters::read_each(c, BOOK, areas, &format!("{campaign}:"))? {
        let mut words = count.key.rsplit(':');
        let fate = words.next().and_then(|word| word.parse().ok());
        let field = words.next().and_then(|word| word.parse().ok());
        let strange = || Problem::internal(format!("a count is kept under {}", count.key));
        let (field, fate): (HazardField, Fate) = field.zip(fate).ok_or_else(strange)?;
        let fates = fields.entry(field).or_default();
        match fate {
            Fate::Found => fates.found += count.n,
            Fate::Cancelled => fates.cancelled += count.n,
            Fate::Dismissed => fates.dismissed += count.n,
        }
    }
    Ok(fields)
}

/// Where the counters differ from counting the hazards themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let truth = store::tally(c)?.into_iter().filter_map(|tally| {
        let campaign = tally.campaign_id?;
        let fates = std::iter::once(Fate::Found).chain(Fate::of(tally.state));
        let keys = fates.map(|fate| key(campaign, tally.field, fate)).collect();
        Some((tally.area_code, keys, tally.n))
    });
    counters::compare(c, BOOK, truth)
}
