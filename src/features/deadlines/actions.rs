//! What people do with times and alerts.

use chrono::NaiveDate;
use serde_json::json;

use super::model::{OpenClock, ShownAlert, Whose};
use super::store;
use super::wire::AlertPage;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::Result;
use crate::features::clocks::{self, Alert};
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcknowledgeAlert, SeeDue};
use crate::platform::audit;
use crate::platform::db::Db;

/// A page of the open clocks, what is due first first; until a day when one is named.
pub async fn due(
    db: &Db,
    whose: Whose,
    until: Option<NaiveDate>,
    page: PageRequest,
) -> Result<Page<OpenClock>> {
    db.read_lagging(move |c| {
        let rows = store::due(c, &whose, whose.scope(), (until, page.after), page.fetch())?;
        Ok(page.page(rows, |row| Place { at: row.due_at, id: row.id.uuid() }))
    })
    .await
}

/// A page of the caller's alerts: open ones, the latest first, and then the others of the last thirty days.
pub async fn alerts(db: &Db, by: Granted<SeeDue>, page: AlertPage) -> Result<Page<ShownAlert>> {
    let now = db.clock().now();
    db.read_lagging(move |c| {
        let (scope, actor, fetch) = (by.scope(), by.actor(), page.request.fetch());
        let mut rows = match page.among_open {
            true => store::alerts(c, scope, actor, (true, page.request.after), (now, fetch))?,
            false => vec![],
        };
        let left = fetch - rows.len() as i64;
        if left > 0 {
            let after = page.request.after.filter(|_| !page.among_open);
            rows.extend(store::alerts(c, scope, actor, (false, after), (now, left))?);
        }
        Ok(page.page(rows))
    })
    .await
}

/// Takes note of an alert that the caller holds; a second time changes nothing.
pub async fn acknowledge(db: &Db, by: Granted<AcknowledgeAlert>, id: Id<Alert>) -> Result<ShownAlert> {
    db.write(move |tx| {
        let alert = store::alert(tx, by.scope(), by.actor(), id)?;
        if !clocks::acknowledge(tx, id, by.actor())? {
            return Ok(alert);
        }
        let details = json!({ "kind": alert.kind, "level": alert.level, "rule": alert.rule });
        let object = ("alert", id.to_string());
        audit::record(tx, by.actor(), "alert.acknowledge", object, &alert.case_area, details)?;
        store::alert(tx, by.scope(), by.actor(), id)
    })
    .await
}
