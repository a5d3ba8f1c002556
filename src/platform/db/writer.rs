//! The one writer of a SQLite file, with group commit.
//!
//! Jobs wait in a bounded queue; the thread takes what waits and what comes while it runs, in one `BEGIN IMMEDIATE`
//! transaction, commits once, and only then answers each. So an answer means "on disk", and 64 callers share one fsync.
//! Nobody is waited for: the first job of a quiet moment commits at once.
//!
//! A failing job does not spoil its neighbours: when one fails after it wrote, the batch is rolled back and run once
//! more, each job in a savepoint (decision 0057). A job may therefore run twice, as on PostgreSQL.
//!
//! When the disk is full SQLite may end the whole transaction by itself. The batch is then given up, none of its
//! callers is told that anything was kept, and the connection is brought back to "no transaction", so that writing
//! goes on as soon as there is room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use diesel::connection::{
    AnsiTransactionManager, SimpleConnection, TransactionManager, TransactionManagerStatus,
};
use diesel::prelude::*;
use tokio::sync::oneshot;

use super::connection::DbConnection;
use super::savepoint::in_savepoint;
use super::trial::{Spoilt, without_savepoint};
use super::tx::Tx;
use crate::base::clock::Clock;
use crate::base::problem::{Code, Problem, Result};

/// Callers that may wait; the next one is told to come back.
const QUEUE: usize = 4096;
/// Jobs of one commit.
const BATCH: usize = 256;
/// So long others may join a batch that runs; who was there first waits for them.
const JOIN: Duration = Duration::from_millis(5);
/// Seconds after which a client may send again what was not committed.
const RETRY_SECONDS: u32 = 2;

/// How the jobs of a batch are run.
#[derive(Clone, Copy)]
enum Care {
    /// Without a savepoint, in the hope that none fails after it wrote.
    Trusting,
    /// Each in a savepoint.
    Careful,
}

/// Why a batch does not go on.
enum Halt {
    /// A job failed after it wrote: nothing is kept, and the batch is run with care.
    Spoilt,
    /// SQLite has ended the transaction or could not begin or commit it: what the others of the batch wrote is gone too.
    Ended(Problem),
}

/// A caller's work on its way through the thread.
trait Job: Send {
    /// Runs the work and keeps the outcome.
    fn run(&mut self, c: &mut DbConnection, clock: &Clock, care: Care) -> std::result::Result<(), Halt>;
    /// Tells the caller; `lost` is why nothing of the batch is on disk.
    fn answer(self: Box<Self>, lost: Option<Code>);
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
    fn run(&mut self, c: &mut DbConnection, clock: &Clock, care: Care) -> std::result::Result<(), Halt> {
        self.outcome = None;
        if self.caller.is_closed() {
            return Ok(()); // the caller has gone away before we began; nothing was promised
        }
        let now = clock.now();
        let work = |c: &mut DbConnection| (self.f)(&mut Tx::new(c, now));
        let (outcome, ended) = match care {
            Care::Trusting => (without_savepoint(c, work).map_err(|Spoilt| Halt::Spoilt)?, Ok(())),
            Care::Careful => match in_savepoint(c, work) {
                Ok(outcome) => (outcome, Ok(())),
                Err(problem) => {
                    let ended = Problem::new(problem.code()).caused_by("a write ended the whole transaction");
                    (Err(problem), Err(Halt::Ended(ended)))
                }
            },
        };
        self.outcome = Some(outcome);
        ended
    }

    fn answer(self: Box<Self>, lost: Option<Code>) {
        let Self { outcome, caller, .. } = *self;
        let answer = match (outcome, lost) {
            (Some(Ok(_)) | None, Some(code)) => Err(not_on_disk(code)),
            (Some(outcome), _) => outcome,
            (None, None) => return, // its caller has gone away
        };
        // A caller that has gone away meanwhile will ask again; its record is there.
        drop(caller.send(answer));
    }

    fn queued_at(&self) -> Instant {
        self.queued_at
    }
}

/// As 503 or 507: nothing of it is on disk, so the caller may send the same again.
fn not_on_disk(code: Code) -> Problem {
    let problem = Problem::new(code).caused_by("the batch of this write was not committed");
    if code == Code::Busy { problem.retry_after(RETRY_SECONDS) } else { problem }
}

