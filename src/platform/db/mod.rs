//! The way to the database: [`Db::read`] and [`Db::write`].
//!
//! Both run a closure off the async threads on a pooled connection. `write` is always a transaction: on
//! SQLite a job of the one writer with group commit, on PostgreSQL READ COMMITTED, tried again when two
//! transactions met. A 2xx after `write` is on disk. Never wait for the network inside either.

mod along;
mod beginning;
mod columns;
mod connection;
mod failure;
mod keyset;
pub mod lots;
mod manager;
pub mod migrations;
mod node;
mod notify;
mod open;
mod pool;
pub mod prefix;
mod prepared;
mod savepoint;
pub mod schema;
mod snapshot;
mod trial;
mod tx;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::Connection as _;
use tokio::sync::watch;

pub use along::{Along, Waiting};
pub use connection::{Cols, DbConnection, Doc, Json, MultiBackend};
pub use failure::Outcome;
pub use keyset::{after, before};
pub use manager::DatabaseUrl;
pub use node::{Node, ThisNode, holds};
pub use open::{DbSettings, OpenError};
pub use prefix::Condition;
pub use prepared::Prepared;
pub use snapshot::snapshot;
pub use tx::Tx;

use crate::base::clock::Clock;
use crate::base::problem::Result;
use beginning::{Beginning, Whole};
use pool::Pool;
use writer::Writer;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    beginning: Option<Beginning>,
}

struct Inner {
    clock: Clock,
    node: ThisNode,
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

impl Db {
    /// Runs a reading closure; sees everything that this node has been told is written. The closure may run more
    /// than once, when a connection turns out to be dead.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.inner.ways {
            Ways::Sqlite { readers, .. } => readers.run(f).await,
            Ways::Postgres { primary, .. } => primary.run(f).await,
        }
    }

    /// As [`Self::read`], from the read replica when there is one and it answers: for lists and counts, which may be
    /// a moment old. A caller that has just written must use [`Self::read`].
    pub async fn read_lagging<T: Send + 'static>(
        &self,
        f: impl Fn(&mut DbConnection) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let Ways::Postgres { replica: Some(replica), .. } = &self.inner.ways else {
            return self.read(f).await;
        };
        let f = Arc::new(f);
        let again = Arc::clone(&f);
        match replica.run(move |c| f(c)).await {
            Err(problem) if failure::may_pass(&problem) => {
                metrics::counter!("wangge_db_replica_failures_total").increment(1);
                self.read(move |c| again(c)).await
            }
            outcome => outcome,
        }
    }

    /// Runs a writing closure in a transaction and answers when it is on disk. The closure may run more
    /// than once (so it moves nothing out); an `Err` rolls everything back.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let whole = Whole { beginning: self.beginning.clone(), work: f };
        match &self.inner.ways {
            Ways::Sqlite { writer, .. } => writer.write(move |tx| whole.run(tx)).await,
            Ways::Postgres { primary, .. } => {
                let clock = self.inner.clock.clone();
                let done = primary.run(move |c| {
                    let now = clock.now();
                    c.transaction(|c| {
                        let mut tx = Tx::new(c, now);
                        let outcome = whole.run(&mut tx);
                        tx.finish(outcome)
                    })
                });
                let done = done.await;
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

    /// Whether writes are taken at all: false when the one writer of a SQLite file has ended.
    pub fn takes_writes(&self) -> bool {
        match &self.inner.ways {
            Ways::Sqlite { writer, .. } => writer.is_alive(),
            Ways::Postgres { .. } => true,
        }
    }

    /// What this process is called among those that work on the database.
    pub fn node(&self) -> &ThisNode {
        &self.inner.node
    }

    /// The clock that transactions are stamped with.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
}
