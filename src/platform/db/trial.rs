//! A job of the writer without a savepoint of its own.
//!
//! Most jobs succeed, and of those that refuse most have written nothing by then, so there is nothing to undo. Keeping what
//! a savepoint might have to undo costs every job; here a job costs one question, and only what did fail after it wrote
//! costs its batch a second run, each job of it in its savepoint ([`in_savepoint`](super::savepoint::in_savepoint)).

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::connection::DbConnection;
use crate::base::problem::Result;

diesel::define_sql_function! {
    /// Rows that this connection has written, those of triggers and those that were undone included.
    fn total_changes() -> BigInt;
}

/// Something was written that has to be undone, or the transaction has ended: nothing of it may be kept.
#[derive(Debug)]
pub(super) struct Spoilt;

/// Runs `f` in the transaction that is open and answers its outcome. [`Spoilt`] when it refused or panicked after it wrote.
pub(super) fn without_savepoint<T>(
    c: &mut DbConnection,
    f: impl FnOnce(&mut DbConnection) -> Result<T>,
) -> std::result::Result<Result<T>, Spoilt> {
    let before = written(c)?;
    match catch_unwind(AssertUnwindSafe(|| f(c))) {
        Ok(Err(refusal)) if written(c)? == before && is_open(c) => Ok(Err(refusal)),
        Ok(Ok(kept)) => Ok(Ok(kept)),
        Ok(Err(_)) | Err(_) => Err(Spoilt),
    }
}

fn written(c: &mut DbConnection) -> std::result::Result<i64, Spoilt> {
    let DbConnection::Sqlite(file) = c else { return Err(Spoilt) };
    diesel::select(total_changes()).get_result(file).map_err(|_| Spoilt)
}

/// Whether SQLite has not ended the transaction by itself, as it may on a full disk: only outside of one may another
/// begin. Asked only of what refused.
fn is_open(c: &mut DbConnection) -> bool {
    c.batch_execute("BEGIN").is_err()
}
