//! The areas that a dashboard names. It reads the table of areas in its own store: the board's role may see
//! numbers by area without holding the permission to browse areas.

use diesel::prelude::*;

use super::summary::ShownArea;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::areas;
use crate::platform::db::{DbConnection, Outcome};

/// More areas than codes of one level allow inside a district.
const MOST: i64 = 1000;

type Row = (AreaCode, String, AreaLevel);

fn shown((code, name, level): Row) -> ShownArea {
    ShownArea { code, name, level }
}

/// The area, in use or closed; 404 when it is absent or outside of `scope`.
pub fn area(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<ShownArea> {
    if !scope.holds(code) {
        return Err(Problem::not_found());
    }
    let row = areas::table.find(code).select((areas::code, areas::name, areas::level)).first(c);
    row.or_not_found().map(shown)
}

/// The areas directly in `area`, which the caller has already found in its own scope, by code; with whether
/// each is in use.
pub fn inside(c: &mut DbConnection, area: &ShownArea) -> Result<Vec<(ShownArea, bool)>> {
    if area.level >= AreaLevel::Grid {
        return Ok(vec![]); // finer ones are not counted
    }
    let rows: Vec<(AreaCode, String, AreaLevel, Option<chrono::NaiveDate>)> = areas::table
        .filter(areas::parent.eq(&area.code))
        .order(areas::code)
        .limit(MOST)
        .select((areas::code, areas::name, areas::level, areas::valid_to))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(code, name, level, closed)| (shown((code, name, level)), closed.is_none()))
        .collect())
}
