//! Serves until it is told to stop, and lets what is under way finish.

use std::time::Duration;

use actix_web::HttpServer;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{House, Refusal, app, application, commands, jobs};
use crate::base::clock::Clock;
use crate::platform::config::{Profile, Settings};
use crate::platform::db::DatabaseUrl;
use crate::platform::telemetry::{self, Measurements};

/// A phone that reads lists asks again within this time; opening a new connection costs it a second.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send the head of a request.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// How long a client may take to close.
const CLOSING: Duration = Duration::from_secs(2);

/// Serves until SIGTERM (drains) or SIGINT (at once).
pub async fn serve(settings: Settings) -> Result<(), Refusal> {
    telemetry::log(&settings.log).map_err(|mistakes| Refusal::new("日志无法启动", mistakes))?;
    let measurements = Measurements::start().map_err(|error| Refusal::new("度量无法启动", error))?;
    ready_database(&settings)?;
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
    let (stop, stopped) = watch::channel(false);
    let jobs = jobs::Jobs::new(app, settings.outbox_retries)?;
    let jobs = actix_web::rt::spawn(jobs.run(stopped));
    let server = server.disable_signals().run();
    let (handle, live) = (server.handle(), house.live.clone());
    actix_web::rt::spawn(async move {
        let drain = told_to_stop().await;
        live.stop(); // streams never end by themselves, and the server waits for its connections
        handle.stop(drain).await;
    });
    server.await.map_err(|error| Refusal::new("服务中断", error))?;
    stop.send_replace(true);
    jobs.await.map_err(|error| Refusal::new("后台任务中断", error))?;
    tracing::info!("stopped");
    Ok(())
}

/// Does the background work of a PostgreSQL town in a process of its own, until it is told to stop.
pub async fn work(settings: Settings) -> Result<(), Refusal> {
    if matches!(settings.database.url, DatabaseUrl::Sqlite(_)) {
        return Err(Refusal::new("SQLite 不需要单独的后台进程", "wangge serve 自己会做后台工作"));
    }
    telemetry::log(&settings.log).map_err(|mistakes| Refusal::new("日志无法启动", mistakes))?;
    ready_database(&settings)?;
    let app = app(&settings, Clock::System)?;
    let (stop, stopped) = watch::channel(false);
    let jobs = jobs::Jobs::new(app, settings.outbox_retries)?;
    let jobs = actix_web::rt::spawn(jobs.run(stopped));
    told_to_stop().await;
    stop.send_replace(true);
    jobs.await.map_err(|error| Refusal::new("后台任务中断", error))
}

/// Waits for SIGTERM (true: let what is under way finish) or SIGINT.
async fn told_to_stop() -> bool {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(error) => {
                tracing::error!(%error, "cannot wait for SIGTERM");
                std::future::pending().await
            }
        }
    };
    tokio::select! { () = terminate => true, _ = tokio::signal::ctrl_c() => false }
}

/// A town's own machine migrates by itself; elsewhere someone decides when.
fn ready_database(settings: &Settings) -> Result<(), Refusal> {
    if settings.profile == Profile::Embedded {
        return commands::migrate(settings).map(drop);
    }
    match commands::pending(settings)? {
        0 => Ok(()),
        n => Err(Refusal::new("数据库尚未升级", format!("有 {n} 项待执行;请先备份,再运行 wangge migrate"))),
    }
}
