//! Reading the numbers.

use super::summary::{MOST_OVERDUE, Numbers, ShownArea, Summary};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::{areas, cases, clocks};
use crate::platform::access::policy::SeeDashboard;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::counters;
use crate::platform::db::{Db, DbConnection};

/// The keys that count by phase, see `cases/counts.rs`.
const BY_PHASE: &str = "p:";

/// What the dashboard shows of `area`, of the caller's widest one when none is named; 404 outside of the
/// caller's areas.
pub async fn summary(
    db: &Db,
    by: Granted<SeeDashboard>,
    area: Option<AreaCode>,
    now: Timestamp,
) -> Result<Summary> {
    let area = match area {
        Some(area) => area,
        None => widest(by.scope()).ok_or_else(Problem::not_found)?,
    };
    let numbers = db.read_lagging(move |c| count(c, by.scope(), &area, now)).await?;
    Summary::of(numbers)
}

/// The coarsest area of a scope, the first by code when there are several.
fn widest(scope: &AreaScope) -> Option<AreaCode> {
    scope.prefixes().iter().min_by_key(|area| area.as_str().len()).cloned()
}

fn count(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode, now: Timestamp) -> Result<Numbers> {
    // A scope that lies inside the area does not hold the whole of it.
    let narrow = scope.narrowed_to(code).filter(|_| scope.holds(code)).ok_or_else(Problem::not_found)?;
    let area = shown(areas::find(c, &narrow, code)?);
    let inside = areas::directly_in(c, &narrow, code)?;
    let codes: Vec<AreaCode> = inside.iter().map(|area| area.code.clone()).collect();
    let counts = if area.level == AreaLevel::Province {
        counters::read(c, cases::BOOK, code, None)?
    } else {
        counters::read_each(c, cases::BOOK, std::slice::from_ref(code), "")?
    };
    let counts_inside = counters::read_each(c, cases::BOOK, &codes, BY_PHASE)?;
    // A closed area stays as long as it has cases.
    let counted = |code: &AreaCode| counts_inside.binary_search_by(|count| count.area.cmp(code)).is_ok();
    let inside = inside.into_iter().filter(|area| area.is_open() || counted(&area.code)).map(shown).collect();
    let overdue = cases::overdue(c, &narrow, now.local_date(), MOST_OVERDUE + 1)?;
    let escalations = clocks::open_escalations(c, code)?;
    let satisfaction = cases::satisfaction(c, code)?;
    Ok(Numbers { as_of: now, area, counts, inside, counts_inside, overdue, escalations, satisfaction })
}

fn shown(area: areas::Area) -> ShownArea {
    ShownArea { code: area.code, name: area.name, level: area.level }
}
