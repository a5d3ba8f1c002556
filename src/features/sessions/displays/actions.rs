//! Making displays, taking them out of service, and their sign-in.

use serde_json::json;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::features::sessions::model::{Device, DeviceKind, EndedWhy, SubjectRef, WallDisplay};
use crate::features::sessions::open::{access, open};
use crate::features::sessions::store::{displays, sessions};
use crate::features::sessions::subject::Standing;
use crate::features::{areas, staff};
use crate::platform::access::policy::KeepDisplays;
use crate::platform::access::token::LIFETIME;
use crate::platform::access::{ActorKind, Display, Granted, RandomSecret, Session, system};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::{App, IdempotencyKey};

/// A token for a display.
#[derive(Debug)]
pub struct Access {
    /// The session.
    pub session: Id<Session>,
    /// Goes into `Authorization: Bearer`.
    pub token: String,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// Makes a display; the secret is there the first time and never again.
///
/// # Errors
/// 422 for an area that is not in use or outside of the caller's own.
pub async fn add(
    app: &App,
    by: Granted<KeepDisplays>,
    key: IdempotencyKey,
    name: String,
    area: AreaCode,
) -> Result<(WallDisplay, Option<RandomSecret>)> {
    let fingerprint = format!("display.add {area} {name}").into_bytes();
    let added = app.db.write(move |tx| {
        let mut shown = None;
        let id = key.once(tx, by.actor(), &fingerprint, |tx| {
            let place = areas::require(tx, by.scope(), &area).map_err(about_area)?;
            let secret = RandomSecret::new();
            let id = displays::insert(tx, &place, &name, &secret.hash())?;
            shown = Some(secret);
            audit::record(tx, by.actor(), "display.add", ("display", id.to_string()), &area, json!({}))?;
            Ok(id)
        })?;
        Ok((displays::get(tx, by.scope(), id)?, shown))
    });
    added.await
}

fn about_area(why: Problem) -> Problem {
    match why.code() {
        Code::NotFound => Problem::field("area", "不存在、已停用,或不在您的辖区内").caused_by(why),
        _ => why,
    }
}

/// The displays of the caller's areas, newest first.
pub async fn list(app: &App, by: Granted<KeepDisplays>, page: PageRequest) -> Result<Page<WallDisplay>> {
    app.db.read(move |c| displays::list(c, by.scope(), &page)).await
}

/// Takes a display out of service for good and ends its sign-ins, at once here and within a second on other
/// nodes. Twice is as good as once; 404 outside of the caller's areas.
pub async fn revoke(app: &App, by: Granted<KeepDisplays>, id: Id<Display>) -> Result<()> {
    let revoked = app.db.write(move |tx| {
        let display = displays::get(tx, by.scope(), id)?;
        if displays::revoke(tx, by.scope(), id)? {
            let ended = sessions::end_all(tx, subject(id), EndedWhy::Withdrawn)?;
            let (object, details) = (("display", id.to_string()), json!({ "sessions": ended }));
            audit::record(tx, by.actor(), "display.revoke", object, &display.area, details)?;
        }
        Ok(())
    });
    revoked.await?;
    app.principals.forget_all();
    Ok(())
}

fn subject(id: Id<Display>) -> SubjectRef {
    SubjectRef { kind: ActorKind::Machine, id: id.same_as() }
}

/// A token for the display that `id` and `secret` belong to; `None` is a secret that cannot be one of ours.
///
/// # Errors
/// 401 `sign_in_failed` for a wrong pair and for a display out of service, which are not told apart; 423 `locked`
/// after five in a row.
pub async fn sign_in(app: &App, id: Id<Display>, secret: Option<RandomSecret>) -> Result<Access> {
    let kept = app.clone();
    let done = app.db.write(move |tx| {
        // Counted as wrong passwords are, under the display's own id.
        let (uuid, now) = (id.uuid(), tx.now());
        let counted = uuid.as_bytes();
        staff::refuse_locked(tx, counted, now)?;
        let found = displays::find(tx, id)?;
        let right =
            found.as_ref().zip(secret.as_ref()).is_some_and(|((_, hash), secret)| secret.matches(hash));
        let display = found.map(|(display, _)| display);
        match display {
            Some(display) if right && display.revoked_at.is_none() => {
                staff::forget_failures(tx, counted)?;
                admit(tx, &kept, display).map(Some)
            }
            display => {
                refuse(tx, display, if right { "revoked" } else { "wrong_secret" }, counted)?;
                Ok(None)
            }
        }
    });
    done.await?.ok_or_else(|| Problem::because(Code::SignInFailed, "看板设备编号或密钥不正确"))
}

/// A token of the sign-in that stands, or of a new one: a display comes every quarter of an hour, and each of its
/// sign-ins is a row that stays.
fn admit(tx: &mut Tx, app: &App, display: WallDisplay) -> Result<Access> {
    let now = tx.now();
    let (subject, name) = (subject(display.id), display.name.clone());
    let lasts = |ends_at: Timestamp| ends_at > now.plus(LIFETIME);
    let standing = sessions::of_subject(tx, subject, now)?.into_iter().find(|own| lasts(own.ends_at));
    let session = match standing {
        Some(own) => own.id,
        None => {
            let device = Device { kind: DeviceKind::Office, name };
            open(tx, app, &Standing::display(display), &device, "display")?.session
        }
    };
    let (token, ends_at) = access(app, subject, session, now)?;
    Ok(Access { session, token, ends_at })
}

fn refuse(tx: &mut Tx, display: Option<WallDisplay>, reason: &'static str, counted: &[u8]) -> Result<()> {
    let failures = staff::count_failure(tx, counted)?;
    let by = system::<KeepDisplays>("what is refused at sign-in is nobody yet");
    let id = display.as_ref().map_or_else(|| "unknown".to_owned(), |display| display.id.to_string());
    let area = display.map_or_else(AreaCode::country, |display| display.area);
    let details = json!({ "reason": reason, "failures": failures });
    audit::record(tx, by.actor(), "session.refuse", ("display", id), &area, details)
}
