//! D4: a red notice to every household of a town on two channels, while the gateway makes faults and the server is killed.
//!
//! The oracle is the gateway's own ledger of what it really took. After the last message has ended each delivery is
//! compared with it, row by row. Loopback only, bounded, ends by itself; kills only the server that it started.
//! `make drill-fanout`; the town is one that `bench_town seed` filled.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};
use wangge::base::clock::{Clock, Timestamp};
use wangge::base::column::{Instant as At, Uid};
use wangge::base::id::Id;
use wangge::base::sensitive::Phone;
use wangge::features::notices::Notice;
use wangge::platform::access::Resident;
use wangge::platform::config::Settings;
use wangge::platform::db::schema::{notices, residents, wx_identities, wx_tickets};
use wangge::platform::db::{DbConnection, Doc};
use wangge::platform::privacy::Vault;

#[path = "../tests/fakes/gateway/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod gateway;

type Failure = Box<dyn std::error::Error>;

/// The template of notices, as the drill's script sets it.
const TEMPLATE: &str = "T1";

#[derive(Parser)]
struct Line {
    /// The server to start and to kill, with its words.
    #[arg(long)]
    start: String,
    /// What `bench_town` wrote.
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
}

fn main() -> Result<(), Failure> {
    let line = Line::parse();
    let settings = Settings::load()?;
    wangge::platform::tls::install_crypto();
    actix_web::rt::System::new().block_on(drill(&line, &settings))
}

async fn drill(line: &Line, settings: &Settings) -> Result<(), Failure> {
    // The keys alone: the file belongs to the server.
    let vault = Vault::new(&settings.secrets.read().ok().ok_or("no keys in the environment")?)
        .map_err(|problem| problem.to_string())?;
    let manifest: Value = serde_json::from_slice(&std::fs::read(&line.manifest)?)?;
    let notice: Id<Notice> = manifest["notices"][0].as_str().ok_or("no notice in the manifest")?.parse()?;
    let mut c = settings.database.connect()?;
    prepare(&vault, &mut c, notice)?;
    let gateway = gateway::start(gateway::Settings { port: line.gateway, demo: true, ..Default::default() });
    let gateway = gateway.await?;
    let http = reqwest::Client::new();
    let at = format!("http://{}", gateway.addr);
    let knobs = knobs(line.faults);
    http.post(format!("{at}/__ctl")).json(&knobs).send().await?.error_for_status()?;

    let mut server = Server::start(line, &manifest).await?;
    let mut workers = Workers::start(line)?;
    server.publish(&manifest, notice).await?;
    let began = Instant::now();
    let (mut kills, mut next_kill) = (0_u64, Duration::from_secs(line.kill_every));
    let mut enqueued = None;
    let drained = loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let so_far = states(&mut c, notice)?;
        let open = so_far.iter().filter(|(state, _)| ["queued", "sending"].contains(&state.as_str()));
        let open: i64 = open.map(|(_, n)| n).sum();
        if enqueued.is_none() {
            enqueued = fanned_out(&mut c, notice)?;
        }
        if enqueued.is_some() && open == 0 && workers.are_awake() {
            break began.elapsed();
        }
        if began.elapsed() > Duration::from_secs(line.limit) {
            return Err(
                format!("{open} deliveries have not ended within {} s: {so_far:?}", line.limit).into()
            );
        }
        workers.mind(began.elapsed(), line.stop_one)?;
        if line.kill_every > 0 && began.elapsed() >= next_kill {
            server.kill()?;
            kills += 1;
            server = Server::start(line, &manifest).await?;
            next_kill = began.elapsed() + Duration::from_secs(line.kill_every);
        }
    };
    server.kill()?;
    workers.kill()?;
    let ledger: Vec<Value> = http.get(format!("{at}/__ledger")).send().await?.json().await?;
    let drawn: Value = http.get(format!("{at}/__ctl")).send().await?.json().await?;
    gateway.stop().await;
    judge(&rows(&mut c, notice)?, &ledger, &drawn, &Story { kills, enqueued, drained })
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

/// Every resident has a number of their own and a ticket; the notice is red and goes by both channels at once.
fn prepare(vault: &Vault, c: &mut DbConnection, notice: Id<Notice>) -> Result<(), Failure> {
    let now = Clock::System.now();
    let everybody: Vec<Id<Resident>> = residents::table.select(residents::id).load(c)?;
    let names: Vec<Id<wangge::features::sessions::WxIdentity>> =
        wx_identities::table.select(wx_identities::id).load(c)?;
    c.transaction::<_, diesel::result::Error, _>(|c| {
        for (n, id) in everybody.iter().enumerate() {
            let Ok(phone) = Phone::parse(&format!("139{n:08}")) else { continue };
            let Ok(sealed) = vault.seal_value(&phone) else { continue };
            let set = (
                residents::phone_sealed.eq(Some(sealed)),
                residents::phone_index.eq(Some(vault.index_value(&phone))),
            );
            diesel::update(residents::table.find(id)).set(set).execute(c)?;
        }
        for id in &names {
            let row = (
                wx_tickets::identity_id.eq(id),
                wx_tickets::template_id.eq(TEMPLATE),
                wx_tickets::kind.eq("once"),
                wx_tickets::state.eq("accept"),
                wx_tickets::remaining.eq(1),
                wx_tickets::last_event_at.eq(now),
            );
            diesel::insert_into(wx_tickets::table).values(row).execute(c)?;
        }
        let plan = Doc(json!({ "order": ["wx_subscribe", "sms"], "together": true }));
        let set = (
            notices::channels.eq(plan),
            notices::level.eq(Some("red")),
            notices::instruction.eq(Some("不转账")),
        );
        diesel::update(notices::table.find(notice)).set(set).execute(c)?;
        Ok(())
    })?;
    Ok(())
}

