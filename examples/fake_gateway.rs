//! The stand-in for WeChat as a program, for demonstrations and load tests:
//! `cargo run --example fake_gateway -- --port 9100 --demo`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Parser;

#[path = "../tests/fakes/wechat/mod.rs"]
mod wechat;

/// Serves a WeChat on loopback until it is interrupted.
#[derive(Parser)]
struct Arguments {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Accept demo codes and every openid and template.
    #[arg(long)]
    demo: bool,
    /// Append each accepted message to this file, a line of JSON each.
    #[arg(long)]
    ledger: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let Arguments { port, demo, ledger } = Arguments::parse();
    let running = wechat::start(wechat::Settings { port, demo, ledger }).await?;
    let mut out = io::stdout();
    writeln!(out, "wechat http://{}", running.addr)?;
    writeln!(out, "appid {} secret {}", wechat::APPID, wechat::SECRET)?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
