//! Signing in with WeChat: at once for who is linked, by the phone number for who is not.
//!
//! WeChat is asked before the transaction begins; its codes work once, so a failure of ours afterwards means that
//! the phone asks for fresh ones.

use std::sync::Arc;

use serde_json::json;

use super::followers;
use super::link;
use super::model::{Device, Tokens};
use super::open::open;
use super::store::identities;
use super::subject::{self, suspended};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::{ActorKind, system};
use crate::platform::audit;
use crate::platform::push::WeChat;
use crate::platform::web::App;

/// What a sign-in with WeChat comes to.
#[derive(Debug)]
pub enum Arrived {
    /// The WeChat user is linked to somebody.
    In(Tokens),
    /// Nobody knows this WeChat user, or no longer; the phone number must be told together with `link` before
    /// `ends_at`.
    Unlinked {
        /// The link token.
        link: String,
        /// When it ends.
        ends_at: Timestamp,
    },
}

/// Signs in the WeChat user behind `code` (from `wx.login`).
///
/// # Errors
/// 401 `code_refused`; 403 `risky_user`, or `forbidden` for a suspended account; 429; 502 `upstream_failed`.
pub async fn arrive(app: &App, code: &str, device: Device) -> Result<Arrived> {
    let wechat = client(app)?;
    let user = match wechat.code_to_session(code).await {
        Ok(user) => user,
        Err(problem) => return Err(noted(app, problem).await),
    };
    let kept = app.clone();
    let arrived = app.db.write(move |tx| {
        let now = tx.now();
        let union = user.unionid.as_ref().map(|union| followers::index(&kept.vault, union));
        let identity = identities::visit(tx, wechat.appid(), &user.openid, union.as_deref())?;
        let known = match identity.subject {
            Some(subject) => {
                let who = subject::standing(tx, subject, now)?;
                (who.filter(|who| identity.holds(who.links_since())), subject.kind == ActorKind::Staff)
            }
            None => (None, false),
        };
        match known {
            (Some(who), _) => {
                if let Some(union) = &union {
                    followers::share(tx, wechat.appid(), union)?;
                }
                Ok(Arrived::In(open(tx, &kept, &who, &device, "wechat")?))
            }
            (None, true) => Err(suspended()),
            (None, false) => {
                let (link, ends_at) = link::issue(&kept.vault, identity.id, now)?;
                Ok(Arrived::Unlinked { link, ends_at })
            }
        }
    });
    arrived.await
}

/// Links the WeChat user of `link` to whoever has the phone number behind `code` (from `getPhoneNumber`), and signs in.
///
/// # Errors
/// 401 `code_refused`, also for a link that has ended; 403 for a suspended account; 404 for a number that nobody is
/// entered with; 422 for one outside the mainland; 429; 502.
pub async fn tell_phone(app: &App, link: &str, code: &str, device: Device) -> Result<Tokens> {
    let wechat = client(app)?;
    // Before WeChat is asked: each question about a phone number costs the town money.
    let identity = link::read(&app.vault, link, app.clock.now())?;
    let phone = wechat.phone_number(code).await?;
    let index = app.vault.index_value(&phone);
    let kept = app.clone();
    let linked = app.db.write(move |tx| {
        let now = tx.now();
        let who = subject::by_phone(tx, &index, now)?;
        identities::link(tx, identity, who.subject)?;
        if let Some(union) = identities::union_of(tx, identity)? {
            followers::share(tx, wechat.appid(), &union)?;
        }
        open(tx, &kept, &who, &device, "phone")
    });
    linked.await
}

fn client(app: &App) -> Result<Arc<WeChat>> {
    let missing = || Problem::because(Code::UpstreamFailed, "本系统尚未开通微信登录");
    app.wechat.clone().ok_or_else(missing)
}

/// Writes to the audit log that WeChat thinks a user a risk; answers the problem.
async fn noted(app: &App, problem: Problem) -> Problem {
    if problem.code() != Code::RiskyUser {
        return problem;
    }
    let by = system::<KeepStaff>("whoever is refused at sign-in is nobody yet");
    let write = app.db.write(move |tx| {
        let object = ("wechat", "unknown".to_owned());
        let details = json!({ "reason": "risky_user" });
        audit::record(tx, by.actor(), "session.refuse", object, &AreaCode::country(), details)
    });
    write.await.err().unwrap_or(problem)
}
