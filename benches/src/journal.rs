//! `drill-kill`: starts a server, lets 64 connections create reports, ends it with kill -9 at a random
//! moment, starts it again and holds the inquest, round after round. It ends non-zero on any loss, change or
//! duplicate. Instead of the server, `--fault` may strike something behind it (PostgreSQL): then the server
//! must recover by itself.
//!
//! kill -9 leaves the page cache alive: this drill proves the order of commit and answer, not the fsync.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use rand::RngExt as _;
use rusqlite::{Connection, OpenFlags};
use tokio::time::sleep;
use wangge_bench::drill::{Findings, assault, inquest};
use wangge_bench::ledger::Ledger;
use wangge_bench::manifest::Manifest;
use wangge_bench::process::{Process, shell};
use wangge_bench::target::{Kind, Target};

/// Kill drill with a journal client.
#[derive(Parser)]
struct Cli {
    /// Which kind of server.
    #[arg(long, value_enum)]
    target: Kind,
    /// The command that starts it: one simple command, so that its process is the server's.
    #[arg(long)]
    start: String,
    /// Its manifest.
    #[arg(long)]
    manifest: PathBuf,
    /// A new directory for the journals.
    #[arg(long)]
    journal: PathBuf,
    /// Rounds.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// Connections.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Creates per round at most.
    #[arg(long, default_value_t = 200_000)]
    requests: u64,
    /// Seconds within which the server must be ready again.
    #[arg(long, default_value_t = 1.0)]
    ready: f64,
    /// A command that strikes something behind the server, run in place of kill -9 and restart.
    #[arg(long)]
    fault: Option<String>,
    /// SQLite: the database file, for `PRAGMA integrity_check` at the end.
    #[arg(long)]
    sqlite: Option<PathBuf>,
    /// SQLite: a query whose number must grow by exactly the reports of the drill.
    #[arg(long, requires = "sqlite")]
    count: Option<String>,
    /// Negative control: succeed only if a loss was found.
    #[arg(long)]
    expect_loss: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    std::fs::create_dir(&cli.journal).with_context(|| format!("making {}", cli.journal.display()))?;
    let mut faults = run(&cli).await?;
    if let Some(path) = &cli.sqlite {
        let verdict: String = open(path)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        println!("integrity_check: {verdict}");
        if verdict != "ok" {
            faults.push(format!("integrity_check: {verdict}"));
        }
    }
    for fault in faults.iter().take(20) {
        eprintln!("FAULT {fault}");
    }
    match (faults.len(), cli.expect_loss) {
        (0, false) => println!("PASS: nothing lost, nothing double, nothing changed"),
        (0, true) => {
            bail!("the negative control found no loss: the drill is blind, or the rounds are too few")
        }
        (count, true) => println!("PASS: the negative control found {count} faults, as it should"),
        (count, false) => bail!("{count} faults"),
    }
    Ok(())
}

fn open(path: &PathBuf) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).with_context(|| format!("opening {}", path.display()))
}

fn count(cli: &Cli) -> Result<Option<i64>> {
    let (Some(path), Some(sql)) = (&cli.sqlite, &cli.count) else { return Ok(None) };
    Ok(Some(open(path)?.query_row(sql, [], |row| row.get(0))?))
}

async fn run(cli: &Cli) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut everything = BTreeMap::new();
    let before = count(cli)?;
    let (mut server, _) = start(cli, Duration::from_secs(30)).await?;
    let target: Rc<dyn Target> = Rc::from(cli.target.open(&cli.manifest)?);
    for round in 1..=cli.rounds {
        let ledger = Ledger::create(&cli.journal.join(format!("{round:04}.journal")))?;
        let moment = Duration::from_millis(rand::rng().random_range(50..=1500));
        let ended = Rc::new(Cell::new(false));
        let strike = async {
            sleep(moment).await;
            let left = strike(cli, server).await;
            ended.set(true);
            left
        };
        let create = assault(Rc::clone(&target), cli.connections, cli.requests, &ledger, Rc::clone(&ended));
        let (created, left) = tokio::join!(create, strike);
        created?;
        let limit = Duration::from_secs_f64(cli.ready);
        let waited;
        (server, waited) = match left? {
            Some(mut standing) => {
                let waited = standing.ready(target.manifest().address()?, target.ready_path(), limit).await?;
                (standing, waited)
            }
            None => start(cli, limit).await?,
        };
        let entries = ledger.close()?;
        everything.extend(entries.clone());
        let mut found = inquest(Rc::clone(&target), cli.connections, entries, true).await?;
        let Findings { acked, unanswered_present, unanswered_absent, .. } = found;
        println!(
            "round {round:>3}: struck at {:>4} ms, ready after {:>4} ms, {acked:>6} acked, unanswered {unanswered_present} \
             present + {unanswered_absent} absent, {} faults",
            moment.as_millis(),
            waited.as_millis(),
            found.faults.len(),
        );
        faults.append(&mut found.faults);
    }
    // What a later kill may have taken from an earlier round.
    let total = everything.len() as i64;
    let acked = everything.values().filter(|entry| entry.acked).count();
    everything.values_mut().for_each(|entry| entry.acked = true);
    let mut found = inquest(target, cli.connections, everything, false).await?;
    faults.append(&mut found.faults);
    println!("all {total} reports of {} rounds read again; {acked} had been acknowledged", cli.rounds);
    ensure!(acked > 0, "no report was acknowledged in any round: nothing was tested");
    server.stop().await?;
    if let (Some(before), Some(after)) = (before, count(cli)?) {
        println!("rows: {before} before, {after} after, {total} reports sent");
        if after - before != total {
            faults.push(format!("{} rows for {total} reports", after - before));
        }
    }
    Ok(faults)
}

/// kill -9, or the command of `--fault`: then the server that must still stand.
async fn strike(cli: &Cli, server: Process) -> Result<Option<Process>> {
    let Some(command) = cli.fault.clone() else { return server.kill().map(|()| None) };
    // Elsewhere, so that the connections go on while it strikes.
    tokio::task::spawn_blocking(move || shell(&command)).await??;
    Ok(Some(server))
}

/// Starts the server; the time until it is ready counts from the start of its process.
async fn start(cli: &Cli, limit: Duration) -> Result<(Process, Duration)> {
    // A product writes its manifest before it serves; the address in an older one is the same.
    let address = Manifest::read(&cli.manifest)?.address()?;
    let mut server = Process::start(&cli.start)?;
    let waited = server.ready(address, cli.target.ready_path(), limit).await?;
    Ok((server, waited))
}
