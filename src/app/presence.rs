//! A process comes on the roll when it begins to work, and lets go of what those held that are no more.

use std::io;
use std::path::Path;

use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::notices;
use crate::platform::db::{Db, Node};
use crate::platform::nodes::{Present, Roll};
use crate::platform::{leases, outbox};

/// This process while it works.
pub struct Presence {
    db: Db,
    /// None where the data folder takes no locks: whatever a killed process held is then held until its time is over.
    on_the_roll: Option<(Roll, Present)>,
}

impl Presence {
    /// Puts this process on the roll in `data_dir`.
    pub fn enter(data_dir: &Path, db: &Db) -> Self {
        let entered = || -> io::Result<_> {
            let roll = Roll::open(data_dir)?;
            let present = roll.enter(db.node().id())?;
            Ok((roll, present))
        };
        let on_the_roll =
            entered().inspect_err(|error| tracing::warn!(%error, "no roll of processes is kept"));
        Self { db: db.clone(), on_the_roll: on_the_roll.ok() }
    }

    /// Lets go of what those held that are on the roll and no more.
    pub async fn let_go(&self) {
        let Some((roll, _)) = &self.on_the_roll else { return };
        if let Err(problem) = end_all(&self.db, roll).await {
            tracing::warn!(?problem, "what processes held that are no more is waited for");
        }
    }
}

async fn end_all(db: &Db, roll: &Roll) -> Result<()> {
    for gone in roll.gone().map_err(Problem::internal)? {
        end(db, gone).await?;
        tracing::info!(node = %gone, "what a process held that is no more is free again");
        roll.strike(gone).map_err(Problem::internal)?;
    }
    Ok(())
}

async fn end(db: &Db, gone: Id<Node>) -> Result<()> {
    db.write(move |tx| {
        outbox::end_holds(tx, gone)?;
        notices::end_holds(tx, gone)?;
        leases::end_holds(tx, gone)
    })
    .await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::app::commands;
    use crate::base::clock::Clock;
    use crate::platform::config::Settings;

    #[tokio::test]
    async fn what_the_killed_held_is_free_and_what_the_living_hold_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let settings = Settings::from_parts("", &[("WANGGE_DATA_DIR", &*dir.display().to_string())]).unwrap();
        commands::migrate(&settings).unwrap();
        let db = Db::open(&settings.database, Clock::System).unwrap();
        let roll = Roll::open(dir).unwrap();
        let (killed, alive) = (Id::<Node>::new(), Id::<Node>::new());
        drop(roll.enter(killed).unwrap());
        let _alive = roll.enter(alive).unwrap();
        let hold = |name, node| db.write(move |tx| leases::hold(tx, name, node, TimeDelta::hours(1)));
        assert!(hold("sealing", killed).await.unwrap() && hold("folding", alive).await.unwrap());

        let presence = Presence::enter(dir, &db);
        presence.let_go().await;

        let next = db.node().id();
        assert!(hold("sealing", next).await.unwrap());
        assert!(!hold("folding", next).await.unwrap());
        assert_eq!(roll.gone().unwrap(), []);
    }
}
