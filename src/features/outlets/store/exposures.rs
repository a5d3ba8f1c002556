//! What was shown on outlets.

use diesel::dsl::{count_star, max, sum};
use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::Result;
use crate::features::notices::Notice;
use crate::features::outlets::model::{
    Exposure, ExposureRow, ExposureState, Fate, Outlet, OutletKind, OutletRow, PACE, PACE_WINDOW,
};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{exposures, outlets};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

/// The outlets of one sum; more than a district has.
const MOST_OUTLETS: i64 = 20_000;

/// The showing that already has this id, wherever it was: a resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Exposure>) -> Result<Option<ExposureRow>> {
    exposures::table.find(id).select(ExposureRow::cols()).first(c).or_none()
}

/// The showing, when it was in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Exposure>) -> Result<ExposureRow> {
    let row = exposures::table.filter(exposures::id.eq(id)).filter(scope.inside(exposures::area_code));
    row.select(ExposureRow::cols()).first(c).or_not_found()
}

/// What machines in `scope` show or will show of a notice, of these outlets.
pub fn by_machines(
    c: &mut DbConnection,
    scope: &AreaScope,
    notice: Id<Notice>,
    outlets: &[Id<Outlet>],
) -> Result<Vec<ExposureRow>> {
    let rows = exposures::table
        .filter(exposures::notice_id.eq(notice))
        .filter(exposures::outlet_id.eq_any(outlets.to_vec()))
        .filter(exposures::text.is_not_null())
        .filter(scope.inside(exposures::area_code));
    Ok(rows.select(ExposureRow::cols()).load(c)?)
}

/// Inserts a showing. Two transactions with the same id, or two that ask one machine for one notice, meet in an index;
/// the later one tries again and finds the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &ExposureRow) -> Result<()> {
    diesel::insert_into(exposures::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Lets one that failed wait again; whether it was one.
pub fn again(tx: &mut Tx, _area: &AreaInScope, row: &ExposureRow) -> Result<bool> {
    let failed =
        exposures::table.filter(exposures::id.eq(row.id)).filter(exposures::state.eq(ExposureState::Failed));
    let next = (
        exposures::state.eq(ExposureState::Waiting),
        exposures::text.eq(&row.text),
        exposures::target_index.eq(&row.target_index),
        exposures::attempts.eq(0),
        exposures::updated_at.eq(tx.now()),
    );
    Ok(diesel::update(failed).set(next).execute(&mut **tx)? == 1)
}

/// A page of the showings of a notice in `scope`, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    notice: Id<Notice>,
    page: &PageRequest,
) -> Result<Vec<ExposureRow>> {
    let mut rows = exposures::table
        .filter(exposures::notice_id.eq(notice))
        .filter(scope.inside(exposures::area_code))
        .into_boxed::<MultiBackend>();
    if let Some(place) = page.after {
        rows = rows.filter(before::<Exposure, _>("created_at, id", place));
    }
    let newest = rows.order((exposures::created_at.desc(), exposures::id.desc()));
    Ok(newest.limit(page.fetch()).select(ExposureRow::cols()).load(c)?)
}

/// What one outlet showed of a notice.
#[derive(Debug, Clone, Queryable)]
pub struct Shown {
    /// What it is.
    pub kind: OutletKind,
    /// Entries.
    pub showings: i64,
    /// How often, or how many leaflets, all together.
    pub times: Option<i64>,
    /// The greatest estimate of whom it may reach.
    pub audience: Option<i32>,
}

/// What the outlets in `scope` have shown of a notice.
pub fn shown(c: &mut DbConnection, scope: &AreaScope, notice: Id<Notice>) -> Result<Vec<Shown>> {
    let states: Vec<_> = ExposureState::ALL.iter().copied().filter(|state| state.is_shown()).collect();
    let rows = exposures::table
        .filter(exposures::notice_id.eq(notice))
        .filter(exposures::state.eq_any(states))
        .filter(scope.inside::<exposures::table, _>(exposures::area_code))
        .group_by((exposures::kind, exposures::outlet_id))
        .select((exposures::kind, count_star(), sum(exposures::times), max(exposures::audience)))
        .limit(MOST_OUTLETS);
    Ok(rows.load(c)?)
}

