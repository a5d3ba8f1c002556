//! The one thread that writes. It takes what waits (at most 256 jobs, no timer), runs each in a savepoint of
//! one transaction, commits, and only then answers: an answer means that the row is on disk.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Result;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::store;

const QUEUE: usize = 4096;
const BATCH: usize = 256;

/// Answers the caller; given whether the commit held.
type Answer = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> (bool, Answer) + Send>;

/// Why a write did not happen.
#[derive(Debug)]
pub enum Refused {
    /// The queue is full: come back later.
    Busy,
    /// The statement or the commit failed.
    Failed,
}

/// Hands work to the writing thread.
#[derive(Clone)]
pub struct Writer(SyncSender<Job>);

impl Writer {
    /// Opens the database for writing and starts the thread. `ack_early` answers before the commit: the
    /// negative control of the kill drill, which must find the loss.
    ///
    /// # Errors
    /// A database that does not open, or no thread.
    pub fn start(path: &Path, ack_early: bool) -> Result<Self> {
        let connection = store::open(path)?;
        let (sender, receiver) = sync_channel::<Job>(QUEUE);
        thread::Builder::new().name("writer".into()).spawn(move || run(&connection, &receiver, ack_early))?;
        Ok(Self(sender))
    }

    /// Runs `work` in the next transaction and waits until it is on disk.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Refused> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = work(connection);
            let keep = result.is_ok();
            let reply: Answer = Box::new(move |committed| {
                // A caller who hung up needs no answer.
                let _ = reply.send(result.ok().filter(|_| committed));
            });
            (keep, reply)
        });
        self.0.try_send(job).map_err(|_| Refused::Busy)?;
        answer.await.ok().flatten().ok_or(Refused::Failed)
    }
}

fn run(connection: &Connection, jobs: &Receiver<Job>, ack_early: bool) {
    let mut answers: Vec<Answer> = Vec::with_capacity(BATCH);
    while let Ok(first) = jobs.recv() {
        let batch = || -> rusqlite::Result<()> {
            step(connection, "BEGIN IMMEDIATE")?;
            for job in std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)) {
                step(connection, "SAVEPOINT job")?;
                let (keep, answer) = job(connection);
                if !keep {
                    step(connection, "ROLLBACK TO job")?;
                }
                step(connection, "RELEASE job")?;
                if ack_early { answer(true) } else { answers.push(answer) }
            }
            step(connection, "COMMIT")
        };
        let committed = batch().is_ok();
        if !committed {
            // Nothing to undo when BEGIN itself failed.
            let _ = step(connection, "ROLLBACK");
        }
        answers.drain(..).for_each(|answer| answer(committed));
    }
}

fn step(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
