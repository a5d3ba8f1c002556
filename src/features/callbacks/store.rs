//! What was told before: digests, for a few days.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::each;
use crate::platform::db::schema::gateway_pushes::{self, dsl};
use crate::platform::db::{DbConnection, Outcome, Tx};

/// How long a push is known again. WeChat tells three times within seconds, the gateways for text messages within half an
/// hour.
const KEPT: TimeDelta = TimeDelta::days(3);
/// Pushes that one transaction forgets.
const AT_ONCE: i64 = 1000;

#[derive(Insertable)]
#[diesel(table_name = gateway_pushes)]
struct Row {
    key: String,
    seal: String,
    received_at: Timestamp,
}

/// Whether a push is told for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is noted now.
    New,
    /// It was told before.
    Before,
    /// It was not, but something else was, with this signature.
    Forged,
}

/// Notes a push by the digest of what it says and the digest of its signature.
pub fn note(tx: &mut Tx, key: &str, seal: &str) -> Result<Noted> {
    let alike = dsl::gateway_pushes.filter(dsl::key.eq(key).or(dsl::seal.eq(seal)));
    let before: Vec<String> = alike.select(dsl::key).limit(2).load(&mut **tx)?;
    if before.iter().any(|other| other == key) {
        return Ok(Noted::Before);
    }
    if !before.is_empty() {
        return Ok(Noted::Forged);
    }
    let row = Row { key: key.to_owned(), seal: seal.to_owned(), received_at: tx.now() };
    diesel::insert_into(gateway_pushes::table).values(&row).execute(&mut **tx).or_again()?;
    Ok(Noted::New)
}

/// Notes things that are told without a signature; answers those that were not told before, each once.
pub fn note_all(tx: &mut Tx, mut keys: Vec<String>) -> Result<Vec<String>> {
    let received_at = tx.now();
    keys.sort();
    keys.dedup();
    let before: Vec<String> =
        dsl::gateway_pushes.filter(dsl::key.eq_any(&keys)).select(dsl::key).load(&mut **tx)?;
    keys.retain(|key| !before.contains(key));
    let row = |key: &String| Row { key: key.clone(), seal: key.clone(), received_at };
    let rows: Vec<Row> = keys.iter().map(row).collect();
    if !rows.is_empty() {
        let c: &mut DbConnection = tx;
        each!(c, c => diesel::insert_into(gateway_pushes::table).values(&rows).execute(c)).or_again()?;
    }
    Ok(keys)
}

/// Forgets what was told days ago; answers how much. For a timetable.
pub fn forget_old(tx: &mut Tx) -> Result<usize> {
    let old = dsl::gateway_pushes
        .filter(dsl::received_at.lt(tx.now().plus(-KEPT)))
        .order(dsl::received_at)
        .limit(AT_ONCE)
        .select(dsl::key);
    let old: Vec<String> = old.load(&mut **tx)?;
    Ok(diesel::delete(dsl::gateway_pushes.filter(dsl::key.eq_any(old))).execute(&mut **tx)?)
}
