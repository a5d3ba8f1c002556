//! The map of this node, which follows the database.
//!
//! Every change of a boundary raises one number in the database. A task looks at it after commits, at most twice a
//! second and at least every two seconds, and reads the rows that changed since; so any node answers by a new
//! boundary within two seconds, and no request waits for the reading. Whoever changes boundaries on this node brings
//! the map up to date before they answer ([`LiveMap::refreshed`]).

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use super::map::GridMap;
use super::store;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::SeeAreas;
use crate::platform::access::system;
use crate::platform::db::Db;

/// The least time between two looks: a busy town commits a thousand times a second.
const PAUSE: Duration = Duration::from_millis(500);
/// How often the task looks without being woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long a request may wait for the first reading, just after the start.
const FIRST: Duration = Duration::from_secs(2);

/// The map of this node. Cheap to clone.
#[derive(Clone)]
pub struct LiveMap {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    /// None until it was read for the first time: that there is no boundary is an answer, that we do not know is none.
    map: watch::Sender<Option<Arc<GridMap>>>,
    /// One reads at a time, so that an older reading never follows a newer one.
    reading: Mutex<()>,
}

impl LiveMap {
    /// Reads the map on the current runtime, and again whenever it changes, until the last clone is dropped.
    pub fn start(db: Db) -> Self {
        let live = Self::idle(db);
        tokio::spawn(follow(Arc::downgrade(&live.shared), live.shared.db.commits()));
        live
    }

    /// A map that is read only when somebody asks for it; for commands.
    pub fn idle(db: Db) -> Self {
        Self { shared: Arc::new(Shared { db, map: watch::channel(None).0, reading: Mutex::default() }) }
    }

    /// The database that it follows.
    pub(super) fn db(&self) -> &Db {
        &self.shared.db
    }

    /// The map as far as this node knows it; none before the first reading.
    pub fn known(&self) -> Option<Arc<GridMap>> {
        self.shared.map.borrow().clone()
    }

    /// As [`Self::known`]; just after the start it waits for the first reading, and is 503 when that takes long.
    pub async fn now(&self) -> Result<Arc<GridMap>> {
        let mut map = self.shared.map.subscribe();
        let read = tokio::time::timeout(FIRST, map.wait_for(Option::is_some)).await;
        let known = read.ok().and_then(|read| read.ok().and_then(|map| map.clone()));
        known.ok_or_else(|| {
            Problem::new(Code::Busy).retry_after(1).caused_by("the map of grids has not been read yet")
        })
    }

    /// The map as it is in the database now.
    pub async fn refreshed(&self) -> Result<Arc<GridMap>> {
        self.shared.refresh().await
    }
}

impl Shared {
    async fn refresh(&self) -> Result<Arc<GridMap>> {
        let _turn = self.reading.lock().await;
        let known = self.map.borrow().clone();
        let seen = known.as_ref().map(|map| map.revision());
        let reader = system::<SeeAreas>("keeps the map of this node; whoever asks it sees their own areas");
        let read = self.db.read(move |c| store::changed_since(c, reader.scope(), seen));
        let Some((revision, changed)) = read.await? else {
            return known.ok_or_else(|| Problem::internal("a map that was never read has not changed"));
        };
        let before = known.unwrap_or_default();
        // Parsing and sorting a city's boundaries takes longer than an async thread may be kept.
        let map = tokio::task::spawn_blocking(move || {
            let changed = changed.into_iter().map(store::Kept::boundary);
            Ok::<_, Problem>(Arc::new(before.with(revision, changed.collect::<Result<Vec<_>>>()?)))
        });
        let map = map.await.map_err(Problem::internal)??;
        metrics::gauge!("wangge_map_boundaries").set(map.all().count() as f64);
        self.map.send_replace(Some(Arc::clone(&map)));
        Ok(map)
    }
}

/// Keeps the map until nobody holds it any more.
async fn follow(shared: Weak<Shared>, mut commits: watch::Receiver<u64>) {
    loop {
        commits.mark_unchanged();
        let Some(shared) = shared.upgrade() else { return };
        if let Err(problem) = shared.refresh().await {
            tracing::warn!(?problem, "cannot follow the boundaries of grids");
        }
        drop(shared);
        tokio::time::sleep(PAUSE).await;
        // Both a wake and its absence lead to another look; an error means that the database is closed.
        if let Ok(Err(_)) = tokio::time::timeout(LOOK_AGAIN, commits.changed()).await {
            return;
        }
    }
}
