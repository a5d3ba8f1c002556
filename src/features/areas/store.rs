//! The table of areas. Every question begins from what the scope makes visible.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{Area, GridKind};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::prefix::within;
use crate::platform::db::schema::areas;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = areas)]
struct Row {
    code: AreaCode,
    name: String,
    level: AreaLevel,
    parent: Option<AreaCode>,
    grid_kind: Option<GridKind>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    version: i32,
    updated_at: Timestamp,
}

impl From<Row> for Area {
    fn from(row: Row) -> Self {
        let Row { code, name, level, parent, grid_kind, valid_from, valid_to, version, updated_at } = row;
        Self { code, name, level, parent, grid_kind, valid_from, valid_to, version, updated_at }
    }
}

fn visible(scope: &AreaScope) -> areas::BoxedQuery<'static, MultiBackend> {
    let all = areas::table.into_boxed::<MultiBackend>();
    if scope.is_everywhere() { all } else { all.filter(within(areas::code, scope.prefixes())) }
}

/// The area, open or closed; 404 outside of the scope or absent.
pub(super) fn find(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<Area> {
    visible(scope)
        .filter(areas::code.eq(code))
        .select(Row::cols())
        .first::<Row>(c)
        .or_not_found()
        .map(Area::from)
}

/// States that an area exists, is in use and lies in the scope.
pub(super) fn require(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    let area = find(c, scope, code)?;
    let found = area.is_open().then(|| AreaInScope::found(scope, &area.code)).flatten();
    found.ok_or_else(Problem::not_found)
}
