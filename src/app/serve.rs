//! Serves until it is told to stop, and lets what is under way finish.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{HttpServer, web};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::{House, Refusal, app, application, commands, health, jobs};
use crate::base::clock::Clock;
use crate::platform::config::Settings;
use crate::platform::db::DatabaseUrl;
use crate::platform::telemetry::{self, Measurements};
use crate::platform::web::App;

/// A phone that reads lists asks again within this time; opening a new connection costs it a second.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send the head of a request.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// How long a client may take to close.
const CLOSING: Duration = Duration::from_secs(2);

/// Serves until SIGTERM (drains) or SIGINT (at once).
pub async fn serve(settings: Settings) -> Result<(), Refusal> {
    telemetry::log(&settings.log).map_err(|mistakes| Refusal::settings("日志无法启动", mistakes))?;
    let measurements = Measurements::start().map_err(|error| Refusal::new("度量无法启动", error))?;
    commands::ready(&settings)?;
    let termination = termination()?;
    let house = House::build(&settings, Clock::System, measurements)?;
    let app = house.app.as_ref().clone();
    let address = settings.server.address;
    let (served, built) = (settings.server.workers, house.clone());
    let mut server = HttpServer::new(move || application(built.clone()))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_DEADLINE)
        .client_disconnect_timeout(CLOSING)
        .shutdown_timeout(settings.server.shutdown_seconds);
    if let Some(workers) = served {
        server = server.workers(workers);
    }
    let server = server.bind(address).map_err(|error| Refusal::new(&format!("无法监听 {address}"), error))?;
    for address in server.addrs() {
        tracing::info!(%address, profile = settings.profile.as_str(), "serving");
        println!("网格已启动:http://{address}/docs/");
    }
    let jobs = Background::start(jobs::Jobs::new(app, settings.outbox_retries, &settings.data_dir)?);
    let server = server.disable_signals().run();
    let (handle, live) = (server.handle(), house.live.clone());
    let mut ending = jobs.ending();
    actix_web::rt::spawn(async move {
        let drain = tokio::select! { drain = told_to_stop(termination) => drain, () = ending.come() => true };
        live.stop(); // streams never end by themselves, and the server waits for its connections
        handle.stop(drain).await;
    });
    server.await.map_err(|error| Refusal::new("服务中断", error))?;
    jobs.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Does the background work of a PostgreSQL town in a process of its own, until it is told to stop.
pub async fn work(settings: Settings) -> Result<(), Refusal> {
    if matches!(settings.database.url, DatabaseUrl::Sqlite(_)) {
        return Err(Refusal::settings("SQLite 不需要单独的后台进程", "wangge serve 自己会做后台工作"));
    }
    telemetry::log(&settings.log).map_err(|mistakes| Refusal::settings("日志无法启动", mistakes))?;
    let measurements = Measurements::start().map_err(|error| Refusal::new("度量无法启动", error))?;
    commands::ready(&settings)?;
    let termination = termination()?;
    let app = app(&settings, Clock::System)?;
    let asked =
        settings.work_address.map(|address| desk(address, &settings, &app, measurements)).transpose()?;
    let handle = asked.as_ref().map(Server::handle);
    let asked = asked.map(actix_web::rt::spawn);
    let jobs = Background::start(jobs::Jobs::new(app, settings.outbox_retries, &settings.data_dir)?);
    let mut ending = jobs.ending();
    tokio::select! { _ = told_to_stop(termination) => {}, () = ending.come() => {} }
    let stopped = jobs.stop().await;
    if let (Some(handle), Some(asked)) = (handle, asked) {
        handle.stop(false).await;
        drop(asked.await);
    }
    stopped
}

/// Where a process without a website is asked whether it is alive, ready, and how it is doing.
fn desk(
    address: SocketAddr,
    settings: &Settings,
    app: &App,
    measurements: Measurements,
) -> Result<Server, Refusal> {
    let watch = web::Data::new(super::watch(settings, measurements).1);
    let app = web::Data::new(app.clone());
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(watch.clone())
            .service(health::healthz)
            .service(health::readyz)
            .service(health::metrics)
    });
    let server = server.workers(1).client_request_timeout(HEAD_DEADLINE).bind(address);
    let server = server.map_err(|error| Refusal::new(&format!("无法监听 {address}(work.address)"), error))?;
    for address in server.addrs() {
        tracing::info!(%address, "working");
        println!("网格后台已启动:http://{address}/healthz");
    }
    Ok(server.disable_signals().run())
}

/// The background work of this process while it runs.
struct Background {
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<()>,
    ended: watch::Receiver<bool>,
}

/// Says when the background work has ended, told to or not.
struct Ending(watch::Receiver<bool>);

impl Ending {
    async fn come(&mut self) {
        // An error means that the task is gone without saying so: it panicked.
        drop(self.0.wait_for(|ended| *ended).await);
    }
}

impl Background {
    fn start(jobs: jobs::Jobs) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (end, ended) = watch::channel(false);
        let running = actix_web::rt::spawn(async move {
            jobs.run(stopped).await;
            end.send_replace(true);
        });
        Self { stop, running, ended }
    }

    /// A process that serves and no longer seals, folds and sends looks well and is not: whoever waits for this
    /// ends it, and it is started anew.
    fn ending(&self) -> Ending {
        Ending(self.ended.clone())
    }

    /// Lets what is under way finish. A failure when it had ended before it was told to.
    async fn stop(self) -> Result<(), Refusal> {
        let early = *self.ended.borrow() || self.running.is_finished();
        self.stop.send_replace(true);
        self.running.await.map_err(|error| Refusal::new("后台任务中断", error))?;
        if early { Err(Refusal::new("后台任务中断", "它自行结束了")) } else { Ok(()) }
    }
}

/// Hears SIGTERM from now on. Asked for before anybody is told that we are there: whoever was told may stop us at once.
fn termination() -> Result<Signal, Refusal> {
    signal(SignalKind::terminate()).map_err(|error| Refusal::new("无法接收停止信号", error))
}

/// Waits for SIGTERM (true: let what is under way finish) or SIGINT.
async fn told_to_stop(mut termination: Signal) -> bool {
    tokio::select! { _ = termination.recv() => true, _ = tokio::signal::ctrl_c() => false }
}
