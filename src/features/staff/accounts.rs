//! Adding, suspending, reading and revealing accounts.

use secrecy::SecretString;
use serde_json::json;

use super::model::{Member, NewMember, StaffStatus, can_be_given};
use super::passwords;
use super::posts::refuse_self;
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::features::areas;
use crate::platform::access::policy::{KeepStaff, RevealStaff, SeeStaff};
use crate::platform::access::{Granted, Role, Staff, system};
use crate::platform::audit;
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::web::{App, IdempotencyKey};

/// Adds an account without a password, once per key.
///
/// # Errors
/// 409 `already_exists` when the phone has an account; 422 for an area that is none or outside the caller's.
pub async fn add(app: &App, by: Granted<KeepStaff>, key: IdempotencyKey, new: NewMember) -> Result<Member> {
    let vault = app.vault.clone();
    // By index, so that a digest of name and phone in the table of keys cannot be tried out.
    let (name, phone) = (vault.index_value(&new.name), vault.index_value(&new.phone));
    let rest = format!("staff.add {} {:?}", new.area, new.org).into_bytes();
    let fingerprint = [rest, name, phone].concat();
    let added = app.db.write(move |tx| {
        let id = key.once(tx, by.actor(), &fingerprint, |tx| {
            let area = areas::require_for(tx, by.scope(), &new.area, "area")?;
            let id = store::members::insert(tx, &vault, &area, &new)?;
            audit::record(tx, by.actor(), "staff.add", ("staff", id.to_string()), area.code(), json!({}))?;
            Ok(id)
        })?;
        store::members::get(tx, &vault, by.scope(), id)
    });
    added.await
}

/// Takes an account out of service: its sign-ins are void at once here and within a second elsewhere.
///
/// # Errors
/// 403 `same_person` for oneself; 404 outside the caller's areas; 409 when it is out of service; 412.
pub async fn suspend(app: &App, by: Granted<KeepStaff>, id: Id<Staff>, seen: i32) -> Result<Member> {
    set_status(app, by, id, seen, StaffStatus::Suspended, "staff.suspend").await
}

/// Puts an account back into service; the person signs in anew.
///
/// # Errors
/// As [`suspend`].
pub async fn reactivate(app: &App, by: Granted<KeepStaff>, id: Id<Staff>, seen: i32) -> Result<Member> {
    set_status(app, by, id, seen, StaffStatus::Active, "staff.reactivate").await
}

async fn set_status(
    app: &App,
    by: Granted<KeepStaff>,
    id: Id<Staff>,
    seen: i32,
    status: StaffStatus,
    action: &'static str,
) -> Result<Member> {
    refuse_self(by.actor(), id)?;
    let vault = app.vault.clone();
    let changed = app.db.write(move |tx| {
        let member = store::members::get(tx, &vault, by.scope(), id)?;
        same_version(member.version, seen)?;
        if member.status == status {
            return Err(Problem::because(Code::StepNotAllowed, format!("账号已是“{}”状态", status.label())));
        }
        store::members::set_status(tx, by.scope(), id, seen, status)?;
        audit::record(tx, by.actor(), action, ("staff", id.to_string()), &member.area, json!({}))?;
        store::members::get(tx, &vault, by.scope(), id)
    });
    let member = changed.await?;
    app.principals.forget_all();
    Ok(member)
}

/// One account; 404 outside the caller's areas.
pub async fn get(app: &App, by: Granted<SeeStaff>, id: Id<Staff>) -> Result<Member> {
    let vault = app.vault.clone();
    app.db.read(move |c| store::members::get(c, &vault, by.scope(), id)).await
}

/// The account in plain text, for a purpose that goes into the audit log with the names of the fields; the answer
/// leaves only after the entry is on disk. 404 outside the caller's areas.
pub async fn reveal(
    app: &App,
    by: Granted<RevealStaff>,
    id: Id<Staff>,
    purpose: String,
    fields: Vec<&'static str>,
) -> Result<Member> {
    let vault = app.vault.clone();
    let revealed = app.db.write(move |tx| {
        let member = store::members::get(tx, &vault, by.scope(), id)?;
        let details = json!({ "purpose": purpose, "fields": fields });
        let object = ("staff", id.to_string());
        audit::record(tx, by.actor(), "personal.reveal", object, &member.area, details)?;
        Ok(member)
    });
    revealed.await
}

/// The name and phone of somebody's own account.
pub fn own(c: &mut DbConnection, vault: &Vault, id: Id<Staff>) -> Result<(PersonName, Phone)> {
    let by = system::<SeeStaff>("one's own account lies in no area that one must hold");
    store::members::get(c, vault, by.scope(), id).map(|member| (member.name, member.phone))
}

/// Accounts, newest first; `area` narrows the caller's areas, 404 when nothing of them lies in it.
pub async fn list(
    app: &App,
    by: Granted<SeeStaff>,
    area: Option<AreaCode>,
    status: Option<StaffStatus>,
    page: PageRequest,
) -> Result<Page<Member>> {
    let vault = app.vault.clone();
    let scope = by.scope().asked(area.as_ref())?;
    app.db.read_lagging(move |c| store::members::list(c, &vault, &scope, status, &page)).await
}

/// An administrator as the command line names one.
#[derive(Debug)]
pub struct FirstMember {
    /// One of [`Role::ADMINISTRATORS`].
    pub role: Role,
    /// The town.
    pub town: AreaCode,
    /// The name.
    pub name: PersonName,
    /// The phone.
    pub phone: Phone,
    /// The password, chosen by the person at the keyboard.
    pub password: SecretString,
}

/// Adds the first administrator of a kind to a town that has none; for the command line only.
///
/// # Errors
/// 409 `guard_refused` when the town has one, who is the one to ask then; 422 as for any account.
pub async fn add_first(app: &App, first: FirstMember) -> Result<Id<Staff>> {
    let by = system::<KeepStaff>("an empty town has nobody who could appoint its first administrators");
    if !Role::ADMINISTRATORS.contains(&first.role) {
        return Err(Problem::field("role", "只能是系统管理员、安全管理员或审计管理员"));
    }
    can_be_given(first.role, &first.town)?;
    let FirstMember { role, town, name, phone, password } = first;
    passwords::check(app, &password, &phone, &name)?;
    let hash = app.passwords.hash(password).await?;
    let vault = app.vault.clone();
    let new = NewMember { area: town, name, phone, org: None };
    let added = app.db.write(move |tx| {
        if store::posts::is_held(tx, by.scope(), role, &new.area)? {
            let detail = format!("该区域已有{},请由其按流程办理", role.label());
            return Err(Problem::because(Code::GuardRefused, detail));
        }
        let area = areas::hold_for(tx, by.scope(), &new.area, "area")?;
        let id = store::members::insert(tx, &vault, &area, &new)?;
        let password = store::members::StoredPassword {
            hash: hash.clone(),
            set_at: Some(tx.now()),
            history: vec![hash.clone()],
        };
        store::members::set_password(tx, by.scope(), id, 1, &password)?;
        store::posts::insert(tx, id, role, &area, None)?;
        let details = json!({ "role": role });
        audit::record(tx, by.actor(), "staff.add_first", ("staff", id.to_string()), area.code(), details)?;
        Ok(id)
    });
    added.await
}
