//! The table of areas. Every question begins from what the scope makes visible.

pub(super) mod dependents;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::model::{Area, Filter, GridKind, NewArea};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::areas;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx};

/// Rows of one statement: nine values each, far below the 32,766 that SQLite binds.
const BATCH: usize = 500;

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

#[derive(Insertable)]
#[diesel(table_name = areas, treat_none_as_default_value = false)]
struct NewRow<'a> {
    code: &'a AreaCode,
    name: &'a str,
    level: AreaLevel,
    parent: Option<AreaCode>,
    grid_kind: Option<GridKind>,
    valid_from: Option<NaiveDate>,
    version: i32,
    updated_at: Timestamp,
}

impl<'a> NewRow<'a> {
    fn of(area: &'a NewArea, now: Timestamp) -> Self {
        Self {
            code: &area.code,
            name: &area.name,
            level: area.code.level(),
            parent: area.code.parent(),
            grid_kind: area.grid_kind,
            valid_from: area.valid_from,
            version: 1,
            updated_at: now,
        }
    }
}

fn visible(scope: &AreaScope) -> areas::BoxedQuery<'static, MultiBackend> {
    areas::table.into_boxed::<MultiBackend>().filter(scope.inside(areas::code))
}

/// The area, open or closed; 404 outside of the scope or absent.
pub(super) fn find(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<Area> {
    if !scope.holds(code) {
        return Err(Problem::not_found()); // the same rule as `visible`, for a code at hand
    }
    let row = each!(c, c => areas::table.find(code).select(Row::cols()).get_result::<Row>(c));
    row.or_not_found().map(Area::from)
}

/// Those of `codes` that exist inside the scope, open or closed, in no order.
pub(super) fn find_all(c: &mut DbConnection, scope: &AreaScope, codes: &[AreaCode]) -> Result<Vec<Area>> {
    let mut found = Vec::with_capacity(codes.len());
    for codes in codes.chunks(BATCH) {
        let rows = visible(scope).filter(areas::code.eq_any(codes)).select(Row::cols()).load::<Row>(c)?;
        found.extend(rows.into_iter().map(Area::from));
    }
    Ok(found)
}

/// Lets no other transaction close `codes` before this one has ended. Who waits for a closing sees it afterwards:
/// each statement of READ COMMITTED looks anew. SQLite has one writer at a time anyway.
pub(super) fn hold(tx: &mut Tx, scope: &AreaScope, codes: &[AreaCode]) -> Result<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    // In one order, so that two that hold several do not wait for each other.
    let mut codes: Vec<&AreaCode> = codes.iter().filter(|code| scope.holds(code)).collect();
    codes.sort();
    for code in codes {
        diesel::sql_query("SELECT code FROM areas WHERE code = $1 FOR SHARE")
            .bind::<diesel::sql_types::Text, _>(code)
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// States that an area is in use and lies in the scope.
pub(super) fn in_scope(scope: &AreaScope, area: &Area) -> Option<AreaInScope> {
    area.is_open().then(|| AreaInScope::found(scope, &area.code)).flatten()
}

/// Up to `limit` areas that `filter` lets through, by code.
pub(super) fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Area>> {
    let mut query = visible(scope);
    if let Some(parent) = &filter.parent {
        query = query.filter(areas::parent.eq(parent.clone()));
    }
    if let Some(level) = filter.level {
        query = query.filter(areas::level.eq(level));
    }
    if !filter.closed {
        query = query.filter(areas::valid_to.is_null());
    }
    if let Some(after) = &filter.after {
        query = query.filter(areas::code.gt(after.clone()));
    }
    let rows = query.order(areas::code.asc()).limit(limit).select(Row::cols()).load::<Row>(c)?;
    Ok(rows.into_iter().map(Area::from).collect())
}

/// Makes one area in its parent.
pub(super) fn insert(tx: &mut Tx, parent: &AreaInScope, area: &NewArea) -> Result<()> {
    debug_assert!(area.code.is_within(parent.code()));
    let row = NewRow::of(area, tx.now());
    diesel::insert_into(areas::table).values(&row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Makes the areas that are not there and renames those that are, coarsest first; 404 when one is outside of the scope.
pub(super) fn put(tx: &mut Tx, scope: &AreaScope, list: &[NewArea]) -> Result<()> {
    if !list.iter().all(|area| scope.holds(&area.code)) {
        return Err(Problem::not_found());
    }
    let now = tx.now();
    let mut rows: Vec<NewRow> = list.iter().map(|area| NewRow::of(area, now)).collect();
    rows.sort_by_key(|row| (row.level, row.code));
    for rows in rows.chunks(BATCH) {
        each!(*tx, c => diesel::insert_into(areas::table)
            .values(rows)
            .on_conflict(areas::code)
            .do_update()
            .set((
                areas::name.eq(excluded(areas::name)),
                areas::version.eq(areas::version + 1),
                areas::updated_at.eq(excluded(areas::updated_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// What a change writes; `None` leaves as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = areas)]
pub(super) struct Change<'a> {
    pub name: Option<&'a str>,
    pub grid_kind: Option<GridKind>,
    pub valid_to: Option<NaiveDate>,
}

/// Changes an area that is in use and at `version`; 404 outside of the scope, 409 when it is closed, 412 at
/// another version.
pub(super) fn change(
    tx: &mut Tx,
    scope: &AreaScope,
    code: &AreaCode,
    version: i32,
    change: &Change,
) -> Result<Area> {
    let current = find(tx, scope, code)?;
    if current.version != version {
        return Err(Problem::new(Code::StaleVersion).current_version(current.version));
    }
    if !current.is_open() {
        return Err(Problem::because(Code::StepNotAllowed, "该区域已停用"));
    }
    let same = areas::table.find(code).filter(areas::version.eq(version));
    let next = (change, areas::version.eq(version + 1), areas::updated_at.eq(tx.now()));
    let row = diesel::update(same).set(next).returning(Row::cols()).get_result::<Row>(&mut **tx).or_none()?;
    row.map(Area::from).ok_or_else(|| Problem::new(Code::StaleVersion))
}
