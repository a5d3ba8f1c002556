//! The people who answer for a place in plain text: for a purpose, and with an audit entry that is on disk before the
//! answer leaves.

use std::sync::Arc;

use serde_json::json;

use super::model::{People, Place, PlacePerson};
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::{RevealPersonal, SeePlaces};
use crate::platform::audit;
use crate::platform::db::Db;
use crate::platform::privacy::Vault;

/// Opens who answers for the place. 404 unless both permissions hold where it lies.
pub async fn reveal(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<RevealPersonal>, Granted<SeePlaces>),
    id: Id<Place>,
    purpose: String,
    who: Vec<PlacePerson>,
) -> Result<People> {
    db.write(move |tx| {
        let row = store::find(tx, sees.scope(), id)?;
        if !by.scope().holds(&row.area_code) {
            return Err(Problem::not_found());
        }
        let people = row.people(&vault)?;
        let details = json!({ "purpose": purpose, "fields": who });
        let object = ("place", id.to_string());
        audit::record(tx, by.actor(), "personal.reveal", object, &row.area_code, details)?;
        Ok(people)
    })
    .await
}
