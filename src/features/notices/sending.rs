//! The loop that sends deliveries: begin a wave, commit; send; record what came back, commit.
//!
//! One sender per channel and process, any number of processes on PostgreSQL. A delivery is sent by whoever holds its lease
//! and, before the gateway is called, stands as *sending* on disk. So none is sent twice, with one exception: a
//! process that dies between sending and recording leaves what was on its way in doubt, and of that urgent deliveries
//! are sent again while others end as *unknown*, where the channel knows nothing better ([`Doubt`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt, stream};

use super::course::Course;
use super::delivery::{DeliveryState, Doubt, Sending, UNCERTAIN, Verdict};
use super::handing_on::hand_on;
use super::lines::{Came, Letter, Line, verdict_of};
use super::model::Channel;
use super::pace::Pace;
use super::pauses::Pauses;
use super::store::deliveries;
use super::waves::{self, Ready, Rules};
use super::ways::{Manners, Ways};
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::db::Db;
use crate::platform::push::Outcome;

/// Deliveries in doubt that are settled at one look: all that one process leaves behind.
const SETTLE: i64 = 600;
/// The longest pause between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// The shortest.
const REST: Duration = Duration::from_millis(20);
/// Between two looks while messages are on their way and no other was due.
const BESIDE: Duration = Duration::from_millis(250);

/// Sends deliveries over one channel.
pub struct Sender {
    db: Db,
    line: Arc<Line>,
    rules: Rules,
    pauses: Pauses,
    pace: Option<Pace>,
    /// Deliveries of one wave.
    wave: i64,
    /// Messages on their way at once.
    at_once: usize,
    stopping: AtomicBool,
    /// When there was last nothing to hand on, in seconds since 1970.
    nothing_to_hand_on: AtomicI64,
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
    /// The timetables of further tries.
    pub pauses: Pauses,
}

impl Default for SenderSettings {
    fn default() -> Self {
        let pauses = Pauses::default();
        Self { ways: Ways::default(), manners: Manners::default(), per_second: 0, pauses }
    }
}

/// Ends that are written down together, at most: those that have come by then, so that none waits for others.
const RECORDED_TOGETHER: usize = 64;
/// Groups of ends that are being written down at once; meanwhile others are sent. The fewer, the larger they are.
const RECORDING: usize = 2;
/// Deliveries that begin together.
const WAVE: usize = 64;

/// Messages on their way at once: what one crash can leave in doubt, which is dear only where nothing helps against
/// doubt; and how many may hang before the others wait.
const fn at_once(line: &Line) -> usize {
    match line.doubt() {
        Doubt::Blind => 256,
        Doubt::Keyed | Doubt::Asked => 512,
    }
}

impl Sender {
    /// A sender that stands still until [`Self::run`].
    pub fn new(db: Db, line: Line, settings: SenderSettings) -> Self {
        let SenderSettings { ways, manners, per_second, pauses } = settings;
        let pace = Pace::per_second(per_second);
        // What waits for its turn longer than its lease lasts would be sent twice: ten seconds' worth at most.
        let most = if per_second == 0 { usize::MAX } else { per_second as usize * 10 };
        let at_once = at_once(&line).min(most);
        let wave = if per_second == 0 { WAVE } else { WAVE.min(per_second as usize) } as i64;
        let (rules, line) = (Rules { ways, manners }, Arc::new(line));
        let (stopping, nothing_to_hand_on) = (AtomicBool::new(false), AtomicI64::new(0));
        Self { db, line, rules, pauses, pace, wave, at_once, stopping, nothing_to_hand_on }
    }

    /// Which channel it sends on.
    pub fn channel(&self) -> Channel {
        self.line.channel()
    }

