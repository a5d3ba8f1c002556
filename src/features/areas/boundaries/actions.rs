//! What is done with boundaries. The judging is done outside of the transaction, by the map of a revision; the
//! transaction writes only if the map still has that revision.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;

use super::import::{self, Listed as ListedFile};
use super::live::LiveMap;
use super::map::GridMap;
use super::plan::{self, Change, Judged, Wanted};
use super::shape::Shape;
use super::store::{self, Drawn, Listed};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::geo::Datum;
use crate::base::problem::{Code, FieldError, Problem, Result};
use crate::features::areas::model::{Area, GridKind};
use crate::features::areas::store as areas;
use crate::platform::access::policy::{KeepAreas, SeeAreas};
use crate::platform::access::{AreaInScope, AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};

/// How often a change is judged anew because the map changed meanwhile.
const TRIES: usize = 3;

/// Gives a grid or micro-grid another boundary from a day on; the area at `version`, and what holds there on that
/// day. 404 outside of the caller's areas, 412 at another version, 409 when the area is closed, 422
/// `boundary_conflict` when it clashes with another. The same outline again changes nothing.
pub async fn put(
    map: &LiveMap,
    by: Granted<KeepAreas>,
    code: AreaCode,
    version: i32,
    outline: (Arc<Shape>, NaiveDate),
) -> Result<(Area, Listed, Arc<Shape>)> {
    let (shape, from) = outline;
    let (scope, named) = (by.scope().clone(), code.clone());
    let area = map.db().read(move |c| areas::find(c, &scope, &named)).await?;
    same_version(area.version, version)?;
    if !area.is_open() {
        return Err(Problem::because(Code::StepNotAllowed, "该区域已停用"));
    }
    let wanted = vec![Wanted { place: 0, code: code.clone(), shape: Arc::clone(&shape), from }];
    let judged = amend(map, &by, wanted, false).await?;
    refuse(judged)?;
    let read = map.db().read(move |c| {
        let area = areas::find(c, by.scope(), &code)?;
        let here = found(by.scope(), &code)?;
        let (listed, _) = store::of_day(c, &here, from)?.ok_or_else(Problem::not_found)?;
        Ok((area, listed))
    });
    let (area, listed) = read.await?;
    Ok((area, listed, shape))
}

/// Turns the faults of one boundary into a failure.
fn refuse(judged: Judged) -> Result<()> {
    let others: Vec<_> = judged.faults.iter().filter_map(|fault| fault.other.clone()).collect();
    let messages: Vec<_> = judged.faults.iter().map(|fault| fault.message.clone()).collect();
    match judged.faults.into_iter().next() {
        None => Ok(()),
        Some(fault) if others.is_empty() => Err(Problem::field(fault.field, fault.message)),
        Some(_) => {
            let errors = messages
                .iter()
                .map(|message| FieldError { field: "geometry".to_owned(), message: message.clone() });
            let errors = errors.collect();
            Err(Problem::because(Code::BoundaryConflict, messages.join(";"))
                .with_errors(errors)
                .about(others))
        }
    }
}

/// Takes the boundaries of a GeoJSON FeatureCollection over, all or none, each from the day `from` on. Writes nothing
/// when the file has a fault or `dry_run` asks only what would happen.
pub async fn import(
    map: &LiveMap,
    by: &Granted<KeepAreas>,
    bytes: Vec<u8>,
    (datum, from): (Datum, NaiveDate),
    dry_run: bool,
) -> Result<Judged> {
    let read = tokio::task::spawn_blocking(move || import::read(&bytes, datum, from)).await;
    let ListedFile { wanted, faults } = read.map_err(Problem::internal)??;
    let unread = !faults.is_empty();
    let mut judged = amend(map, by, wanted, dry_run || unread).await?;
    judged.faults.extend(faults);
    judged.faults.sort_by_key(|fault| fault.place);
    judged.faults.truncate(1_000); // nobody mends more at once
    Ok(judged)
}

/// Judges what is wanted and writes it unless it has a fault or only a forecast is asked for.
async fn amend(
    map: &LiveMap,
    by: &Granted<KeepAreas>,
    wanted: Vec<Wanted>,
    forecast: bool,
) -> Result<Judged> {
    let wanted = Arc::new(wanted);
    let mut codes: BTreeSet<AreaCode> = wanted.iter().map(|wanted| wanted.code.clone()).collect();
    codes.extend(wanted.iter().filter_map(|wanted| wanted.code.at(AreaLevel::Grid)));
    let codes = Vec::from_iter(codes);
    for _ in 0..TRIES {
        let current = map.refreshed().await?;
        let (scope, codes) = (by.scope().clone(), codes.clone());
        let known = map.db().read(move |c| areas::find_all(c, &scope, &codes)).await?;
        let judged = judged(current, known, Arc::clone(&wanted)).await?;
        if forecast || !judged.faults.is_empty() || judged.tally.is_idle() {
            return Ok(judged);
        }
        if write(map.db(), by, &judged).await? {
            map.refreshed().await?;
            return Ok(judged);
        }
    }
    Err(changed_meanwhile())
}

