//! One follower of the timeline for the whole node, and the seats of those who listen.
//!
//! A hundred dashboards must not ask the database a hundred times: one task reads what is committed and
//! hands each event to all of them. It is allowed to forget. Whenever it may have left something out (it
//! began anew, or a listener was slow) the listener is told, and reads what it misses itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast, watch};

use super::frame::{Frame, Reading};
use super::position::Position;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::timeline;
use crate::platform::access::policy::SeeDashboard;
use crate::platform::access::{AreaScope, system};
use crate::platform::db::{Db, DbConnection};

/// Events read at once.
pub(super) const BATCH: i64 = 200;
/// Events that a listener may be behind before it has to read for itself.
const BACKLOG: usize = 1024;
/// Listeners of one node.
const SEATS: usize = 500;
/// How often the follower looks without being woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The least time between two looks: a busy town commits a thousand times a second.
const PAUSE: Duration = Duration::from_millis(50);
/// How many seats of this node are taken.
const LISTENERS: &str = "wangge_dashboard_listeners";
/// Seconds after which a client without a seat may try again.
const RETRY_SECONDS: u32 = 30;

/// What the follower tells its listeners.
#[derive(Debug, Clone)]
pub(super) enum News {
    /// The next event.
    Event(Arc<Frame>),
    /// Events may have been left out before this.
    Gap,
}

/// The live side of the dashboard; one for each node. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    news: broadcast::Sender<News>,
    seats: Arc<Semaphore>,
    wanted: Arc<Notify>,
    stop: watch::Sender<bool>,
}

/// A place among the listeners; given back when dropped.
pub(super) struct Seat {
    pub(super) news: broadcast::Receiver<News>,
    pub(super) stop: watch::Receiver<bool>,
    _seat: OwnedSemaphorePermit,
}

impl Live {
    /// Starts the follower on the current runtime; it rests while nobody listens.
    pub fn start(db: Db) -> Self {
        Self::with_seats(db, SEATS)
    }

    /// As [`Self::start`], for `seats` listeners instead of 500.
    pub fn with_seats(db: Db, seats: usize) -> Self {
        let live = Self {
            news: broadcast::channel(BACKLOG).0,
            seats: Arc::new(Semaphore::new(seats)),
            wanted: Arc::new(Notify::new()),
            stop: watch::channel(false).0,
        };
        let follower =
            Follower { db, news: live.news.clone(), wanted: Arc::clone(&live.wanted), after: None };
        let mut stop = live.stop.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = follower.run() => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        live
    }

    /// Ends the follower and every stream, so that a server which waits for its connections can stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Takes a seat; 503 when all are taken.
    pub(super) fn listen(&self) -> Result<Seat> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| {
            Problem::because(Code::Busy, "看板连接数已满,请稍后再试").retry_after(RETRY_SECONDS)
        })?;
        let seat = Seat { news: self.news.subscribe(), stop: self.stop.subscribe(), _seat: seat };
        self.wanted.notify_one();
        metrics::gauge!(LISTENERS).increment(1.0);
        Ok(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics::gauge!(LISTENERS).decrement(1.0);
    }
}

/// Reads at most [`BATCH`] entries inside `scope` after `after`, in the order of commits.
pub(super) fn read(c: &mut DbConnection, scope: &AreaScope, after: Position) -> Result<Reading> {
    let entries = timeline::follow(c, scope, (after.lot, Id::from_uuid(after.entry)), BATCH)?;
    Ok(Reading::of(entries))
}

/// Where the history ends now. While an older transaction is open it ends before that one, so a stream may begin
/// with what was committed a moment ago, but never leaves out what commits later.
pub(super) fn now(c: &mut DbConnection) -> Result<Position> {
    timeline::latest_lot(c).map(Position::end_of)
}

struct Follower {
    db: Db,
    news: broadcast::Sender<News>,
    wanted: Arc<Notify>,
    after: Option<Position>,
}

impl Follower {
    async fn run(mut self) {
        let mut commits = self.db.commits();
        loop {
            if self.news.receiver_count() == 0 {
                self.after = None;
                self.wanted.notified().await;
            }
            commits.mark_unchanged();
            let more = self.look().await.unwrap_or_else(|problem| {
                tracing::warn!(?problem, "cannot follow the timeline");
                false
            });
            tokio::time::sleep(PAUSE).await;
            if !more {
                // Both a wake and its absence lead to another look.
                drop(tokio::time::timeout(LOOK_AGAIN, commits.changed()).await);
            }
        }
    }

    /// Hands out what is new; whether there is more.
    async fn look(&mut self) -> Result<bool> {
        let Some(after) = self.after else {
            self.after = Some(self.db.read(now).await?);
            // Whoever sat down before that moment has to read up to it; whoever comes later will.
            self.tell(News::Gap);
            return Ok(true);
        };
        let follower =
            system::<SeeDashboard>("reads all events once; each listener sees those of its own areas");
        let read = self.db.read(move |c| read(c, follower.scope(), after)).await?;
        self.after = read.until.or(self.after);
        for frame in read.frames {
            self.tell(News::Event(Arc::new(frame)));
        }
        Ok(read.entries >= BATCH as usize)
    }

    /// Nobody listening is no failure.
    fn tell(&self, news: News) {
        drop(self.news.send(news));
    }
}
