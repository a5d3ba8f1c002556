//! The table of all background work: what the outbox runs, and what comes round on the timetable.
//!
//! Runs inside `serve` on every town, and in processes of its own (`wangge work`) on PostgreSQL.

use std::time::Duration;

use tokio::sync::watch;

use crate::base::id::Id;
use crate::features::{attachments, staff};
use crate::platform::audit::seal;
use crate::platform::counters;
use crate::platform::db::Db;
use crate::platform::outbox::{self, Handlers, OutboxSettings, Runner};
use crate::platform::timetable::Timetable;
use crate::platform::web::{App, IdempotencyKey};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// What the outbox runs. A kind that is missing here stays waiting and is counted.
fn handlers() -> Handlers<App> {
    Handlers::new()
}

/// What comes round, on one node at a time.
fn timetable(app: &App) -> Timetable {
    let photos = app.clone();
    Timetable::new(app.db.clone(), Id::new())
        .every(SECOND, "audit.seal", |db: Db| async move { seal::seal_all(&db).await })
        .every(SECOND, "counters.fold", |db: Db| async move { counters::fold_all(&db).await })
        .every(HOUR, "outbox.purge", |db: Db| async move { outbox::purge(&db).await })
        .every(
            HOUR,
            "keys.forget",
            |db: Db| async move { db.write(IdempotencyKey::forget_old).await.map(drop) },
        )
        .every(HOUR, "sign_in.forget", |db: Db| async move {
            db.write(staff::forget_old_failures).await.map(drop)
        })
        .every(HOUR, "photos.purge", move |db: Db| {
            let app = photos.clone();
            async move { attachments::purge_unclaimed(&db, &app.blobs, app.clock.now()).await.map(drop) }
        })
}

/// Works until `stop` says so, then lets what is under way finish.
pub async fn run(app: App, retries: Vec<Duration>, stop: watch::Receiver<bool>) {
    let settings = OutboxSettings { retries, ..OutboxSettings::default() };
    let runner = Runner::new(app.db.clone(), handlers(), app.clone(), settings);
    tokio::join!(runner.run(stopped(stop.clone())), timetable(&app).run(stopped(stop)));
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which is as good.
    drop(stop.wait_for(|stop| *stop).await);
}
