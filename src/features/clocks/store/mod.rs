//! The only folder that names `clocks` and `clock_alerts`.

pub mod alerts;

use diesel::prelude::*;
use uuid::Uuid;

use super::clock::{Clock, ClockRow, ClockState, Matter};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::AreaInScope;
use crate::platform::db::schema::clocks;
use crate::platform::db::{Cols, DbConnection, Tx};
use crate::{each, insert_along, prepared};

/// More open clocks than there are rules cannot be.
const MOST: i64 = super::rules::Rule::ALL.len() as i64;

/// The open clocks of a case that was found in scope; one of a rule at most.
pub fn open_of_case(tx: &mut Tx, _area: &AreaInScope, case: Uuid) -> Result<Vec<ClockRow>> {
    let c: &mut DbConnection = tx;
    let case = Id::<Matter>::from_uuid(case);
    Ok(each!(c, c => clocks::table
        .filter(clocks::case_id.eq(case).and(clocks::stopped_at.is_null()))
        .order(clocks::id)
        .limit(MOST)
        .select(ClockRow::cols())
        .load(c))?)
}

/// Keeps the open clocks of a case that was found in scope as they are until the transaction ends, so that what is told of
/// them at this moment is seen. On SQLite there is one writer anyway.
pub fn hold_open(tx: &mut Tx, _area: &AreaInScope, case: Uuid) -> Result<()> {
    if tx.is_postgres() {
        let case = Id::<Matter>::from_uuid(case);
        let open = clocks::table.filter(clocks::case_id.eq(case)).filter(clocks::stopped_at.is_null());
        let same = diesel::update(open).set(clocks::next_at.eq(clocks::next_at));
        each!(*tx, c => prepared!(same).execute(c))?;
    }
    Ok(())
}

/// Inserts a clock that has just been started.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, clock: &ClockRow) -> Result<()> {
    Ok(insert_along!(tx, clocks::table, clock.clone())?)
}

/// Writes what a step changed. The case's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, _area: &AreaInScope, clock: &ClockRow) -> Result<()> {
    each!(*tx, c => prepared!(diesel::update(clocks::table.find(clock.id)).set(clock)).execute(c))?;
    Ok(())
}

/// Goes on to the point `next`, if the clock runs and still is at `at`; whether it does. Whoever changed it meanwhile reckoned
/// its points anew.
pub fn move_on(tx: &mut Tx, clock: Id<Clock>, at: Timestamp, next: Option<Timestamp>) -> Result<bool> {
    let row = clocks::table
        .filter(clocks::id.eq(clock))
        .filter(clocks::next_at.eq(at))
        .filter(clocks::state.eq(ClockState::Running));
    Ok(diesel::update(row).set(clocks::next_at.eq(next)).execute(&mut **tx)? == 1)
}
