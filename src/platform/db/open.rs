//! Opening the database at start: pools, the writer thread, the lock on a SQLite file.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::watch;

use super::manager::{DatabaseUrl, Manager, Purpose};
use super::pool::{self, Pool};
use super::writer::Writer;
use super::{Db, DbConnection, Inner, ThisNode, Ways, notify};
use crate::base::clock::Clock;

/// Where the data are and how many connections to keep.
#[derive(Debug, Clone)]
pub struct DbSettings {
    /// The database.
    pub url: DatabaseUrl,
    /// A PostgreSQL read replica for lists and counts.
    pub replica: Option<DatabaseUrl>,
    /// Connections for reading (SQLite) or for everything (PostgreSQL), and for the replica.
    pub connections: u32,
}

/// Why the database could not be opened, for the person who starts the program.
#[derive(Debug)]
pub struct OpenError(String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

fn refused(what: &str, why: impl fmt::Display) -> OpenError {
    OpenError(format!("{what}: {why}"))
}

impl DbSettings {
    /// One writing connection outside of any pool, for migrations and commands.
    pub fn connect(&self) -> Result<DbConnection, OpenError> {
        let manager = Manager { url: self.url.clone(), purpose: Purpose::Writing };
        manager.open().map_err(|error| refused("cannot open the database", error))
    }

    /// Keeps other processes of ours away from a SQLite file until the answer is dropped; a server needs none.
    pub fn own(&self) -> Result<Option<std::fs::File>, OpenError> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => lock(path).map(Some),
            DatabaseUrl::Postgres(_) => Ok(None),
        }
    }
}

impl Db {
    /// Opens the pools. The tables must have been migrated for anything but `/healthz` to work.
    pub fn open(settings: &DbSettings, clock: Clock) -> Result<Self, OpenError> {
        let (commits, _) = watch::channel(0_u64);
        let untold = Arc::new(AtomicBool::new(false));
        let ways = match &settings.url {
            DatabaseUrl::Sqlite(path) => {
                let _lock = lock(path)?;
                let conn = settings.connect()?;
                let bell = commits.clone();
                let ring = move || bell.send_modify(|n| *n = n.wrapping_add(1));
                // The thread ends by itself when the last handle to the database is dropped.
                let writer = Writer::start(conn, clock.clone(), ring)
                    .map_err(|error| refused("cannot start the writer", error))?;
                check(&settings.url, Purpose::Reading)?;
                let readers = pool(&settings.url, Purpose::Reading, settings.connections)?;
                Ways::Sqlite { writer, readers, _lock }
            }
            DatabaseUrl::Postgres(_) => {
                check(&settings.url, Purpose::Writing)?;
                let primary = pool(&settings.url, Purpose::Writing, settings.connections)?;
                // A replica may be away for a while, also at start; lists are then read from the primary.
                let replica = settings.replica.as_ref();
                let replica =
                    replica.map(|url| pool(url, Purpose::Reading, settings.connections)).transpose()?;
                notify::start(settings.url.clone(), Arc::downgrade(&untold), commits.clone())
                    .map_err(|error| refused("cannot start the listener", error))?;
                Ways::Postgres { primary, replica }
            }
        };
        let inner = Inner { clock, node: ThisNode::new(), ways, commits, untold };
        Ok(Self { inner: Arc::new(inner), beginning: None })
    }
}

/// Opens one connection for a clear answer; a pool would try for a long time and say little.
fn check(url: &DatabaseUrl, purpose: Purpose) -> Result<(), OpenError> {
    let manager = Manager { url: url.clone(), purpose };
    manager.open().map(drop).map_err(|error| refused("cannot open the database", error))
}

fn pool(url: &DatabaseUrl, purpose: Purpose, size: u32) -> Result<Pool, OpenError> {
    let manager = Manager { url: url.clone(), purpose };
    let connections = r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(pool::WAIT)
        .idle_timeout(Some(Duration::from_secs(600)))
        .error_handler(Box::new(LogPoolErrors))
        .build_unchecked(manager);
    let name = if purpose == Purpose::Reading { "db-reader" } else { "db" };
    Pool::start(name, &connections, size)
        .map_err(|error| refused("cannot start the threads of a pool", error))
}

/// Sends what r2d2's background threads complain of to our log.
#[derive(Debug)]
struct LogPoolErrors;

impl r2d2::HandleError<diesel::r2d2::Error> for LogPoolErrors {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(%error, "the pool cannot open a connection");
    }
}

/// One process owns a SQLite file. The lock is given back when the file is closed, also by
/// a kill.
fn lock(path: &std::path::Path) -> Result<std::fs::File, OpenError> {
    let path = path.with_extension("lock");
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| refused(&format!("cannot open {}", path.display()), error))?;
    file.try_lock().map_err(|_| {
        OpenError(format!("another wangge owns this database ({} is locked); stop it first", path.display()))
    })?;
    Ok(file)
}