async fn judged(current: Arc<GridMap>, known: Vec<Area>, wanted: Arc<Vec<Wanted>>) -> Result<Judged> {
    let judging = tokio::task::spawn_blocking(move || plan::judge(&current, &known, &wanted));
    judging.await.map_err(Problem::internal)
}

/// Writes what was judged; false, and nothing written, when the map or an area has changed since.
async fn write(db: &Db, by: &Granted<KeepAreas>, judged: &Judged) -> Result<bool> {
    let (by, seen, changes) = (by.clone(), judged.revision, judged.changes.clone());
    let drawn = move || {
        let drawn = |change: Change| Ok((Drawn::of(&change.boundary.shape)?, change));
        changes.into_iter().map(drawn).collect::<Result<Vec<_>>>()
    };
    let changes = tokio::task::spawn_blocking(drawn).await.map_err(Problem::internal)??;
    let written = db.write(move |tx| {
        if !store::claim(tx, seen)? {
            return Ok(false);
        }
        for (drawn, change) in &changes {
            put_one(tx, by.scope(), seen + 1, (change, drawn))?;
        }
        note(tx, &by, &changes)?;
        Ok(true)
    });
    match written.await {
        // The area was changed by somebody else between judging and writing.
        Err(problem) if problem.code() == Code::StaleVersion => Ok(false),
        written => written,
    }
}

fn put_one(tx: &mut Tx, scope: &AreaScope, revision: i64, (change, drawn): (&Change, &Drawn)) -> Result<()> {
    let new = &change.boundary;
    // Counts the area's version, so that two who have it on their screens do not overwrite each other.
    areas::change(tx, scope, &new.code, change.area_version, &areas::Change::default())?;
    let area = found(scope, &new.code)?;
    if let Some(version) = change.shortened {
        store::shorten(tx, &area, revision, version, new.days.from)?;
    }
    store::insert(tx, &area, revision, (new, drawn))
}

fn note(tx: &mut Tx, by: &Granted<KeepAreas>, changes: &[(Drawn, Change)]) -> Result<()> {
    if let [(drawn, Change { boundary, .. })] = changes {
        let details = json!({
            "version": boundary.version, "valid_from": boundary.days.from,
            "points": drawn.points, "area_m2": drawn.area_m2.round(),
        });
        let code = &boundary.code;
        return audit::record(tx, by.actor(), "area.boundary", ("area", code.to_string()), code, details);
    }
    let home = by.actor().home().clone();
    let versions: Vec<_> = changes
        .iter()
        .map(|(_, change)| format!("{}/{}", change.boundary.code, change.boundary.version))
        .collect();
    let details = json!({ "boundaries": versions });
    audit::record(tx, by.actor(), "area.boundaries_import", ("areas", home.to_string()), &home, details)
}

fn found(scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    AreaInScope::found(scope, code).ok_or_else(Problem::not_found)
}

/// The boundary that held in `code` on `day`; 404 when none did, or outside of the caller's areas.
pub async fn get(
    db: &Db,
    by: Granted<SeeAreas>,
    code: AreaCode,
    day: NaiveDate,
) -> Result<(Listed, Arc<Shape>)> {
    let (listed, geometry) = db
        .read(move |c| {
            areas::find(c, by.scope(), &code)?;
            let area = found(by.scope(), &code)?;
            store::of_day(c, &area, day)?
                .ok_or_else(|| Problem::because(Code::NotFound, format!("该区域在 {day} 没有边界")))
        })
        .await?;
    Ok((listed, Shape::kept(geometry.0)?.into()))
}

/// Up to `limit` boundaries of `code`, newest version first.
pub async fn list(
    db: &Db,
    by: Granted<SeeAreas>,
    code: AreaCode,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Listed>> {
    db.read_lagging(move |c| {
        areas::find(c, by.scope(), &code)?;
        store::list(c, &found(by.scope(), &code)?, before, limit)
    })
    .await
}

/// The revision of the map by which `code` may become a grid of `kind`; 422 when its boundary would clash with another.
pub(in crate::features::areas) async fn check_kind(
    map: &LiveMap,
    code: &AreaCode,
    kind: GridKind,
) -> Result<i64> {
    let (current, code) = (map.refreshed().await?, code.clone());
    let revision = current.revision();
    let clash = tokio::task::spawn_blocking(move || plan::clash_as(&current, &code, kind)).await;
    match clash.map_err(Problem::internal)? {
        None => Ok(revision),
        Some(clash) => {
            Err(Problem::because(Code::BoundaryConflict, format!("改为{}后,{clash}", kind.label())))
        }
    }
}

/// Holds all other changes of boundaries until the end of the transaction; 503 unless the map still has the revision by
/// which something was judged.
pub(in crate::features::areas) fn hold(tx: &mut Tx, revision: i64) -> Result<()> {
    if store::claim(tx, revision)? { Ok(()) } else { Err(changed_meanwhile()) }
}

fn changed_meanwhile() -> Problem {
    Problem::because(Code::Busy, "网格边界刚被他人修改,请稍后再试").retry_after(1)
}
