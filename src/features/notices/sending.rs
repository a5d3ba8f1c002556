//! The loop that sends deliveries: claim a block, commit; then wave by wave begin, send, record.
//!
//! One sender per channel and process, any number of processes on PostgreSQL. A delivery is sent by whoever holds its lease
//! and, before the gateway is called, stands as *sending* on disk. So none is sent twice, with one exception: a
//! process that dies between sending and recording leaves its wave in doubt, and of that wave urgent deliveries
//! are sent again while others end as *unknown*, where the channel knows nothing better ([`Doubt`]).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use super::delivery::{DeliveryState, Doubt, Sending, Verdict};
use super::lines::{Came, Letter, Line, verdict_of};
use super::model::{Channel, Delivery, Lease};
use super::store::deliveries;
use super::waves::{self, Ready, Rules};
use super::ways::{Manners, Ways};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::Db;
use crate::platform::push::Outcome;

/// Deliveries of one claim.
const BLOCK: i64 = 200;
/// Waves at once, so that one writes while the other sends.
const LANES: usize = 2;
/// The longest pause between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// The shortest.
const REST: Duration = Duration::from_millis(20);

/// Sends deliveries over one channel.
pub struct Sender {
    db: Db,
    line: Arc<Line>,
    rules: Rules,
    /// The pause before each further try; a message that fails after the last one is given up.
    pauses: Vec<TimeDelta>,
    pace: Option<DefaultDirectRateLimiter>,
    permits: Semaphore,
    stopping: AtomicBool,
}

/// How a sender behaves beyond its line.
#[derive(Debug, Clone)]
pub struct SenderSettings {
    /// The channels that the town has; what does not get through goes on by the next of them.
    pub ways: Ways,
    /// When people may be disturbed, and how often.
    pub manners: Manners,
    /// The most messages in a second; 0: as many as go.
    pub per_second: u32,
    /// The pause before each further try.
    pub pauses: Vec<TimeDelta>,
}

impl Default for SenderSettings {
    fn default() -> Self {
        let pauses = [30, 120, 600, 3600].map(TimeDelta::seconds).to_vec();
        Self { ways: Ways::default(), manners: Manners::default(), per_second: 0, pauses }
    }
}

/// Deliveries of one wave: what one crash can leave in doubt, which is dear only where nothing helps against doubt.
const fn wave_of(line: &Line) -> usize {
    match line.doubt() {
        Doubt::Blind => 16,
        Doubt::Keyed | Doubt::Asked => 64,
    }
}

impl Sender {
    /// A sender that stands still until [`Self::run`].
    pub fn new(db: Db, line: Line, settings: SenderSettings) -> Self {
        let SenderSettings { ways, manners, per_second, pauses } = settings;
        let pace = NonZeroU32::new(per_second).map(|n| RateLimiter::direct(Quota::per_second(n)));
        let permits = Semaphore::new(wave_of(&line));
        let rules = Rules { ways, manners };
        let line = Arc::new(line);
        Self { db, line, rules, pauses, pace, permits, stopping: AtomicBool::new(false) }
    }

    /// Which channel it sends on.
    pub fn channel(&self) -> Channel {
        self.line.channel()
    }

