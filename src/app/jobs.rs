//! The table of all background work: what the outbox runs, and what comes round on the timetable.
//!
//! Runs inside `serve` on every town, and in processes of its own (`wangge work`) on PostgreSQL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use secrecy::SecretString;
use tokio::sync::watch;

use super::Refusal;
use super::presence::Presence;
use crate::features::callbacks::{SmsReported, SubscribeReported, TemplateReported};
use crate::features::cases::me_too::TellFollowers;
use crate::features::cases::{CaseKind, StartClocks};
use crate::features::events::{self, FollowOriginal};
use crate::features::exports::{self, WriteExport};
use crate::features::messages::{self, SendMessage};
use crate::features::notices::{
    self, FanOutNotice, Line, Manners, Misfit, Sender, SenderSettings, Shown, StopDeliveries, Subscribe,
    Template, TextMessages, Ways,
};
use crate::features::outlets::{self, SendExposure};
use crate::features::sessions::{self, MeetFollower};
use crate::features::visits::{self, WriteVisits};
use crate::features::{attachments, callbacks, cases, deadlines, disputes, duplicates, hazards, staff, sync};
use crate::platform::audit::seal;
use crate::platform::counters;
use crate::platform::db::Db;
use crate::platform::outbox::{self, Handlers, OutboxSettings, Outcome, Runner};
use crate::platform::push::webhook::{WebhookMessage, WebhookReceiver, WebhookSecret};
use crate::platform::push::wecom::{RobotKey, RobotMessage};
use crate::platform::push::{self, Gateways};
use crate::platform::timetable::Timetable;
use crate::platform::web::{App, IdempotencyKey};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What the outbox runs. A kind that is missing here stays waiting and is counted.
fn handlers(messages: Option<messages::Channel>, ways: Ways) -> Handlers<App> {
    let messages = Arc::new(messages);
    let ways = Arc::new(ways);
    Handlers::new()
        .on_long({
            let ways = Arc::clone(&ways);
            move |job: FanOutNotice, place, app: App| {
                let ways = Arc::clone(&ways);
                let manners = Manners::from(&app.notice_limits);
                async move { notices::fan_out(&app.db, &ways, manners, job, place).await }
            }
        })
        .on(|job: WriteExport, app: App| async move { exports::write(app, job).await })
        .on({
            let ways = Arc::clone(&ways);
            move |job: SmsReported, app: App| {
                let ways = Arc::clone(&ways);
                async move { notices::hear_texts(&app.db, &ways, job).await }
            }
        })
        .on({
            let ways = Arc::clone(&ways);
            move |job: TemplateReported, app: App| {
                let ways = Arc::clone(&ways);
                async move { notices::hear_template(&app.db, &ways, job).await }
            }
        })
        .on(|job: SubscribeReported, app: App| async move { notices::hear_subscribe(&app.db, job).await })
        .on(|job: MeetFollower, app: App| async move { sessions::meet_follower(&app, job).await })
        .on_long(|job: StopDeliveries, place, app: App| async move { notices::stop(&app.db, job, place).await })
        .on_long(|job: WriteVisits, place, app: App| async move { visits::write(&app.db, job, place).await })
        .on(|job: SendExposure, app: App| async move {
            outlets::send(&app.db, &app.vault, job, |message| tell_machine(Arc::clone(&app.gateways), message))
                .await
        })
        .on_long(|job: StartClocks, place, app: App| async move {
            match job.kind {
                CaseKind::Hazard => cases::start_clocks(&app.db, job, hazards::owing, place).await,
                CaseKind::Dispute => cases::start_clocks(&app.db, job, disputes::owing, place).await,
                // None is older than the clocks.
                CaseKind::Event => Outcome::Done,
            }
        })
        .on_long(|job: FollowOriginal, place, app: App| async move {
            events::follow_original(&app.db, job, place).await
        })
        .on_long(|job: TellFollowers, place, app: App| async move {
            duplicates::tell_followers(&app.db, job, place).await
        })
        .on(move |job: SendMessage, app: App| {
            let channel = Arc::clone(&messages);
            async move {
                messages::send(&app.db, app.wechat.as_deref().zip(channel.as_ref().as_ref()), job).await
            }
        })
}

/// Tells a machine of a notice.
async fn tell_machine(gateways: Arc<Gateways>, message: outlets::Message) -> push::Outcome {
    let refused = |code: &str| push::Outcome::Config { code: code.to_owned() };
    match message {
        outlets::Message::Robot { key, text } => match &gateways.wecom {
            Some(wecom) => {
                wecom.say(&RobotKey::new(SecretString::from(key)), &RobotMessage::Text(text)).await
            }
            None => refused("no_wecom"),
        },
        outlets::Message::Webhook { url, secret, id, body } => {
            let secret = secret.as_deref().and_then(WebhookSecret::parse);
            match (&gateways.webhook, secret) {
                (Some(webhook), Some(secret)) => {
                    let message = WebhookMessage { id, body: body.to_string() };
                    webhook.send(&WebhookReceiver { url, secret }, &message).await
                }
                (None, _) => refused("no_webhook"),
                (_, None) => refused("no_secret"),
            }
        }
    }
}

