//! `compare` measures two servers in alternated rounds on the same machine and prints their medians side by
//! side. Within a round each work runs on one and at once on the other, so that both meet the same neighbours. Figures
//! of one server alone wander with the machine; ratios and CPU per operation do not.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use wangge_bench::figures::{Figures, HEAD, median};
use wangge_bench::manifest::loopback;
use wangge_bench::process::{Process, shell};
use wangge_bench::procstat::{Memory, Server};
use wangge_bench::target::Kind;
use wangge_bench::works::{Settings, Suite};

/// Alternated comparison of two servers. Each side: kind, where, start command, manifest.
#[derive(Parser)]
struct Cli {
    /// Kind of server A.
    #[arg(long, value_enum, default_value = "ceiling")]
    a: Kind,
    /// Where A listens.
    #[arg(long, default_value = "http://127.0.0.1:8091")]
    a_base: String,
    /// Starts A: one simple command.
    #[arg(long)]
    a_start: String,
    /// Run before A starts, each round: fresh data.
    #[arg(long)]
    a_reset: Option<String>,
    /// A's manifest, read when it is ready.
    #[arg(long)]
    a_manifest: PathBuf,
    /// Kind of server B.
    #[arg(long, value_enum, default_value = "wangge")]
    b: Kind,
    /// Where B listens.
    #[arg(long)]
    b_base: String,
    /// Starts B: one simple command.
    #[arg(long)]
    b_start: String,
    /// Run before B starts, each round: fresh data.
    #[arg(long)]
    b_reset: Option<String>,
    /// B's manifest, read when it is ready.
    #[arg(long)]
    b_manifest: PathBuf,
    /// PostgreSQL's parent process behind B.
    #[arg(long)]
    b_postgres_pid: Option<u32>,
    /// Rounds.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// JSON lines are appended here.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

struct Side<'a> {
    name: String,
    kind: Kind,
    base: &'a str,
    start: &'a str,
    reset: Option<&'a str>,
    manifest: &'a PathBuf,
    postgres: Option<u32>,
}

/// Start-up and idle memory of one side in one round.
struct Idle {
    ready_ms: f64,
    memory: Memory,
}

impl Side<'_> {
    async fn launch<'s>(&self, settings: &'s Settings) -> Result<(Process, Suite<'s>, Idle)> {
        if let Some(command) = self.reset {
            shell(command)?;
        }
        let mut process = Process::start(self.start)?;
        let limit = Duration::from_secs(30);
        let ready = process.ready(loopback(self.base)?, self.kind.ready_path(), limit).await;
        let ready = ready.with_context(|| self.name.clone())?;
        let server = Server { pid: Some(process.pid()), postgres: self.postgres };
        let idle =
            Idle { ready_ms: ready.as_secs_f64() * 1000.0, memory: server.memory().unwrap_or_default() };
        let target = Rc::from(self.kind.open(self.manifest)?);
        let name = self.name.clone();
        Ok((process, Suite { name, target, server, settings, next_notice: Cell::new(0) }, idle))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let name = |kind: Kind, letter: &str| format!("{letter}:{}", format!("{kind:?}").to_lowercase());
    let a = Side {
        name: name(cli.a, "A"),
        kind: cli.a,
        base: &cli.a_base,
        start: &cli.a_start,
        reset: cli.a_reset.as_deref(),
        manifest: &cli.a_manifest,
        postgres: None,
    };
    let b = Side {
        name: name(cli.b, "B"),
        kind: cli.b,
        base: &cli.b_base,
        start: &cli.b_start,
        reset: cli.b_reset.as_deref(),
        manifest: &cli.b_manifest,
        postgres: cli.b_postgres_pid,
    };
    let mut measured: [Vec<Figures>; 2] = [Vec::new(), Vec::new()];
    let mut idle: [Vec<Idle>; 2] = [Vec::new(), Vec::new()];
    eprintln!("{HEAD}");
    for round in 1..=cli.rounds {
        let (process_a, suite_a, idle_a) = a.launch(&cli.settings).await?;
        let (process_b, suite_b, idle_b) = b.launch(&cli.settings).await?;
        idle[0].push(idle_a);
        idle[1].push(idle_b);
        for &work in &cli.settings.works {
            // Who goes first changes with the round: the second finds warmer caches.
            let order =
                if round % 2 == 1 { [(0, &suite_a), (1, &suite_b)] } else { [(1, &suite_b), (0, &suite_a)] };
            for (place, suite) in order.into_iter().filter(|(_, suite)| suite.target.takes(work)) {
                let figures = suite.measure(work, round).await?;
                eprintln!("{}", figures.row());
                if let Some(path) = &cli.out {
                    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                    writeln!(file, "{}", serde_json::to_string(&figures)?)?;
                }
                measured[place].push(figures);
            }
        }
        process_a.stop().await?;
        process_b.stop().await?;
    }
    print(&cli, [&a.name, &b.name], &measured, &idle);
    Ok(())
}

