//! Reading, and writing down that somebody read.

use serde_json::Value;

use crate::base::area_code::AreaCode;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeAudit;
use crate::platform::audit::{self, Recorded, Sought};
use crate::platform::db::Db;

/// A page of what `sought` names, in `area` or in all areas of the caller; `asked` is the question as the log
/// keeps it. The entry of this reading is on disk before the answer leaves.
///
/// # Errors
/// 404 for an area outside of the caller's own.
pub async fn list(
    db: &Db,
    by: Granted<SeeAudit>,
    area: Option<AreaCode>,
    sought: Sought,
    page: PageRequest,
    mut asked: Value,
) -> Result<Page<(Recorded, bool)>> {
    let scope = match &area {
        Some(area) if by.scope().holds(area) => by.scope().narrowed_to(area),
        Some(_) => None,
        None => Some(by.scope().clone()),
    };
    let scope = scope.ok_or_else(Problem::not_found)?;
    let found = db.read(move |c| audit::list(c, &scope, &sought, &page)).await?;
    asked["shown"] = found.items.len().into();
    let area = area.unwrap_or_else(|| by.actor().home().clone());
    let written = db.write(move |tx| {
        let object = ("audit", area.to_string());
        audit::record(tx, by.actor(), "audit.read", object, &area, asked.clone())
    });
    written.await?;
    Ok(found)
}
