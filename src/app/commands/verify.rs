//! Proofs: the audit chain is whole, the counters are what counting gives.

use indicatif::{ProgressBar, ProgressStyle};

use super::told;
use crate::app::{Refusal, app};
use crate::base::clock::Clock;
use crate::base::hex::hex;
use crate::features::{campaigns, cases, clocks, fraud, hazards, households, notices};
use crate::platform::audit;
use crate::platform::config::Settings;

/// Walks the audit chain; names the first broken row.
pub async fn audit(settings: &Settings) -> Result<String, Refusal> {
    let app = app(settings, Clock::System)?;
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} 已核对 {pos} 条,{elapsed}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let verdict = app.db.read(move |c| audit::verify::verify(c, |so_far| shown.set_position(so_far.entries)));
    let verdict = verdict.await.map_err(told("审计链无法核对"))?;
    bar.finish_and_clear();
    if let Some(broken) = verdict.broken {
        return Err(Refusal::new("审计链被破坏", broken));
    }
    let head =
        verdict.head.map_or_else(String::new, |(seq, hash)| format!(",最新封印第 {seq} 号 {}", hex(&hash)));
    Ok(format!(
        "审计链完好:{} 个封印,{} 条,待封 {} 条{head}",
        verdict.seals, verdict.entries, verdict.unsealed
    ))
}

/// Counts every case, every rating and every open escalation and compares with the counters of the dashboard; then
/// every notice's deliveries and receipts with the counters of its coverage; then what campaigns inspected and found, and leads and dissuasions;
/// then the households of each grid with the census.
pub async fn counters(settings: &Settings) -> Result<String, Refusal> {
    let app = app(settings, Clock::System)?;
    let counted = app.db.read(|c| {
        let books = [
            cases::compare(c)?,
            clocks::compare(c)?,
            notices::compare_all(c)?,
            hazards::compare(c)?,
            campaigns::compare(c)?,
            fraud::compare(c)?,
            households::compare(c)?,
        ];
        Ok(books.concat())
    });
    let differences = counted.await.map_err(told("计数无法核对"))?;
    if differences.is_empty() {
        return Ok("看板、触达、排查行动、反诈和户数的计数与逐件清点一致".to_owned());
    }
    let line = |d: &crate::platform::counters::Difference| {
        format!("\n  {} {}:计数 {},清点 {}", d.area, d.key, d.kept, d.counted)
    };
    let lines: String = differences.iter().map(line).collect();
    Err(Refusal::new(&format!("有 {} 处计数不符", differences.len()), lines))
}

/// Counts every household and corrects the census; for after a time in which a program that keeps none wrote households.
pub async fn recount(settings: &Settings) -> Result<String, Refusal> {
    let app = app(settings, Clock::System)?;
    let corrected = app.db.write(households::recount).await.map_err(told("户数没有清点"))?;
    Ok(format!("户数台账已清点,改正 {corrected} 处"))
}
