//! What is done with areas; each change is one transaction with its audit entry.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::boundaries::{self, LiveMap};
use super::import::{self, Listed, Plan};
use super::model::{Area, Filter, GridKind, NewArea};
use super::store::dependents::Dependents;
use super::store::{self, Change};
use crate::base::area_code::AreaCode;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{KeepAreas, SeeAreas};
use crate::platform::access::{AreaInScope, AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};

/// The area, when it is in use and `scope` holds it; 404 otherwise. Whoever takes the code from a body turns
/// that into a complaint about the field.
pub fn require(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    let area = store::find(c, scope, code)?;
    store::in_scope(scope, &area).ok_or_else(Problem::not_found)
}

/// As [`require`] for a code that stands in `field` of a body: 422 there in place of 404. Other failures, such as a
/// database that is busy, stay what they are.
pub fn require_for(
    c: &mut DbConnection,
    scope: &AreaScope,
    code: &AreaCode,
    field: &'static str,
) -> Result<AreaInScope> {
    require(c, scope, code).map_err(|why| about(field, code, why))
}

/// As [`require_for`], and nobody closes the area before this transaction has ended: what keeps an area open
/// ([`Dependents`]) is put there under it.
pub fn hold_for(tx: &mut Tx, scope: &AreaScope, code: &AreaCode, field: &'static str) -> Result<AreaInScope> {
    store::hold(tx, scope, std::slice::from_ref(code))?;
    require_for(tx, scope, code, field)
}

/// As [`hold_for`] for many codes that [`require_each`] asks for afterwards.
pub fn hold_each(tx: &mut Tx, scope: &AreaScope, codes: &[AreaCode]) -> Result<()> {
    store::hold(tx, scope, codes)
}

/// The area of a record at hand: it was in use when the record was made and may be closed by now. What is open in it
/// must still be finished. 404 outside of `scope`.
pub fn of_record(scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    AreaInScope::found(scope, code).ok_or_else(Problem::not_found)
}

fn about(field: &'static str, code: &AreaCode, why: Problem) -> Problem {
    match why.code() {
        Code::NotFound => {
            Problem::field(field, format!("区域 {code} 不存在、已停用,或不在您的辖区内")).caused_by(why)
        }
        _ => why,
    }
}

/// As [`require`] for many codes at once; those that are absent, closed or outside are left out.
pub fn require_each(c: &mut DbConnection, scope: &AreaScope, codes: &[AreaCode]) -> Result<Vec<AreaInScope>> {
    let found = store::find_all(c, scope, codes)?;
    Ok(found.iter().filter_map(|area| store::in_scope(scope, area)).collect())
}

