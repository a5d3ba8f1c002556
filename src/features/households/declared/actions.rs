//! Reading and writing one's own declarations.

use serde_json::json;

use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::households::model::Declared;
use crate::features::households::store::declared;
use crate::platform::access::Granted;
use crate::platform::access::policy::ReadFeed;
use crate::platform::audit;
use crate::platform::db::Db;

/// What the caller has said of themselves.
pub async fn read(db: &Db, by: Granted<ReadFeed>) -> Result<Declared> {
    db.read(move |c| declared::of(c, Id::from_uuid(by.actor().id()))).await
}

/// Puts `said` in its place. The audit says that it changed, not what was said.
pub async fn declare(db: &Db, by: Granted<ReadFeed>, said: Declared) -> Result<Declared> {
    db.write(move |tx| {
        let me = Id::from_uuid(by.actor().id());
        declared::put(tx, me, &said)?;
        let details = json!({ "tags": said.tags.len(), "no_targeting": said.no_targeting });
        let object = ("resident", me.to_string());
        audit::record(tx, by.actor(), "resident.declare", object, by.actor().home(), details)?;
        declared::of(tx, me)
    })
    .await
}
