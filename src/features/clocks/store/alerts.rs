//! The rows of what was told.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::clocks::alert::{Alert, AlertKind, AlertRow, Officer};
use crate::features::clocks::clock::Clock;
use crate::features::clocks::rules::Level;
use crate::platform::access::AreaInScope;
use crate::platform::db::schema::clock_alerts::{self, dsl};
use crate::platform::db::{DbConnection, Outcome, Tx};

/// Keeps an alert; whether its point had not been told before.
pub fn insert(tx: &mut Tx, alert: &AlertRow) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let kept = each!(c, c => diesel::insert_into(clock_alerts::table)
        .values(alert)
        .on_conflict((dsl::clock_id, dsl::at, dsl::kind))
        .do_nothing()
        .execute(c))?;
    Ok(kept == 1)
}

/// What the counters need of an alert that was open until now.
pub type Closed = (AreaCode, AlertKind, Option<Level>);

/// Closes every open alert of a clock.
pub fn close_all(tx: &mut Tx, _area: &AreaInScope, clock: Id<Clock>) -> Result<Vec<Closed>> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    Ok(each!(c, c => diesel::update(clock_alerts::table
            .filter(dsl::clock_id.eq(clock).and(dsl::closed_at.is_null())))
        .set(dsl::closed_at.eq(now))
        .returning((dsl::area_code, dsl::kind, dsl::level))
        .get_results(c))?)
}

/// Closes an alert; none when it was closed already.
pub fn close(tx: &mut Tx, id: Id<Alert>) -> Result<Option<Closed>> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::update(clock_alerts::table
            .filter(dsl::id.eq(id).and(dsl::closed_at.is_null())))
        .set(dsl::closed_at.eq(now))
        .returning((dsl::area_code, dsl::kind, dsl::level))
        .get_result(c))
    .or_none()
}

/// Notes who takes note; whether nobody had before.
pub fn acknowledge(tx: &mut Tx, id: Id<Alert>, by: Id<Officer>) -> Result<bool> {
    let now = tx.now();
    let row = clock_alerts::table.filter(dsl::id.eq(id)).filter(dsl::acknowledged_at.is_null());
    let note = (dsl::acknowledged_at.eq(Some(now)), dsl::acknowledged_by.eq(Some(by)));
    Ok(diesel::update(row).set(note).execute(&mut **tx)? == 1)
}

/// What counting the alerts themselves gives.
#[derive(QueryableByName)]
pub struct Tally {
    #[diesel(sql_type = Text)]
    pub area_code: AreaCode,
    #[diesel(sql_type = Text)]
    pub level: Level,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// Counts every open escalation; for `wangge counters verify` only.
pub fn tally(c: &mut DbConnection) -> Result<Vec<Tally>> {
    let count = "SELECT area_code, level, COUNT(*) AS n FROM clock_alerts \
                 WHERE kind = 'escalation' AND closed_at IS NULL GROUP BY area_code, level";
    Ok(diesel::sql_query(count).load(c)?)
}
