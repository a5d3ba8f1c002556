//! The savepoint that each job of the writer runs in.
//!
//! Diesel's own nested transactions parse their three statements anew each time, which is a tenth of what a small write
//! costs; these are prepared once. A job may nest diesel's inside of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::connection::DbConnection;
use crate::base::problem::{Problem, Result};

/// A statement without parameters, prepared once for each connection.
struct Fixed<const N: usize>;
const BEGIN: usize = 0;
const KEEP: usize = 1;
const UNDO: usize = 2;
const TEXTS: [&str; 3] = ["SAVEPOINT job", "RELEASE job", "ROLLBACK TO job"];

impl<const N: usize> QueryId for Fixed<N> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const N: usize> QueryFragment<Sqlite> for Fixed<N> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(TEXTS[N]);
        Ok(())
    }
}

impl<const N: usize> RunQueryDsl<SqliteConnection> for Fixed<N> {}

fn say<const N: usize>(c: &mut DbConnection) -> Result<()> {
    let DbConnection::Sqlite(file) = c else { return Err(Problem::internal("savepoints are for SQLite")) };
    Fixed::<N>.execute(file)?;
    Ok(())
}

/// Runs `f` in a savepoint of the transaction that is open and answers its outcome; what it wrote is undone when it
/// refuses or panics. `Err` when SQLite has ended the whole transaction meanwhile, as it does on a full disk: nothing
/// of the transaction is left then.
pub(super) fn in_savepoint<T>(
    c: &mut DbConnection,
    f: impl FnOnce(&mut DbConnection) -> Result<T>,
) -> std::result::Result<Result<T>, Problem> {
    say::<BEGIN>(c)?;
    let ran = catch_unwind(AssertUnwindSafe(|| f(c)));
    let outcome = ran.unwrap_or_else(|_| {
        close_nested(c); // the panic left them open
        Err(Problem::internal("a write panicked"))
    });
    let closed = match &outcome {
        Ok(_) => say::<KEEP>(c),
        Err(_) => say::<UNDO>(c).and_then(|()| say::<KEEP>(c)),
    };
    match (closed, outcome) {
        (Ok(()), outcome) => Ok(outcome),
        // What `f` was refused with says more than that its savepoint is gone.
        (Err(_), Err(problem)) => Err(problem),
        (Err(gone), Ok(_)) => Err(gone),
    }
}

/// Rolls diesel's nested transactions back until only the batch's own is open.
fn close_nested(c: &mut DbConnection) {
    type Manager = <DbConnection as Connection>::TransactionManager;
    let nested = |c: &mut DbConnection| {
        let status = Manager::transaction_manager_status_mut(c);
        status.transaction_depth().ok().flatten().is_some_and(|depth| depth.get() > 1)
    };
    while nested(c) {
        if Manager::rollback_transaction(c).is_err() {
            break;
        }
    }
}
