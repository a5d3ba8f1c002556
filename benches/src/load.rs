//! `load` measures a server that already runs on this machine: the works W1 to W8, one after another.
//! A table goes to standard output, JSON lines to `--out`.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use clap::Parser;
use wangge_bench::figures::HEAD;
use wangge_bench::procstat::Server;
use wangge_bench::target::Kind;
use wangge_bench::works::{Settings, Suite};

/// The load driver: loopback only, bounded in number and time.
#[derive(Parser)]
struct Cli {
    /// Which kind of server.
    #[arg(long, value_enum)]
    target: Kind,
    /// Its manifest.
    #[arg(long)]
    manifest: PathBuf,
    /// Its process, for CPU and memory.
    #[arg(long)]
    pid: Option<u32>,
    /// PostgreSQL's parent process: its children's CPU and memory count too.
    #[arg(long)]
    postgres_pid: Option<u32>,
    /// The name in the output.
    #[arg(long)]
    name: Option<String>,
    /// JSON lines are appended here.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let name = cli.name.unwrap_or_else(|| format!("{:?}", cli.target).to_lowercase());
    let server = Server { pid: cli.pid, postgres: cli.postgres_pid };
    let target = Rc::from(cli.target.open(&cli.manifest)?);
    let suite = Suite { name, target, server, settings: &cli.settings, next_notice: Cell::new(0) };
    println!("{HEAD}");
    for &work in &cli.settings.works {
        let figures = suite.measure(work, 1).await?;
        println!("{}", figures.row());
        if let Some(path) = &cli.out {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            writeln!(file, "{}", serde_json::to_string(&figures)?)?;
        }
    }
    Ok(())
}
