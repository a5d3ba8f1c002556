//! Reading the figures: aggregates only, from counters.

use std::collections::BTreeMap;

use chrono::{Datelike, Days};

use super::counts::{self, Week, WeekCounts, YearCounts};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::areas::{self, Area};
use crate::platform::access::policy::SeeFraudFigures;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::{Db, DbConnection};

/// The most weeks that are shown.
pub const MOST_WEEKS: u32 = 53;

/// What is counted of an area.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The moment.
    pub as_of: Timestamp,
    /// The area.
    pub area: Area,
    /// The weeks that are shown, the current one last.
    pub weeks: Vec<Week>,
    /// Counts by week and fraud.
    pub by_week: WeekCounts,
    /// Counts by year, of all years.
    pub years: YearCounts,
    /// The areas one level below, with their counts of the current year.
    pub inside: Vec<(Area, YearCounts)>,
}

/// The figures of `area`, of the caller's widest one when none is named; 404 outside of the caller's areas.
pub async fn read(
    db: &Db,
    by: Granted<SeeFraudFigures>,
    area: Option<AreaCode>,
    weeks: u32,
) -> Result<Figures> {
    let widest = |scope: &AreaScope| scope.prefixes().iter().min_by_key(|area| area.as_str().len()).cloned();
    let area = area.or_else(|| widest(by.scope())).ok_or_else(Problem::not_found)?;
    let now = db.clock().now();
    db.read_lagging(move |c| count(c, by.scope(), &area, weeks, now)).await
}

fn count(
    c: &mut DbConnection,
    scope: &AreaScope,
    code: &AreaCode,
    weeks: u32,
    now: Timestamp,
) -> Result<Figures> {
    // A scope that lies inside the area does not hold the whole of it.
    if !scope.holds(code) {
        return Err(Problem::not_found());
    }
    let today = now.local_date();
    let day = |back: u32| today.checked_sub_days(Days::new(u64::from(back) * 7)).unwrap_or(today);
    let weeks: Vec<Week> = (0..weeks.min(MOST_WEEKS)).rev().map(|back| Week::of(day(back))).collect();
    let mut years: Vec<i32> = weeks.iter().map(|week| week.year()).collect();
    years.dedup();
    let area = areas::find(c, scope, code)?;
    let inside = areas::directly_in(c, scope, code)?;
    let codes: Vec<AreaCode> = inside.iter().map(|area| area.code.clone()).collect();
    let mut below = counts::years_of(c, &codes, Some(today.year()))?;
    let whole = counts::years_of(c, std::slice::from_ref(code), None)?;
    let inside = inside.into_iter().map(|area| {
        let counts = below.remove(&area.code).unwrap_or_default();
        (area, counts)
    });
    // A closed area stays as long as it has counts.
    let inside = inside.filter(|(area, counts)| area.is_open() || !counts.is_empty()).collect();
    Ok(Figures {
        as_of: now,
        by_week: counts::weeks_of(c, code, &years)?,
        weeks,
        years: whole.into_values().fold(BTreeMap::new(), |mut sum, counts| {
            counts.into_iter().for_each(|(key, n)| *sum.entry(key).or_insert(0) += n);
            sum
        }),
        area,
        inside,
    })
}
