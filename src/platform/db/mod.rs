//! The way to the database: [`Db::read`] and [`Db::write`].
//!
//! Both run a closure off the async threads on a pooled connection. `write` is always a transaction: on
//! SQLite a job of the one writer with group commit, on PostgreSQL READ COMMITTED, tried again when two
//! transactions met. A 2xx after `write` is on disk. Never wait for the network inside either.

mod columns;
mod connection;
mod failure;
mod keyset;
pub mod lots;
mod manager;
pub mod migrations;
mod notify;
mod open;
pub mod prefix;
pub mod schema;
mod tx;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

pub use connection::{Cols, DbConnection, Doc, MultiBackend};
pub use failure::Outcome;
pub use keyset::before;
pub use manager::DatabaseUrl;
pub use open::{DbSettings, OpenError};
pub use prefix::Condition;
pub use tx::Tx;

use crate::base::clock::Clock;
use crate::base::problem::{Problem, Result};
use manager::Manager;
use writer::Writer;

/// How long a caller waits for a connection before 503.
const POOL_WAIT: Duration = Duration::from_secs(2);
/// How often a transaction is tried when it met another.
const TRIES: u32 = 5;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    ways: Ways,
    /// Counts commits; whoever follows the database waits for it to change.
    commits: watch::Sender<u64>,
    /// Set after a commit on PostgreSQL, taken by the thread that tells the other nodes.
    untold: Arc<AtomicBool>,
}

enum Ways {
    Sqlite { writer: Writer, readers: Pool, _lock: std::fs::File },
    Postgres { primary: Pool, replica: Option<Pool> },
}

/// A pool and as many permits as it has connections: waiting is done asynchronously, so that no thread
/// of the blocking pool stands still for a connection.
struct Pool {
    connections: r2d2::Pool<Manager>,
    permits: Arc<Semaphore>,
}

impl Pool {
    async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = tokio::time::timeout(POOL_WAIT, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = permit.map_err(failure::pool_exhausted)?.map_err(Problem::internal)?;
        let connections = self.connections.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut c = connections.get_timeout(POOL_WAIT).map_err(failure::pool_exhausted)?;
            f(&mut c)
        });
        ran.await.map_err(|_| Problem::internal("a database call panicked"))?
    }
}

impl Db {
    /// Runs a reading closure; sees everything that this node has been told is written.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.inner.ways {
            Ways::Sqlite { readers, .. } => readers.run(f).await,
            Ways::Postgres { primary, .. } => primary.run(f).await,
        }
    }

    /// As [`Self::read`], from the read replica when there is one: for lists and counts, which may be a
    /// moment old. A caller that has just written must use [`Self::read`].
    pub async fn read_lagging<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.inner.ways {
            Ways::Postgres { replica: Some(replica), .. } => replica.run(f).await,
            _ => self.read(f).await,
        }
    }

    /// Runs a writing closure in a transaction and answers when it is on disk. The closure may run more
    /// than once (so it moves nothing out); an `Err` rolls everything back.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.inner.ways {
            Ways::Sqlite { writer, .. } => writer.write(f).await,
            Ways::Postgres { primary, .. } => {
                let clock = self.inner.clock.clone();
                let done = primary.run(move |c| write_with_retries(c, &clock, &f)).await;
                if done.is_ok() {
                    self.inner.untold.store(true, Ordering::Relaxed);
                    self.inner.commits.send_modify(|n| *n = n.wrapping_add(1));
                }
                done
            }
        }
    }

    /// Changes after each commit, here or (PostgreSQL) on another node. A hint to look again, not a
    /// promise: whoever follows also looks from time to time without it.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.commits.subscribe()
    }

    /// Whether many nodes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.inner.ways, Ways::Postgres { .. })
    }

    /// The clock that transactions are stamped with.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
}

fn write_with_retries<T>(
    c: &mut DbConnection,
    clock: &Clock,
    f: &impl Fn(&mut Tx) -> Result<T>,
) -> Result<T> {
    use diesel::Connection;
    let mut tried = 1;
    loop {
        let now = clock.now();
        let outcome = c.transaction(|c| f(&mut Tx::new(c, now)));
        match outcome {
            Err(problem) if failure::may_pass(&problem) && tried < TRIES => {
                metrics::counter!("wangge_db_write_retries_total").increment(1);
                // Those who met must not meet again: wait longer each time, and not equally long.
                let jitter = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
                std::thread::sleep(Duration::from_millis(u64::from(tried) * 5 + jitter / 16));
                tried += 1;
            }
            outcome => return outcome,
        }
    }
}
