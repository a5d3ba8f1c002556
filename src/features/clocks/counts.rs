//! What the dashboard counts of escalations, and the proof that it counts right.

use super::alert::AlertKind;
use super::rules::Level;
use super::store::alerts::{self, Closed};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::Result;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in; a key is a level.
const BOOK: &str = "escalations";

/// Counts an alert in (`n` = 1) or out (`n` = -1), if it is one that is counted.
pub(super) fn count(tx: &mut Tx, (area, kind, level): &Closed, n: i64) -> Result<()> {
    match (kind, level) {
        (AlertKind::Escalation, Some(level)) => counters::add(tx, BOOK, area, &[level.as_str()], n),
        (AlertKind::Escalation, None) | (AlertKind::Warning, _) => Ok(()),
    }
}

/// How many escalations are open in `area`, by level; every level is there.
pub fn open_escalations(c: &mut DbConnection, area: &AreaCode) -> Result<Vec<(Level, i64)>> {
    let counts = if area.level() == AreaLevel::Province {
        counters::read(c, BOOK, area, None)?
    } else {
        counters::read_each(c, BOOK, std::slice::from_ref(area), "")?
    };
    let of =
        |level: Level| counts.iter().find(|count| count.key == level.as_str()).map_or(0, |count| count.n);
    Ok(Level::ALL.iter().map(|&level| (level, of(level))).collect())
}

/// Where the counters differ from counting the alerts themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let truth = alerts::tally(c)?;
    let truth = truth.into_iter().map(|t| (t.area_code, vec![t.level.as_str().to_owned()], t.n));
    counters::compare(c, BOOK, truth)
}
