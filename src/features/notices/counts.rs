//! What coverage counts of a notice, kept in the transactions that cause it.
//!
//! One book per notice, `reach:<uuid>`. `s:<status>` counts households by the best that happened, in their grid, as far as
//! the frozen counts hold them; `n:<status>` those of them without a smartphone once more; `x:<status>` those that came after
//! publication, apart from all others. `d:<state>` counts deliveries, in their district. What is being sent counts as
//! queued: it is so for a second.

use std::collections::BTreeMap;

use super::delivery::DeliveryState;
use super::model::Notice;
use super::reach::{Reach, ReachStatus};
use super::store;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book of a notice.
fn book(notice: Id<Notice>) -> String {
    format!("reach:{}", notice.uuid())
}

/// Under which keys a household is counted when `status` is the best that happened to it.
fn keys(status: ReachStatus, no_smartphone: bool, newcomer: bool) -> Vec<String> {
    if newcomer {
        return vec![format!("x:{status}")];
    }
    let apart = no_smartphone.then(|| format!("n:{status}"));
    std::iter::once(format!("s:{status}")).chain(apart).collect()
}

fn state_key(state: DeliveryState) -> String {
    let shown = if state == DeliveryState::Sending { DeliveryState::Queued } else { state };
    format!("d:{shown}")
}

/// Where deliveries of an area are counted: nobody asks for them by grid.
fn district(area: &AreaCode) -> AreaCode {
    area.at(AreaLevel::District).unwrap_or_else(|| area.clone())
}

/// Counts that `n` households like `reach`, of one area, came from one status to another; none: nothing has happened.
pub(super) fn moved(
    tx: &mut Tx,
    reach: &Reach,
    from: Option<ReachStatus>,
    to: Option<ReachStatus>,
    n: i64,
) -> Result<()> {
    let book = book(reach.notice_id);
    for (status, n) in [(from, -n), (to, n)] {
        let Some(status) = status else { continue };
        let keys = keys(status, reach.no_smartphone, reach.newcomer);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        counters::add(tx, &book, &reach.area_code, &keys, n)?;
    }
    Ok(())
}

/// Counts that `n` deliveries in `area` came from `from` to `to`.
pub(super) fn delivered(
    tx: &mut Tx,
    notice: Id<Notice>,
    area: &AreaCode,
    from: Option<DeliveryState>,
    to: DeliveryState,
    n: i64,
) -> Result<()> {
    let (book, area, to) = (book(notice), district(area), state_key(to));
    if let Some(from) = from.map(state_key) {
        if from == to {
            return Ok(());
        }
        counters::add(tx, &book, &area, &[&from], -n)?;
    }
    counters::add(tx, &book, &area, &[&to], n)
}

/// How many households each status is the best of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByStatus(BTreeMap<ReachStatus, i64>);

impl ByStatus {
    /// How many `status` is the best of.
    pub fn of(&self, status: ReachStatus) -> i64 {
        self.0.get(&status).copied().unwrap_or(0)
    }

    /// How many to which anything happened.
    pub fn all(&self) -> i64 {
        self.0.values().sum()
    }

    /// How many of which somebody knows of the notice.
    pub fn reached(&self) -> i64 {
        self.0.iter().filter(|(status, _)| status.is_reached()).map(|(_, n)| n).sum()
    }

    /// How many of which it is known how it stands with them.
    pub fn accounted_for(&self) -> i64 {
        self.0.iter().filter(|(status, _)| status.is_accounted_for()).map(|(_, n)| n).sum()
    }

    /// Both together.
    pub fn plus(mut self, other: &Self) -> Self {
        for (status, n) in &other.0 {
            *self.0.entry(*status).or_insert(0) += n;
        }
        self
    }
}

/// Households of one grid by the best that happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// All of them.
    pub all: ByStatus,
    /// Those without a smartphone, once more.
    pub no_smartphone: ByStatus,
    /// Those that came after publication, in none of the two.
    pub newcomers: ByStatus,
}

impl Reached {
    fn count(&mut self, key: &str, n: i64) {
        let (book, word) = key.split_once(':').unwrap_or_default();
        let Ok(status) = word.parse() else { return };
        match book {
            "s" => *self.all.0.entry(status).or_insert(0) += n,
            "n" => *self.no_smartphone.0.entry(status).or_insert(0) += n,
            "x" => *self.newcomers.0.entry(status).or_insert(0) += n,
            _ => {}
        }
    }
}

/// Households that a notice has reached, per grid inside `areas`, which are none inside another.
pub fn by_grid(
    c: &mut DbConnection,
    notice: Id<Notice>,
    areas: &[AreaCode],
) -> Result<BTreeMap<AreaCode, Reached>> {
    let mut grids = BTreeMap::<AreaCode, Reached>::new();
    for count in counters::read_inside(c, &book(notice), areas, AreaLevel::Grid)? {
        grids.entry(count.area).or_default().count(&count.key, count.n);
    }
    Ok(grids)
}

/// Deliveries of a notice by state, everywhere.
pub fn by_state(c: &mut DbConnection, notice: Id<Notice>) -> Result<BTreeMap<DeliveryState, i64>> {
    let counts = counters::read(c, &book(notice), &AreaCode::country(), None)?;
    let states = counts.into_iter().filter_map(|count| {
        let state = count.key.strip_prefix("d:")?.parse().ok()?;
        Some((state, count.n))
    });
    Ok(states.collect())
}

/// Where the counters of a notice differ from counting its rows.
pub fn compare(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<Difference>> {
    let reached = store::reach::tally(c, notice)?;
    let reached = reached
        .into_iter()
        .map(|(area, status, no_smartphone, newcomer, n)| (area, keys(status, no_smartphone, newcomer), n));
    let sent = store::deliveries::tally(c, notice)?;
    let sent = sent.into_iter().map(|(area, state, n)| (district(&area), vec![state_key(state)], n));
    let truth: Vec<_> = reached.chain(sent).collect();
    counters::compare(c, &book(notice), truth.into_iter())
}

/// Where the counters of any notice differ from counting its rows; the keys name the notice.
pub fn compare_all(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let mut wrong = Vec::new();
    for notice in store::reach::ever_published(c)? {
        let named = |d: Difference| Difference { key: format!("{notice} {}", d.key), ..d };
        wrong.extend(compare(c, notice)?.into_iter().map(named));
    }
    Ok(wrong)
}
