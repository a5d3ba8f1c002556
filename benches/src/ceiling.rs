//! `ceiling seed` fills a database, `ceiling serve` serves it on loopback. See [`wangge_bench::bare`].

use std::path::PathBuf;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Result;
use clap::{Parser, Subcommand};
use wangge_bench::bare::routes::{Bare, mount};
use wangge_bench::bare::seed::{Amounts, seed};
use wangge_bench::bare::token::Checker;
use wangge_bench::bare::writer::Writer;
use wangge_bench::manifest::loopback;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The bare yardstick server.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The database file.
    #[arg(long, global = true, default_value = "ceiling.db")]
    db: PathBuf,
    /// Where it listens: loopback only.
    #[arg(long, global = true, default_value = "http://127.0.0.1:8091")]
    base: String,
}

#[derive(Subcommand)]
enum Command {
    /// Fill a new database and write its manifest.
    Seed {
        /// Reports.
        #[arg(long, default_value_t = 200_000)]
        rows: u64,
        /// Households.
        #[arg(long, default_value_t = 10_000)]
        households: u64,
        /// Notices that each household already has.
        #[arg(long, default_value_t = 30)]
        notices: u64,
        /// Where the manifest goes.
        #[arg(long, default_value = "ceiling.json")]
        manifest: PathBuf,
    },
    /// Serve until told to stop.
    Serve {
        /// Worker threads.
        #[arg(long, default_value_t = 2)]
        workers: usize,
        /// Answer before the commit: the negative control of the kill drill.
        #[arg(long)]
        ack_early: bool,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let address = loopback(&cli.base)?;
    let (workers, ack_early) = match cli.command {
        Command::Seed { rows, households, notices, manifest } => {
            return seed(&cli.db, &manifest, &cli.base, Amounts { rows, households, notices });
        }
        Command::Serve { workers, ack_early } => (workers, ack_early),
    };
    let writer = Writer::start(&cli.db, ack_early)?;
    let bare = Data::new(Bare { path: cli.db, writer, tokens: Checker::default() });
    let serve = async move {
        HttpServer::new(move || App::new().app_data(bare.clone()).configure(mount))
            .workers(workers)
            .keep_alive(std::time::Duration::from_secs(75))
            .bind(address)?
            .run()
            .await
    };
    Ok(actix_web::rt::System::new().block_on(serve)?)
}
