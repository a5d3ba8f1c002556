//! The one writer of a SQLite file, with group commit (decision 20).
//!
//! Jobs wait in a bounded queue; the thread takes what waits, runs each in a savepoint of one
//! `BEGIN IMMEDIATE` transaction, commits once, and only then answers each. So an answer means "on disk",
//! a failing job does not spoil its neighbours, and 64 callers share one fsync. There is no timer: the
//! first job of a quiet moment commits at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Instant;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use tokio::sync::oneshot;

use super::connection::DbConnection;
use super::tx::Tx;
use crate::base::clock::Clock;
use crate::base::problem::{Code, Problem, Result};

/// Callers that may wait; the next one is told to come back.
const QUEUE: usize = 4096;
/// Jobs of one commit.
const BATCH: usize = 256;

/// A caller's work on its way through the thread.
trait Job: Send {
    /// Runs the work in its own savepoint and keeps the outcome.
    fn run(&mut self, c: &mut DbConnection, clock: &Clock);
    /// Tells the caller, once it is known whether the batch is on disk.
    fn answer(self: Box<Self>, committed: bool);
    /// When the caller joined the queue.
    fn queued_at(&self) -> Instant;
}

struct Work<F, T> {
    f: F,
    outcome: Option<Result<T>>,
    caller: oneshot::Sender<Result<T>>,
    queued_at: Instant,
}

impl<F, T> Job for Work<F, T>
where
    F: Fn(&mut Tx) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, c: &mut DbConnection, clock: &Clock) {
        if self.caller.is_closed() {
            return; // the caller has gone away before we began; nothing was promised
        }
        let now = clock.now();
        let ran = catch_unwind(AssertUnwindSafe(|| c.transaction(|c| (self.f)(&mut Tx::new(c, now)))));
        self.outcome = Some(ran.unwrap_or_else(|_| {
            roll_back(c, 1); // the panic left its savepoint open; depth 1 is the batch itself
            Err(Problem::internal("a write panicked"))
        }));
    }

    fn answer(self: Box<Self>, committed: bool) {
        let Self { outcome, caller, .. } = *self;
        let answer = match outcome {
            Some(Ok(_)) if !committed => Err(not_on_disk("commit failed")),
            Some(outcome) => outcome,
            None => Err(not_on_disk("the batch could not begin")),
        };
        // A caller that has gone away meanwhile will ask again; its record is there.
        drop(caller.send(answer));
    }

    fn queued_at(&self) -> Instant {
        self.queued_at
    }
}

fn not_on_disk(cause: &'static str) -> Problem {
    Problem::new(Code::Busy).retry_after(2).caused_by(cause)
}

/// How deep in transactions a connection is; 0 is outside of any.
fn depth(c: &mut DbConnection) -> u32 {
    let status = <DbConnection as Connection>::TransactionManager::transaction_manager_status_mut(c);
    status.transaction_depth().ok().flatten().map_or(0, std::num::NonZeroU32::get)
}

/// Rolls back until only `until` transactions are open.
fn roll_back(c: &mut DbConnection, until: u32) {
    while depth(c) > until {
        if <DbConnection as Connection>::TransactionManager::rollback_transaction(c).is_err() {
            break;
        }
    }
}

/// The queue's near end. Dropping the last one ends the thread after what still waits.
pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    depth: Arc<AtomicUsize>,
}

impl Writer {
    /// Starts the thread on its connection; `committed` is called after each commit.
    pub fn start(
        conn: DbConnection,
        clock: Clock,
        committed: impl Fn() + Send + 'static,
    ) -> std::io::Result<(Self, std::thread::JoinHandle<()>)> {
        let (queue, jobs) = sync_channel(QUEUE);
        let depth = Arc::new(AtomicUsize::new(0));
        let waiting = Arc::clone(&depth);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || Thread { conn, clock, jobs, waiting }.run(committed))?;
        Ok((Self { queue, depth }, thread))
    }

    /// Runs `f` in the next batch and answers when it is on disk.
    pub async fn write<F, T>(&self, f: F) -> Result<T>
    where
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Work { f, outcome: None, caller, queued_at: Instant::now() });
        let depth = self.depth.fetch_add(1, Ordering::Relaxed) + 1;
        metrics::gauge!("wangge_db_write_queue_depth").set(depth as f64);
        self.queue.try_send(job).map_err(|refused| {
            self.depth.fetch_sub(1, Ordering::Relaxed);
            let cause = match refused {
                TrySendError::Full(_) => "the write queue is full",
                TrySendError::Disconnected(_) => "the writer has stopped",
            };
            Problem::new(Code::Busy).retry_after(1).caused_by(cause)
        })?;
        answer.await.unwrap_or_else(|_| Err(Problem::internal("the writer dropped a job")))
    }
}

struct Thread {
    conn: DbConnection,
    clock: Clock,
    jobs: Receiver<Box<dyn Job>>,
    waiting: Arc<AtomicUsize>,
}

impl Thread {
    fn run(mut self, committed: impl Fn()) {
        let mut batch = Vec::with_capacity(BATCH);
        while let Ok(first) = self.jobs.recv() {
            batch.push(first);
            batch.extend(self.jobs.try_iter().take(BATCH - 1));
            self.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
            let began = Instant::now();
            for job in &batch {
                let waited = began.duration_since(job.queued_at());
                metrics::histogram!("wangge_db_write_wait_seconds").record(waited);
            }
            let on_disk = self.commit(&mut batch);
            metrics::histogram!("wangge_db_write_batch_jobs").record(batch.len() as f64);
            metrics::histogram!("wangge_db_write_batch_seconds").record(began.elapsed());
            for job in batch.drain(..) {
                job.answer(on_disk);
            }
            if on_disk {
                committed();
            }
        }
    }

    /// Whether the whole batch is on disk.
    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> bool {
        let c = &mut self.conn;
        let DbConnection::Sqlite(file) = c else { return false };
        if let Err(error) = AnsiTransactionManager::begin_transaction_sql(file, "BEGIN IMMEDIATE") {
            tracing::error!(%error, "cannot begin a write");
            self.recover();
            return false;
        }
        for job in batch.iter_mut() {
            job.run(c, &self.clock);
        }
        let began = Instant::now();
        let ended = <DbConnection as Connection>::TransactionManager::commit_transaction(c);
        metrics::histogram!("wangge_db_commit_seconds").record(began.elapsed());
        if let Err(error) = ended {
            tracing::error!(%error, "cannot commit a write");
            self.recover();
            return false;
        }
        true
    }

    /// Brings the connection back to "no transaction" after a commit that failed.
    fn recover(&mut self) {
        use diesel::connection::SimpleConnection;
        roll_back(&mut self.conn, 0);
        // SQLite may already have rolled back on its own (disk full); then this says so and changes nothing.
        drop(self.conn.batch_execute("ROLLBACK"));
    }
}
