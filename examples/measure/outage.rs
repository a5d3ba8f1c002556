//! D5 and D6: the gateway is out, then it hangs, then it is back, while reports come in and people read.
//!
//! A steady load is measured in every phase: calm, sending well, out, hanging, catching up; several rounds of them, because
//! one window tells little on a noisy machine. The oracle of what was sent is the gateway's own ledger. Loopback only,
//! bounded, ends by itself; kills only the server that it started. `make drill-outage`; the town is one that
//! `town seed` filled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use wangge::base::clock::Clock;
use wangge::base::id::Id;
use wangge::features::notices::Notice;
use wangge::platform::config::Settings;
use wangge::platform::db::DbConnection;
use wangge::platform::privacy::Vault;

use crate::drill::gate::Gateway;
use crate::drill::latency::Phase;
use crate::drill::ledger::{self, Agreement};
use crate::drill::load::Load;
use crate::drill::people::People;
use crate::drill::server::Server;
use crate::drill::town;
use crate::drill::verdict::{self, Return};
use crate::drill::watch::{self, Told, Watch};

use crate::Failure;

#[derive(Args)]
pub struct Line {
    /// The server to start, with its words.
    #[arg(long)]
    start: String,
    /// What `town` wrote.
    #[arg(long)]
    manifest: std::path::PathBuf,
    /// The port of the gateway, as the settings of the server name it.
    #[arg(long, default_value_t = 9130)]
    gateway: u16,
    /// How often all phases are gone through.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    rounds: u16,
    /// Seconds of a phase, and of a window; a hanging gateway must have time to be noticed.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(12..=600))]
    seconds: u64,
    /// Seconds of calm, in windows as long as a phase; as a phase when 0. The longer, the better it is known what is usual.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3600))]
    calm: u64,
    /// Seconds for which the gateway is out; as a phase when 0.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3600))]
    outage: u64,
    /// Requests a second.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=2000))]
    load: u32,
    /// Messages a second on each channel, as the settings of the server name it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// Also fails when a 99th percentile moved by ten percent or more.
    #[arg(long)]
    strict: bool,
}

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// A gateway that hangs is left alone within this time.
const NOTICED: Duration = Duration::from_secs(10);
/// A gateway that is back is tried within this time: a rest of ten seconds, a message that still hangs, its pause.
const TRIED: Duration = Duration::from_secs(60);

pub fn run(line: &Line) -> Result<(), Failure> {
    let settings = Settings::load()?;
    wangge::platform::tls::install_crypto();
    actix_web::rt::System::new().block_on(drill(line, &settings))
}

async fn drill(line: &Line, settings: &Settings) -> Result<(), Failure> {
    // The keys alone: the file belongs to the server.
    let secrets = settings.secrets.read().ok().ok_or("no keys in the environment")?;
    let vault = Vault::new(&secrets).map_err(|problem| problem.to_string())?;
    let manifest: Value = serde_json::from_slice(&std::fs::read(&line.manifest)?)?;
    let people = Arc::new(People::read(settings, &secrets, &manifest)?);
    let waiting = town::waiting(&manifest)?;
    let rounds: Vec<Notices> = waiting.chunks_exact(3).take(line.rounds.into()).map(Notices::of).collect();
    if rounds.len() < usize::from(line.rounds) {
        return Err("too few notices wait for so many rounds".into());
    }
    let mut c = settings.database.connect()?;
    town::reach_everybody(&vault, &mut c, 3 * i32::from(line.rounds))?;
    for Notices { well, ordinary, urgent } in &rounds {
        for (notice, level) in [(well, "yellow"), (ordinary, "yellow"), (urgent, "red")] {
            town::plan(&mut c, *notice, level)?;
        }
    }
    let gateway = Gateway::start(line.gateway).await?;
    let mut server = Server::start(&line.start, manifest["base"].as_str().unwrap_or_default()).await?;
    let watch = Watch::new(&server.base, server.pid(), &settings.database.url);
    let load = Load::start(&manifest, Arc::clone(&people), line.load)?;
    let mut stage = Stage {
        line,
        c,
        gateway,
        server: &server,
        people: &people,
        watch,
        phases: vec![],
        wrong: vec![],
        returns: vec![],
    };
    stage.pass("warming up", Duration::from_secs(5)).await?;
    for notices in &rounds {
        stage.round(notices).await?;
    }
    let Stage { mut c, gateway, watch, phases, mut wrong, returns, .. } = stage;
    let samples = load.finish()?;
    server.kill()?;
    let taken = gateway.ledger().await?;
    gateway.stop().await;

    let window = Duration::from_secs(line.seconds);
    let steady = verdict::latencies(&phases, &samples, window);
    verdict::watched(&watch.seen, settings.database.connections, &mut wrong);
    verdict::returned(&returns, &ledger::taken(&taken), line.rate, &mut wrong);
    let mut rows = Vec::new();
    for notice in rounds.iter().flat_map(Notices::all) {
        rows.extend(ledger::rows(&mut c, notice)?);
    }
    verdict::agreed(&Agreement::of(&rows, &taken), usize::from(line.rounds), &mut wrong);
    if line.strict && !steady {
        wrong.push("a 99th percentile moved by ten percent or more".to_owned());
    }
    if !wrong.is_empty() {
        return Err(wrong.join("; ").into());
    }
    println!("nothing lost, nothing sent twice, the rate kept, what is urgent first");
    Ok(())
}

/// The notices of a round.
struct Notices {
    /// Published while all is well.
    well: Id<Notice>,
    /// Published while the gateway is out.
    ordinary: Id<Notice>,
    /// A red one, published after it.
    urgent: Id<Notice>,
}