/// What comes round, on one node at a time.
fn timetable(app: &App, ways: Arc<Ways>) -> Timetable {
    let kept = app.message_limits;
    let (photos, files, uploads, taken) = (app.clone(), app.clone(), app.clone(), app.clone());
    Timetable::new(app.db.clone())
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
        .every(
            5 * SECOND,
            "notices.keep_time",
            |db: Db| async move { notices::keep_time(&db).await.map(drop) },
        )
        .every(MINUTE, "notices.time_out", move |db: Db| {
            let ways = Arc::clone(&ways);
            async move { notices::time_out(&db, &ways).await.map(drop) }
        })
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
        .every(HOUR, "messages.forget", move |db: Db| async move {
            messages::forget_old(&db, kept).await.map(drop)
        })
        .every(HOUR, "sync.forget", |db: Db| async move { sync::forget_old(&db).await.map(drop) })
}

/// All background work of a process.
pub struct Jobs {
    runner: Runner<App>,
    timetable: Timetable,
    senders: Vec<Sender>,
    presence: Presence,
}

impl Jobs {
    /// Stands still until [`Self::run`]. Refuses a WeChat template whose fields are not known.
    pub fn new(app: App, retries: Vec<Duration>, data_dir: &Path) -> Result<Self, Refusal> {
        let lines = lines(&app)?;
        let ways = ways(&lines);
        let handlers = handlers(message_channel(&app)?, ways.clone());
        Ok(Self {
            presence: Presence::enter(data_dir, &app.db),
            timetable: timetable(&app, Arc::new(ways.clone())),
            senders: lines.into_iter().map(|line| sender(&app, line, &ways)).collect(),
            runner: Runner::new(app.db.clone(), handlers, app, OutboxSettings::new(retries)),
        })
    }

    /// Works until `stop` says so, then lets what is under way finish.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let Self { runner, timetable, senders, presence } = self;
        let sending = join_all(senders.into_iter().map(|sender| sender.run(stopped(stop.clone()))));
        let working = async {
            tokio::join!(runner.run(stopped(stop.clone())), timetable.run(stopped(stop.clone())), sending)
        };
        tokio::join!(presence.let_go(), working);
    }
}

/// The outside channels of this town.
fn lines(app: &App) -> Result<Vec<Line>, Refusal> {
    let mut lines = Vec::new();
    lines.extend(subscribe(app)?);
    lines.extend(template(app)?);
    if !app.gateways.sms.is_empty() {
        lines.push(Line::Sms(TextMessages::new(Arc::clone(&app.vault), app.gateways.sms.clone())));
    }
    Ok(lines)
}

/// What writing deliveries out must know of the channels.
fn ways(lines: &[Line]) -> Ways {
    let mut ways = Ways::default();
    for line in lines {
        match line {
            Line::Subscribe(_, look, _) => ways.subscribe = Some(look.appid.clone()),
            Line::Template(_, look, _) => ways.template = Some(look.appid.clone()),
            Line::Sms(_) => ways.sms = true,
        }
    }
    ways
}

fn sender(app: &App, line: Line, ways: &Ways) -> Sender {
    let limits = app.notice_limits;
    let per_second = match line {
        Line::Subscribe(..) => limits.subscribe_per_second,
        Line::Template(..) => limits.template_per_second,
        Line::Sms(_) => limits.sms_per_second,
    };
    let settings = SenderSettings {
        ways: ways.clone(),
        manners: Manners::from(&limits),
        per_second,
        ..SenderSettings::default()
    };
    Sender::new(app.db.clone(), line, settings)
}

/// Subscribe messages, in a town that has a mini-program and a template for notices.
fn subscribe(app: &App) -> Result<Option<Line>, Refusal> {
    let (Some(wechat), Some(template)) = (&app.wechat, &app.templates.notice) else { return Ok(None) };
    let fields = shown("wechat.notice_fields", &app.templates.notice_fields)?;
    let look = Subscribe::new(wechat.appid().to_owned(), template.clone(), fields);
    let look = look.map_err(|misfit| misfits("wechat.notice_fields", &misfit))?;
    Ok(Some(Line::subscribe(wechat.clone(), look)))
}

/// Template messages, in a town that has an official account and a template for notices. A tap opens the mini-program.
fn template(app: &App) -> Result<Option<Line>, Refusal> {
    let Some(official) = &app.gateways.official else { return Ok(None) };
    let Some((id, fields)) = &official.notice else { return Ok(None) };
    let setting = "official_account.notice_fields";
    let opens = app.wechat.as_ref().map(|wechat| wechat.appid().to_owned());
    let appid = official.client.appid().to_owned();
    let look = Template::new(appid, id.clone(), shown(setting, fields)?, opens);
    let look = look.map_err(|misfit| misfits(setting, &misfit))?;
    Ok(Some(Line::template(Arc::clone(&official.client), look)))
}

/// What stands in each field of a template.
fn shown(setting: &'static str, fields: &[(String, String)]) -> Result<Vec<(String, Shown)>, Refusal> {
    let field = |(key, word): &(String, String)| {
        let shown = word.parse::<Shown>().map_err(|why| Refusal::settings(setting, &why))?;
        Ok((key.clone(), shown))
    };
    fields.iter().map(field).collect()
}

fn misfits(setting: &'static str, misfit: &Misfit) -> Refusal {
    Refusal::settings(setting, format!("{}:{}", misfit.key, misfit.why))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "jobs_tests.rs"]
mod tests;
