//! The census (户数台账): how many households live in each grid, how many persons they are, and how many of them
//! have no smartphone; kept by whatever writes a household, so that nobody has to count them (decision 0049).
//!
//! One book, `census`; `h` counts households, `p` persons, `n` households without a smartphone. Who has moved away is
//! counted nowhere.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use super::super::model::{Denominator, Smartphone, Status};
use super::rows::HouseholdRow;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};
use crate::platform::access::AreaScope;
use crate::platform::counters::{self, Difference};
use crate::platform::db::prefix::within;
use crate::platform::db::schema::households;
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in.
const BOOK: &str = "census";
const HOUSEHOLDS: &str = "h";
const PERSONS: &str = "p";
const NO_SMARTPHONE: &str = "n";

/// What of a household is counted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Counted {
    pub area: AreaCode,
    pub smartphone: Smartphone,
    pub members: i32,
    pub status: Status,
}

impl From<&HouseholdRow> for Counted {
    fn from(row: &HouseholdRow) -> Self {
        let HouseholdRow { area_code, smartphone, members, status, .. } = row;
        Self { area: area_code.clone(), smartphone: *smartphone, members: *members, status: *status }
    }
}

impl Counted {
    /// Where a household comes from that is counted as `after` from now on: the area in which it was counted until now, or
    /// nowhere. None when it stays where it was, and when it is counted no more.
    pub fn comes_from(&self, after: &Self) -> Option<Option<AreaCode>> {
        match (self.status, after.status) {
            (Status::Moved, Status::Living) => Some(None),
            (Status::Living, Status::Living) if grid(self.area.clone()) != grid(after.area.clone()) => {
                Some(Some(self.area.clone()))
            }
            (Status::Living, Status::Living | Status::Moved) | (Status::Moved, Status::Moved) => None,
        }
    }
}

/// How the counts of some grids change.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<AreaCode, [i64; 3]>);

impl Changes {
    /// With a household more.
    pub fn with(mut self, home: &Counted) -> Self {
        self.count(home, 1);
        self
    }

    /// With a household less.
    pub fn without(mut self, home: &Counted) -> Self {
        self.count(home, -1);
        self
    }

    fn count(&mut self, home: &Counted, n: i64) {
        if home.status == Status::Moved {
            return;
        }
        let [households, persons, no_smartphone] = self.0.entry(grid(home.area.clone())).or_default();
        *households += n;
        *persons += n * i64::from(home.members);
        *no_smartphone += if home.smartphone == Smartphone::No { n } else { 0 };
    }

    /// Writes them down: a row for each number that is added in a grid, whatever the number of households.
    pub fn write(self, tx: &mut Tx) -> Result<()> {
        for (grid, changes) in self.0 {
            let mut keys = BTreeMap::<i64, Vec<&str>>::new();
            for (key, n) in [HOUSEHOLDS, PERSONS, NO_SMARTPHONE].into_iter().zip(changes) {
                keys.entry(n).or_default().push(key);
            }
            for (n, keys) in keys {
                counters::add(tx, BOOK, &grid, &keys, n)?;
            }
        }
        Ok(())
    }
}

/// The grid that holds an area in which households lie.
fn grid(area: AreaCode) -> AreaCode {
    area.at(AreaLevel::Grid).unwrap_or(area)
}

/// Living households, persons and households without a smartphone per grid, in those of `areas` that the scope
/// holds; grids without households are left out. Whole grids are read from the census, in one statement however many; of
/// a part of a grid the households are counted.
pub fn denominators(c: &mut DbConnection, scope: &AreaScope, areas: &[AreaCode]) -> Result<Vec<Denominator>> {
    let held = areas.iter().filter_map(|area| scope.narrowed_to(area));
    let mut held: Vec<AreaCode> = held.flat_map(|scope| scope.prefixes().to_vec()).collect();
    held.sort();
    held.dedup_by(|inner, outer| inner.is_within(outer));
    let (parts, whole): (Vec<_>, Vec<_>) = held.into_iter().partition(|area| area.level() > AreaLevel::Grid);
    let mut grids = kept(c, &whole)?;
    if !parts.is_empty() {
        let counted = counted(c, &parts)?;
        grids.extend(counted); // no part lies in a whole
    }
    Ok(grids.into_values().filter(|grid| grid.households > 0).collect())
}

fn kept(c: &mut DbConnection, areas: &[AreaCode]) -> Result<BTreeMap<AreaCode, Denominator>> {
    let mut grids = BTreeMap::new();
    for count in counters::read_inside(c, BOOK, areas, AreaLevel::Grid)? {
        let grid = grids.entry(count.area).or_insert_with_key(nobody);
        let n = i32::try_from(count.n).map_err(Problem::internal)?;
        match count.key.as_str() {
            HOUSEHOLDS => grid.households = n,
            PERSONS => grid.persons = n,
            NO_SMARTPHONE => grid.no_smartphone = n,
            strange => return Err(Problem::internal(format!("the census counts {strange}"))),
        }
    }
    Ok(grids)
}

fn counted(c: &mut DbConnection, areas: &[AreaCode]) -> Result<BTreeMap<AreaCode, Denominator>> {
    let rows = households::table
        .filter(within(households::area_code, areas))
        .filter(households::status.eq(Status::Living))
        .group_by((households::area_code, households::smartphone))
        .select((households::area_code, households::smartphone, count_star(), sum(households::members)))
        .load::<(AreaCode, Smartphone, i64, Option<i64>)>(c)?;
    let mut grids = BTreeMap::new();
    for (area, smartphone, households, persons) in rows {
        let grid = grids.entry(grid(area)).or_insert_with_key(nobody);
        grid.households += households as i32;
        grid.persons += persons.unwrap_or(0) as i32;
        grid.no_smartphone += if smartphone == Smartphone::No { households as i32 } else { 0 };
    }
    Ok(grids)
}

fn nobody(area: &AreaCode) -> Denominator {
    Denominator { area: area.clone(), households: 0, persons: 0, no_smartphone: 0 }
}

/// Where the census differs from counting the households themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let counted = counted(c, &[AreaCode::country()])?;
    let truth = counted.into_values().flat_map(|grid| {
        let Denominator { area, households, persons, no_smartphone } = grid;
        [(HOUSEHOLDS, households), (PERSONS, persons), (NO_SMARTPHONE, no_smartphone)]
            .map(|(key, n)| (area.clone(), vec![key.to_owned()], i64::from(n)))
    });
    counters::compare(c, BOOK, truth)
}

/// Counts the households themselves and adds to the census of each grid what it lacks; answers how many numbers were wrong.
/// Whoever writes a household waits meanwhile, or it would be counted twice or never.
pub fn recount(tx: &mut Tx) -> Result<usize> {
    if tx.is_postgres() {
        // Millions of households take longer than a statement of the program may.
        diesel::sql_query("SET LOCAL statement_timeout = 0").execute(&mut **tx)?;
        diesel::sql_query("LOCK TABLE households IN SHARE MODE").execute(&mut **tx)?;
    }
    let mut wrong = compare(tx)?;
    wrong.retain(|difference| difference.area.level() == AreaLevel::Grid);
    for Difference { area, key, kept, counted } in &wrong {
        counters::add(tx, BOOK, area, &[key.as_str()], counted - kept)?;
    }
    Ok(wrong.len())
}