/// The server under test.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    async fn start(line: &Line, manifest: &Value) -> Result<Self, Failure> {
        let mut words = line.start.split_whitespace();
        let program = words.next().ok_or("nothing to start")?;
        let process = Command::new(program).args(words).stdin(Stdio::null()).spawn()?;
        let base = manifest["base"].as_str().unwrap_or_default().to_owned();
        let this = Self { process, base };
        let (http, began) = (reqwest::Client::new(), Instant::now());
        while began.elapsed() < Duration::from_secs(20) {
            let ready = http.get(format!("{}/readyz", this.base)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(this);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the server does not come up".into())
    }

    async fn publish(&self, manifest: &Value, notice: Id<Notice>) -> Result<(), Failure> {
        let began = Instant::now();
        let answer = reqwest::Client::new()
            .post(format!("{}/api/v1/notices/{notice}/publication", self.base))
            .bearer_auth(manifest["tokens"]["staff"].as_str().unwrap_or_default())
            .header("If-Match", "\"1\"")
            .send()
            .await?;
        let (status, took) = (answer.status(), began.elapsed());
        if !status.is_success() {
            return Err(format!("publication: {status} {}", answer.text().await?).into());
        }
        println!("publication answered in {} ms", took.as_millis());
        Ok(())
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill()?; // SIGKILL
        self.process.wait()?;
        Ok(())
    }
}

/// A drill that fails leaves nobody behind.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
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

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn states(c: &mut DbConnection, notice: Id<Notice>) -> Result<BTreeMap<String, i64>, Failure> {
    let rows =
        diesel::sql_query("SELECT state, COUNT(*) AS n FROM deliveries WHERE notice_id = $1 GROUP BY state");
    let rows: Vec<State> = rows.bind::<Uid, _>(notice).load(c)?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

#[derive(QueryableByName)]
struct Times {
    #[diesel(sql_type = Nullable<At>)]
    published_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<At>)]
    fanned_out_at: Option<Timestamp>,
}

/// How long it took until every delivery had its row; none before.
fn fanned_out(c: &mut DbConnection, notice: Id<Notice>) -> Result<Option<Duration>, Failure> {
    let row = diesel::sql_query("SELECT published_at, fanned_out_at FROM notices WHERE id = $1");
    let Times { published_at, fanned_out_at } = row.bind::<Uid, _>(notice).get_result(c)?;
    let both = published_at.zip(fanned_out_at);
    Ok(both.and_then(|(from, to)| to.since(from).to_std().ok()))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uid)]
    id: Id<Delivered>,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<String>,
}

wangge::id_kind! {
    /// A delivery, as the gateway knows it by its id.
    Delivered = "delivery";
}

fn rows(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<Row>, Failure> {
    let rows = diesel::sql_query("SELECT id, channel, state, outcome FROM deliveries WHERE notice_id = $1");
    Ok(rows.bind::<Uid, _>(notice).load(c)?)
}

/// What happened.
struct Story {
    kills: u64,
    enqueued: Option<Duration>,
    drained: Duration,
}

/// Compares each delivery with what the gateway took, and prints what came of it.
fn judge(rows: &[Row], ledger: &[Value], drawn: &Value, story: &Story) -> Result<(), Failure> {
    let mut taken = BTreeMap::<&str, u64>::new();
    for row in ledger {
        let key = row["key"].as_str().unwrap_or_default();
        *taken.entry(key).or_default() += row["count"].as_u64().unwrap_or_default();
    }
    let (mut lost, mut twice) = (Vec::new(), BTreeMap::<&str, u64>::new());
    let mut by_state = BTreeMap::<(&str, &str), u64>::new();
    let mut known = std::collections::BTreeSet::new();
    for row in rows {
        let key = row.id.to_string();
        let count = taken.get(key.as_str()).copied().unwrap_or_default();
        let says = row.state.as_str();
        *by_state.entry((&row.channel, says)).or_default() += 1;
        let told = matches!(says, "sent" | "delivered");
        let failed =
            matches!(says, "refused" | "permanent_failure" | "technical_failure" | "temporary_failure");
        if (told && count == 0) || (failed && count > 0) {
            lost.push(format!("{key} {} {says} {:?}: taken {count} times", row.channel, row.outcome));
        }
        *twice.entry(&row.channel).or_default() += count.saturating_sub(1);
        known.insert(key);
    }
    let strange = taken.keys().filter(|key| !known.contains(**key)).count();
    let ambiguous = drawn["ambiguous"].as_u64().unwrap_or_default();
    println!("deliveries: {}, by channel and state: {by_state:?}", rows.len());
    println!("the gateway took {} messages under {} keys", taken.values().sum::<u64>(), taken.len());
    println!("kills: {}, faults of unknown fate: {ambiguous}", story.kills);
    println!("all rows written after {:?}, drained after {:?}", story.enqueued, story.drained);
    println!("lost or misreported: {}, of unknown keys: {strange}, told twice: {twice:?}", lost.len());
    lost.iter().take(10).for_each(|one| println!("  {one}"));
    // A kill leaves what was on its way in doubt: 128 of the blind channel at most.
    let allowed = ambiguous + story.kills * 128;
    let blind = twice.get("wx_subscribe").copied().unwrap_or_default();
    let asked: u64 = twice.iter().filter(|(channel, _)| **channel != "wx_subscribe").map(|(_, n)| n).sum();
    if !lost.is_empty() || strange > 0 || asked > 0 || blind > allowed {
        return Err("the ledger and the deliveries do not agree".into());
    }
    println!("every row agrees with the gateway's ledger");
    Ok(())
}
