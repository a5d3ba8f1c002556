//! Reading one family of keys for areas that the caller names.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;

use super::{Count, SEPARATOR, town_from};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::Result;
use crate::each;
use crate::platform::db::schema::{counter_deltas, counters};
use crate::platform::db::{DbConnection, prefix};

/// The counts of `book` in each of `areas` whose key begins with `family` (empty: all); ordered by area and
/// key, zeros left out. The areas are districts, towns, villages or grids (others have no counts), none of them
/// inside another. Costs one index seek for each area, where [`read`](super::read) of a level walks all keys of all its areas.
pub fn read_each(c: &mut DbConnection, book: &str, areas: &[AreaCode], family: &str) -> Result<Vec<Count>> {
    let asked: HashSet<&AreaCode> = areas.iter().collect();
    let (Some(first), Some(last)) = (areas.iter().min(), areas.iter().max()) else { return Ok(vec![]) };
    let (from, until) = (first.as_str(), prefix::range(last.as_str()).1);
    let family_end = format!("{family}{}", char::MAX);
    // One statement sees one snapshot: a delta that is folded meanwhile is counted once, not never or twice.
    let rows: Vec<(AreaCode, String, i64)> = each!(c, c => counters::table
        .filter(counters::book.eq(book))
        .filter(counters::area_code.eq_any(areas))
        .filter(counters::key.ge(family))
        .filter(counters::key.lt(&family_end))
        .select((counters::area_code, counters::key, counters::n))
        .union_all(counter_deltas::table
            .filter(counter_deltas::book.eq(book))
            .filter(counter_deltas::town_code.ge(town_from(from)))
            .filter(counter_deltas::town_code.lt(&until))
            .filter(counter_deltas::area_code.ge(from))
            .filter(counter_deltas::area_code.lt(&until))
            .select((counter_deltas::area_code, counter_deltas::keys, counter_deltas::n)))
        .load(c)?);
    let mut sums: BTreeMap<(AreaCode, String), i64> = BTreeMap::new();
    for (code, keys, n) in rows {
        // A kept row is of an area that was asked for; a delta may lie anywhere inside one.
        let around = AreaLevel::ALL.iter().filter_map(|&level| code.at(level));
        let Some(area) = around.rev().find(|around| asked.contains(around)) else { continue };
        for key in keys.split(SEPARATOR).filter(|key| key.starts_with(family)) {
            *sums.entry((area.clone(), key.to_owned())).or_default() += n;
        }
    }
    let counts = sums.into_iter().filter(|(_, n)| *n != 0);
    Ok(counts.map(|((area, key), n)| Count { area, key, n }).collect())
}
