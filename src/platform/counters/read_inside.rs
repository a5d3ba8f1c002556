//! Reading a level of several areas at once.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::{Count, LEVELS, SEPARATOR};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};
use crate::platform::db::{DbConnection, MultiBackend, prefix};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    area_code: String,
    #[diesel(sql_type = Text)]
    keys: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The counts of `book` in each area of `level` inside one of `areas`, which are none inside another; ordered by area
/// and key, zeros left out. Areas finer than `level` have no counts of it. One statement with one range of an index for each area.
pub fn read_inside(
    c: &mut DbConnection,
    book: &str,
    areas: &[AreaCode],
    level: AreaLevel,
) -> Result<Vec<Count>> {
    let digits = level.digits();
    let areas: Vec<_> = areas.iter().filter(|area| area.as_str().len() <= digits).collect();
    if areas.is_empty() || !LEVELS.contains(&level) {
        return Ok(vec![]);
    }
    let spans: Vec<_> = (0..areas.len()).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
    let (book_at, digits_at) = (2 * areas.len() + 1, 2 * areas.len() + 2);
    // One statement sees one snapshot: a delta that is folded meanwhile is counted once, not never or twice.
    let text = format!(
        "WITH spans (low, until) AS (VALUES {}) \
         SELECT k.area_code, k.key AS keys, k.n FROM spans p JOIN counters k \
           ON k.book = ${book_at} AND k.area_code >= p.low AND k.area_code < p.until AND length(k.area_code) = ${digits_at} \
         UNION ALL SELECT d.area_code, d.keys, d.n FROM spans p JOIN counter_deltas d \
           ON d.book = ${book_at} AND d.town_code >= substr(p.low, 1, {}) AND d.town_code < p.until \
             AND d.area_code >= p.low AND d.area_code < p.until",
        spans.join(", "),
        AreaLevel::Town.digits(),
    );
    let mut query = diesel::sql_query(text).into_boxed::<MultiBackend>();
    for area in areas {
        let (low, until) = prefix::range(area.as_str());
        query = query.bind::<Text, _>(low).bind::<Text, _>(until);
    }
    let rows = query.bind::<Text, _>(book.to_owned()).bind::<Integer, _>(digits as i32).load::<Row>(c)?;
    let mut sums = BTreeMap::<(&str, &str), i64>::new();
    for row in &rows {
        // A delta of a coarser area belongs to none of the level; one of a finer area to the one around it.
        let Some(area) = row.area_code.get(..digits) else { continue };
        for key in row.keys.split(SEPARATOR) {
            *sums.entry((area, key)).or_default() += row.n;
        }
    }
    let counts = sums.into_iter().filter(|(_, n)| *n != 0);
    counts
        .map(|((area, key), n)| {
            Ok(Count { area: area.parse().map_err(Problem::internal)?, key: key.to_owned(), n })
        })
        .collect()
}
