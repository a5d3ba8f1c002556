//! Whether a phone and a password belong together.
//!
//! A phone without an account costs the same work, is counted the same and locked the same, so that nobody can
//! find out who works here. Hashing happens outside of any transaction; the lock is looked at again in the
//! transaction that admits, so that guesses sent side by side do not outrun the count.

use secrecy::SecretString;
use serde_json::json;

use super::model::{Holder, StaffStatus};
use super::store::credentials::{self, Found};
use crate::base::area_code::AreaCode;
use crate::base::problem::{Code, Problem, Result};
use crate::base::sensitive::Phone;
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::system;
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::App;

/// A phone and a password that belong together. Holding one admits nobody yet; see [`admit`].
#[derive(Debug, Clone)]
pub struct Verified {
    found: Found,
    phone_index: Vec<u8>,
}

/// Looks at a phone and a password.
///
/// # Errors
/// 401 `sign_in_failed` for a wrong pair; 423 `locked` with `Retry-After` after five in a row; 403 for a suspended
/// account and `password_expired` for a password that must be changed, both only when it is right; 429.
pub async fn verify(app: &App, phone: &Phone, password: SecretString) -> Result<Verified> {
    let found = proven(app, phone, password).await?;
    let now = app.clock.now();
    let ends = found.password_set_at.map(|set_at| app.password_profile.expires_at(set_at));
    let expired = ends.is_none_or(|ends| ends.is_some_and(|ends| ends <= now));
    if expired {
        record_refusal(app, Some(found), None, "password_expired").await?;
        return Err(Problem::because(Code::PasswordExpired, "密码为初始密码或已到期,请先修改密码"));
    }
    Ok(Verified { found, phone_index: app.vault.index_value(phone) })
}

/// Admits in the transaction that makes the session; answers who it is. The account must be at the version whose
/// password was proven: one that was set anew while the old one was being hashed must not open a session that
/// would outlive the change.
///
/// # Errors
/// 423 when the phone was locked meanwhile; 401 when the account was suspended or its password changed meanwhile.
pub fn admit(tx: &mut Tx, verified: &Verified) -> Result<Holder> {
    let (now, found) = (tx.now(), &verified.found);
    credentials::refuse_locked(tx, &verified.phone_index, now)?;
    let holder = credentials::holder(tx, found.id, now)?.filter(|holder| holder.version == found.version);
    let holder = holder.ok_or_else(|| Problem::new(Code::SignInFailed))?;
    credentials::forget_failures(tx, &verified.phone_index)?;
    Ok(holder)
}

/// The account in service that phone and password open, however old the password is.
pub(super) async fn proven(app: &App, phone: &Phone, password: SecretString) -> Result<Found> {
    let index = app.vault.index_value(phone);
    let (asked, now) = (index.clone(), app.clock.now());
    let read = app.db.read(move |c| {
        credentials::refuse_locked(c, &asked, now)?;
        credentials::find_by_phone(c, &asked)
    });
    let found = read.await?;
    let stored = found.as_ref().and_then(|found| found.password_hash.clone());
    let right = app.passwords.verify(password, stored).await?;
    match found {
        Some(found) if right && found.status == StaffStatus::Active => Ok(found),
        Some(found) if right => {
            record_refusal(app, Some(found), None, "suspended").await?;
            Err(Problem::because(Code::Forbidden, "账号已停用,请联系系统管理员"))
        }
        found => {
            record_refusal(app, found, Some(index), "wrong_password").await?;
            Err(Problem::new(Code::SignInFailed))
        }
    }
}

/// Writes a refusal to the audit log; `counted` is the phone whose failures it adds to.
async fn record_refusal(
    app: &App,
    found: Option<Found>,
    counted: Option<Vec<u8>>,
    reason: &'static str,
) -> Result<()> {
    let by = system::<KeepStaff>("whoever is refused at sign-in is nobody yet");
    let write = app.db.write(move |tx| {
        let failures = match &counted {
            Some(index) => Some(credentials::count_failure(tx, index)?),
            None => None,
        };
        let id = found.as_ref().map_or_else(|| "unknown".to_owned(), |found| found.id.to_string());
        let area = found.as_ref().map_or_else(AreaCode::country, |found| found.area.clone());
        let details = json!({ "reason": reason, "failures": failures });
        audit::record(tx, by.actor(), "session.refuse", ("staff", id), &area, details)
    });
    write.await
}
