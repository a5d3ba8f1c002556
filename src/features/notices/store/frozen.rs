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
use crate::features::notices::model::{Audience, Frozen, Notice, NoticeRow, pack, unpack};
use crate::platform::access::AreaScope;
use crate::platform::db::prefix::within;
use crate::platform::db::schema::{frozen_counts, notice_denominators};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Tx, prefix};

/// The counts of one town, packed.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = frozen_counts)]
struct Packed {
    notice_id: Id<Notice>,
    area_code: AreaCode,
    grids: Vec<u8>,
}

/// Rows of one statement: three values each.
const BATCH: usize = 1000;

/// Keeps for good how many households of `areas` the notice is for now, in one row per town; answers how many persons
/// that are.
pub fn freeze(tx: &mut Tx, scope: &AreaScope, notice: &NoticeRow, areas: &[AreaCode]) -> Result<i64> {
    let now = tx.now();
    let rows: Vec<Frozen> = match &notice.audience {
        Some(rule) => meant(tx, (&rule.0, now), areas)?,
        None => everybody(tx, scope, areas)?,
    };
    let towns = rows.chunk_by(|one, next| one.area_code.town() == next.area_code.town());
    let towns = towns.filter_map(|grids| Some((grids.first()?.area_code.town(), grids)));
    let towns = towns.map(|(town, grids)| {
        Ok(Packed { notice_id: notice.id, grids: pack(&town, grids)?, area_code: town })
    });
    for towns in towns.collect::<Result<Vec<_>>>()?.chunks(BATCH) {
        each!(*tx, c => diesel::insert_into(frozen_counts::table).values(towns).execute(c))?;
    }
    Ok(rows.iter().map(|grid| i64::from(grid.persons)).sum())
}

fn everybody(c: &mut DbConnection, scope: &AreaScope, areas: &[AreaCode]) -> Result<Vec<Frozen>> {
    let counted = households::denominators(c, scope, areas)?;
    let row = |grid: households::Denominator| Frozen {
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
    let mut counts =
        frozen_counts::table.filter(frozen_counts::notice_id.eq(notice)).into_boxed::<MultiBackend>();
    if !scope.is_everywhere() {
        // A part of a town is found in the row of the town.
        let towns: Vec<_> = scope.prefixes().iter().map(AreaCode::town).collect();
        counts = counts.filter(within(frozen_counts::area_code, &towns));
    }
    let towns = counts.order(frozen_counts::area_code).select(Packed::cols()).load::<Packed>(c)?;
    if towns.is_empty() {
        return by_rows(c, scope, notice);
    }
    let mut grids = Vec::new();
    for town in towns {
        let all = unpack(&town.area_code, &town.grids)?;
        grids.extend(all.into_iter().filter(|grid| scope.holds(&grid.area_code)));
    }
    Ok(grids)
}

/// The counts of a notice that was published before they were packed: a row per grid, which nobody writes any more.
fn by_rows(c: &mut DbConnection, scope: &AreaScope, notice: Id<Notice>) -> Result<Vec<Frozen>> {
    use notice_denominators as old;
    let rows = old::table
        .filter(old::notice_id.eq(notice))
        .filter(scope.inside(old::area_code))
        .order(old::area_code)
        .select((old::area_code, old::households, old::persons, old::no_smartphone));
    let frozen = |(area_code, households, persons, no_smartphone)| Frozen {
        area_code,
        households,
        persons,
        no_smartphone,
    };
    Ok(rows.load::<(AreaCode, i32, i32, i32)>(c)?.into_iter().map(frozen).collect())
}
