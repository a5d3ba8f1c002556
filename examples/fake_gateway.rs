//! The stand-in for all gateways as a program, for demonstrations and load tests:
//! `cargo run --example fake_gateway -- --port 9100 --demo`.
//!
//! It prints the settings with which a town reaches it; with `--callback http://127.0.0.1:8080` it also tells that town
//! what became of its messages.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Parser;

#[path = "../tests/fakes/gateway/mod.rs"]
mod gateway;

use gateway::{
    AES_KEY, ALIYUN_KEY, ALIYUN_SECRET, APPID, HOOK_SECRET, OFFICIAL_APPID, OFFICIAL_SECRET, ROBOT, SECRET,
    SIGN_NAME, SMS_TEMPLATE, TENCENT_APP, TENCENT_KEY, TENCENT_SECRET, TOKEN,
};

/// What the addresses of receipts end in, in a town that is shown.
const CALLBACK_SECRET: &str = "fake-callback-0123456789";

/// Serves all gateways on loopback until it is interrupted.
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
    /// Push events and receipts to the town that is served here.
    #[arg(long)]
    callback: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let Arguments { port, demo, ledger, callback } = Arguments::parse();
    let targets = callback.map(|town| gateway::push::Targets {
        wechat: Some(format!("{town}/api/v1/callbacks/wechat")),
        aliyun: Some(format!("{town}/api/v1/callbacks/sms/aliyun/{CALLBACK_SECRET}")),
        tencent: Some(format!("{town}/api/v1/callbacks/sms/tencent/{CALLBACK_SECRET}")),
        ..Default::default()
    });
    let running = gateway::start(gateway::Settings { port, demo, ledger, targets }).await?;
    let at = format!("http://{}", running.addr);
    let mut out = io::stdout();
    for (name, value) in [
        ("WECHAT__BASE_URL", at.as_str()),
        ("WECHAT__APPID", APPID),
        ("WECHAT__SECRET", SECRET),
        ("WECHAT__CALLBACK_TOKEN", TOKEN),
        ("WECHAT__CALLBACK_AES_KEY", AES_KEY),
        ("OFFICIAL_ACCOUNT__APPID", OFFICIAL_APPID),
        ("OFFICIAL_ACCOUNT__SECRET", OFFICIAL_SECRET),
        ("OFFICIAL_ACCOUNT__CALLBACK_TOKEN", TOKEN),
        ("OFFICIAL_ACCOUNT__CALLBACK_AES_KEY", AES_KEY),
        ("SMS__ORDER", "aliyun,tencent"),
        ("SMS__CALLBACK_SECRET", CALLBACK_SECRET),
        ("SMS__ALIYUN__ENDPOINT", &at),
        ("SMS__ALIYUN__KEY_ID", ALIYUN_KEY),
        ("SMS__ALIYUN__KEY_SECRET", ALIYUN_SECRET),
        ("SMS__ALIYUN__SIGN_NAME", SIGN_NAME),
        ("SMS__ALIYUN__TEMPLATE", SMS_TEMPLATE),
        ("SMS__TENCENT__ENDPOINT", &at),
        ("SMS__TENCENT__KEY_ID", TENCENT_KEY),
        ("SMS__TENCENT__KEY_SECRET", TENCENT_SECRET),
        ("SMS__TENCENT__APP_ID", TENCENT_APP),
        ("SMS__TENCENT__SIGN_NAME", SIGN_NAME),
        ("SMS__TENCENT__TEMPLATE", SMS_TEMPLATE),
        ("WECOM__BASE_URL", &at),
        ("WECOM__ROBOTS", &format!("500114119:{ROBOT}")),
        ("WEBHOOK__ALLOWED_NETWORKS", "127.0.0.0/8"),
        ("WEBHOOK__RECEIVERS", &format!("500114119 {at}/hook/screen {HOOK_SECRET}")),
    ] {
        writeln!(out, "WANGGE_{name}={value}")?;
    }
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
