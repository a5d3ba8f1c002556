//! Choosing passwords: by the owner, or for the owner by an administrator.
//!
//! A password that somebody else chose opens nothing but [`change`]. Every new password voids all sign-ins.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::model::Member;
use super::posts::refuse_self;
use super::sign_in;
use super::store;
use super::store::members::StoredPassword;
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::problem::{FieldError, Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::platform::access::password::About;
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::{Granted, Staff, system};
use crate::platform::audit;
use crate::platform::web::App;

/// Gives an account a password that its owner must change at the first sign-in, and lifts a lock.
///
/// # Errors
/// 403 `same_person` for oneself; 404 outside the caller's areas; 412; 422 for a password that the profile refuses.
pub async fn reset(
    app: &App,
    by: Granted<KeepStaff>,
    id: Id<Staff>,
    seen: i32,
    password: SecretString,
) -> Result<Member> {
    refuse_self(by.actor(), id)?;
    let (vault, scope) = (app.vault.clone(), by.scope().clone());
    let read = app.db.read(move |c| {
        let member = store::members::get(c, &vault, &scope, id)?;
        Ok((member, store::members::password_history(c, &scope, id)?))
    });
    let (member, history) = read.await?;
    same_version(member.version, seen)?;
    let (hash, history) = prepare(app, password, &member, history).await?;
    let vault = app.vault.clone();
    let set = app.db.write(move |tx| {
        let password = StoredPassword { hash: hash.clone(), set_at: None, history: history.clone() };
        store::members::set_password(tx, by.scope(), id, seen, &password)?;
        store::credentials::forget_failures(tx, &vault.index_value(&member.phone))?;
        let object = ("staff", id.to_string());
        audit::record(tx, by.actor(), "staff.reset_password", object, &member.area, json!({}))?;
        store::members::get(tx, &vault, by.scope(), id)
    });
    let member = set.await?;
    app.principals.forget_all();
    Ok(member)
}

/// Changes a password with the old one as the proof, whether or not that one still opens anything else.
///
/// # Errors
/// As [`sign_in::verify`], except for an expired password; 422 for a new one that the profile refuses.
pub async fn change(app: &App, phone: Phone, old: SecretString, new: SecretString) -> Result<()> {
    let by = system::<KeepStaff>("the old password is the proof; there may be no valid sign-in");
    let found = sign_in::proven(app, &phone, old).await?;
    let (vault, scope) = (app.vault.clone(), by.scope().clone());
    let read = app.db.read(move |c| {
        let member = store::members::get(c, &vault, &scope, found.id)?;
        Ok((member, store::members::password_history(c, &scope, found.id)?))
    });
    let (member, history) = read.await?;
    let (hash, history) = prepare(app, new, &member, history).await?;
    let index = app.vault.index_value(&phone);
    let set = app.db.write(move |tx| {
        let now = tx.now();
        store::credentials::refuse_locked(tx, &index, now)?;
        let password = StoredPassword { hash: hash.clone(), set_at: Some(now), history: history.clone() };
        store::members::set_password(tx, by.scope(), found.id, found.version, &password)?;
        store::credentials::forget_failures(tx, &index)?;
        let object = ("staff", found.id.to_string());
        audit::record(tx, by.actor(), "staff.change_password", object, &member.area, json!({}))
    });
    set.await?;
    app.principals.forget_all();
    Ok(())
}

/// 422 with every reason that the installation's profile has against `password`.
pub(super) fn check(app: &App, password: &SecretString, phone: &Phone, name: &PersonName) -> Result<()> {
    let about = About { phone: Some(phone), name: Some(name) };
    app.password_profile.check(password.expose_secret(), about).map_err(|against| {
        let error = |message| FieldError { field: "password".to_owned(), message };
        Problem::fields(against.into_iter().map(error).collect())
    })
}

/// The hash of a password that may be chosen, and the history with it in front.
async fn prepare(
    app: &App,
    password: SecretString,
    member: &Member,
    mut history: Vec<String>,
) -> Result<(String, Vec<String>)> {
    check(app, &password, &member.phone, &member.name)?;
    let kept = app.password_profile.history();
    history.truncate(kept);
    if app.passwords.is_reused(password.clone(), history.clone()).await? {
        return Err(Problem::field("password", format!("不能与最近 {kept} 次用过的密码相同")));
    }
    let hash = app.passwords.hash(password).await?;
    history.insert(0, hash.clone());
    history.truncate(kept.max(1));
    Ok((hash, history))
}
