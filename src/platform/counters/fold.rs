//! Rolling pending changes up into the kept rows.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::upsert::excluded;

use super::{LEVELS, SEPARATOR};
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::db::schema::{counter_deltas, counters};
use crate::platform::db::{Db, DbConnection, Tx};

/// Deltas of one transaction. Many deltas touch few rows: in a town of 600 grids at most some 5,000, which take 30 ms.
const BATCH: i64 = 20_000;
/// Rows of one statement; PostgreSQL takes 65,535 values, four to a row.
const CHUNK: usize = 1000;

/// Taking and removing is one statement, so what two folders take never overlaps.
const TAKE: &str = "DELETE FROM counter_deltas WHERE (book, town_code, id) IN \
                    (SELECT book, town_code, id FROM counter_deltas ORDER BY book, town_code, id LIMIT $1";
const FROM_ONE_OF_MANY: &str = " FOR UPDATE SKIP LOCKED";
const TAKEN: &str = ") RETURNING book, area_code, keys, n";

#[derive(QueryableByName)]
struct Delta {
    #[diesel(sql_type = Text)]
    book: String,
    #[diesel(sql_type = Text)]
    area_code: AreaCode,
    #[diesel(sql_type = Text)]
    keys: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(Insertable)]
#[diesel(table_name = counters)]
struct Row {
    book: String,
    area_code: AreaCode,
    key: String,
    n: i64,
}

/// The statement that adds rows to those that are kept.
macro_rules! add_up {
    ($rows:expr) => {
        diesel::insert_into(counters::table)
            .values($rows)
            .on_conflict((counters::book, counters::area_code, counters::key))
            .do_update()
            .set(counters::n.eq(counters::n + excluded(counters::n)))
    };
}

/// Rolls up `at_most` pending changes, area by area, and answers how many there were. Harmless on two nodes at once.
pub fn fold(tx: &mut Tx, at_most: i64) -> Result<usize> {
    let c: &mut DbConnection = tx;
    let many = if c.is_postgres() { FROM_ONE_OF_MANY } else { "" };
    let deltas: Vec<Delta> =
        diesel::sql_query(format!("{TAKE}{many}{TAKEN}")).bind::<BigInt, _>(at_most).load(c)?;
    let rows = rolled_up(&deltas);
    match c {
        DbConnection::Postgres(c) => {
            for rows in rows.chunks(CHUNK) {
                add_up!(rows).execute(c)?;
            }
        }
        // Diesel has no batch with ON CONFLICT for SQLite, where one statement for each row costs no way anyhow.
        DbConnection::Sqlite(c) => {
            for row in &rows {
                add_up!(row).execute(c)?;
            }
        }
    }
    // By an index of its own, which holds nothing but these.
    diesel::sql_query("DELETE FROM counters WHERE n = 0").execute(c)?;
    Ok(deltas.len())
}

/// What to add to each row; ordered, so that two folders lock rows in the same order.
fn rolled_up(deltas: &[Delta]) -> Vec<Row> {
    let mut sums = BTreeMap::new();
    for delta in deltas {
        for area in LEVELS.iter().filter_map(|&level| delta.area_code.at(level)) {
            for key in delta.keys.split(SEPARATOR) {
                *sums.entry((delta.book.as_str(), area.clone(), key)).or_insert(0) += delta.n;
            }
        }
    }
    let changed = sums.into_iter().filter(|(_, n)| *n != 0);
    changed
        .map(|((book, area_code, key), n)| Row { book: book.to_owned(), area_code, key: key.to_owned(), n })
        .collect()
}

/// Folds until little is pending; run every five seconds by the timetable: a reading adds what is pending, and the
/// longer it waits the more deltas fall on one row.
pub async fn fold_all(db: &Db) -> Result<()> {
    // An idle town must not write to its disk every second.
    while db.read(is_anything_pending).await? {
        let folded = db.write(|tx| fold(tx, BATCH)).await?;
        metrics::counter!("wangge_counters_folded_total").increment(folded as u64);
        if folded < BATCH as usize {
            break;
        }
    }
    Ok(())
}

fn is_anything_pending(c: &mut DbConnection) -> Result<bool> {
    let some = diesel::dsl::exists(counter_deltas::table.select(counter_deltas::id));
    Ok(diesel::select(some).get_result(c)?)
}
