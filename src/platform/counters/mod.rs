//! Counts that dashboards show, kept in the transactions that change them (decision 0006).
//!
//! [`add`] appends one row and touches no other, so writers never meet. [`fold`] rolls appended rows up
//! into one row per area and key; [`read`] answers the fold plus what is still pending, in one snapshot,
//! so a reading is never behind. A book is a family of counts with one truth to compare with
//! ([`compare`]), such as `cases`. Callers: the slices that own the counted rows.
//!
//! Counts are kept per district, town, village and grid. Coarser areas are sums of districts; finer ones
//! are not counted.

mod compare;
mod fold;
mod read_each;
mod read_inside;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;

pub use compare::{Difference, compare};
pub use fold::{fold, fold_all};
pub use read_each::read_each;
pub use read_inside::read_inside;

use super::db::schema::{counter_deltas, counters};
use super::db::{DbConnection, Tx, prefix};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::{each, insert_along};

crate::id_kind! {
    /// A change of some counts that has not been folded.
    Delta = "delta";
}

/// The levels that have rows of their own, coarsest first.
const LEVELS: [AreaLevel; 4] = [AreaLevel::District, AreaLevel::Town, AreaLevel::Village, AreaLevel::Grid];
/// Between the keys of one delta; no key holds it.
const SEPARATOR: char = ';';

/// How many of `key` an area has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The area.
    pub area: AreaCode,
    /// What is counted, as the book's owner named it.
    pub key: String,
    /// How many; never 0.
    pub n: i64,
}

#[derive(Insertable)]
#[diesel(table_name = counter_deltas)]
struct NewDelta {
    id: Id<Delta>,
    book: String,
    area_code: AreaCode,
    keys: String,
    n: i64,
    /// Pending changes lie in the order in which they came, town by town.
    town_code: AreaCode,
}

/// The first town that holds areas from `from` on.
fn town_from(from: &str) -> &str {
    from.get(..AreaLevel::Town.digits()).unwrap_or(from)
}

diesel::define_sql_function! {
    /// The number of characters.
    fn length(text: Text) -> Integer;
}

/// Adds `n` (negative: takes away) to each of `keys` in `area` and all areas around it. Areas coarser
/// than a district and keys with `;` are mistakes of ours: 500.
pub fn add(tx: &mut Tx, book: &str, area: &AreaCode, keys: &[&str], n: i64) -> Result<()> {
    if keys.is_empty() || n == 0 {
        return Ok(());
    }
    if area.at(AreaLevel::District).is_none() {
        return Err(Problem::internal("a count needs a district at least"));
    }
    if keys.iter().any(|key| key.is_empty() || key.contains(SEPARATOR)) {
        return Err(Problem::internal("a key of a count is empty or holds a semicolon"));
    }
    let delta = NewDelta {
        id: Id::new(),
        book: book.to_owned(),
        area_code: area.clone(),
        keys: keys.join(";"),
        n,
        town_code: area.town(),
    };
    Ok(insert_along!(tx, counter_deltas::table, delta)?)
}

/// The counts of `book` in `area` itself (`level` `None`), or in each area of `level` inside `area`;
/// ordered by area and key, zeros left out. Finer than a grid there is nothing: empty.
pub fn read(
    c: &mut DbConnection,
    book: &str,
    area: &AreaCode,
    level: Option<AreaLevel>,
) -> Result<Vec<Count>> {
    let shown = level.map_or(area.as_str().len(), AreaLevel::digits);
    let kept = shown.max(AreaLevel::District.digits());
    if shown < area.as_str().len() || !LEVELS.iter().any(|level| level.digits() == kept) {
        return Ok(vec![]);
    }
    let (from, until) = prefix::range(area.as_str());
    // The last code to look at: the area itself, or all inside it.
    let last = if kept == from.len() { from.clone() } else { until.clone() };
    // One statement sees one snapshot: a delta that is folded meanwhile is counted once, not never or twice.
    let rows: Vec<(AreaCode, String, i64)> = each!(c, c => counters::table
        .filter(counters::book.eq(book))
        .filter(length(counters::area_code).eq(kept as i32))
        .filter(counters::area_code.ge(&from))
        .filter(counters::area_code.le(&last))
        .select((counters::area_code, counters::key, counters::n))
        .union_all(counter_deltas::table
            .filter(counter_deltas::book.eq(book))
            .filter(counter_deltas::town_code.ge(town_from(&from)))
            .filter(counter_deltas::town_code.lt(&until))
            .filter(counter_deltas::area_code.ge(&from))
            .filter(counter_deltas::area_code.lt(&until))
            .select((counter_deltas::area_code, counter_deltas::keys, counter_deltas::n)))
        .load(c)?);
    let mut sums = BTreeMap::new();
    for (code, keys, n) in rows {
        // A delta of a coarser area than those asked for belongs to none of them.
        let Some(code) = code.as_str().get(..shown).filter(|_| code.as_str().len() >= kept) else { continue };
        for key in keys.split(SEPARATOR) {
            *sums.entry((code.to_owned(), key.to_owned())).or_insert(0_i64) += n;
        }
    }
    let counts = sums.into_iter().filter(|(_, n)| *n != 0);
    counts
        .map(|((code, key), n)| {
            let area = if code.is_empty() { Ok(AreaCode::country()) } else { code.parse() };
            Ok(Count { area: area.map_err(Problem::internal)?, key, n })
        })
        .collect()
}
