//! What coverage is measured against: how many lived where when the notice was published.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::households;
use crate::features::notices::model::{Audience, Notice, NoticeRow};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::notice_denominators::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Tx, prefix};

/// How many lived in one grid when the notice was published.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notice_denominators)]
pub struct Frozen {
    notice_id: Id<Notice>,
    /// The grid.
    pub area_code: AreaCode,
    /// Households.
    pub households: i32,
    /// Persons in them.
    pub persons: i32,
    /// Households of which nobody has a smartphone.
    pub no_smartphone: i32,
}

/// Rows of one statement: five values each.
const BATCH: usize = 1000;

/// Counts the households of `areas` now that the notice is for and keeps the counts for good; answers how many persons
/// that are.
pub fn freeze(tx: &mut Tx, scope: &AreaScope, notice: &NoticeRow, areas: &[AreaCode]) -> Result<i64> {
    let now = tx.now();
    let rows: Vec<Frozen> = match &notice.audience {
        Some(rule) => meant(tx, (&rule.0, now), areas)?,
        None => everybody(tx, scope, areas)?,
    };
    let rows: Vec<Frozen> = rows.into_iter().map(|row| Frozen { notice_id: notice.id, ..row }).collect();
    for rows in rows.chunks(BATCH) {
        each!(*tx, c => diesel::insert_into(notice_denominators::table).values(rows).execute(c))?;
    }
    Ok(rows.iter().map(|grid| i64::from(grid.persons)).sum())
}

fn everybody(c: &mut DbConnection, scope: &AreaScope, areas: &[AreaCode]) -> Result<Vec<Frozen>> {
    let counted = households::denominators(c, scope, areas)?;
    let row = |grid: households::Denominator| Frozen {
        notice_id: Id::from_uuid(uuid::Uuid::nil()),
        area_code: grid.area,
        households: grid.households,
        persons: grid.persons,
        no_smartphone: grid.no_smartphone,
    };
    Ok(counted.into_iter().map(row).collect())
}

/// How many persons in those of `areas` that the scope holds a rule holds at `now`.
pub fn persons(
    c: &mut DbConnection,
    scope: &AreaScope,
    rule: (&Audience, Timestamp),
    areas: &[AreaCode],
) -> Result<i64> {
    let held: Vec<_> = areas.iter().filter(|area| scope.holds(area)).cloned().collect();
    Ok(meant(c, rule, &held)?.iter().map(|grid| i64::from(grid.persons)).sum())
}

#[derive(QueryableByName)]
struct Meant {
    #[diesel(sql_type = Text)]
    area_code: AreaCode,
    #[diesel(sql_type = BigInt)]
    households: i64,
    #[diesel(sql_type = BigInt)]
    persons: i64,
    #[diesel(sql_type = BigInt)]
    no_smartphone: i64,
}

/// Households with somebody whom the rule holds, and how many those are, per grid; in one statement per area, which
/// reads tables of `households` for the reason that fan-out does (decision 0003).
fn meant(
    c: &mut DbConnection,
    (rule, now): (&Audience, Timestamp),
    areas: &[AreaCode],
) -> Result<Vec<Frozen>> {
    use chrono::Datelike;
    let text = format!(
        "SELECT substr(h.area_code, 1, 15) AS area_code, COUNT(DISTINCT h.id) AS households, COUNT(*) AS persons, \
           COUNT(DISTINCT CASE WHEN h.smartphone = 'no' THEN h.id END) AS no_smartphone \
         FROM households h JOIN residents r ON r.household_id = h.id \
         WHERE h.area_code >= $1 AND h.area_code < $2 AND h.status = 'living' AND {} \
         GROUP BY substr(h.area_code, 1, 15)",
        rule.sql("r", now.local().year())
    );
    let mut grids = BTreeMap::<AreaCode, Frozen>::new();
    for area in areas {
        let (low, until) = prefix::range(area.as_str());
        let query = diesel::sql_query(&text).bind::<Text, _>(low).bind::<Text, _>(until);
        for row in query.load::<Meant>(c)? {
            let grid = grids.entry(row.area_code.clone()).or_insert(Frozen {
                notice_id: Id::from_uuid(uuid::Uuid::nil()),
                area_code: row.area_code,
                households: 0,
                persons: 0,
                no_smartphone: 0,
            });
            grid.households += row.households as i32;
            grid.persons += row.persons as i32;
            grid.no_smartphone += row.no_smartphone as i32;
        }
    }
    Ok(grids.into_values().collect())
}

/// The counts of a notice in the grids that `scope` holds, by code. Empty before publication.
pub fn of_notice(c: &mut DbConnection, scope: &AreaScope, notice: Id<Notice>) -> Result<Vec<Frozen>> {
    let counts = dsl::notice_denominators
        .filter(dsl::notice_id.eq(notice))
        .filter(scope.inside(dsl::area_code))
        .order(dsl::area_code)
        .select(Frozen::cols());
    Ok(counts.load(c)?)
}
