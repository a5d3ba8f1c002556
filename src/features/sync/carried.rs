//! Whole cases for a phone: each as its own address answers it, masked, with the steps that the worker may take.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::cases::{CaseFile, CaseKind};
use crate::features::disputes::{self, DisputeFile, DisputeView};
use crate::features::events::{self, EventFile, EventView};
use crate::features::hazards::{self, HazardFile, HazardView};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::DbConnection;
use crate::platform::web::App;

/// A case with what its procedure knows of it, as it is stored.
pub enum Carried {
    /// A hazard.
    Hazard(HazardFile),
    /// A dispute.
    Dispute(DisputeFile),
    /// An event.
    Event(EventFile),
}

/// A case as its own address answers it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CarriedCase {
    /// A hazard.
    Hazard(Box<HazardView>),
    /// A dispute.
    Dispute(Box<DisputeView>),
    /// An event.
    Event(Box<EventView>),
}

/// The cases of `files`, which were found in the scope of `see`, in their order; a query or two for each kind.
pub fn read(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    files: Vec<CaseFile>,
    now: Timestamp,
) -> Result<Vec<Carried>> {
    let order: HashMap<Uuid, usize> =
        files.iter().enumerate().map(|(place, file)| (file.id.uuid(), place)).collect();
    let (mut hazards, mut disputes, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        // Total, so that no kind of case is ever left out unseen.
        match file.kind {
            CaseKind::Hazard => hazards.push(file),
            CaseKind::Dispute => disputes.push(file),
            CaseKind::Event => events.push(file),
        }
    }
    let hazards = hazards::offline::read(c, see, hazards)?.into_iter().map(Carried::Hazard);
    let disputes = disputes::offline::read(c, see, disputes)?.into_iter().map(Carried::Dispute);
    let events = events::offline::read(c, see, events, now)?.into_iter().map(Carried::Event);
    let mut carried: Vec<_> = hazards.chain(disputes).chain(events).collect();
    carried.sort_by_key(|case| order.get(&case.file().id.uuid()).copied());
    Ok(carried)
}

impl Carried {
    /// Its file.
    pub fn file(&self) -> &CaseFile {
        match self {
            Self::Hazard(hazard) => &hazard.file,
            Self::Dispute(dispute) => &dispute.file,
            Self::Event(event) => &event.file,
        }
    }

    /// As `see` is shown it.
    pub fn view(self, see: &Granted<SeeCases>, app: &App) -> Result<CarriedCase> {
        Ok(match self {
            Self::Hazard(hazard) => CarriedCase::Hazard(Box::new(hazards::offline::view(hazard, see, app)?)),
            Self::Dispute(dispute) => {
                CarriedCase::Dispute(Box::new(disputes::offline::view(dispute, see, &app.vault)?))
            }
            Self::Event(event) => CarriedCase::Event(Box::new(events::offline::view(event, see))),
        })
    }
}
