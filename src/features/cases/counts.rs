//! What the dashboard counts of cases, and the proof that it counts right.
//!
//! One delta per change of phase, with three keys: `p:kind:phase`, `c:kind:phase:category` and
//! `m:kind:month` (the month in which the case was received).

use crate::base::problem::Result;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

use super::model::{CaseFile, CaseKind, Phase};
use super::{ratings, store};

/// The book that these counters are kept in.
pub const BOOK: &str = "cases";

fn keys(kind: CaseKind, phase: Phase, category: &str, month: &str) -> [String; 3] {
    [format!("p:{kind}:{phase}"), format!("c:{kind}:{phase}:{category}"), format!("m:{kind}:{month}")]
}

/// Counts `file` in (`n` = 1) or out (`n` = -1) of the phase that it is in.
pub(super) fn count(tx: &mut Tx, file: &CaseFile, n: i64) -> Result<()> {
    let [phase, category, month] =
        keys(file.kind, file.phase, &file.category, &file.received_at.local_month());
    counters::add(tx, BOOK, &file.area_code, &[&phase, &category, &month], n)
}

/// Where the counters differ from counting the cases, and their ratings, themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    Ok([compare_cases(c)?, ratings::compare(c)?].concat())
}

fn compare_cases(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let truth = store::tally(c)?;
    let truth =
        truth.into_iter().map(|t| (t.area_code, keys(t.kind, t.phase, &t.category, &t.month).to_vec(), t.n));
    counters::compare(c, BOOK, truth)
}
