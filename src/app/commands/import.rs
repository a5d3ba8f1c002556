//! Taking lists over from files: area codes, boundaries, the town's household ledger.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{ready, told};
use crate::app::{Refusal, app};
use crate::base::clock::Clock;
use crate::base::day;
use crate::base::geo::Datum;
use crate::features::{areas, households};
use crate::platform::access::policy::{ImportHouseholds, KeepAreas};
use crate::platform::access::system;
use crate::platform::config::Settings;
use crate::platform::sheet::{RowError, Tally};

/// Takes the area codes of a CSV or XLSX file over, all or none; answers what happened in words.
pub async fn areas(settings: &Settings, file: &Path, dry_run: bool) -> Result<String, Refusal> {
    ready(settings)?;
    let app = app(settings, Clock::System)?;
    let by = system::<KeepAreas>("the operator imports area codes from the command line");
    let plan = areas::import(&app.db, &by, read(file)?, dry_run).await.map_err(told("区划代码没有导入"))?;
    refuse(&plan.errors)?;
    Ok(done(dry_run, &format!("区划和网格{}", counted(&plan.tally))))
}

/// A GeoJSON file with boundaries.
pub struct BoundaryFile {
    /// Where it is.
    pub file: PathBuf,
    /// What its coordinates are given in.
    pub datum: Datum,
    /// The first day on which its boundaries hold; today when none.
    pub valid_from: Option<NaiveDate>,
}

/// Takes the boundaries of a GeoJSON file over, all or none; answers what happened in words.
pub async fn boundaries(settings: &Settings, from: BoundaryFile, dry_run: bool) -> Result<String, Refusal> {
    ready(settings)?;
    let app = app(settings, Clock::System)?;
    let by = system::<KeepAreas>("the operator imports boundaries from the command line");
    let map = areas::LiveMap::idle(app.db.clone());
    let day = from.valid_from.unwrap_or(app.clock.now().local_date());
    let day = day::kept(day).map_err(|why| Refusal::new("--valid-from", why))?;
    let judged = areas::import_boundaries(&map, &by, read(&from.file)?, (from.datum, day), dry_run).await;
    let judged = judged.map_err(told("网格边界没有导入"))?;
    let line =
        |fault: &areas::Fault| format!("\n  features[{}].{}:{}", fault.place, fault.field, fault.message);
    if !judged.faults.is_empty() {
        let lines: String = judged.faults.iter().map(line).collect();
        return Err(Refusal::new(&format!("有 {} 处错误,没有写入", judged.faults.len()), lines));
    }
    Ok(done(dry_run, &format!("网格边界{}", counted(&judged.tally))))
}

/// Takes the town's household ledger over, all or none; answers what happened in words.
pub async fn households(settings: &Settings, file: &Path, dry_run: bool) -> Result<String, Refusal> {
    ready(settings)?;
    let app = app(settings, Clock::System)?;
    let by = system::<ImportHouseholds>("the operator imports the household ledger from the command line");
    let at = households::Register { db: app.db.clone(), vault: app.vault.clone() };
    let plan = households::import(at, by, read(file)?, dry_run).await.map_err(told("住户台账没有导入"))?;
    refuse(&plan.errors)?;
    let (homes, persons) = (counted(&plan.household_tally), counted(&plan.resident_tally));
    Ok(done(dry_run, &format!("住户{homes};居民{persons}")))
}

fn read(file: &Path) -> Result<Vec<u8>, Refusal> {
    std::fs::read(file).map_err(|error| Refusal::new(&format!("读不到 {}", file.display()), error))
}

fn counted(tally: &Tally) -> String {
    format!("新增 {}、更改 {}、未变 {}", tally.created, tally.changed, tally.unchanged)
}

fn done(dry_run: bool, tally: &str) -> String {
    if dry_run { format!("试运行,没有写入:{tally}") } else { format!("已导入:{tally}") }
}

/// Lists every row that is wrong; nothing was written then.
fn refuse(errors: &[RowError]) -> Result<(), Refusal> {
    if errors.is_empty() {
        return Ok(());
    }
    let line = |error: &RowError| {
        let column = error.column.as_ref().map(|column| format!("“{column}”列")).unwrap_or_default();
        format!("\n  第 {} 行{column}:{}", error.line, error.message)
    };
    let lines: String = errors.iter().map(line).collect();
    Err(Refusal::new(&format!("有 {} 处错误,没有写入", errors.len()), lines))
}
