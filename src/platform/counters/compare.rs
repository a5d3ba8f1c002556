//! Whether the counts are what counting the rows gives.

use std::collections::BTreeMap;

use super::{LEVELS, read};
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::db::DbConnection;

/// A count that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub area: AreaCode,
    /// Of what.
    pub key: String,
    /// What is kept.
    pub kept: i64,
    /// What counting gives.
    pub counted: i64,
}

/// Compares `book` with `truth` (area, keys, how many) on every level that is kept; empty when all is
/// well. Both must see the same moment: the caller holds one snapshot around the two, or a quiet town.
pub fn compare(
    c: &mut DbConnection,
    book: &str,
    truth: impl Iterator<Item = (AreaCode, Vec<String>, i64)>,
) -> Result<Vec<Difference>> {
    let mut sums: BTreeMap<(AreaCode, String), (i64, i64)> = BTreeMap::new();
    for (area, keys, n) in truth {
        for area in LEVELS.iter().filter_map(|&level| area.at(level)) {
            for key in &keys {
                sums.entry((area.clone(), key.clone())).or_default().1 += n;
            }
        }
    }
    for level in LEVELS {
        for count in read(c, book, &AreaCode::country(), Some(level))? {
            sums.entry((count.area, count.key)).or_default().0 = count.n;
        }
    }
    let wrong = sums.into_iter().filter(|(_, (kept, counted))| kept != counted);
    Ok(wrong.map(|((area, key), (kept, counted))| Difference { area, key, kept, counted }).collect())
}
