//! D4: a red notice to every household of a town on two channels, while the gateway makes faults and the server is killed.
//!
//! The oracle is the gateway's own ledger of what it really took. After the last message has ended each delivery is
//! compared with it, row by row. Loopback only, bounded, ends by itself; kills only the server that it started.
//! `make drill-fanout`; the town is one that `town seed` filled.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use wangge::platform::config::Settings;
use wangge::platform::db::DbConnection;
use wangge::platform::privacy::Vault;

use crate::drill::gate::Gateway;
use crate::drill::ledger::{self, Agreement};
use crate::drill::server::Server;
use crate::drill::{town, watch};

use crate::Failure;

#[derive(Args)]
pub struct Line {
    /// The server to start and to kill, with its words.
    #[arg(long)]
    start: String,
    /// What `town` wrote.
    #[arg(long)]
    manifest: std::path::PathBuf,
    /// The port of the gateway, as the settings of the server name it.
    #[arg(long, default_value_t = 9130)]
    gateway: u16,
    /// Seconds between two kills; 0: none.
    #[arg(long, default_value_t = 10)]
    kill_every: u64,
    /// Percent of all calls that the gateway answers wrongly.
    #[arg(long, default_value_t = 20.0)]
    faults: f64,
    /// Processes that work beside the server, on PostgreSQL.
    #[arg(long, default_value_t = 0)]
    workers: u16,
    /// Seconds for which one of the workers is stopped while it holds leases; then it goes on.
    #[arg(long, default_value_t = 0)]
    stop_one: u64,
    /// After so many seconds whatever has not ended counts as lost.
    #[arg(long, default_value_t = 300)]
    limit: u64,
    /// Only writes the rows of so many notices, one after the other, and sends nothing: the settings say that nobody may
    /// be disturbed now.
    #[arg(long, default_value_t = 0)]
    rows_only: usize,
}

pub fn run(line: &Line) -> Result<(), Failure> {
    let settings = Settings::load()?;
    wangge::platform::tls::install_crypto();
    actix_web::rt::System::new().block_on(drill(line, &settings))
}

async fn drill(line: &Line, settings: &Settings) -> Result<(), Failure> {
    // The keys alone: the file belongs to the server.
    let vault = Vault::new(&settings.secrets.read().ok().ok_or("no keys in the environment")?)
        .map_err(|problem| problem.to_string())?;
    let manifest: Value = serde_json::from_slice(&std::fs::read(&line.manifest)?)?;
    let base = manifest["base"].as_str().unwrap_or_default();
    let notice = *town::waiting(&manifest)?.first().ok_or("no notice in the manifest")?;
    let mut c = settings.database.connect()?;
    town::reach_everybody(&vault, &mut c, 1)?;
    if line.rows_only > 0 {
        return rows_only(line, &mut c, &manifest).await;
    }
    town::plan(&mut c, notice, "red")?;
    let gateway = Gateway::start(line.gateway).await?;
    gateway.turn(knobs(line.faults)).await?;

    let mut server = Server::start(&line.start, base).await?;
    let mut workers = Workers::start(line)?;
    let took = server.publish(manifest["tokens"]["staff"].as_str().unwrap_or_default(), notice).await?;
    println!("publication answered in {} ms", took.as_millis());
    let began = Instant::now();
    let (mut kills, mut next_kill) = (0_u64, Duration::from_secs(line.kill_every));
    let mut enqueued = None;
    let drained = loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if enqueued.is_none() {
            enqueued = town::fanned_out(&mut c, notice)?;
        }
        if enqueued.is_some() && workers.are_awake() && watch::is_idle(&mut c)? {
            break began.elapsed();
        }
        if began.elapsed() > Duration::from_secs(line.limit) {
            let so_far = ledger::states(&mut c, notice)?;
            return Err(format!("not all deliveries have ended within {} s: {so_far:?}", line.limit).into());
        }
        workers.mind(began.elapsed(), line.stop_one)?;
        if line.kill_every > 0 && began.elapsed() >= next_kill {
            server.kill()?;
            kills += 1;
            server = Server::start(&line.start, base).await?;
            next_kill = began.elapsed() + Duration::from_secs(line.kill_every);
        }
    };
    server.kill()?;
    workers.kill()?;
    let (taken, ambiguous) = (gateway.ledger().await?, gateway.ambiguous().await?);
    gateway.stop().await;
    println!("kills: {kills}, faults of unknown fate: {ambiguous}");
    println!("all rows written after {enqueued:?}, drained after {drained:?}");
    judge(&Agreement::of(&ledger::rows(&mut c, notice)?, &taken), ambiguous, kills)
}

