//! Turning an event into the matter that it really is.

use super::EventFile;
use super::taking::{Said, step};
use crate::base::problem::Result;
use crate::features::cases::{self, CaseKind, Intake};
use crate::features::disputes::{self, DisputeType};
use crate::features::events::model::{Event, EventStep, Resolution};
use crate::features::hazards::{self, HazardField};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ConvertEvent, RegisterDispute, ReportHazard};
use crate::platform::db::Db;
use crate::platform::web::At;

/// What an event really is.
#[derive(Debug, Clone, Copy)]
pub enum Destination {
    /// A danger.
    Hazard(HazardField),
    /// A quarrel.
    Dispute(DisputeType),
}

impl Destination {
    const fn kind(self) -> CaseKind {
        match self {
            Self::Hazard(_) => CaseKind::Hazard,
            Self::Dispute(_) => CaseKind::Dispute,
        }
    }
}

/// Who converts, and under which permissions the new case is opened.
pub struct Conversion {
    /// For the event.
    pub by: Granted<ConvertEvent>,
    /// For a hazard.
    pub reports: Granted<ReportHazard>,
    /// For a dispute.
    pub registers: Granted<RegisterDispute>,
}

/// Opens the case that the event really is and closes the event, both or neither. Each names the other; the reporter
/// stays the reporter and is told. The new case's id is ours, not a phone's: `If-Match` keeps a resend from opening a
/// second one.
pub async fn convert(
    db: &Db,
    intake: &Intake,
    conversion: Conversion,
    at: At<Event>,
    to: Destination,
    note: String,
) -> Result<EventFile> {
    let Conversion { by, reports, registers } = conversion;
    // Looked at before a number is taken, which is a transaction of its own.
    let sees = by.clone();
    let file = db.read(move |c| cases::find(c, sees.scope(), at.id.same_as())).await?;
    cases::expect(&file, at.version)?;
    let no = intake.number(db, &file.area_code, to.kind()).await?;
    step(db, by, at, EventStep::Convert, Said::to_reporter(Some(note)), move |by, tx, step| {
        let became = match to {
            Destination::Hazard(field) => hazards::open_out_of(tx, &reports, &no, field, &step.file)?,
            Destination::Dispute(of) => disputes::open_out_of(tx, &registers, &no, of, &step.file)?,
        };
        cases::me_too::follow_on(tx, by.scope(), &step.file, &became)?;
        // What was said of it is said here, too.
        step.confidential = (became.confidential > step.file.confidential).then_some(became.confidential);
        step.row.became_kind = Some(became.kind);
        step.row.became_id = Some(became.id);
        step.row.resolution = Some(Resolution::Converted);
        Ok(())
    })
    .await
}
