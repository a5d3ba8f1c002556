//! Displays, within the caller's areas; signing in finds one before anybody's areas are known.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::Result;
use crate::features::sessions::model::WallDisplay;
use crate::platform::access::{AreaInScope, AreaScope, Display};
use crate::platform::db::prefix::{Condition, within};
use crate::platform::db::schema::displays::{self, dsl};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = displays, treat_none_as_default_value = false)]
struct Row {
    id: Id<Display>,
    area_code: AreaCode,
    name: String,
    secret_hash: Vec<u8>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

impl Row {
    fn open(self) -> (WallDisplay, Vec<u8>) {
        let Self { id, area_code: area, name, secret_hash, created_at, revoked_at } = self;
        (WallDisplay { id, area, name, created_at, revoked_at }, secret_hash)
    }
}

fn visible(scope: &AreaScope) -> Condition<displays::table> {
    if scope.is_everywhere() {
        return Box::new(true.into_sql::<diesel::sql_types::Bool>());
    }
    within(dsl::area_code, scope.prefixes())
}

/// A new display.
pub fn insert(tx: &mut Tx, area: &AreaInScope, name: &str, secret_hash: &[u8]) -> Result<Id<Display>> {
    let row = Row {
        id: Id::new(),
        area_code: area.code().clone(),
        name: name.to_owned(),
        secret_hash: secret_hash.to_vec(),
        created_at: tx.now(),
        revoked_at: None,
    };
    diesel::insert_into(displays::table).values(&row).execute(&mut **tx)?;
    Ok(row.id)
}

/// The display and the hash of its secret, in service or not.
pub fn find(c: &mut DbConnection, id: Id<Display>) -> Result<Option<(WallDisplay, Vec<u8>)>> {
    let row = displays::table.find(id).select(Row::cols()).first::<Row>(c).or_none()?;
    Ok(row.map(Row::open))
}

/// The display; 404 outside of the scope.
pub fn get(c: &mut DbConnection, scope: &AreaScope, id: Id<Display>) -> Result<WallDisplay> {
    let row = displays::table.filter(dsl::id.eq(id)).filter(visible(scope)).select(Row::cols());
    Ok(row.first::<Row>(c).or_not_found()?.open().0)
}

/// A page of displays, newest first.
pub fn list(c: &mut DbConnection, scope: &AreaScope, page: &PageRequest) -> Result<Page<WallDisplay>> {
    let mut rows = displays::table.filter(visible(scope)).into_boxed::<MultiBackend>();
    if let Some(place) = page.after {
        rows = rows.filter(before::<Display, _>("created_at, id", place));
    }
    let rows = rows
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.fetch())
        .select(Row::cols())
        .load::<Row>(c)?;
    let shown = rows.into_iter().map(|row| row.open().0).collect();
    Ok(page.page(shown, |display: &WallDisplay| Place { at: display.created_at, id: display.id.uuid() }))
}

/// Takes a display out of service; whether it was in service until now.
pub fn revoke(tx: &mut Tx, scope: &AreaScope, id: Id<Display>) -> Result<bool> {
    let now = tx.now();
    let row = displays::table.filter(dsl::id.eq(id)).filter(dsl::revoked_at.is_null()).filter(visible(scope));
    Ok(diesel::update(row).set(dsl::revoked_at.eq(Some(now))).execute(&mut **tx)? == 1)
}
