//! Who reported a hazard and must not be known: hidden when they report, revealed to auditors alone.
//!
//! What is kept of them is an alias, by which they find their report again, and their id, sealed. Neither the file nor
//! its timeline, the audit log, the photos or the log of the server says more; see
//! `docs/decisions/0021-nobody-reported-this.md`.

use std::sync::Arc;

use serde_json::json;

use super::model::Hazard;
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases;
use crate::platform::access::Granted;
use crate::platform::access::policy::{ReportHazard, RevealReporter};
use crate::platform::audit;
use crate::platform::db::Db;
use crate::platform::privacy::{Field, Vault};
use crate::platform::web::LogLine;

/// The grant in the hands of somebody who must not be known, and who it is, sealed.
pub fn hide(
    line: &LogLine,
    by: Granted<ReportHazard>,
    vault: &Vault,
) -> Result<(Granted<ReportHazard>, Vec<u8>)> {
    let sealed = vault.seal(Field::Reporter, &by.actor().shown_id())?;
    Ok((line.without_name(by)?, sealed))
}

/// Who reported the hazard, anonymously or not, as everybody's id is shown; for a purpose, and with an audit entry that
/// is on disk before the answer leaves.
pub async fn reveal(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<RevealReporter>,
    id: Id<Hazard>,
    purpose: String,
) -> Result<String> {
    db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let reporter = match row.reporter_sealed {
            Some(sealed) => vault.open(Field::Reporter, &sealed)?,
            None => file.reporter_kind.shown(file.reporter_id.uuid()),
        };
        let details = json!({ "purpose": purpose, "fields": ["reporter"] });
        let object = ("hazard", id.to_string());
        audit::record(tx, by.actor(), "personal.reveal", object, &file.area_code, details)?;
        Ok(reporter)
    })
    .await
}
