//! The tables of boundaries and of the map's revision.
//!
//! Every change takes the next revision and writes it into the rows that it touches, so a node reads only what is new.
//! The one row of the revision lets one change through at a time, wherever it is made.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::map::{Boundary, Days};
use super::shape::Shape;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::problem::{Problem, Result};
use crate::each;
use crate::features::areas::model::{Area, GridKind};
use crate::features::areas::store as areas;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::prefix::within;
use crate::platform::db::schema::{area_boundaries, map_revision};
use crate::platform::db::{Cols, Condition, DbConnection, Doc, MultiBackend, Outcome, Tx};

/// A boundary without its outline.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = area_boundaries)]
pub(super) struct Listed {
    pub version: i32,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub points: i32,
    pub area_m2: f64,
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = area_boundaries)]
struct Row {
    area_code: AreaCode,
    version: i32,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    geometry: Doc,
}

/// A row with what the map tells of its area; the outline has not been looked at yet.
pub(super) struct Kept {
    row: Row,
    name: String,
    grid_name: String,
    kind: GridKind,
}

impl Kept {
    /// The boundary; 500 when the row holds no outline.
    pub fn boundary(self) -> Result<Boundary> {
        let Self { row, name, grid_name, kind } = self;
        Ok(Boundary {
            code: row.area_code,
            name,
            grid_name,
            kind,
            version: row.version,
            days: Days { from: row.valid_from, until: row.valid_to },
            shape: Shape::kept(row.geometry.0)?.into(),
        })
    }
}

fn visible(scope: &AreaScope) -> Condition<area_boundaries::table> {
    scope.inside(area_boundaries::area_code)
}

/// The revision that the map has now, and the rows of `scope` that changed after `seen`, all of them when nothing was
/// seen; `None` when nothing changed.
pub(super) fn changed_since(
    c: &mut DbConnection,
    scope: &AreaScope,
    seen: Option<i64>,
) -> Result<Option<(i64, Vec<Kept>)>> {
    // Read first: what changes meanwhile is read again next time.
    let revision: i64 = map_revision::table.select(map_revision::revision).first(c)?;
    if seen == Some(revision) {
        return Ok(None);
    }
    let rows = area_boundaries::table
        .filter(visible(scope))
        .filter(area_boundaries::revision.gt(seen.unwrap_or(-1)))
        .select(Row::cols())
        .load::<Row>(c)?;
    let own = rows.iter().flat_map(|row| [Some(row.area_code.clone()), row.area_code.at(AreaLevel::Grid)]);
    let mut codes: Vec<AreaCode> = own.flatten().collect();
    codes.sort();
    codes.dedup();
    let known = areas::find_all(c, scope, &codes)?;
    let known: HashMap<&AreaCode, &Area> = known.iter().map(|area| (&area.code, area)).collect();
    let kept = rows.into_iter().map(|row| told(row, &known)).collect::<Result<_>>()?;
    Ok(Some((revision, kept)))
}

fn told(row: Row, known: &HashMap<&AreaCode, &Area>) -> Result<Kept> {
    let find = |code: &AreaCode| known.get(code).copied();
    let unknown = || Problem::internal("a boundary without its area");
    let grid = row.area_code.at(AreaLevel::Grid).ok_or_else(unknown)?;
    let (area, grid) = (find(&row.area_code).ok_or_else(unknown)?, find(&grid).ok_or_else(unknown)?);
    let kind = grid.grid_kind.unwrap_or(GridKind::Basic);
    Ok(Kept { name: area.name.clone(), grid_name: grid.name.clone(), kind, row })
}

/// The boundary that holds in `area` on `day`, with its outline.
pub(super) fn of_day(
    c: &mut DbConnection,
    area: &AreaInScope,
    day: NaiveDate,
) -> Result<Option<(Listed, Doc)>> {
    let mut rows = area_boundaries::table
        .filter(area_boundaries::area_code.eq(area.code()))
        .filter(area_boundaries::valid_from.le(day))
        .filter(area_boundaries::valid_to.is_null().or(area_boundaries::valid_to.gt(day)))
        .order(area_boundaries::version.desc())
        .limit(1)
        .select((Listed::cols(), area_boundaries::geometry))
        .load::<(Listed, Doc)>(c)?;
    Ok(rows.pop())
}

/// Up to `limit` boundaries of `area`, newest version first, only those before version `before`.
pub(super) fn list(
    c: &mut DbConnection,
    area: &AreaInScope,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut query = area_boundaries::table
        .filter(area_boundaries::area_code.eq(area.code()))
        .order(area_boundaries::version.desc())
        .limit(limit)
        .select(Listed::cols())
        .into_boxed::<MultiBackend>();
    if let Some(before) = before {
        query = query.filter(area_boundaries::version.lt(before));
    }
    Ok(query.load(c)?)
}

