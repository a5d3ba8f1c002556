//! The loop that sends deliveries: claim a block, commit; then wave by wave begin, send, record.
//!
//! One sender per process, any number of processes on PostgreSQL. A delivery is sent by whoever holds its lease
//! and, before the gateway is called, stands as *sending* on disk. So none is sent twice, with one exception: a
//! process that dies between sending and recording leaves its wave in doubt, and of that wave urgent deliveries
//! are sent again while others end as *unknown*. WeChat knows no idempotency key that could do better.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use super::channel::Channel;
use super::delivery::{DeliveryState, Sending, Verdict};
use super::model::{Delivery, Lease, NoticeRow, NoticeState};
use super::store::deliveries;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions;
use crate::platform::db::{Db, Tx};
use crate::platform::push::wechat::SubscribeMessage;
use crate::platform::push::{Outcome, WeChat};

/// Deliveries of one claim.
const BLOCK: i64 = 200;
/// Deliveries of one wave: what one crash can leave in doubt.
const WAVE: usize = 16;
/// Waves at once, so that one writes while the other sends.
const LANES: usize = 2;
/// Messages on their way at once.
const AT_ONCE: usize = 16;
/// The longest pause between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// The shortest.
const REST: Duration = Duration::from_millis(20);

/// Sends deliveries over one channel.
pub struct Sender {
    db: Db,
    wechat: Arc<WeChat>,
    channel: Channel,
    permits: Semaphore,
    /// Until when the channel rests, in milliseconds since 1970.
    resting_until: AtomicI64,
    stopping: AtomicBool,
}

/// A delivery that is ready to leave.
struct Ready {
    row: Sending,
    urgent: bool,
    message: SubscribeMessage,
}

impl Sender {
    /// A sender that stands still until [`Self::run`].
    pub fn new(db: Db, wechat: Arc<WeChat>, channel: Channel) -> Self {
        Self {
            db,
            wechat,
            channel,
            permits: Semaphore::new(AT_ONCE),
            resting_until: AtomicI64::new(0),
            stopping: AtomicBool::new(false),
        }
    }

    /// Sends until `stop` is ready; then gives back what has not begun and waits for what has.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut commits = self.db.commits();
        tokio::pin!(stop);
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
        let now = self.db.clock().now();
        if self.is_resting(now) || !self.db.read(move |c| deliveries::is_due(c, now)).await? {
            return Ok(0);
        }
        let lease = Id::<Lease>::new();
        let claimed = self.db.write(move |tx| {
            let settled = deliveries::settle_left(tx, BLOCK)?;
            Ok((settled, deliveries::claim(tx, lease, BLOCK)?))
        });
        let (settled, ids) = claimed.await?;
        if settled > 0 {
            tracing::warn!(settled, "deliveries were left in doubt by a sender that fell silent");
        }
        stream::iter(ids.chunks(WAVE))
            .for_each_concurrent(LANES, |wave| async move {
                if let Err(problem) = self.wave(lease, wave.to_vec()).await {
                    tracing::warn!(?problem, "a wave of deliveries was not recorded");
                }
            })
            .await;
        Ok(ids.len())
    }

    async fn wave(&self, lease: Id<Lease>, ids: Vec<Id<Delivery>>) -> Result<()> {
        let now = self.db.clock().now();
        if self.is_resting(now) || self.stopping.load(Ordering::Relaxed) {
            return self.db.write(move |tx| deliveries::release(tx, lease, &ids)).await;
        }
        let channel = self.channel.clone();
        let ready = self.db.write(move |tx| begin(tx, lease, &ids, &channel)).await?;
        let sent = join_all(ready.into_iter().map(|ready| self.send(ready))).await;
        let template = self.channel.template.clone();
        self.db.write(move |tx| record(tx, lease, &sent, &template)).await
    }

    async fn send(&self, ready: Ready) -> (Sending, Verdict) {
        let Ready { row, urgent, message } = ready;
        let _permit = self.permits.acquire().await;
        let outcome = if self.is_resting(self.db.clock().now()) {
            Outcome::Rate { wait: Duration::ZERO } // another of this wave has just been told to wait
        } else {
            self.wechat.send_subscribe(&message).await
        };
        let verdict = Verdict::of(outcome, &row, urgent, &self.channel.pauses);
        self.rest(&verdict);
        let state = verdict.state.unwrap_or(DeliveryState::Queued).as_str();
        metrics::counter!("wangge_deliveries_total", "state" => state).increment(1);
        (row, verdict)
    }

    fn is_resting(&self, now: Timestamp) -> bool {
        now.millis() < self.resting_until.load(Ordering::Relaxed)
    }

    /// Rests the channel when the verdict says so.
    fn rest(&self, verdict: &Verdict) {
        let Some(rest) = verdict.rest.filter(|rest| !rest.is_zero()) else { return };
        let until = self.db.clock().now().plus(rest).millis();
        if self.resting_until.fetch_max(until, Ordering::Relaxed) >= until {
            return;
        }
        let why = verdict.outcome.as_deref().unwrap_or_default();
        let seconds = rest.num_seconds();
        metrics::counter!("wangge_deliveries_rests_total", "why" => why.to_owned()).increment(1);
        if matches!(why, "rate" | "token") {
            tracing::warn!(why, seconds, "the WeChat channel rests");
        } else {
            tracing::error!(why, seconds, "WeChat refuses our account or settings; deliveries wait");
        }
    }
}

