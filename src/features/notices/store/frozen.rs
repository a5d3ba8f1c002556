//! What coverage is measured against: how many lived where when the notice was published.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::households;
use crate::features::notices::model::Notice;
use crate::platform::access::AreaScope;
use crate::platform::db::schema::notice_denominators::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Tx};

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

/// Counts the households of `areas` now and keeps the counts for good; answers how many persons live there.
pub fn freeze(tx: &mut Tx, scope: &AreaScope, notice: Id<Notice>, areas: &[AreaCode]) -> Result<i64> {
    let counted = households::denominators(tx, scope, areas)?;
    let rows: Vec<Frozen> = counted
        .into_iter()
        .map(|grid| Frozen {
            notice_id: notice,
            area_code: grid.area,
            households: grid.households,
            persons: grid.persons,
            no_smartphone: grid.no_smartphone,
        })
        .collect();
    for rows in rows.chunks(BATCH) {
        each!(*tx, c => diesel::insert_into(notice_denominators::table).values(rows).execute(c))?;
    }
    Ok(rows.iter().map(|grid| i64::from(grid.persons)).sum())
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
