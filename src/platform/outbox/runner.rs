//! Runs jobs: claim, commit, work, record.
//!
//! One runner per node. It looks after every commit and at least every second, and claims no more than it
//! can run at once, so that nothing lies claimed and idle. Its loop never waits for a job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::store::{self, Claimed, Recorded};
use super::{Claim, Handlers, OutboxJob, OutboxSettings, Outcome, Place};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::Db;

/// The longest pause between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// The shortest: a town that commits a thousand times a second is not looked at a thousand times.
const REST: Duration = Duration::from_millis(20);
/// How often a claim is renewed in the time that it holds.
const RENEWED: u32 = 4;
/// How often what waits is counted.
const COUNT: Duration = Duration::from_secs(10);

/// Runs the jobs of a database with `handlers`.
pub struct Runner<C> {
    inner: Arc<Inner<C>>,
}

struct Inner<C> {
    db: Db,
    handlers: Handlers<C>,
    context: C,
    kinds: String,
    settings: OutboxSettings,
    pauses: Vec<TimeDelta>,
}

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// A runner that stands still until [`Self::run`].
    pub fn new(db: Db, handlers: Handlers<C>, context: C, settings: OutboxSettings) -> Self {
        let kinds = store::list(handlers.kinds());
        let pauses = settings.retries.iter().map(|pause| span(*pause)).collect();
        Self { inner: Arc::new(Inner { db, handlers, context, kinds, settings, pauses }) }
    }

    /// Runs jobs until `stop` is ready; then claims no more and waits for those that run.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut commits = self.inner.db.commits();
        let mut running = JoinSet::new();
        let mut counted = None;
        tokio::pin!(stop);
        loop {
            while running.try_join_next().is_some() {}
            commits.mark_unchanged();
            if let Err(problem) = self.begin(&mut running).await {
                tracing::warn!(?problem, "the outbox cannot be looked at");
            }
            if counted.is_none_or(|at: Instant| at.elapsed() >= COUNT) {
                counted = Some(Instant::now());
                self.count().await;
            }
            let woken = async {
                tokio::time::sleep(REST).await;
                let full = running.len() >= self.inner.settings.at_once;
                tokio::select! {
                    _ = commits.changed(), if !full => {}
                    _ = running.join_next(), if !running.is_empty() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            };
            tokio::select! { () = &mut stop => break, () = woken => {} }
        }
        let all = async { while running.join_next().await.is_some() {} };
        if timeout(self.inner.settings.drain, all).await.is_err() {
            tracing::warn!(jobs = running.len(), "jobs were cut off at shutdown and will be run again");
        }
    }

    /// Runs everything that is due now, one claim after another, and answers how many runs that were. For
    /// commands and tests; a server calls [`Self::run`].
    pub async fn run_due(&self) -> Result<usize> {
        let mut runs = 0;
        loop {
            let mut running = JoinSet::new();
            let begun = self.begin(&mut running).await?;
            if begun == 0 {
                return Ok(runs);
            }
            while running.join_next().await.is_some() {}
            runs += begun;
        }
    }

    /// Claims as many due jobs as there is room for and begins them.
    async fn begin(&self, running: &mut JoinSet<()>) -> Result<usize> {
        let inner = &self.inner;
        let room = inner.settings.at_once.saturating_sub(running.len());
        if room == 0 || inner.kinds.is_empty() {
            return Ok(0);
        }
        // Looking is a read; only when there is something to claim does the disk turn.
        let (kinds, now) = (inner.kinds.clone(), inner.db.clock().now());
        if !inner.db.read(move |c| store::is_due(c, &kinds, now)).await? {
            return Ok(0);
        }
        let (kinds, lease) = (inner.kinds.clone(), span(inner.settings.lease));
        let claim = inner.db.node().hold();
        let claimed = inner.db.write(move |tx| store::claim(tx, &kinds, room, (claim, lease))).await?;
        let begun = claimed.len();
        for job in claimed {
            running.spawn(Arc::clone(inner).work(job));
        }
        Ok(begun)
    }

    async fn count(&self) {
        let (kinds, now) = (self.inner.kinds.clone(), self.inner.db.clock().now());
        if self.inner.kinds.is_empty() {
            return;
        }
        let Ok(waiting) = self.inner.db.read_lagging(move |c| store::waiting(c, &kinds, now)).await else {
            return; // whoever looks at the gauges also sees that the database is away
        };
        let age = waiting.oldest.map_or(0, |due| now.since(due).num_milliseconds());
        metrics::gauge!("wangge_outbox_waiting").set(waiting.jobs as f64);
        metrics::gauge!("wangge_outbox_unknown").set(waiting.unknown as f64);
        metrics::gauge!("wangge_outbox_given_up").set(waiting.given_up as f64);
        metrics::gauge!("wangge_outbox_oldest_age_seconds").set(age as f64 / 1000.0);
    }
}

impl<C: Clone + Send + Sync + 'static> Inner<C> {
    /// Renews the claim of a job until somebody else has it. Most jobs end before the first time.
    async fn hold(&self, held: (Id<OutboxJob>, Id<Claim>)) {
        let lease = self.settings.lease;
        loop {
            tokio::time::sleep(lease / RENEWED).await;
            match self.db.write(move |tx| store::renew(tx, held, span(lease))).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) => tracing::warn!(?problem, job = %held.0, "a claim was not renewed"),
            }
        }
    }

    async fn work(self: Arc<Self>, job: Claimed) {
        let outcome = if usize::try_from(job.attempts).unwrap_or_default() > self.pauses.len() + 1 {
            // Every try was begun and none came back: running it may be what stops the process.
            Outcome::GaveUp("no try has come to an end".to_owned())
        } else {
            let place = Place::of(job.id, job.claim);
            let run = self.handlers.run(&job.kind, job.payload(), place, self.context.clone());
            let late = |_| Outcome::Retry("the run took too long".to_owned());
            let run = async { timeout(self.settings.run_limit, run).await.unwrap_or_else(late) };
            tokio::select! {
                outcome = run => outcome,
                () = self.hold((job.id, job.claim)) => {
                    Outcome::Retry("another node took it over".to_owned())
                }
            }
        };
        if let Outcome::Retry(why) | Outcome::GaveUp(why) = &outcome {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, why, "a job failed");
        }
        let kind = job.kind.clone();
        let me = Arc::clone(&self);
        let recorded = self.db.write(move |tx| store::finish(tx, &job, &outcome, &me.pauses)).await;
        let what = match recorded {
            Ok(Recorded::Done) => "done",
            Ok(Recorded::More) => "more",
            Ok(Recorded::Again) => "retry",
            Ok(Recorded::GaveUp) => "gave_up",
            Ok(Recorded::Late) => "late",
            Err(problem) => {
                tracing::warn!(?problem, kind, "a run was not recorded; the job will be run again");
                "unrecorded"
            }
        };
        metrics::counter!("wangge_outbox_runs_total", "kind" => kind, "outcome" => what).increment(1);
    }
}

/// A span as the database counts it; one that is out of range is a day.
fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::days(1))
}