impl Notices {
    fn of(three: &[Id<Notice>]) -> Self {
        Self { well: three[0], ordinary: three[1], urgent: three[2] }
    }

    fn all(&self) -> [Id<Notice>; 3] {
        [self.well, self.ordinary, self.urgent]
    }
}

/// What a round is played on.
struct Stage<'a> {
    line: &'a Line,
    c: DbConnection,
    gateway: Gateway,
    server: &'a Server,
    people: &'a People,
    watch: Watch,
    phases: Vec<Phase>,
    wrong: Vec<String>,
    returns: Vec<Return>,
}

impl Stage<'_> {
    async fn round(&mut self, notices: &Notices) -> Result<(), Failure> {
        let phase = Duration::from_secs(self.line.seconds);
        let or_phase = |seconds| if seconds > 0 { Duration::from_secs(seconds) } else { phase };
        self.pass("calm", or_phase(self.line.calm)).await?;

        self.publish(&[notices.well]).await?;
        self.until("sending", phase, |c, _| watch::is_idle(c)).await?;

        self.gateway.turn(json!({ "statuses": { "503": 100 }, "retry_after_s": 2 })).await?;
        self.publish(&[notices.ordinary, notices.urgent]).await?;
        self.pass("out", or_phase(self.line.outage)).await?;

        // It has to send again before it can begin to hang.
        let before = self.watch.told().await?.sent;
        self.gateway.mend().await?;
        let again = |told: &Told| {
            told.sent.iter().all(|(channel, n)| *n > before.get(channel).copied().unwrap_or(0.0))
        };
        if !self.until("back for a moment", TRIED, |_, told| Ok(again(told))).await? {
            self.wrong.push("sending did not begin again after the outage".to_owned());
        }

        self.gateway.turn(json!({ "hang": 100, "hang_ms": 60_000 })).await?;
        self.hang(phase).await?;

        let now = Clock::System.now();
        let due = |c: &mut DbConnection, notice| -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
            let mut due = BTreeMap::<_, BTreeSet<_>>::new();
            for row in ledger::rows(c, notice)?.into_iter().filter(|row| row.is_due(now)) {
                due.entry(row.channel.clone()).or_default().insert(row.key());
            }
            Ok(due)
        };
        let urgent = due(&mut self.c, notices.urgent)?;
        let mut ordinary = due(&mut self.c, notices.ordinary)?;
        for (channel, keys) in due(&mut self.c, notices.well)? {
            ordinary.entry(channel).or_default().extend(keys);
        }
        let back = Clock::System.now();
        self.gateway.mend().await?;
        let left: usize = [&urgent, &ordinary].iter().flat_map(|due| due.values()).map(BTreeSet::len).sum();
        let most = Duration::from_secs(180 + 2 * left as u64 / u64::from(self.line.rate));
        let drained = self.until("catching up", most, |c, _| watch::is_idle(c)).await?;
        if !drained {
            let so_far = ledger::states(&mut self.c, notices.urgent)?;
            return Err(
                format!("deliveries have not ended {most:?} after the gateway was back: {so_far:?}").into()
            );
        }
        self.returns.push(Return { back: back.millis(), urgent, ordinary });
        Ok(())
    }

    /// The gateway hangs for so long: every channel that was sending must notice it in time.
    async fn hang(&mut self, length: Duration) -> Result<(), Failure> {
        let before = self.watch.told().await?.down;
        let began = Instant::now();
        let mut noticed = BTreeMap::<String, Duration>::new();
        let mut channels = BTreeSet::new();
        self.until("hanging", length, |_, told| {
            channels.extend(told.sent.keys().cloned());
            for (channel, rests) in &told.down {
                if *rests > before.get(channel).copied().unwrap_or(0.0) {
                    noticed.entry(channel.clone()).or_insert_with(|| began.elapsed());
                }
            }
            Ok(false)
        })
        .await?;
        println!("left alone after it began to hang: {noticed:.1?}");
        for channel in channels {
            if noticed.get(&channel).is_none_or(|after| *after > NOTICED + LOOK) {
                self.wrong
                    .push(format!("{channel}: a gateway that hangs was not left alone within {NOTICED:?}"));
            }
        }
        Ok(())
    }

    /// Publishes, and waits until every delivery has its row. What that costs is another matter, and measured apart.
    async fn publish(&mut self, notices: &[Id<Notice>]) -> Result<(), Failure> {
        let from = Instant::now();
        for notice in notices {
            let pass = self.people.passes()?.staff;
            self.server.publish(&pass, *notice).await?;
            while town::fanned_out(&mut self.c, *notice)?.is_none() {
                if from.elapsed() > Duration::from_secs(60) {
                    return Err(format!("{notice} was not written out within a minute").into());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        self.phases.push(Phase { name: "publishing", from, until: Instant::now() });
        Ok(())
    }

    async fn pass(&mut self, name: &'static str, length: Duration) -> Result<(), Failure> {
        self.until(name, length, |_, _| Ok(false)).await?;
        Ok(())
    }

    /// Looks until `done` says so, at most for so long; whether it did.
    async fn until(
        &mut self,
        name: &'static str,
        most: Duration,
        mut done: impl FnMut(&mut DbConnection, &Told) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let from = Instant::now();
        let mut is_done = false;
        while !is_done && from.elapsed() < most {
            tokio::time::sleep(LOOK.min(most.saturating_sub(from.elapsed()))).await;
            let told = self.watch.look(&mut self.c, name).await?;
            is_done = done(&mut self.c, &told)?;
        }
        let until = Instant::now();
        println!("{name}: {:.1} s", (until - from).as_secs_f64());
        self.phases.push(Phase { name, from, until });
        Ok(is_done)
    }
}