    /// Sends until `stop` is ready; then gives back what has not begun and waits for what has.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut commits = self.db.commits();
        tokio::pin!(stop);
        if !self.db.is_shared()
            && let Err(problem) = self.db.write(deliveries::take_over).await
        {
            tracing::warn!(?problem, "what the process before held is waited for");
        }
        loop {
            commits.mark_unchanged();
            let block = self.block();
            tokio::pin!(block);
            let sent = tokio::select! {
                sent = &mut block => sent,
                () = &mut stop => {
                    self.stopping.store(true, Ordering::Relaxed);
                    if let Err(problem) = block.await {
                        tracing::warn!(?problem, "the last deliveries were not recorded");
                    }
                    return;
                }
            };
            let more = match sent {
                Ok(sent) => sent > 0,
                Err(problem) => {
                    tracing::warn!(?problem, "deliveries cannot be looked at");
                    false
                }
            };
            let woken = async {
                tokio::time::sleep(REST).await;
                tokio::select! { _ = commits.changed() => {}, () = tokio::time::sleep(LOOK) => {} }
            };
            tokio::select! { () = &mut stop => return, () = woken, if !more => {}, () = async {}, if more => {} }
        }
    }

    /// Sends everything that is due now and answers how many tries that were; for commands and tests.
    pub async fn send_due(&self) -> Result<usize> {
        let mut tries = 0;
        loop {
            let sent = self.block().await?;
            tries += sent;
            if sent == 0 {
                return Ok(tries);
            }
        }
    }

    /// One claim and its waves; answers how many deliveries were claimed.
    async fn block(&self) -> Result<usize> {
        let (now, channel, doubt) = (self.db.clock().now(), self.channel(), self.line.doubt());
        if self.line.is_resting(now) || !self.db.read(move |c| deliveries::is_due(c, channel, now)).await? {
            return Ok(0);
        }
        let lease = Id::<Lease>::new();
        // One message is enough to find out whether a gateway that was down has come back.
        let size = if self.line.is_doubtful(now) { 1 } else { BLOCK };
        let claimed = self.db.write(move |tx| {
            let settled = deliveries::settle_left(tx, (channel, doubt), BLOCK)?;
            Ok((settled, deliveries::claim(tx, channel, lease, size)?))
        });
        let (settled, ids) = claimed.await?;
        if settled > 0 {
            tracing::warn!(settled, %channel, "deliveries were left in doubt by a sender that fell silent");
        }
        stream::iter(ids.chunks(wave_of(&self.line)))
            .for_each_concurrent(LANES, |wave| async move {
                if let Err(problem) = self.wave(lease, wave.to_vec()).await {
                    tracing::warn!(?problem, %channel, "a wave of deliveries was not recorded");
                }
            })
            .await;
        Ok(ids.len())
    }

    async fn wave(&self, lease: Id<Lease>, ids: Vec<Id<Delivery>>) -> Result<()> {
        let now = self.db.clock().now();
        if self.line.is_resting(now) || self.stopping.load(Ordering::Relaxed) {
            return self.db.write(move |tx| deliveries::release(tx, lease, &ids)).await;
        }
        let (line, rules) = (self.line.clone(), self.rules.clone());
        let ready = self.db.write(move |tx| waves::begin(tx, lease, &ids, (&line, &rules))).await?;
        if ready.is_empty() {
            return Ok(());
        }
        let sent = join_all(ready.into_iter().map(|ready| self.send(ready))).await;
        let (line, rules) = (self.line.clone(), self.rules.clone());
        self.db.write(move |tx| waves::record(tx, lease, &sent, (&line, &rules))).await
    }

    async fn send(&self, ready: Ready) -> (Sending, Verdict) {
        let Ready { row, urgent, letter } = ready;
        let _permit = self.permits.acquire().await;
        if let Some(pace) = &self.pace {
            pace.until_ready().await;
        }
        let resting = self.line.health(&letter).is_some_and(|health| health.is_resting(self.db.clock().now()));
        let came = if resting {
            Came::Of(Outcome::Rate { wait: Duration::ZERO }) // another of this wave has just been told to wait
        } else {
            self.line.send(&row, &letter).await
        };
        let verdict = self.judge(came, &row, urgent, &letter);
        let state = verdict.state.unwrap_or(DeliveryState::Queued).as_str();
        metrics::counter!("wangge_deliveries_total", "channel" => self.channel().as_str(), "state" => state)
            .increment(1);
        (row, verdict)
    }

    /// What came of a try, as it is written down; lets the gateway rest when it asks for it or seems to be down.
    fn judge(&self, came: Came, row: &Sending, urgent: bool, letter: &Letter) -> Verdict {
        let how = (self.line.doubt(), urgent);
        let mut verdict = match came {
            Came::Report(report) => verdict_of(&report),
            Came::Of(outcome) => {
                self.rest_when_down(&outcome, letter);
                Verdict::of(outcome, row, how, &self.pauses)
            }
            Came::Anew(outcome) => {
                self.rest_when_down(&outcome, letter);
                let certain = Sending { outcome: None, ..row.clone() };
                Verdict::of(outcome, &certain, how, &self.pauses)
            }
        };
        if let Letter::Sms(gateway, _) = letter {
            verdict.gateway = Some(gateway.as_str());
        }
        if let Some(rest) = verdict.rest.filter(|rest| !rest.is_zero()) {
            self.rest(rest, verdict.outcome.as_deref().unwrap_or_default(), letter);
        }
        verdict
    }

    fn rest_when_down(&self, outcome: &Outcome, letter: &Letter) {
        let rest = self.line.health(letter).and_then(|health| health.heard(outcome));
        if let Some(rest) = rest {
            self.rest(rest, "down", letter);
        }
    }

    /// Lets the gateway of `letter` rest.
    fn rest(&self, rest: TimeDelta, why: &str, letter: &Letter) {
        let (now, channel, seconds) = (self.db.clock().now(), self.channel(), rest.num_seconds());
        if !self.line.health(letter).is_some_and(|health| health.rest(now, rest)) {
            return;
        }
        metrics::counter!("wangge_deliveries_rests_total", "channel" => channel.as_str(), "why" => why.to_owned())
            .increment(1);
        if matches!(why, "rate" | "token" | "down") {
            tracing::warn!(why, seconds, %channel, "a gateway rests");
        } else {
            tracing::error!(why, seconds, %channel, "a gateway refuses our account or settings; deliveries wait");
        }
    }
}