/// The area, open or closed; 404 outside of `scope`.
pub fn find(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<Area> {
    store::find(c, scope, code)
}

/// Those of `codes` that exist inside `scope`, open or closed, in no order; one statement for hundreds.
pub fn find_each(c: &mut DbConnection, scope: &AreaScope, codes: &[AreaCode]) -> Result<Vec<Area>> {
    store::find_all(c, scope, codes)
}

/// The areas directly in `area`, open or closed, by code; at most 1,000, more than the digits of a town allow.
pub fn directly_in(c: &mut DbConnection, scope: &AreaScope, area: &AreaCode) -> Result<Vec<Area>> {
    let filter = Filter { parent: Some(area.clone()), closed: true, ..Filter::default() };
    store::list(c, scope, &filter, 1000)
}

/// The areas in use inside `scope`, by code, at most `most`.
pub fn in_use(c: &mut DbConnection, scope: &AreaScope, most: i64) -> Result<Vec<Area>> {
    store::list(c, scope, &Filter::default(), most)
}

/// Up to `limit` areas that `filter` lets through, by code.
pub async fn list(db: &Db, by: Granted<SeeAreas>, filter: Filter, limit: i64) -> Result<Vec<Area>> {
    db.read_lagging(move |c| store::list(c, by.scope(), &filter, limit)).await
}

/// The area, open or closed; 404 outside of the caller's areas.
pub async fn get(db: &Db, by: Granted<SeeAreas>, code: AreaCode) -> Result<Area> {
    db.read(move |c| store::find(c, by.scope(), &code)).await
}

/// Makes a village, grid or micro-grid in an area that exists. The flag is false when a resend found it made;
/// 409 `already_exists` when the code is another area's.
pub async fn create(db: &Db, by: Granted<KeepAreas>, area: NewArea) -> Result<(Area, bool)> {
    db.write(move |tx| {
        if let Some(known) = store::find_all(tx, by.scope(), std::slice::from_ref(&area.code))?.pop() {
            let same = known.name == area.name && known.grid_kind == area.grid_kind && known.is_open();
            let taken = || Problem::because(Code::AlreadyExists, "该代码已被使用");
            return if same { Ok((known, false)) } else { Err(taken()) };
        }
        let parent = parent_of(tx, by.scope(), &area.code)?;
        store::insert(tx, &parent, &area)?;
        note(tx, &by, "area.create", &area.code, json!({ "name": area.name }))?;
        Ok((store::find(tx, by.scope(), &area.code)?, true))
    })
    .await
}

fn parent_of(tx: &mut Tx, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    let parent = code.parent().ok_or_else(|| Problem::field("code", "没有上级区域"))?;
    hold_for(tx, scope, &parent, "code")
}

/// Gives an area another name or a grid another kind; 412 at another version, 409 when it is closed, 422
/// `boundary_conflict` when the boundary of a grid of that kind would clash with another.
pub async fn change(
    db: &Db,
    map: &LiveMap,
    by: Granted<KeepAreas>,
    code: AreaCode,
    version: i32,
    (name, grid_kind): (Option<String>, Option<GridKind>),
) -> Result<Area> {
    let (scope, named) = (by.scope().clone(), code.clone());
    let before = db.read(move |c| store::find(c, &scope, &named)).await?;
    let other_kind = grid_kind.filter(|kind| before.grid_kind.is_some_and(|now| now != *kind));
    let judged_by = match other_kind {
        Some(kind) => Some(boundaries::check_kind(map, &code, kind).await?),
        None => None,
    };
    db.write(move |tx| {
        if let Some(revision) = judged_by {
            boundaries::hold(tx, revision)?;
        }
        if grid_kind.is_some() && store::find(tx, by.scope(), &code)?.grid_kind.is_none() {
            return Err(Problem::field("grid_kind", "只有网格才有类型"));
        }
        let next = Change { name: name.as_deref(), grid_kind, valid_to: None };
        let area = store::change(tx, by.scope(), &code, version, &next)?;
        boundaries::store::touch(tx, by.scope(), std::slice::from_ref(&code))?;
        note(tx, &by, "area.change", &code, json!({ "name": area.name, "grid_kind": area.grid_kind }))?;
        Ok(area)
    })
    .await
}

/// Closes a village, grid or micro-grid as of today; 409 `in_use` while areas, posts or households in use depend on it.
pub async fn close(db: &Db, by: Granted<KeepAreas>, code: AreaCode, version: i32) -> Result<Area> {
    db.write(move |tx| {
        let closed_on = tx.now().local_date();
        let next = Change { name: None, grid_kind: None, valid_to: Some(closed_on) };
        let area = store::change(tx, by.scope(), &code, version, &next)?;
        if !area.is_own() {
            return Err(Problem::because(Code::GuardRefused, "只能停用村(社区)、网格和微网格"));
        }
        let here = of_record(by.scope(), &code)?;
        let dependents = Dependents::of(tx, &here)?;
        if !dependents.is_none() {
            let Dependents { areas, posts, households, displays } = dependents;
            let detail = format!(
                "仍有下级区域 {areas} 个、在任岗位 {posts} 个、在住户 {households} 户、看板设备 {displays} 台"
            );
            return Err(Problem::because(Code::InUse, detail));
        }
        boundaries::store::end(tx, &here, closed_on)?;
        note(tx, &by, "area.close", &code, json!({ "closed_on": closed_on }))?;
        Ok(area)
    })
    .await
}

/// Takes a list of areas over: makes those that are missing and renames those that are called otherwise, all or
/// none. Writes nothing when the list has a fault or `dry_run` asks only what would happen.
pub async fn import(db: &Db, by: &Granted<KeepAreas>, bytes: Vec<u8>, dry_run: bool) -> Result<Plan> {
    let read = tokio::task::spawn_blocking(move || import::read(&bytes)).await;
    let listed = Arc::new(read.map_err(Problem::internal)??);
    let by = by.clone();
    if dry_run {
        return db.read(move |c| plan(c, by.scope(), &listed)).await;
    }
    db.write(move |tx| {
        let plan = plan(tx, by.scope(), &listed)?;
        if !plan.errors.is_empty() || plan.tally.is_idle() {
            return Ok(plan);
        }
        let parents: BTreeSet<_> = plan.put.iter().filter_map(|area| area.code.parent()).collect();
        store::hold(tx, by.scope(), &Vec::from_iter(parents))?;
        store::put(tx, by.scope(), &plan.put)?;
        if plan.tally.changed > 0 {
            let renamed: Vec<_> = plan.put.iter().map(|area| area.code.clone()).collect();
            boundaries::store::touch(tx, by.scope(), &renamed)?;
        }
        let details = json!({ "created": plan.tally.created, "changed": plan.tally.changed });
        let home = by.actor().home().clone();
        audit::record(tx, by.actor(), "area.import", ("areas", home.to_string()), &home, details)?;
        Ok(plan)
    })
    .await
}

fn plan(c: &mut DbConnection, scope: &AreaScope, listed: &Listed) -> Result<Plan> {
    let known = store::find_all(c, scope, &listed.codes())?;
    Ok(listed.plan(scope, &known))
}

fn note(
    tx: &mut Tx,
    by: &Granted<KeepAreas>,
    action: &'static str,
    code: &AreaCode,
    details: serde_json::Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("area", code.to_string()), code, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_area_that_is_not_found_is_the_fault_of_the_field() {
        let code: AreaCode = "500114119201001".parse().unwrap();
        let told = |code_of: Code| about("area", &code, Problem::new(code_of)).code();
        assert_eq!(told(Code::NotFound), Code::InvalidFields);
        for other in [Code::Busy, Code::Internal, Code::StorageFull] {
            assert_eq!(told(other), other);
        }
    }
}