/// Begins a wave: what may leave is marked as being sent and draws its ticket, what may not ends here.
fn begin(tx: &mut Tx, lease: Id<Lease>, ids: &[Id<Delivery>], channel: &Channel) -> Result<Vec<Ready>> {
    let mut notices = BTreeMap::<_, NoticeRow>::new();
    let (mut ready, mut ended) = (Vec::new(), Vec::new());
    for row in deliveries::begin(tx, lease, ids)? {
        let notice = match notices.entry(row.notice_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(deliveries::notice_of(tx, row.notice_id)?),
        };
        match prepare(tx, &row, notice, channel)? {
            Ok(message) => ready.push(Ready { row, urgent: notice.is_urgent(), message }),
            Err((state, why)) => {
                let verdict = Verdict { state: Some(state), outcome: Some(why), ..Verdict::default() };
                if deliveries::record(tx, lease, &row, &verdict)? {
                    ended.push((row, state));
                }
            }
        }
    }
    deliveries::account(tx, &ended)?;
    Ok(ready)
}

/// The message of a delivery with its ticket drawn, or why there is none.
fn prepare(
    tx: &mut Tx,
    row: &Sending,
    notice: &NoticeRow,
    channel: &Channel,
) -> Result<std::result::Result<SubscribeMessage, (DeliveryState, String)>> {
    if notice.state != NoticeState::Published {
        return Ok(Err((DeliveryState::Cancelled, "cancelled".to_owned())));
    }
    if notice.has_expired(tx.now()) {
        return Ok(Err((DeliveryState::Cancelled, "expired".to_owned())));
    }
    let names = sessions::recipients(tx, &channel.appid, row.resident_id.uuid())?;
    let Some(name) = names.into_iter().find(|name| name.identity == row.identity_id) else {
        return Ok(Err((DeliveryState::PermanentFailure, "unlinked".to_owned())));
    };
    let message = match channel.message(name.openid, notice, row.id) {
        Ok(message) => message,
        Err(misfit) => {
            tracing::error!(key = misfit.key, why = %misfit.why, "a notice does not fit its template");
            return Ok(Err((DeliveryState::PermanentFailure, format!("unfit:{}", misfit.key))));
        }
    };
    // What is sent again because it may not have arrived goes on the ticket of the first try.
    if !row.is_uncertain() && !sessions::reserve_ticket(tx, row.identity_id, &channel.template)? {
        return Ok(Err((DeliveryState::Refused, "no_ticket".to_owned())));
    }
    Ok(Ok(message))
}

/// Writes down what became of a wave.
fn record(tx: &mut Tx, lease: Id<Lease>, sent: &[(Sending, Verdict)], template: &str) -> Result<()> {
    let mut ended = Vec::new();
    for (row, verdict) in sent {
        if !deliveries::record(tx, lease, row, verdict)? {
            continue; // settled by another node meanwhile
        }
        if verdict.no_consent {
            sessions::refused(tx, row.identity_id, template)?;
        } else if verdict.gives_back {
            sessions::give_back(tx, row.identity_id, template)?;
        }
        ended.push((row.clone(), verdict.state.unwrap_or(DeliveryState::Queued)));
    }
    deliveries::account(tx, &ended)
}
