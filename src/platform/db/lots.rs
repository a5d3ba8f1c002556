//! Lots: an order of commits that a reader may follow with a cursor and miss nothing.
//!
//! On PostgreSQL, rows become visible in the order of commits, not of their ids; a cursor over ids or
//! sequences would pass rows that commit later. There a lot is the writing transaction's number, and only
//! lots below the horizon (the oldest transaction that is still open) are read. SQLite has one writer, so
//! its lots are row numbers and all of them are settled.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::connection::DbConnection;
use crate::base::problem::Result;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows with a lot below this are settled.
pub fn horizon(c: &mut DbConnection) -> Result<i64> {
    match c {
        DbConnection::Sqlite(_) => Ok(i64::MAX),
        DbConnection::Postgres(c) => {
            Ok(diesel::sql_query("SELECT wangge_lot_horizon() AS n").get_result::<Number>(c)?.n)
        }
    }
}

/// After a restore into another cluster transaction numbers begin anew; the base lifts them above what
/// the rows already have. Does nothing in a cluster that has always been this database's own.
pub(super) fn raise_base(c: &mut DbConnection) -> Result<()> {
    let DbConnection::Postgres(c) = c else { return Ok(()) };
    let short = "SELECT GREATEST((SELECT COALESCE(MAX(lot), 0) FROM audit_entries), \
                 (SELECT COALESCE(MAX(lot), 0) FROM timeline_entries)) - wangge_lot() AS n";
    let short = diesel::sql_query(short).get_result::<Number>(c)?.n;
    if short >= 0 {
        let base = diesel::sql_query("SELECT wangge_lot_base() AS n").get_result::<Number>(c)?.n + short + 1;
        let raise = format!(
            "CREATE OR REPLACE FUNCTION wangge_lot_base() RETURNS BIGINT LANGUAGE sql IMMUTABLE AS 'SELECT {base}::BIGINT'"
        );
        diesel::sql_query(raise).execute(c)?;
    }
    Ok(())
}
