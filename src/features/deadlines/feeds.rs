//! The address of somebody's calendar feed: made, replaced, revoked, and opened by whoever holds its secret.
//!
//! Calendar programs cannot sign in, so the secret in the address stands for the sign-in, as far as reading case numbers and days
//! goes. What is shown follows the posts that its owner holds at that moment.

use serde_json::json;

use super::model::{DueScope, OpenClock, Whose};
use super::store::{self, Feed};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::SeeDue;
use crate::platform::access::{Actor, Granted, RandomSecret, Staff};
use crate::platform::audit;
use crate::platform::db::Db;
use crate::platform::web::{App, IdempotencyKey};

/// The most times in one feed, the earliest; more than a calendar can show to any use.
const MOST: i64 = 500;

/// The owner of a feed is a member of staff: nobody else holds the permission.
fn owner(by: &Actor) -> Id<Staff> {
    Id::from_uuid(by.id())
}

/// Makes the caller's feed, in place of an older one; the secret is there the first time and never again.
pub async fn create(
    db: &Db,
    by: Granted<SeeDue>,
    key: IdempotencyKey,
    scope: DueScope,
) -> Result<(Feed, Option<RandomSecret>)> {
    // Nobody subscribes to what they may not see.
    Whose::of(by.actor(), scope)?;
    let fingerprint = format!("calendar.create {scope}").into_bytes();
    db.write(move |tx| {
        let mut shown = None;
        let (actor, staff_id) = (by.actor(), owner(by.actor()));
        key.once(tx, actor, &fingerprint, |tx| {
            let secret = RandomSecret::new();
            let token_hash = secret.hash().to_vec();
            store::put_feed(tx, &Feed { staff_id, token_hash, scope, created_at: tx.now() })?;
            shown = Some(secret);
            let object = ("staff", actor.shown_id());
            audit::record(tx, actor, "calendar.create", object, actor.home(), json!({ "scope": scope }))
        })?;
        Ok((store::feed_of(tx, staff_id)?, shown))
    })
    .await
}

/// The caller's feed; 404 without one.
pub async fn read(db: &Db, by: Granted<SeeDue>) -> Result<Feed> {
    db.read(move |c| store::feed_of(c, owner(by.actor()))).await
}

/// Revokes the caller's feed at once. Twice is as good as once.
pub async fn revoke(db: &Db, by: Granted<SeeDue>) -> Result<()> {
    db.write(move |tx| {
        let actor = by.actor();
        if !store::remove_feed(tx, owner(actor))? {
            return Ok(());
        }
        let object = ("staff", actor.shown_id());
        audit::record(tx, actor, "calendar.revoke", object, actor.home(), json!({}))
    })
    .await
}

/// The times of whoever `token` was made for.
///
/// # Errors
/// 401 for a secret that is not, or no longer, one of ours, and for somebody out of service; 403 when they hold no such
/// post any more.
pub async fn open(app: &App, token: &str) -> Result<Vec<OpenClock>> {
    let refused = || Problem::because(Code::Unauthenticated, "日历订阅地址无效或已作废");
    let hash = RandomSecret::parse(token).ok_or_else(refused)?.hash();
    let feed = app.db.read(move |c| store::feed_with(c, &hash)).await?.ok_or_else(refused)?;
    let actor = app.principals.staff(&app.db, feed.staff_id).await?.ok_or_else(refused)?;
    let whose = Whose::of(&actor, feed.scope)?;
    app.db.read_lagging(move |c| store::due(c, &whose, whose.scope(), (None, None), MOST)).await
}
