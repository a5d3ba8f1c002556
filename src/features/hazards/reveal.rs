//! Personal data of a hazard in plain text: for a purpose, and with an audit entry that is on disk before the answer
//! leaves. Who reported it is `anonymous`' business.

use std::sync::Arc;

use serde_json::{Value, json};

use super::model::Hazard;
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::attachments::{self, Paper, Photo};
use crate::features::cases::{self, CaseFile};
use crate::platform::access::Granted;
use crate::platform::access::policy::RevealPersonal;
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::Vault;

/// What is masked or hidden otherwise.
#[derive(Debug, Clone)]
pub struct Revealed {
    /// Whom the order names as responsible; none before there is one.
    pub responsible: Option<PersonName>,
    /// The photos of the papers with which it was handed to the district.
    pub papers: Vec<Id<Photo>>,
}

/// Opens what is masked in the view of the hazard.
pub async fn reveal(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<RevealPersonal>,
    id: Id<Hazard>,
    purpose: String,
) -> Result<Revealed> {
    db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let papers = attachments::papers_of(tx, by.scope(), &file)?;
        let sealed = row.responsible_sealed.as_deref();
        let responsible = sealed.map(|sealed| vault.open_value(sealed)).transpose()?;
        record(tx, &by, &file, json!({ "purpose": purpose, "fields": ["responsible"] }))?;
        Ok(Revealed { responsible, papers })
    })
    .await
}

/// Finds the photo of a paper; 404 when the hazard has no such paper.
pub async fn reveal_paper(
    db: &Db,
    by: Granted<RevealPersonal>,
    id: Id<Hazard>,
    paper: Id<Photo>,
    purpose: String,
) -> Result<Paper> {
    db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        let found = attachments::find_paper(tx, by.scope(), &file, paper)?;
        record(tx, &by, &file, json!({ "purpose": purpose, "fields": ["paper"], "paper": paper }))?;
        Ok(found)
    })
    .await
}

fn record(tx: &mut Tx, by: &Granted<RevealPersonal>, file: &CaseFile, details: Value) -> Result<()> {
    let object = ("hazard", file.id.same_as::<Hazard>().to_string());
    audit::record(tx, by.actor(), "personal.reveal", object, &file.area_code, details)
}
