//! Suspects and persons in plain text: for a purpose, and with an audit entry that is on disk before the answer leaves.

use std::sync::Arc;

use serde_json::{Value, json};

use super::model::{Dissuasion, FraudLead, Suspect};
use super::sight::Sight;
use super::store::{dissuasions, leads};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::PersonName;
use crate::features::attachments::{self, Paper, Photo};
use crate::platform::access::policy::{RevealPersonal, RevealSuspect, SeeDissuasions, SeeLeads};
use crate::platform::access::{Granted, Household, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::Vault;

/// What a lead hides otherwise.
pub struct RevealedSuspect {
    /// The number, link, app or account.
    pub suspect: Suspect,
    /// What happened.
    pub detail: String,
    /// The screenshots, each revealed by its own address.
    pub screenshots: Vec<Id<Photo>>,
    /// Who reported it, as ids are shown.
    pub reporter: String,
    /// Their household, when they are a resident.
    pub household: Option<Id<Household>>,
}

/// Opens what is sealed of a lead. 404 unless both permissions hold where it lies.
pub async fn lead(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<RevealSuspect>, Granted<SeeLeads>),
    id: Id<FraudLead>,
    purpose: String,
) -> Result<RevealedSuspect> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        let row = leads::find(tx, &sight, id)?;
        let details = json!({ "purpose": purpose, "fields": ["suspect", "detail", "reporter"] });
        record(tx, &by, ("lead", id.to_string()), &row.area_code, details)?;
        Ok(RevealedSuspect {
            suspect: row.suspect(&vault)?,
            detail: row.detail(&vault)?,
            screenshots: row.shots()?,
            reporter: row.reporter_kind.shown(row.reporter_id.uuid()),
            household: row.household_id,
        })
    })
    .await
}

/// Finds one screenshot of a lead; 404 when it has no such screenshot.
pub async fn screenshot(
    db: &Db,
    (by, sees): (Granted<RevealSuspect>, Granted<SeeLeads>),
    (id, shot): (Id<FraudLead>, Id<Photo>),
    purpose: String,
) -> Result<Paper> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        let row = leads::find(tx, &sight, id)?;
        let found = attachments::find_paper_of_record(tx, &sight.scope, row.id.uuid(), shot)?;
        let details = json!({ "purpose": purpose, "fields": ["screenshot"], "screenshot": shot });
        record(tx, &by, ("lead", id.to_string()), &row.area_code, details)?;
        Ok(found)
    })
    .await
}

/// Opens who was dissuaded and what happened, as far as the entry itself holds it. 404 unless both permissions hold
/// where it lies.
pub async fn dissuasion(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<RevealPersonal>, Granted<SeeDissuasions>),
    id: Id<Dissuasion>,
    purpose: String,
) -> Result<(Option<PersonName>, Option<String>)> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        let row = dissuasions::find(tx, &sight, id)?;
        let details = json!({ "purpose": purpose, "fields": ["outsider_name", "note"] });
        record(tx, &by, ("dissuasion", id.to_string()), &row.area_code, details)?;
        Ok((row.outsider(&vault)?, row.note(&vault)?))
    })
    .await
}

fn record<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    object: (&'static str, String),
    area: &AreaCode,
    details: Value,
) -> Result<()> {
    if !by.scope().holds(area) {
        return Err(Problem::not_found());
    }
    audit::record(tx, by.actor(), "personal.reveal", object, area, details)
}