    /// Sends until `stop` is ready; then takes nothing more and waits for what is on its way.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut commits = self.db.commits();
        tokio::pin!(stop);
        loop {
            commits.mark_unchanged();
            let flow = self.flow();
            tokio::pin!(flow);
            let sent = tokio::select! {
                sent = &mut flow => sent,
                () = &mut stop => {
                    self.stopping.store(true, Ordering::Relaxed);
                    if let Err(problem) = flow.await {
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

    /// Sends everything that is due now and answers how many deliveries were looked at; for commands and tests.
    pub async fn send_due(&self) -> Result<usize> {
        let mut all = 0;
        loop {
            let sent = self.flow().await?;
            all += sent;
            if sent == 0 {
                return Ok(all);
            }
        }
    }

    /// Takes wave after wave as long as something is due or on its way, sends, and writes down what has come back: whatever
    /// hangs keeps its own place and nobody else's. Answers how many deliveries were taken.
    async fn flow(&self) -> Result<usize> {
        let now = self.db.clock().now();
        if self.line.is_down(now) {
            let handed_on = self.hand_on(now).await?;
            if handed_on > 0 {
                return Ok(handed_on);
            }
        }
        if self.line.is_resting(now) || !self.is_due().await? {
            return Ok(0);
        }
        let course = Course::new(self.db.node().hold(), self.settle_left().await?, now);
        let of = &course;
        let waves = stream::unfold((), |()| async { self.next_wave(of).await.map(|wave| (wave, ())) });
        waves
            .flat_map(stream::iter)
            .map(|ready| self.send(ready))
            .buffer_unordered(self.at_once)
            .ready_chunks(RECORDED_TOGETHER)
            .map(|sent| self.record(of, sent))
            .buffer_unordered(RECORDING)
            .for_each(|()| async {})
            .await;
        Ok(course.taken())
    }

    /// Hands urgent messages on; where there are none it is asked again in the next second, however often it is looked.
    async fn hand_on(&self, now: Timestamp) -> Result<usize> {
        let (second, channel) = (now.millis() / 1000, self.channel());
        if self.nothing_to_hand_on.load(Ordering::Relaxed) == second {
            return Ok(0);
        }
        let handed_on = hand_on(&self.db, &self.rules.ways, channel).await?;
        if handed_on > 0 {
            tracing::warn!(handed_on, %channel, "urgent messages go on by the next channel");
        } else {
            self.nothing_to_hand_on.store(second, Ordering::Relaxed);
        }
        Ok(handed_on)
    }

    async fn is_due(&self) -> Result<bool> {
        let (now, channel) = (self.db.clock().now(), self.channel());
        self.db.read(move |c| deliveries::is_due(c, channel, now)).await
    }

    /// Settles what a sender that fell silent left behind; answers how many.
    async fn settle_left(&self) -> Result<usize> {
        let (channel, doubt) = (self.channel(), self.line.doubt());
        let settled = self.db.write(move |tx| deliveries::settle_left(tx, (channel, doubt), SETTLE)).await?;
        if settled > 0 {
            tracing::warn!(settled, %channel, "deliveries were left in doubt by a sender that fell silent");
        }
        Ok(settled)
    }

    /// The next wave, as soon as something is due; none when nothing is, and nothing is on its way either. What becomes
    /// due while others hang does not wait for their end.
    async fn next_wave(&self, course: &Course) -> Option<Vec<Ready>> {
        loop {
            if course.looks_back(self.db.clock().now())
                && let Err(problem) = self.settle_left().await
            {
                tracing::warn!(?problem, "what was left in doubt cannot be settled now");
            }
            let (wave, more) = self.take(course).await;
            if more || !wave.is_empty() {
                return Some(wave);
            }
            loop {
                if course.is_over() || self.stopping.load(Ordering::Relaxed) {
                    return None;
                }
                tokio::select! { () = course.end_recorded() => {}, () = tokio::time::sleep(BESIDE) => {} }
                if matches!(self.is_due().await, Ok(true)) {
                    break;
                }
            }
        }
    }

    /// Begins the next wave; says whether there may be another at once.
    async fn take(&self, course: &Course) -> (Vec<Ready>, bool) {
        let (now, channel, lease) = (self.db.clock().now(), self.channel(), course.lease);
        if self.line.is_resting(now) || self.stopping.load(Ordering::Relaxed) {
            return (vec![], false);
        }
        // One message is enough to find out whether a gateway that was down has come back.
        let probe = self.line.is_doubtful(now);
        if probe && !course.is_over() {
            return (vec![], false);
        }
        let size = if probe { 1 } else { self.wave };
        let (line, rules) = (Arc::clone(&self.line), self.rules.clone());
        let begun = self.db.write(move |tx| {
            let (due, ready) = waves::begin(tx, lease, size, (&line, &rules))?;
            Ok((due, due as i64 == size, ready))
        });
        match begun.await {
            Ok((n, full, ready)) => {
                course.took(n, ready.len());
                (ready, full && !probe)
            }
            Err(problem) => {
                tracing::warn!(?problem, %channel, "a wave of deliveries was not begun");
                (vec![], false)
            }
        }
    }

    async fn record(&self, course: &Course, sent: Vec<(Sending, Verdict)>) {
        let (n, lease) = (sent.len(), course.lease);
        let (line, rules, channel) = (Arc::clone(&self.line), self.rules.clone(), self.channel());
        let recorded = self.db.write(move |tx| waves::record(tx, lease, &sent, (&line, &rules))).await;
        if let Err(problem) = recorded {
            // They stand as being sent until the lease ends, and are settled then.
            tracing::warn!(?problem, %channel, "a wave of deliveries was not recorded");
        }
        course.recorded(n);
    }

    async fn send(&self, ready: Ready) -> (Sending, Verdict) {
        let Ready { row, urgent, letter, until } = ready;
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
        let left = self.db.clock().now();
        let resting = self.line.health(&letter).is_some_and(|health| health.is_resting(left));
        let came = if resting || left > until { Came::Held } else { self.line.send(&row, &letter).await };
        let verdict = self.judge(came, &row, urgent, (&letter, left));
        let state = verdict.state.unwrap_or(DeliveryState::Queued).as_str();
        metrics::counter!("wangge_deliveries_total", "channel" => self.channel().as_str(), "state" => state)
            .increment(1);
        (row, verdict)
    }

    /// What came of a try, as it is written down; lets the gateway rest when it asks for it or seems to be down.
    fn judge(
        &self,
        came: Came,
        row: &Sending,
        urgent: bool,
        (letter, left): (&Letter, Timestamp),
    ) -> Verdict {
        let how = (self.line.doubt(), urgent);
        let pauses = if urgent { &self.pauses.urgent } else { &self.pauses.ordinary };
        self.note(&came, letter, left);
        let mut verdict = match came {
            Came::Report(report) => verdict_of(&report),
            Came::Of(outcome) => Verdict::of(outcome, row, how, pauses),
            Came::Unsaid => Verdict::of(Outcome::Unknown, row, how, pauses),
            Came::Unclear => Verdict::unclear(row, how, pauses),
            Came::Held => Verdict::of(Outcome::Rate { wait: Duration::ZERO }, row, how, pauses),
            Came::Anew(outcome) => {
                let certain = Sending { outcome: None, ..row.clone() };
                Verdict::of(outcome, &certain, how, pauses)
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

    /// Takes note of how the gateway fares to which the letter left at `left`.
    fn note(&self, came: &Came, letter: &Letter, left: Timestamp) {
        let Some(health) = self.line.health(letter) else { return };
        match came {
            Came::Of(outcome) | Came::Anew(outcome) => {
                if let Some(rest) = health.heard(outcome, left) {
                    let why = if matches!(outcome, Outcome::Rate { .. }) { "rate" } else { "down" };
                    self.rest(rest, why, letter);
                }
            }
            Came::Unclear => {
                if let Some(rest) = health.heard(&Outcome::Unknown, left) {
                    self.rest(rest, "down", letter);
                }
            }
            Came::Report(_) | Came::Unsaid => health.answers(left),
            Came::Held => {} // nobody was asked, so nothing is known
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
        if matches!(why, "rate" | "token" | "down" | UNCERTAIN) {
            tracing::warn!(why, seconds, %channel, "a gateway rests");
        } else {
            tracing::error!(why, seconds, %channel, "a gateway refuses our account or settings; deliveries wait");
        }
    }
}
