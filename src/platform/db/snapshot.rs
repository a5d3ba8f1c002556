//! Several reads of one and the same state.

use diesel::prelude::*;

use super::connection::DbConnection;
use crate::base::problem::Result;

/// Runs `f` so that all its reads see the same commits, whatever is written meanwhile. SQLite's read transaction does
/// that by itself; on PostgreSQL each statement would see its own state, unless the transaction says otherwise first.
pub fn snapshot<T>(c: &mut DbConnection, f: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
    c.transaction(|c| {
        if c.is_postgres() {
            diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(c)?;
        }
        f(c)
    })
}
