//! Telling at the points of a clock's way, once, and taking note of what was told.
//!
//! Called by `deadlines`, which knows the cases, and by `change` when a clock ends.

use super::alert::{Alert, AlertKind, AlertRow, Whom};
use super::clock::{Clock, Matter};
use super::counts;
use super::reckoning::{Due, Tells};
use super::rules::Rule;
use super::store::{self, alerts};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::{Actor, AreaInScope};
use crate::platform::db::Tx;

/// A clock that has come to a point of its way.
#[derive(Debug, Clone)]
pub struct Ripe {
    /// The clock.
    pub clock: Id<Clock>,
    /// Its case.
    pub case: Id<Matter>,
    /// Where the case lies.
    pub area: AreaCode,
    /// Which time runs.
    pub rule: Rule,
    /// When it ends.
    pub due: Due,
    /// The point that it has come to.
    pub at: Timestamp,
}

/// Tells what is to be told of `ripe` until now, each point to whom `whom` says, and sets the next point; answers how many
/// alerts that made.
///
/// All in one transaction that begins with the guarded step to the next point: of two who tell at the same moment the
/// later finds the clock gone on and tells nothing. A point that came back, because a step wrote the row as it had read it, meets the
/// unique key. So twice is harmless.
pub fn tell(tx: &mut Tx, ripe: &Ripe, whom: impl Fn(Tells) -> Whom) -> Result<usize> {
    let now = tx.now();
    let points = ripe.rule.points(ripe.due)?;
    let next = points.iter().find(|point| point.at > now).map(|point| point.at);
    if !store::move_on(tx, ripe.clock, ripe.at, next)? {
        return Ok(0);
    }
    let mut told = 0;
    for point in points.into_iter().filter(|point| (ripe.at..=now).contains(&point.at)) {
        let (level, handler) = match whom(point.tells) {
            Whom::Level(level) => (Some(level), None),
            Whom::Handler(handler) => (None, Some(Id::from_uuid(handler))),
        };
        let alert = AlertRow {
            id: Id::new(),
            clock_id: ripe.clock,
            case_id: ripe.case,
            area_code: ripe.area.clone(),
            kind: AlertKind::of(point.tells),
            level,
            handler_id: handler,
            at: point.at,
            told_at: now,
        };
        if alerts::insert(tx, &alert)? {
            told += 1;
            counts::count(tx, &(alert.area_code, alert.kind, alert.level), 1)?;
        }
    }
    Ok(told)
}

/// Closes what was told of a clock that has ended: there is nothing to be done about it any more.
pub(super) fn settle(tx: &mut Tx, area: &AreaInScope, clock: Id<Clock>) -> Result<()> {
    let closed = alerts::close_all(tx, area, clock)?;
    closed.iter().try_for_each(|alert| counts::count(tx, alert, -1))
}

/// Notes that `by` takes note of an alert that they were found to hold; whether nobody had before.
pub fn acknowledge(tx: &mut Tx, alert: Id<Alert>, by: &Actor) -> Result<bool> {
    if let Some(closed) = alerts::close(tx, alert)? {
        counts::count(tx, &closed, -1)?;
    }
    alerts::acknowledge(tx, alert, Id::from_uuid(by.id()))
}