/// The queue's near end. Dropping the last one ends the thread after what still waits.
pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    depth: Arc<AtomicUsize>,
    thread: std::thread::JoinHandle<()>,
}

impl Writer {
    /// Starts the thread on its connection; `committed` is called after each commit.
    pub fn start(
        conn: DbConnection,
        clock: Clock,
        committed: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let depth = Arc::new(AtomicUsize::new(0));
        let waiting = Arc::clone(&depth);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || Thread { conn, clock, jobs, waiting }.run(committed))?;
        Ok(Self { queue, depth, thread })
    }

    /// Whether the thread still takes jobs.
    pub fn is_alive(&self) -> bool {
        !self.thread.is_finished()
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
            let began = Instant::now();
            self.take(first, &mut batch);
            while batch.len() < BATCH && self.take_next(&mut batch) {}
            let lost = self.commit(&mut batch).err();
            metrics::histogram!("wangge_db_write_batch_jobs").record(batch.len() as f64);
            metrics::histogram!("wangge_db_write_batch_seconds").record(began.elapsed());
            for job in batch.drain(..) {
                job.answer(lost);
            }
            if lost.is_none() {
                committed();
            }
        }
    }

    fn take(&self, job: Box<dyn Job>, batch: &mut Vec<Box<dyn Job>>) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        metrics::histogram!("wangge_db_write_wait_seconds").record(job.queued_at().elapsed());
        batch.push(job);
    }

    /// Takes the next one that waits; no when nobody does.
    fn take_next(&self, batch: &mut Vec<Box<dyn Job>>) -> bool {
        let next = self.jobs.try_recv();
        next.map(|job| self.take(job, batch)).is_ok()
    }

    /// Runs the batch and who joins it, and puts it on disk, or tells why nothing of it is there.
    fn commit(&mut self, batch: &mut Vec<Box<dyn Job>>) -> std::result::Result<(), Code> {
        for care in [Care::Trusting, Care::Careful] {
            let Err(halt) = self.commit_with(care, batch) else { return Ok(()) };
            self.roll_back();
            match halt {
                Halt::Spoilt => metrics::counter!("wangge_db_write_batches_run_again_total").increment(1),
                Halt::Ended(problem) => {
                    tracing::error!(?problem, "a batch of writes was not committed");
                    let full = problem.code() == Code::StorageFull;
                    return Err(if full { Code::StorageFull } else { Code::Busy });
                }
            }
        }
        Err(Code::Internal) // not reached: a savepoint leaves nothing spoilt
    }

    fn commit_with(&mut self, care: Care, batch: &mut Vec<Box<dyn Job>>) -> std::result::Result<(), Halt> {
        let opened = Instant::now();
        let DbConnection::Sqlite(file) = &mut self.conn else {
            return Err(Halt::Ended(Problem::internal("only SQLite has a writer")));
        };
        AnsiTransactionManager::begin_transaction_sql(file, "BEGIN IMMEDIATE")
            .map_err(|error| Halt::Ended(error.into()))?;
        let mut ran = 0;
        while let Some(job) = batch.get_mut(ran) {
            job.run(&mut self.conn, &self.clock, care)?;
            ran += 1;
            if ran == batch.len() && ran < BATCH && opened.elapsed() < JOIN {
                self.take_next(batch);
            }
        }
        let began = Instant::now();
        let ended = <DbConnection as Connection>::TransactionManager::commit_transaction(&mut self.conn);
        metrics::histogram!("wangge_db_commit_seconds").record(began.elapsed());
        ended.map_err(|error| Halt::Ended(error.into()))
    }

    /// Brings the connection back to "no transaction".
    fn roll_back(&mut self) {
        // SQLite may already have rolled back on its own; then this says so and changes nothing.
        drop(self.conn.batch_execute("ROLLBACK"));
        // Diesel does not come back by itself from a rollback that failed, nor from nested ones that a panic left open.
        let status =
            <DbConnection as Connection>::TransactionManager::transaction_manager_status_mut(&mut self.conn);
        *status = TransactionManagerStatus::default();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "writer_tests.rs"]
mod tests;
