//! The only file that names `clocks`.

use diesel::prelude::*;
use uuid::Uuid;

use super::clock::{ClockRow, Matter};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::platform::access::AreaInScope;
use crate::platform::db::schema::clocks;
use crate::platform::db::{Cols, DbConnection, Tx};

/// More open clocks than there are rules cannot be.
const MOST: i64 = super::Rule::ALL.len() as i64;

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

/// Inserts a clock that has just been started.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, clock: &ClockRow) -> Result<()> {
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(clocks::table).values(clock).execute(c))?;
    Ok(())
}

/// Writes what a step changed. The case's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, _area: &AreaInScope, clock: &ClockRow) -> Result<()> {
    diesel::update(clocks::table.find(clock.id)).set(clock).execute(&mut **tx)?;
    Ok(())
}
