//! The only file that reads diesel's errors.
//!
//! A failure that may pass (the server went away, two transactions met) is `busy`, and `Db::write` tries
//! again; a full disk is `storage_full`; everything else is our fault and `internal`.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::base::problem::{Code, Problem, Result};

/// Seconds after which a client may try again what the database could not take.
const RETRY_SECONDS: u32 = 2;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NotFound => return Problem::internal("a row that must exist is missing"),
            Error::DatabaseError(kind, information) => code_of(kind, information.message()),
            Error::BrokenTransactionManager => Code::Busy,
            _ => Code::Internal,
        };
        let problem = Problem::new(code);
        let problem = if code == Code::Busy { problem.retry_after(RETRY_SECONDS) } else { problem };
        problem.caused_by(error)
    }
}

fn code_of(kind: &DatabaseErrorKind, message: &str) -> Code {
    use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand};
    match kind {
        SerializationFailure | ClosedConnection | UnableToSendCommand => Code::Busy,
        _ if PASSING.iter().any(|sign| message.contains(sign)) => Code::Busy,
        _ if FULL.iter().any(|sign| message.contains(sign)) => Code::StorageFull,
        _ => Code::Internal,
    }
}

/// Diesel knows no kind for these; the texts are those of SQLite and of an English-speaking PostgreSQL,
/// which every connection asks for (`lc_messages`).
const PASSING: [&str; 9] = [
    "database is locked",
    "disk I/O error",
    "deadlock detected",
    "lock timeout",
    "terminating connection",
    "server closed the connection",
    "no connection to the server",
    "the database system is",
    "in a read-only transaction",
];
const FULL: [&str; 2] = ["database or disk is full", "No space left on device"];

/// Whether another try may succeed.
pub(super) fn may_pass(problem: &Problem) -> bool {
    problem.code() == Code::Busy
}

/// The pool had no connection within the wait limit.
pub(super) fn pool_exhausted(cause: impl std::fmt::Display + Send + Sync + 'static) -> Problem {
    metrics::counter!("wangge_db_pool_timeouts_total").increment(1);
    Problem::new(Code::Busy).retry_after(RETRY_SECONDS).caused_by(cause)
}

/// What a store does with the outcome of a query.
pub trait Outcome<T>: Sized {
    /// No row is 404.
    fn or_not_found(self) -> Result<T>;
    /// No row is `None`.
    fn or_none(self) -> Result<Option<T>>;
    /// A violation of the unique index `name` (`uq_<table>__<columns>`) is what `problem` says.
    ///
    /// On PostgreSQL the transaction is over then, so the problem must leave the transaction.
    fn on_unique(self, name: &str, problem: impl FnOnce() -> Problem) -> Result<T>;
    /// Someone made the same record at the same moment: the transaction is tried again and will find it.
    fn or_again(self) -> Result<T>;
}

impl<T> Outcome<T> for std::result::Result<T, Error> {
    fn or_not_found(self) -> Result<T> {
        self.or_none()?.ok_or_else(Problem::not_found)
    }

    fn or_none(self) -> Result<Option<T>> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn on_unique(self, name: &str, problem: impl FnOnce() -> Problem) -> Result<T> {
        self.map_err(|error| match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information)
                if violated(information.as_ref()).as_deref() == Some(name) =>
            {
                problem().caused_by(error)
            }
            _ => error.into(),
        })
    }

    fn or_again(self) -> Result<T> {
        self.map_err(|error| match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Problem::new(Code::Busy).retry_after(RETRY_SECONDS).caused_by(error)
            }
            _ => error.into(),
        })
    }
}

/// The name of the unique index that was violated. SQLite names the columns, not the index.
fn violated(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<String> {
    if let Some(name) = information.constraint_name() {
        return Some(name.to_owned());
    }
    let columns = information.message().strip_prefix("UNIQUE constraint failed: ")?;
    let mut name = String::from("uq_");
    for (place, column) in columns.split(", ").enumerate() {
        let (table, column) = column.split_once('.')?;
        if place == 0 {
            name.push_str(table);
        }
        name.push_str("__");
        name.push_str(column);
    }
    Some(name)
}
