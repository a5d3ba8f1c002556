//! One listener's stream: first what it missed, from the database; then the news, as they come.
//!
//! Nothing is lost and nothing comes twice, because the seat is taken before the first reading, every event
//! has a position, and a position that is not after the last one is dropped.

use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::frame;
use super::live::{self, BATCH, Live, News, Seat};
use super::position::Position;
use crate::base::problem::{Problem, Result};
use crate::platform::access::policy::SeeDashboard;
use crate::platform::access::{Actor, AreaScope, Granted, Principals};
use crate::platform::db::Db;

/// How often a sign of life goes out when nothing else does.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the stream asks whether its session still stands. The answer is at most 900 ms old
/// (`access/principals.rs`), so that both together stay below the second that was promised.
const CHECK: Duration = Duration::from_millis(90);

/// A stream of events for one client.
pub struct Subscription {
    db: Db,
    principals: Principals,
    actor: Actor,
    scope: AreaScope,
    seat: Seat,
    after: Position,
    /// Something may lie between `after` and the news; only the database knows.
    behind: bool,
    beat_at: Instant,
    check_at: Instant,
}

impl Subscription {
    /// Takes a seat (503 when there is none) and settles where to begin: after `resume`, or now.
    pub async fn begin(
        db: &Db,
        principals: &Principals,
        live: &Live,
        by: Granted<SeeDashboard>,
        resume: Option<Position>,
    ) -> Result<Self> {
        let seat = live.listen()?;
        let now = db.read(live::now).await?;
        // A position from before a restore may lie ahead of everything; waiting there would be for ever.
        let after = resume.map_or(now, |resume| resume.min(now));
        Ok(Self {
            db: db.clone(),
            principals: principals.clone(),
            actor: by.actor().clone(),
            scope: by.scope().clone(),
            seat,
            after,
            behind: true,
            beat_at: Instant::now() + HEARTBEAT,
            check_at: Instant::now() + CHECK,
        })
    }

    /// The text of the stream; ends when the session ends, when the posts of its holder change, when the
    /// database cannot be read and when the node stops. The client comes back with what it saw last.
    pub fn stream(self) -> impl Stream<Item = std::result::Result<Bytes, Problem>> {
        let opening = frame::opening(self.after);
        futures_util::stream::unfold((self, Some(opening)), |(mut this, opening)| async move {
            let bytes = match opening {
                Some(bytes) => bytes,
                None => this.next().await?,
            };
            this.beat_at = Instant::now() + HEARTBEAT;
            Some((Ok(bytes), (this, None)))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if *self.seat.stop.borrow() {
                return None;
            }
            if Instant::now() >= self.check_at {
                if !self.still_stands().await {
                    return None;
                }
                self.check_at = Instant::now() + CHECK;
            }
            if self.behind {
                match self.catch_up().await {
                    Ok(None) => continue,
                    Ok(Some(bytes)) => return Some(bytes),
                    Err(problem) => {
                        tracing::warn!(?problem, "a dashboard cannot catch up");
                        return None;
                    }
                }
            }
            let news = tokio::select! {
                news = self.seat.news.recv() => news,
                () = tokio::time::sleep_until(self.beat_at) => return Some(frame::heartbeat(self.after)),
                () = tokio::time::sleep_until(self.check_at) => continue,
                _ = self.seat.stop.changed() => continue,
            };
            match news {
                Ok(News::Event(frame)) if frame.position > self.after => {
                    self.after = frame.position;
                    if self.scope.holds(&frame.area) {
                        return Some(frame.bytes.clone());
                    }
                }
                Ok(News::Event(_)) => {}
                Ok(News::Gap) | Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// The next part of what was missed; `None` when that was all.
    async fn catch_up(&mut self) -> Result<Option<Bytes>> {
        let (scope, after) = (self.scope.clone(), self.after);
        let read = self.db.read(move |c| live::read(c, &scope, after)).await?;
        self.behind = read.entries >= BATCH as usize;
        self.after = read.until.unwrap_or(self.after);
        let parts: Vec<&[u8]> = read.frames.iter().map(|frame| &frame.bytes[..]).collect();
        Ok(Some(Bytes::from(parts.concat())).filter(|bytes| !bytes.is_empty()))
    }

    /// Whether the session has neither ended nor changed its posts; those decide what may be seen.
    async fn still_stands(&self) -> bool {
        let Some(session) = self.actor.session() else { return false };
        match self.principals.actor(&self.db, session).await {
            Ok(Some(actor)) => actor.posts() == self.actor.posts(),
            Ok(None) => false,
            Err(problem) => {
                tracing::warn!(?problem, "cannot ask whether a dashboard's session still stands");
                false
            }
        }
    }
}
