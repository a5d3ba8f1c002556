//! Opening a session in the transaction that admits somebody.

use serde_json::json;

use super::model::{Device, SubjectRef, Tokens};
use super::store::sessions::{self, Row};
use super::subject::Standing;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::refresh::RefreshToken;
use crate::platform::access::token::{Subject, SubjectKind};
use crate::platform::access::{ActorKind, Session, system};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::App;

/// Opens a session for `who` on `device`; `how` (password, wechat, phone, display) goes to the audit log.
pub fn open(tx: &mut Tx, app: &App, who: &Standing, device: &Device, how: &'static str) -> Result<Tokens> {
    let now = tx.now();
    let refresh = RefreshToken::new();
    let row = Row {
        id: Id::new(),
        subject_kind: who.subject.kind,
        subject_id: who.subject.id,
        device_kind: device.kind,
        device: device.name.clone(),
        refresh_hash: refresh.hash().to_vec(),
        previous_hash: None,
        successor_sealed: None,
        rotated_at: now,
        created_at: now,
        expires_at: device.ends_at(&who.posts, now),
        ended_at: None,
        ended_why: None,
    };
    sessions::insert(tx, &row)?;
    let by = system::<KeepStaff>("whoever signs in is nobody until the session is open");
    let (kind, subject) = (who.subject.kind, who.subject.shown());
    let details = json!({ "how": how, "device": device.kind, "kind": kind, "subject": subject });
    audit::record(tx, by.actor(), "session.open", ("session", row.id.to_string()), &who.home, details)?;
    tokens(app, &row, &refresh, now)
}

/// A fresh access token beside `refresh`.
pub fn tokens(app: &App, row: &Row, refresh: &RefreshToken, now: Timestamp) -> Result<Tokens> {
    let (access, access_ends_at) = access(app, row.subject(), row.id, now)?;
    Ok(Tokens {
        session: row.id,
        access,
        access_ends_at,
        // The session in front, so that a token from any generation finds its family.
        refresh: format!("{}.{}", row.id, refresh.expose()),
        ends_at: row.expires_at,
    })
}

/// An access token for `subject` in `session`, and when it ends.
pub fn access(
    app: &App,
    subject: SubjectRef,
    session: Id<Session>,
    now: Timestamp,
) -> Result<(String, Timestamp)> {
    app.tokens.issue(claims(subject, session)?, now)
}

fn claims(subject: SubjectRef, session: Id<Session>) -> Result<Subject> {
    let kind = match subject.kind {
        ActorKind::Staff => SubjectKind::Staff,
        ActorKind::Resident => SubjectKind::Resident,
        ActorKind::Machine => SubjectKind::Machine,
        ActorKind::System | ActorKind::Anonymous => {
            return Err(Problem::internal("neither the system nor nobody in particular signs in"));
        }
    };
    Ok(Subject { kind, id: subject.id.uuid(), session })
}