/// A showing with its outlet, for the job that sends it.
pub fn with_outlet(c: &mut DbConnection, id: Id<Exposure>) -> Result<Option<(ExposureRow, OutletRow)>> {
    let Some(row) = of_same_id(c, id)? else { return Ok(None) };
    let outlet = outlets::table.find(row.outlet_id).select(OutletRow::cols()).first(c)?;
    Ok(Some((row, outlet)))
}

/// Since when a robot has been told so often that it must rest: the first of the last [`PACE`] tries within
/// [`PACE_WINDOW`]; none when it may be told now.
pub fn pace(c: &mut DbConnection, robot: &[u8], now: Timestamp) -> Result<Option<Timestamp>> {
    let recent = exposures::table
        .filter(exposures::target_index.eq(robot))
        .filter(exposures::begun_at.gt(now.plus(-PACE_WINDOW)))
        .order(exposures::begun_at.desc())
        .limit(PACE as i64)
        .select(exposures::begun_at);
    let recent: Vec<Option<Timestamp>> = recent.load(c)?;
    Ok(if recent.len() >= PACE { recent.last().copied().flatten() } else { None })
}

/// Lets nobody else tell a robot before this transaction has ended, so that two who count its minute do not count the
/// same: they meet in the row of its first outlet.
pub fn hold_pace(tx: &mut Tx, robot: &[u8], outlet: Id<Outlet>) -> Result<()> {
    let first = outlets::table.filter(outlets::target_index.eq(robot)).order(outlets::id).select(outlets::id);
    let first: Option<Id<Outlet>> = first.first(&mut **tx).or_none()?;
    let row = outlets::table.find(first.unwrap_or(outlet));
    diesel::update(row).set(outlets::version.eq(outlets::version)).execute(&mut **tx)?;
    Ok(())
}

/// Marks a waiting showing as being sent; whether it was waiting.
pub fn begin(tx: &mut Tx, id: Id<Exposure>) -> Result<bool> {
    let now = tx.now();
    let waiting =
        exposures::table.filter(exposures::id.eq(id)).filter(exposures::state.eq(ExposureState::Waiting));
    let next = (
        exposures::state.eq(ExposureState::Sending),
        exposures::begun_at.eq(Some(now)),
        exposures::attempts.eq(exposures::attempts + 1),
        exposures::updated_at.eq(now),
    );
    Ok(diesel::update(waiting).set(next).execute(&mut **tx)? == 1)
}

/// Writes what a try came to; whether it was still being sent.
pub fn end(tx: &mut Tx, row: &ExposureRow, fate: &Fate) -> Result<bool> {
    let now = tx.now();
    let sending =
        exposures::table.filter(exposures::id.eq(row.id)).filter(exposures::state.eq(ExposureState::Sending));
    let shown_at = if fate.state == ExposureState::Sent { now } else { row.shown_at };
    let next = (
        exposures::state.eq(fate.state),
        exposures::outcome.eq(Some(&fate.word)),
        exposures::shown_at.eq(shown_at),
        exposures::attempts.eq(exposures::attempts - i32::from(!fate.counts)),
        exposures::updated_at.eq(now),
    );
    Ok(diesel::update(sending).set(next).execute(&mut **tx)? == 1)
}

/// Ends what waits because its notice is not to be shown any more.
pub fn drop_waiting(tx: &mut Tx, id: Id<Exposure>) -> Result<()> {
    let now = tx.now();
    let waiting =
        exposures::table.filter(exposures::id.eq(id)).filter(exposures::state.eq(ExposureState::Waiting));
    let next = (exposures::state.eq(ExposureState::Cancelled), exposures::updated_at.eq(now));
    diesel::update(waiting).set(next).execute(&mut **tx)?;
    Ok(())
}
