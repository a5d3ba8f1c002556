//! Work that comes round again, on one node at a time.
//!
//! A task runs on the node that holds its lease; when that node falls silent another takes over. Leases
//! save work, they promise nothing (see [`leases`](super::leases)): every task must be harmless when it
//! runs on two nodes at once. A task that fails or panics
//! says so in the log and comes round again. `app` fills one
//! timetable and starts it on every node.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::time::MissedTickBehavior;

use super::db::Db;
use super::leases;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// How long, besides two periods, a lease is taken for and a silent node keeps its task from the others.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A lease that lasts this much longer than the next period is not lengthened yet, so that an idle town
/// hardly writes.
const ENOUGH: TimeDelta = TimeDelta::seconds(15);

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

struct Task {
    name: &'static str,
    period: Duration,
    run: Box<dyn Fn(Db) -> Run + Send + Sync>,
}

/// The periodic tasks of a database.
pub struct Timetable {
    db: Db,
    tasks: Vec<Task>,
}

impl Timetable {
    /// An empty timetable.
    pub fn new(db: Db) -> Self {
        Self { db, tasks: vec![] }
    }

    /// Runs `task` every `period`, counted from the end of one run to the start of the next.
    pub fn every<F, R>(mut self, period: Duration, name: &'static str, task: F) -> Self
    where
        F: Fn(Db) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.tasks.push(Task { name, period, run: Box::new(move |db| Box::pin(task(db))) });
        self
    }

    /// Runs the tasks beside each other until `stop` is ready; then gives the leases back. A task that is
    /// running is cut off at its next wait: what it had begun in the database either commits or never was.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let turns = Arc::new(self);
        let mut running = tokio::task::JoinSet::new();
        for place in 0..turns.tasks.len() {
            let turns = Arc::clone(&turns);
            running.spawn(async move { turns.repeat(place).await });
        }
        stop.await;
        running.shutdown().await;
        turns.leave().await;
    }

    async fn repeat(&self, place: usize) {
        let Some(task) = self.tasks.get(place) else { return };
        let mut held_until = None;
        let mut ticks = tokio::time::interval(task.period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let turn = AssertUnwindSafe(self.turn(task, &mut held_until)).catch_unwind();
            let outcome = turn.await.unwrap_or_else(|_| {
                tracing::error!(task = task.name, "a periodic task panicked and comes round again");
                Some("failed")
            });
            if let Some(outcome) = outcome {
                metrics::counter!("wangge_task_runs_total", "task" => task.name, "outcome" => outcome)
                    .increment(1);
            }
        }
    }

    /// Runs the task once if it is ours; answers what that came to.
    async fn turn(&self, task: &Task, held_until: &mut Option<Timestamp>) -> Option<&'static str> {
        match self.is_ours(task, held_until).await {
            Ok(true) => {}
            Ok(false) => return None,
            Err(problem) => {
                tracing::warn!(?problem, task = task.name, "a lease cannot be asked for");
                return None;
            }
        }
        let began = std::time::Instant::now();
        let done = (task.run)(self.db.clone()).await;
        metrics::histogram!("wangge_task_seconds", "task" => task.name).record(began.elapsed());
        match done {
            Ok(()) => Some("done"),
            Err(problem) => {
                tracing::warn!(?problem, task = task.name, "a periodic task failed");
                Some("failed")
            }
        }
    }

    /// Whether this node runs the task now. A file has one process, which need not ask.
    async fn is_ours(&self, task: &Task, held_until: &mut Option<Timestamp>) -> Result<bool> {
        let now = self.db.clock().now();
        let period = TimeDelta::from_std(task.period).unwrap_or(TimeDelta::days(1));
        let lasts = held_until.is_some_and(|until| until.since(now) > period + ENOUGH);
        if !self.db.is_shared() || lasts {
            return Ok(true);
        }
        let (name, node, span) = (task.name, self.db.node().id(), period * 2 + LEASE);
        let held = self.db.write(move |tx| leases::hold(tx, name, node, span)).await?;
        *held_until = held.then(|| now.plus(span));
        Ok(held)
    }

    async fn leave(&self) {
        if !self.db.is_shared() {
            return;
        }
        let names: Vec<_> = self.tasks.iter().map(|task| task.name).collect();
        let node = self.db.node().id();
        let given =
            self.db.write(move |tx| names.iter().try_for_each(|name| leases::release(tx, name, node)));
        if let Err(problem) = given.await {
            tracing::warn!(?problem, "leases were not given back and run out by themselves");
        }
    }
}