/// Takes the next revision if it still is the one after `seen`, and holds all other changes until the end of the
/// transaction; whether it was.
pub(super) fn claim(tx: &mut Tx, seen: i64) -> Result<bool> {
    let next = map_revision::revision.eq(seen + 1);
    let row = map_revision::table.filter(map_revision::revision.eq(seen));
    Ok(diesel::update(row).set(next).execute(&mut **tx)? == 1)
}

/// Takes the next revision, whatever it is.
fn advance(tx: &mut Tx) -> Result<i64> {
    let next = map_revision::revision.eq(map_revision::revision + 1);
    diesel::update(map_revision::table).set(next).execute(&mut **tx)?;
    Ok(map_revision::table.select(map_revision::revision).first(&mut **tx)?)
}

/// What the row of a boundary holds of its outline. Reckoned before the transaction: in it, a file of hundreds would
/// keep all other writers of a SQLite file waiting.
#[derive(Debug)]
pub(super) struct Drawn {
    /// How many points draw it.
    pub points: i32,
    /// The area on the ellipsoid, m².
    pub area_m2: f64,
    geometry: Doc,
}

impl Drawn {
    /// Of this outline.
    pub fn of(shape: &Shape) -> Result<Self> {
        let geometry = serde_json::to_value(shape.geometry(Datum::Wgs84)).map_err(Problem::internal)?;
        let points = i32::try_from(shape.points()).map_err(Problem::internal)?;
        Ok(Self { points, area_m2: shape.area_m2(), geometry: Doc(geometry) })
    }
}

/// Writes a new boundary at `revision`, which was claimed.
pub(super) fn insert(
    tx: &mut Tx,
    area: &AreaInScope,
    revision: i64,
    (new, drawn): (&Boundary, &Drawn),
) -> Result<()> {
    let row = (
        area_boundaries::area_code.eq(area.code()),
        area_boundaries::version.eq(new.version),
        area_boundaries::valid_from.eq(new.days.from),
        area_boundaries::valid_to.eq(new.days.until),
        area_boundaries::geometry.eq(&drawn.geometry),
        area_boundaries::points.eq(drawn.points),
        area_boundaries::area_m2.eq(drawn.area_m2),
        area_boundaries::revision.eq(revision),
        area_boundaries::created_at.eq(tx.now()),
    );
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(area_boundaries::table).values(row).execute(c)).or_again()?;
    Ok(())
}

/// Lets a boundary hold only until `until`, at `revision`, which was claimed.
pub(super) fn shorten(
    tx: &mut Tx,
    area: &AreaInScope,
    revision: i64,
    version: i32,
    until: NaiveDate,
) -> Result<()> {
    let row = area_boundaries::table
        .filter(area_boundaries::area_code.eq(area.code()))
        .filter(area_boundaries::version.eq(version));
    let next = (area_boundaries::valid_to.eq(Some(until)), area_boundaries::revision.eq(revision));
    diesel::update(row).set(next).execute(&mut **tx)?;
    Ok(())
}

/// Lets every node read the boundaries of `codes` and of what lies in them anew, because the map tells more of these
/// areas than their outlines.
pub(in crate::features::areas) fn touch(tx: &mut Tx, scope: &AreaScope, codes: &[AreaCode]) -> Result<()> {
    // Of coarser areas the map tells nothing.
    let told: Vec<AreaCode> = codes.iter().filter(|code| code.level() >= AreaLevel::Grid).cloned().collect();
    for codes in told.chunks(100) {
        let there = || {
            let within = within(area_boundaries::area_code, codes);
            area_boundaries::table.filter(visible(scope)).filter(within).into_boxed::<MultiBackend>()
        };
        let some: Option<i32> = there().select(area_boundaries::version).first(&mut **tx).or_none()?;
        if some.is_none() {
            continue; // most areas have no boundary, and the row of the revision is one for all
        }
        let revision = advance(tx)?;
        let rows = area_boundaries::table
            .filter(visible(scope))
            .filter(self::within(area_boundaries::area_code, codes));
        diesel::update(rows).set(area_boundaries::revision.eq(revision)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Ends what holds in `area` on `day` or later, because the area is closed on that day.
pub(in crate::features::areas) fn end(tx: &mut Tx, area: &AreaInScope, day: NaiveDate) -> Result<()> {
    let own = || {
        area_boundaries::table
            .filter(area_boundaries::area_code.eq(area.code()))
            .filter(area_boundaries::valid_to.is_null().or(area_boundaries::valid_to.gt(day)))
    };
    let some: Option<i32> = own().select(area_boundaries::version).first(&mut **tx).or_none()?;
    if some.is_none() {
        return Ok(());
    }
    let revision = area_boundaries::revision.eq(advance(tx)?);
    let begun = own().filter(area_boundaries::valid_from.le(day));
    diesel::update(begun).set((area_boundaries::valid_to.eq(Some(day)), revision)).execute(&mut **tx)?;
    // What was to hold later never will.
    let later = own().filter(area_boundaries::valid_from.gt(day));
    let never = area_boundaries::valid_to.eq(area_boundaries::valid_from.nullable());
    diesel::update(later).set((never, revision)).execute(&mut **tx)?;
    Ok(())
}
