//! One's own sign-ins.

use serde_json::json;

use super::model::{EndedWhy, OwnSession, SubjectRef};
use super::store::sessions;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::{Actor, Session};
use crate::platform::audit;
use crate::platform::web::App;

/// The caller as sessions name them.
pub fn subject(by: &Actor) -> SubjectRef {
    SubjectRef { kind: by.kind(), id: Id::from_uuid(by.id()) }
}

/// The caller's sign-ins that stand, newest first.
pub async fn list(app: &App, by: &Actor) -> Result<Vec<OwnSession>> {
    let (subject, now) = (subject(by), app.clock.now());
    app.db.read(move |c| sessions::of_subject(c, subject, now)).await
}

/// Ends one of the caller's sign-ins, at once here and within a second on other nodes.
///
/// # Errors
/// 404 when it is somebody else's or stands no more.
pub async fn end(app: &App, by: Actor, session: Id<Session>, why: EndedWhy) -> Result<()> {
    let owner = subject(&by);
    let ended = app.db.write(move |tx| {
        let row = sessions::find(tx, session)?.filter(|row| row.subject() == owner);
        if row.is_none() || !sessions::end(tx, session, why)? {
            return Err(Problem::not_found());
        }
        let details = json!({ "why": why });
        audit::record(tx, &by, "session.end", ("session", session.to_string()), by.home(), details)
    });
    ended.await?;
    app.principals.forget(session);
    Ok(())
}

/// Signs the caller out on this device. Twice is as good as once.
pub async fn sign_out(app: &App, by: Actor) -> Result<()> {
    let Some(session) = by.session() else { return Ok(()) };
    match end(app, by, session, EndedWhy::SignedOut).await {
        Err(problem) if problem.code() == crate::base::problem::Code::NotFound => Ok(()),
        done => done,
    }
}
