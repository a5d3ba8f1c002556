//! The next pair of tokens.
//!
//! Each refresh token works once. A second use within ten seconds is a reply that got lost and is given the same
//! successor; any other token of the family is a copy in somebody's hands, and ends the family for everyone
//! (RFC 9700 §4.14). A token names its session, so that this holds for every generation, not only for the last.

use serde_json::json;

use super::model::{EndedWhy, Tokens};
use super::open::tokens;
use super::store::sessions::{self, Row};
use super::subject;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::refresh::{GRACE, RefreshToken, open_successor, seal_successor};
use crate::platform::access::{Session, system};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::App;

/// Two requests with one token meet at most once; after that the row says who was first.
const TRIES: usize = 2;

enum Refreshed {
    Tokens(Tokens),
    Reused,
    Void,
}

/// The next tokens of the session that `token` belongs to.
///
/// # Errors
/// 401 `refresh_reused` when the token was used before: the session is over; 401 `unauthenticated` when it was over
/// already, or its holder may not sign in any more.
pub async fn refresh(app: &App, token: &str) -> Result<Tokens> {
    let void = || Problem::because(Code::Unauthenticated, "登录已失效,请重新登录");
    let (session, secret) = token.split_once('.').ok_or_else(void)?;
    let session: Id<Session> = session.parse().map_err(|_| void())?;
    let secret = secret.to_owned();
    RefreshToken::parse(&secret).ok_or_else(void)?;
    let kept = app.clone();
    let done = app.db.write(move |tx| {
        let token = RefreshToken::parse(&secret).ok_or_else(void)?;
        turn(tx, &kept, session, &token)
    });
    match done.await? {
        Refreshed::Tokens(tokens) => Ok(tokens),
        Refreshed::Void => Err(void()),
        Refreshed::Reused => {
            app.principals.forget(session);
            metrics::counter!("wangge_refresh_reused_total").increment(1);
            tracing::warn!(%session, "a refresh token was used twice; its session has been ended");
            Err(Problem::new(Code::RefreshReused))
        }
    }
}

fn turn(tx: &mut Tx, app: &App, session: Id<Session>, token: &RefreshToken) -> Result<Refreshed> {
    let now = tx.now();
    let hash = token.hash();
    for _ in 0..TRIES {
        let Some(row) = sessions::find(tx, session)? else { return Ok(Refreshed::Void) };
        if !row.stands(now) {
            return Ok(Refreshed::Void);
        }
        let who = subject::standing(tx, row.subject(), now)?;
        let who = who.filter(|who| who.since.is_none_or(|since| row.created_at >= since));
        let Some(who) = who else { return Ok(Refreshed::Void) };
        if row.refresh_hash == hash {
            let next = RefreshToken::new();
            let sealed = seal_successor(token, &next)?;
            if sessions::rotate(tx, session, &hash, &next.hash(), &sealed)? {
                return tokens(app, &row, &next, now).map(Refreshed::Tokens);
            }
            continue;
        }
        if let Some(next) = successor(&row, token, &hash).filter(|_| now.since(row.rotated_at) <= GRACE) {
            return tokens(app, &row, &next, now).map(Refreshed::Tokens);
        }
        sessions::end(tx, session, EndedWhy::Reused)?;
        let by = system::<KeepStaff>("a stolen token says nothing about who holds it");
        let details = json!({ "why": EndedWhy::Reused });
        audit::record(tx, by.actor(), "session.end", ("session", session.to_string()), &who.home, details)?;
        return Ok(Refreshed::Reused);
    }
    Err(Problem::new(Code::Busy).retry_after(1))
}

/// The token that was given out for `token`, when `token` is the one before the present one.
fn successor(row: &Row, token: &RefreshToken, hash: &[u8]) -> Option<RefreshToken> {
    let sealed = row.successor_sealed.as_deref()?;
    open_successor(token, sealed).filter(|_| row.previous_hash.as_deref() == Some(hash))
}