fn print(cli: &Cli, names: [&str; 2], measured: &[Vec<Figures>; 2], idle: &[Vec<Idle>; 2]) {
    let [a, b] = names;
    println!("Medians of {} alternated rounds, {} connections.\n", cli.rounds, cli.settings.connections);
    println!(
        "| work | {a} us CPU/op | {b} us CPU/op | B/A | {a} op/s | {b} op/s | B/A | {a} p50/p99/max ms | {b} p50/p99/max ms | errors | load |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for work in &cli.settings.works {
        let work = format!("{work:?}");
        let of = |side: usize, value: fn(&Figures) -> f64| {
            let rounds = measured[side].iter().filter(|figures| figures.work == work);
            median(rounds.map(value).collect()).unwrap_or_default()
        };
        let both = |value: fn(&Figures) -> f64| match (of(0, value), of(1, value)) {
            (0.0, b) => format!("- | {b:.0} | -"),
            (a, b) => format!("{a:.0} | {b:.0} | {:.2}", b / a),
        };
        let latency = |side: usize| {
            let ms = |value| of(side, value) / 1000.0;
            format!(
                "{:.1} / {:.1} / {:.1}",
                ms(|f| f.p50_us as f64),
                ms(|f| f.p99_us as f64),
                ms(|f| f.max_us as f64)
            )
        };
        let errors: u64 = measured.iter().flatten().filter(|f| f.work == work).map(|f| f.errors).sum();
        println!(
            "| {work} | {} | {} | {} | {} | {errors} | {:.1} |",
            both(|f| f.cpu_us.unwrap_or_default()),
            both(|f| f.per_second),
            latency(0),
            latency(1),
            of(0, |f| f.load),
        );
    }
    println!("\n| | {a} | {b} |\n|---|---|---|");
    let of = |side: usize, value: fn(&Idle) -> f64| {
        median(idle[side].iter().map(value).collect()).unwrap_or_default()
    };
    println!("| ready after, ms | {:.0} | {:.0} |", of(0, |i| i.ready_ms), of(1, |i| i.ready_ms));
    println!("| idle PSS, MiB | {:.1} | {:.1} |", of(0, |i| i.memory.pss), of(1, |i| i.memory.pss));
    println!(
        "| idle anonymous, MiB | {:.1} | {:.1} |",
        of(0, |i| i.memory.anonymous),
        of(1, |i| i.memory.anonymous)
    );
    let loaded = |side: usize| measured[side].iter().filter_map(|f| f.anonymous_mib).fold(0.0, f64::max);
    println!("| largest anonymous after a work, MiB | {:.1} | {:.1} |", loaded(0), loaded(1));
    let w4 = |side: usize, value: fn(&Figures) -> Option<u64>| {
        let rounds = measured[side].iter().filter_map(value).map(|us| us as f64 / 1000.0);
        median(rounds.collect()).map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}"))
    };
    println!("| W4 acknowledged after, ms | {} | {} |", w4(0, |f| f.ack_us), w4(1, |f| f.ack_us));
    println!(
        "| slowest create beside W4, ms | {} | {} |",
        w4(0, |f| f.others_max_us),
        w4(1, |f| f.others_max_us)
    );
}
