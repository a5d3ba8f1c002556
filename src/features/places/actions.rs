//! What is done with places; each change is one transaction with its audit entry, which names what was changed and
//! never its content.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;

use super::model::{NewPlace, Place, PlaceChange};
use super::row::PlaceRow;
use super::store::{self, Filter};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{self, Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::{KeepPlaces, SeePlaces};
use crate::platform::access::{AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::privacy::Vault;
use crate::platform::web::At;

/// A page of places, newest first; 404 when `area` is given and outside of the caller's areas.
pub async fn list(
    db: &Db,
    by: Granted<SeePlaces>,
    area: Option<AreaCode>,
    filter: Filter,
    page: PageRequest,
) -> Result<Page<PlaceRow>> {
    let scope = by.scope().asked(area.as_ref())?;
    db.read_lagging(move |c| {
        let rows = store::list(c, &scope, &filter, &page)?;
        Ok(page.page(rows, |row| page::Place { at: row.created_at, id: row.id.uuid() }))
    })
    .await
}

/// The place; 404 outside of the caller's areas.
pub async fn get(db: &Db, by: Granted<SeePlaces>, id: Id<Place>) -> Result<PlaceRow> {
    db.read(move |c| store::find(c, by.scope(), id)).await
}

/// Writes a place down; whether it is new. A resend answers the same record; 409 `id_reused` when the id is another's.
pub async fn create(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<KeepPlaces>,
    new: NewPlace,
) -> Result<(bool, PlaceRow)> {
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, new.id)? {
            let same = known.content_hash == new.content_hash && by.scope().holds(&known.area_code);
            return if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) };
        }
        if new.area.level() < AreaLevel::Village {
            return Err(Problem::field("area_code", "请选择网格,不清楚时选择村(社区)"));
        }
        let area = areas::require_for(tx, by.scope(), &new.area, "area_code")?;
        let row = PlaceRow::written(area.code(), &new, &vault, tx.now())?;
        store::insert(tx, &area, &row)?;
        note(tx, &by, "place.create", &row, json!({ "kind": row.kind, "risk": row.risk }))?;
        Ok((true, row))
    })
    .await
}

/// Changes a place at the version that the caller saw; 412 at another one.
pub async fn change(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<KeepPlaces>,
    at: At<Place>,
    change: PlaceChange,
) -> Result<PlaceRow> {
    db.write(move |tx| {
        let row = store::find(tx, by.scope(), at.id)?;
        same_version(row.version, at.version)?;
        let row = change.applied_to(row, &vault, tx.now().local_date())?;
        let row = store::update(tx, by.scope(), row)?;
        note(tx, &by, "place.change", &row, json!({ "fields": change.names(), "version": row.version }))?;
        Ok(row)
    })
    .await
}

fn note(
    tx: &mut Tx,
    by: &Granted<KeepPlaces>,
    action: &'static str,
    row: &PlaceRow,
    details: serde_json::Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("place", row.id.to_string()), &row.area_code, details)
}

/// The place, when it lies in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Place>) -> Result<PlaceRow> {
    store::find(c, scope, id)
}

/// The place that a body names in `place_id` for something in `area`: 422 when there is none such in `scope`, when it is
/// closed or lies elsewhere.
pub fn require_at(
    c: &mut DbConnection,
    scope: &AreaScope,
    id: Id<Place>,
    area: &AreaCode,
) -> Result<PlaceRow> {
    let wrong = |why: String| Problem::field("place_id", why);
    let place = store::find(c, scope, id).map_err(|why| match why.code() {
        Code::NotFound => wrong(format!("{id} 不在场所台账中,或不在辖区内")).caused_by(why),
        _ => why,
    })?;
    if !place.is_open() {
        return Err(wrong(format!("{id} 已停业")));
    }
    if area.is_within(&place.area_code) || place.area_code.is_within(area) {
        return Ok(place);
    }
    Err(wrong(format!("{id} 不在 {area}")))
}

/// Writes down that a place was checked on a day, unless it was checked later already. Whoever calls this writes the
/// audit entry of what the check found.
pub fn checked(tx: &mut Tx, scope: &AreaScope, mut row: PlaceRow, on: NaiveDate) -> Result<PlaceRow> {
    if row.last_checked_on.is_some_and(|last| last >= on) {
        return Ok(row);
    }
    row.last_checked_on = Some(on);
    // Somebody who changed the place at this very moment is no stale version of whoever inspects: it is tried again.
    store::update(tx, scope, row.scheduled()).map_err(|problem| match problem.code() {
        Code::StaleVersion => Problem::new(Code::Busy).retry_after(1).caused_by(problem),
        _ => problem,
    })
}
