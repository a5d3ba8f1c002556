//! Fills a new database: reports spread over 100 grids and five states, 10,000 households with 30 notices
//! each, and notices that wait for W4. Writes the manifest beside it.

use std::path::Path;

use anyhow::{Result, ensure};
use rand::RngExt as _;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::{store, token};
use crate::manifest::{Manifest, Tokens};
use crate::report::Report;
use crate::typeid;

const TOWN: &str = "500114119";
const STATES: [&str; 5] = ["reported", "accepted", "working", "resolved", "closed"];
const FIELDS: [&str; 4] = ["road_traffic", "fire", "construction", "forest"];
const RESIDENTS_WITH_TOKEN: u64 = 1000;
const WAITING_NOTICES: usize = 200;
const KNOWN_REPORTS: u64 = 20_000;

/// How much there is to be.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Reports.
    pub rows: u64,
    /// Households.
    pub households: u64,
    /// Notices that each household already has.
    pub notices: u64,
}

/// Makes the database at `path` and the manifest at `manifest`, for a server at `base`.
///
/// # Errors
/// A file that is there already, or one that cannot be written.
pub fn seed(path: &Path, manifest: &Path, base: &str, amounts: Amounts) -> Result<()> {
    ensure!(!path.exists(), "{} exists: seeding makes a new database", path.display());
    let mut db = store::open(path)?;
    db.execute_batch("PRAGMA synchronous = OFF")?;
    let grids: Vec<String> =
        (0..100).map(|n| format!("{TOWN}{:03}{:03}", 200 + n / 10, 1 + n % 10)).collect();
    let tx = db.transaction()?;
    tx.execute_batch(store::TABLES)?;
    let case_ids = reports(&tx, amounts.rows, &grids)?;
    let notices = notices(&tx, amounts, &grids)?;
    tx.execute_batch(store::INDEXES)?;
    tx.commit()?;
    db.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")?;
    let residents = (1..=RESIDENTS_WITH_TOKEN.min(amounts.households)).map(|household| {
        let name = format!("resident-{household}");
        token::issue(&name, Some(household as i64))
    });
    let tokens = Tokens {
        worker: token::issue("worker", None)?,
        staff: token::issue("staff", None)?,
        residents: residents.collect::<Result<_>>()?,
    };
    let households = amounts.households;
    let town = TOWN.to_owned();
    let written = Manifest { base: base.to_owned(), tokens, town, grids, case_ids, notices, households };
    Ok(std::fs::write(manifest, serde_json::to_vec(&written)?)?)
}

fn reports(tx: &Transaction<'_>, rows: u64, grids: &[String]) -> Result<Vec<String>> {
    let mut insert = tx.prepare(
        "INSERT INTO report (id, area_code, status, version, title, detail, field, address, lat, lng, occurred_at,
         reporter, created_at) VALUES (?, ?, ?, 1, ?, ?, ?, '示例村四组旁', 29.53, 108.77, ?, 'worker', ?)",
    )?;
    let mut random = rand::rng();
    let start = chrono::Utc::now().timestamp_millis() - rows as i64 * 1000;
    let mut known = Vec::new();
    for n in 0..rows {
        let uuid = Uuid::now_v7();
        let grid = &grids[random.random_range(0..grids.len())];
        let report = Report::of(uuid, grid);
        insert.execute(params![
            uuid.as_bytes(),
            grid,
            STATES[random.random_range(0..STATES.len())],
            report.title(),
            report.detail(),
            FIELDS[random.random_range(0..FIELDS.len())],
            "2026-01-01T00:00:00.000Z",
            start + n as i64 * 1000,
        ])?;
        if n.is_multiple_of((rows / KNOWN_REPORTS).max(1)) {
            known.push(report.id());
        }
    }
    Ok(known)
}

fn notices(tx: &Transaction<'_>, amounts: Amounts, grids: &[String]) -> Result<Vec<String>> {
    let mut household = tx.prepare("INSERT INTO household (id, area_code) VALUES (?, ?)")?;
    for n in 0..amounts.households {
        household.execute(params![n as i64 + 1, grids[n as usize % grids.len()]])?;
    }
    let mut notice = tx.prepare("INSERT INTO notice (id, title, body) VALUES (?, ?, ?)")?;
    let mut add = |n: u64| -> Result<Uuid> {
        let uuid = Uuid::now_v7();
        let body =
            "接到自称公检法、要求转账或共享屏幕的来电，请立即挂断并告诉网格员。不轻信、不透露、不转账。"
                .repeat(2);
        notice.execute(params![uuid.as_bytes(), format!("（示例）反诈提醒第{n}号"), body])?;
        Ok(uuid)
    };
    for n in 0..amounts.notices {
        let uuid = add(n)?;
        store::publish(tx, uuid, chrono::Utc::now().timestamp_millis())?;
    }
    (0..WAITING_NOTICES as u64).map(|n| Ok(typeid::encode("notice", add(amounts.notices + n)?))).collect()
}
