//! What the dashboard counts of ratings, and the proof that it counts right.
//!
//! A book of its own with two keys: `all:kind`, and `good:kind` for four and five stars.

use super::RatingRow;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::Result;
use crate::features::cases::model::CaseKind;
use crate::features::cases::store;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in.
const BOOK: &str = "ratings";
/// From so many stars on somebody is satisfied.
const SATISFIED: i32 = 4;

fn all(kind: CaseKind) -> String {
    format!("all:{kind}")
}

fn good(kind: CaseKind) -> String {
    format!("good:{kind}")
}

fn keys(kind: CaseKind, stars: i32) -> Vec<String> {
    let good = (stars >= SATISFIED).then(|| good(kind));
    [all(kind)].into_iter().chain(good).collect()
}

/// Counts a rating that was just given.
pub(super) fn count(tx: &mut Tx, row: &RatingRow) -> Result<()> {
    let keys = keys(row.case_kind, row.stars);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    counters::add(tx, BOOK, &row.area_code, &keys, 1)
}

/// How reporters of one kind of case rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Satisfaction {
    /// The kind.
    pub kind: CaseKind,
    /// How many rated.
    pub rated: i64,
    /// How many of them with four or five stars; 满意率 is this by that.
    pub satisfied: i64,
}

/// How the cases of `area` were rated; every kind is there.
pub fn satisfaction(c: &mut DbConnection, area: &AreaCode) -> Result<Vec<Satisfaction>> {
    let counts = if area.level() == AreaLevel::Province {
        counters::read(c, BOOK, area, None)?
    } else {
        counters::read_each(c, BOOK, std::slice::from_ref(area), "")?
    };
    let of = |key: String| counts.iter().find(|count| count.key == key).map_or(0, |count| count.n);
    let kinds = CaseKind::ALL.iter();
    Ok(kinds.map(|&kind| Satisfaction { kind, rated: of(all(kind)), satisfied: of(good(kind)) }).collect())
}

/// Where the counters differ from counting the ratings themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let truth = store::ratings::tally(c)?;
    let truth = truth.into_iter().map(|t| (t.area_code, keys(t.case_kind, t.stars), t.n));
    counters::compare(c, BOOK, truth)
}
