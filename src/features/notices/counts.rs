//! What coverage counts of a notice, kept in the transactions that cause it.
//!
//! One book per notice, `reach:<uuid>`. `s:<status>` counts households by the best that happened, in their grid;
//! `d:<state>` counts deliveries, in their district. What is being sent counts as queued: it is so for a second.

use std::collections::BTreeMap;

use super::delivery::DeliveryState;
use super::model::Notice;
use super::reach::ReachStatus;
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

fn status_key(status: ReachStatus) -> String {
    format!("s:{status}")
}

fn state_key(state: DeliveryState) -> String {
    let shown = if state == DeliveryState::Sending { DeliveryState::Queued } else { state };
    format!("d:{shown}")
}

/// Where deliveries of an area are counted: nobody asks for them by grid.
fn district(area: &AreaCode) -> AreaCode {
    area.at(AreaLevel::District).unwrap_or_else(|| area.clone())
}

/// Counts that `n` households of `area` came from `from` to `to`.
pub(super) fn reached(
    tx: &mut Tx,
    notice: Id<Notice>,
    area: &AreaCode,
    from: Option<ReachStatus>,
    to: ReachStatus,
    n: i64,
) -> Result<()> {
    let book = book(notice);
    if let Some(from) = from {
        counters::add(tx, &book, area, &[&status_key(from)], -n)?;
    }
    counters::add(tx, &book, area, &[&status_key(to)], n)
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

/// Households of one grid by the best that happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Something was sent, nobody has read it.
    pub sent: i64,
    /// Someone has read it, nobody has acknowledged it.
    pub read: i64,
    /// Someone has acknowledged it.
    pub acknowledged: i64,
}

impl Reached {
    fn count(&mut self, status: ReachStatus, n: i64) {
        match status {
            ReachStatus::Sent => self.sent += n,
            ReachStatus::Read => self.read += n,
            ReachStatus::Acknowledged => self.acknowledged += n,
        }
    }
}

/// Households that a notice has reached, per grid inside `area`.
pub fn by_grid(
    c: &mut DbConnection,
    notice: Id<Notice>,
    area: &AreaCode,
) -> Result<BTreeMap<AreaCode, Reached>> {
    let mut grids = BTreeMap::<AreaCode, Reached>::new();
    for count in counters::read(c, &book(notice), area, Some(AreaLevel::Grid))? {
        let status = count.key.strip_prefix("s:").and_then(|word| word.parse().ok());
        if let Some(status) = status {
            grids.entry(count.area).or_default().count(status, count.n);
        }
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
    let reached = reached.into_iter().map(|(area, status, n)| (area, vec![status_key(status)], n));
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