/// How long the rows take when nothing else happens: the work itself.
async fn rows_only(line: &Line, c: &mut DbConnection, manifest: &Value) -> Result<(), Failure> {
    let (base, pass) = (manifest["base"].as_str(), manifest["tokens"]["staff"].as_str());
    let (base, pass) = (base.unwrap_or_default(), pass.unwrap_or_default());
    let mut server = Server::start(&line.start, base).await?;
    for notice in town::waiting(manifest)?.into_iter().take(line.rows_only) {
        town::plan(c, notice, "yellow")?;
        server.publish(pass, notice).await?;
        let (began, limit) = (Instant::now(), Duration::from_secs(line.limit));
        let took = loop {
            if let Some(took) = town::fanned_out(c, notice)? {
                break took;
            }
            if began.elapsed() > limit {
                return Err(format!("not all rows are there within {} s", line.limit).into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        println!("rows written in {took:?}: {:?}", ledger::states(c, notice)?);
    }
    server.kill()
}

/// Shares of 20 percent, in the proportions of the drill's plan.
fn knobs(percent: f64) -> Value {
    let share = |of_twenty: f64| of_twenty * percent / 20.0;
    json!({
        "seed": 7, "hang_ms": 60_000, "hang": share(2.0), "accept_then_drop": share(3.0),
        "drop_before_accept": share(3.0), "truncated": share(2.0),
        "statuses": { "500": share(6.0), "429": share(4.0) }, "retry_after_s": 0,
    })
}

/// Processes that send beside the server. One of them is stopped in the middle of its work, long enough for its leases to
/// end, and goes on as if nothing had happened.
struct Workers {
    processes: Vec<Child>,
    stopped: Option<Duration>,
    woken: bool,
}

impl Workers {
    fn start(line: &Line) -> Result<Self, Failure> {
        let program = line.start.split_whitespace().next().ok_or("nothing to start")?;
        let start = |n: u16| {
            let address = format!("127.0.0.1:{}", 8100 + n);
            let mut command = Command::new(program);
            command.arg("work").env("WANGGE_WORK__ADDRESS", address).stdin(Stdio::null()).spawn()
        };
        let processes = (0..line.workers).map(start).collect::<Result<_, _>>()?;
        Ok(Self { processes, stopped: None, woken: line.workers == 0 || line.stop_one == 0 })
    }

    /// Stops the first two seconds after the beginning, and lets it go on `stop_one` seconds later.
    fn mind(&mut self, now: Duration, stop_one: u64) -> Result<(), Failure> {
        let Some(first) = self.processes.first() else { return Ok(()) };
        let signal = |name: &str| Command::new("kill").args([name, &first.id().to_string()]).status();
        match self.stopped {
            None if stop_one > 0 && now > Duration::from_secs(2) => {
                signal("-STOP")?;
                self.stopped = Some(now);
            }
            Some(at) if !self.woken && now > at + Duration::from_secs(stop_one) => {
                signal("-CONT")?;
                self.woken = true;
                println!("a worker was stopped for {stop_one} s while it held leases");
            }
            _ => {}
        }
        Ok(())
    }

    fn are_awake(&self) -> bool {
        self.woken
    }

    fn kill(&mut self) -> Result<(), Failure> {
        for process in &mut self.processes {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

/// Says whether the deliveries agree with what the gateway took.
fn judge(came: &Agreement, ambiguous: u64, kills: u64) -> Result<(), Failure> {
    came.print();
    // A kill leaves what was on its way in doubt: 256 of the blind channel at most.
    let allowed = ambiguous + kills * 256;
    let blind = came.twice.get("wx_subscribe").copied().unwrap_or_default();
    let asked: u64 =
        came.twice.iter().filter(|(channel, _)| *channel != "wx_subscribe").map(|(_, n)| n).sum();
    if !came.lost.is_empty() || came.strange > 0 || asked > 0 || blind > allowed {
        return Err("the ledger and the deliveries do not agree".into());
    }
    println!("every row agrees with the gateway's ledger");
    Ok(())
}
