//! The table of all background work: what the outbox runs, and what comes round on the timetable.
//!
//! Runs inside `serve` on every town, and in processes of its own (`wangge work`) on PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Refusal;
use crate::base::id::Id;
use crate::features::cases::me_too::TellFollowers;
use crate::features::events::{self, FollowOriginal};
use crate::features::exports::{self, WriteExport};
use crate::features::messages::{self, SendMessage};
use crate::features::notices::{self, Channel, FanOutNotice, Sender, Shown, StopDeliveries};
use crate::features::{attachments, callbacks, cases, deadlines, duplicates, sessions, staff, sync};
use crate::platform::audit::seal;
use crate::platform::counters;
use crate::platform::db::Db;
use crate::platform::outbox::{self, Handlers, OutboxSettings, Runner};
use crate::platform::timetable::Timetable;
use crate::platform::web::{App, IdempotencyKey};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What the outbox runs. A kind that is missing here stays waiting and is counted.
fn handlers(messages: Option<messages::Channel>) -> Handlers<App> {
    let messages = Arc::new(messages);
    Handlers::new()
        .on(|job: FanOutNotice, app: App| async move {
            let appid = app.wechat.as_ref().map(|wechat| wechat.appid().to_owned()).unwrap_or_default();
            notices::fan_out(&app.db, appid, job).await
        })
        .on(|job: WriteExport, app: App| async move { exports::write(app, job).await })
        .on(|job: StopDeliveries, app: App| async move { notices::stop(&app.db, job).await })
        .on(|job: FollowOriginal, app: App| async move { events::follow_original(&app.db, job).await })
        .on(|job: TellFollowers, app: App| async move { duplicates::tell_followers(&app.db, job).await })
        .on(move |job: SendMessage, app: App| {
            let channel = Arc::clone(&messages);
            async move {
                messages::send(&app.db, app.wechat.as_deref().zip(channel.as_ref().as_ref()), job).await
            }
        })
}

/// What comes round, on one node at a time.
fn timetable(app: &App) -> Timetable {
    let (photos, files, uploads, taken) = (app.clone(), app.clone(), app.clone(), app.clone());
    Timetable::new(app.db.clone(), Id::new())
        .every(SECOND, "audit.seal", |db: Db| async move { seal::seal_all(&db).await })
        .every(5 * SECOND, "counters.fold", |db: Db| async move { counters::fold_all(&db).await })
        .every(2 * SECOND, "cases.file", |db: Db| async move {
            cases::search::keep_up(&db, cases::search::Sizes::default(), |_| ()).await.map(drop)
        })
        .every(
            20 * SECOND,
            "deadlines.tell",
            |db: Db| async move { deadlines::tell_due(&db).await.map(drop) },
        )
        .every(MINUTE, "notices.retire", |db: Db| async move { notices::retire_expired(&db).await })
        .every(MINUTE, "exports.purge", move |_| {
            let app = taken.clone();
            async move { exports::purge(&app).await.map(drop) }
        })
        .every(HOUR, "outbox.purge", |db: Db| async move { outbox::purge(&db).await })
        .every(
            HOUR,
            "keys.forget",
            |db: Db| async move { db.write(IdempotencyKey::forget_old).await.map(drop) },
        )
        .every(HOUR, "sign_in.forget", |db: Db| async move {
            db.write(staff::forget_old_failures).await.map(drop)
        })
        .every(HOUR, "sessions.forget", |db: Db| async move {
            db.write(sessions::forget_old_sessions).await.map(drop)
        })
        .every(HOUR, "callbacks.forget", |db: Db| async move {
            db.write(callbacks::forget_old_pushes).await.map(drop)
        })
        .every(HOUR, "photos.purge", move |db: Db| {
            let app = photos.clone();
            async move { attachments::purge_unclaimed(&db, &app.blobs, app.clock.now()).await.map(drop) }
        })
        .every(HOUR, "photos.sweep", move |db: Db| {
            let app = files.clone();
            async move { attachments::sweep_unnamed(&db, &app.blobs, app.clock.now()).await.map(drop) }
        })
        .every(HOUR, "uploads.purge", move |db: Db| {
            let app = uploads.clone();
            async move { attachments::purge_expired(&db, &app.blobs, app.clock.now()).await.map(drop) }
        })
        .every(HOUR, "sync.forget", |db: Db| async move { sync::forget_old(&db).await.map(drop) })
}

/// All background work of a process.
pub struct Jobs {
    runner: Runner<App>,
    timetable: Timetable,
    sender: Option<Sender>,
}

impl Jobs {
    /// Stands still until [`Self::run`]. Refuses a WeChat template whose fields are not known.
    pub fn new(app: App, retries: Vec<Duration>) -> Result<Self, Refusal> {
        let handlers = handlers(message_channel(&app)?);
        Ok(Self {
            timetable: timetable(&app),
            sender: sender(&app)?,
            runner: Runner::new(app.db.clone(), handlers, app, OutboxSettings::new(retries)),
        })
    }

    /// Works until `stop` says so, then lets what is under way finish.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let Self { runner, timetable, sender } = self;
        let sending = async {
            if let Some(sender) = sender {
                sender.run(stopped(stop.clone())).await;
            }
        };
        tokio::join!(runner.run(stopped(stop.clone())), timetable.run(stopped(stop.clone())), sending);
    }
}

/// Sends notices by WeChat, in a town that has a mini-program and a template.
fn sender(app: &App) -> Result<Option<Sender>, Refusal> {
    let (Some(wechat), Some(template)) = (&app.wechat, &app.templates.notice) else { return Ok(None) };
    let wrong = |why: &dyn std::fmt::Display| Refusal::settings("wechat.notice_fields", why);
    let mut fields = Vec::new();
    for (key, shown) in &app.templates.notice_fields {
        fields.push((key.clone(), shown.parse::<Shown>().map_err(|why| wrong(&why))?));
    }
    let channel = Channel::new(wechat.appid().to_owned(), template.clone(), fields);
    let channel = channel.map_err(|misfit| wrong(&format!("{}:{}", misfit.key, misfit.why)))?;
    Ok(Some(Sender::new(app.db.clone(), wechat.clone(), channel)))
}

/// How messages look at WeChat, in a town that has a mini-program and a template for them.
fn message_channel(app: &App) -> Result<Option<messages::Channel>, Refusal> {
    let (Some(wechat), Some(template)) = (&app.wechat, &app.templates.message) else { return Ok(None) };
    let wrong = |why: &dyn std::fmt::Display| Refusal::settings("wechat.message_fields", why);
    let mut fields = Vec::new();
    for (key, shown) in &app.templates.message_fields {
        fields.push((key.clone(), shown.parse::<messages::Shown>().map_err(|why| wrong(&why))?));
    }
    let channel = messages::Channel::new(wechat.appid().to_owned(), template.clone(), fields);
    channel.map(Some).map_err(|(key, why)| wrong(&format!("{key}:{why}")))
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which is as good.
    drop(stop.wait_for(|stop| *stop).await);
}
