//! Accounts, within the caller's areas.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::staff::model::{Member, NewMember, StaffStatus};
use crate::platform::access::{AreaInScope, AreaScope, Staff};
use crate::platform::db::schema::staff_members::{self, dsl};
use crate::platform::db::{Cols, Condition, DbConnection, Doc, MultiBackend, Outcome, Tx, before};
use crate::platform::privacy::Vault;

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_members)]
struct Row {
    id: Id<Staff>,
    area_code: AreaCode,
    name_sealed: Vec<u8>,
    phone_sealed: Vec<u8>,
    org: Option<String>,
    status: StaffStatus,
    password_hash: Option<String>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = staff_members, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: Id<Staff>,
    area_code: &'a AreaCode,
    name_sealed: Vec<u8>,
    phone_sealed: Vec<u8>,
    phone_index: Vec<u8>,
    org: Option<&'a str>,
    status: StaffStatus,
    password_history: Doc,
    sessions_since: Timestamp,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn open(vault: &Vault, row: Row) -> Result<Member> {
    Ok(Member {
        id: row.id,
        area: row.area_code,
        name: vault.open_value(&row.name_sealed)?,
        phone: vault.open_value(&row.phone_sealed)?,
        org: row.org,
        status: row.status,
        has_password: row.password_hash.is_some(),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// What `scope` makes visible; also the guard of every update.
fn visible(scope: &AreaScope) -> Condition<staff_members::table> {
    scope.inside(dsl::area_code)
}

/// A new account without a password; 409 when the phone already has one.
pub fn insert(tx: &mut Tx, vault: &Vault, area: &AreaInScope, new: &NewMember) -> Result<Id<Staff>> {
    let now = tx.now();
    let row = NewRow {
        id: Id::new(),
        area_code: area.code(),
        name_sealed: vault.seal_value(&new.name)?,
        phone_sealed: vault.seal_value(&new.phone)?,
        phone_index: vault.index_value(&new.phone),
        org: new.org.as_deref(),
        status: StaffStatus::Active,
        password_history: Doc(serde_json::json!([])),
        sessions_since: now,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(staff_members::table)
        .values(&row)
        .execute(&mut **tx)
        .on_unique("uq_staff_members__phone_index", || {
            Problem::because(Code::AlreadyExists, "该手机号码已有工作人员账号")
        })?;
    Ok(row.id)
}

/// The account; 404 outside of the scope.
pub fn get(c: &mut DbConnection, vault: &Vault, scope: &AreaScope, id: Id<Staff>) -> Result<Member> {
    let row = staff_members::table
        .filter(dsl::id.eq(id))
        .filter(visible(scope))
        .select(Row::cols())
        .first::<Row>(c)
        .or_not_found()?;
    open(vault, row)
}

/// A page of accounts, newest first.
pub fn list(
    c: &mut DbConnection,
    vault: &Vault,
    scope: &AreaScope,
    status: Option<StaffStatus>,
    page: &PageRequest,
) -> Result<Page<Member>> {
    let mut rows = staff_members::table.filter(visible(scope)).into_boxed::<MultiBackend>();
    if let Some(status) = status {
        rows = rows.filter(dsl::status.eq(status));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Staff, _>("created_at, id", place));
    }
    let rows = rows
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.fetch())
        .select(Row::cols())
        .load::<Row>(c)?;
    let members = rows.into_iter().map(|row| open(vault, row)).collect::<Result<Vec<_>>>()?;
    Ok(page.page(members, |member| Place { at: member.created_at, id: member.id.uuid() }))
}

/// Sets the status of version `seen`; leaving service voids all sign-ins. 412 when it has moved on.
pub fn set_status(
    tx: &mut Tx,
    scope: &AreaScope,
    id: Id<Staff>,
    seen: i32,
    status: StaffStatus,
) -> Result<()> {
    let now = tx.now();
    let row =
        staff_members::table.filter(dsl::id.eq(id)).filter(dsl::version.eq(seen)).filter(visible(scope));
    let change = (
        dsl::status.eq(status),
        dsl::version.eq(seen + 1),
        dsl::sessions_since.eq(now),
        dsl::updated_at.eq(now),
    );
    changed(diesel::update(row).set(change).execute(&mut **tx)?)
}

/// Voids all sign-ins of an account from before this moment.
pub fn void_sign_ins(tx: &mut Tx, scope: &AreaScope, id: Id<Staff>) -> Result<()> {
    let since = dsl::sessions_since.eq(tx.now());
    let row = staff_members::table.filter(dsl::id.eq(id)).filter(visible(scope));
    diesel::update(row).set(since).execute(&mut **tx)?;
    Ok(())
}

/// A password as it is stored.
#[derive(Debug, Clone)]
pub struct StoredPassword {
    /// The hash.
    pub hash: String,
    /// When the owner chose it; none when somebody else did and the owner must choose another.
    pub set_at: Option<Timestamp>,
    /// The newest hashes, this one first.
    pub history: Vec<String>,
}

/// Sets the password of version `seen` and voids all sign-ins. 412 when the account has moved on.
pub fn set_password(
    tx: &mut Tx,
    scope: &AreaScope,
    id: Id<Staff>,
    seen: i32,
    password: &StoredPassword,
) -> Result<()> {
    let now = tx.now();
    let row =
        staff_members::table.filter(dsl::id.eq(id)).filter(dsl::version.eq(seen)).filter(visible(scope));
    let change = (
        dsl::password_hash.eq(Some(&password.hash)),
        dsl::password_set_at.eq(password.set_at),
        dsl::password_history.eq(Doc(serde_json::json!(password.history))),
        dsl::sessions_since.eq(now),
        dsl::version.eq(seen + 1),
        dsl::updated_at.eq(now),
    );
    changed(diesel::update(row).set(change).execute(&mut **tx)?)
}

/// The newest hashes of an account, newest first.
pub fn password_history(c: &mut DbConnection, scope: &AreaScope, id: Id<Staff>) -> Result<Vec<String>> {
    let history: Doc = staff_members::table
        .filter(dsl::id.eq(id))
        .filter(visible(scope))
        .select(dsl::password_history)
        .first(c)
        .or_not_found()?;
    serde_json::from_value(history.0).map_err(Problem::internal)
}

/// The row was found a moment ago, so no row means that its version has moved on.
fn changed(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Problem::new(Code::StaleVersion)) }
}

/// The phone of the oldest account and its index, as they are stored; none when there is no account at all.
/// A program that starts asks, to see whether it has the keys of this town.
pub fn sample(c: &mut DbConnection) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    staff_members::table.order(dsl::id).select((dsl::phone_sealed, dsl::phone_index)).first(c).or_none()
}
