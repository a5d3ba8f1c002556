//! The signed pledge, with the name on it: for a purpose, and with an audit entry that is on disk before the answer
//! leaves.

use serde_json::json;

use super::model::Visit;
use super::store::results;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{self, Paper, Photo};
use crate::platform::access::Granted;
use crate::platform::access::policy::{RevealPersonal, SeeHouseholds};
use crate::platform::audit;
use crate::platform::db::Db;

/// Finds the photo; 404 when the visit has no such paper, and unless both permissions hold where it was.
pub async fn paper(
    db: &Db,
    (by, sees): (Granted<RevealPersonal>, Granted<SeeHouseholds>),
    (id, paper): (Id<Visit>, Id<Photo>),
    purpose: String,
) -> Result<Paper> {
    db.write(move |tx| {
        let row = results::find(tx, sees.scope(), id)?;
        if !by.scope().holds(&row.area_code) {
            return Err(Problem::not_found());
        }
        let found = attachments::find_paper_of_record(tx, sees.scope(), id.uuid(), paper)?;
        let details = json!({ "purpose": purpose, "fields": ["paper"], "paper": paper });
        let object = ("visit", id.to_string());
        audit::record(tx, by.actor(), "personal.reveal", object, &row.area_code, details)?;
        Ok(found)
    })
    .await
}
