//! Whether an event is ours to handle: accepted, returned for more, refused.

use super::EventFile;
use super::taking::{Said, step};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Remark;
use crate::features::cases::{self, Desk};
use crate::features::events::model::{Event, EventStep, Rejection};
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcceptEvent, ReportEvent, TriageEvent};
use crate::platform::db::Db;
use crate::platform::web::At;

/// Accepts it. An event lies in a grid from then on: `grid` says which when the report named only the village.
pub async fn accept(
    db: &Db,
    by: Granted<AcceptEvent>,
    at: At<Event>,
    grid: Option<AreaCode>,
    note: Option<String>,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Accept, Said::to_reporter(note), move |by, tx, step| {
        if let Some(grid) = &grid {
            (step.file, step.area) = cases::move_into_grid(tx, by, &step.file, grid)?;
            step.row.area_code = grid.clone();
        } else if step.file.area_code.level() < AreaLevel::Grid {
            return Err(Problem::field("grid", "上报时只填了村(社区),受理时须确定网格"));
        }
        if by.also::<TriageEvent>(&step.file.area_code) {
            step.desk = Desk::Of(step.me);
        }
        Ok(())
    })
    .await
}

/// Gives it back to the reporter, who is told what to add.
pub async fn return_to_reporter(
    db: &Db,
    by: Granted<TriageEvent>,
    at: At<Event>,
    note: String,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Return, Said::to_reporter(Some(note)), |_, _, _| Ok(())).await
}

/// The reporter adds what was asked for.
pub async fn supplement(
    db: &Db,
    by: Granted<ReportEvent>,
    at: At<Event>,
    remark: Remark,
) -> Result<EventFile> {
    let said = Said { remark, internal: None };
    step(db, by, at, EventStep::Supplement, said, |_, _, _| Ok(())).await
}

/// Why an event is not accepted.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// In a code.
    pub rejection: Rejection,
    /// Whose it is instead.
    pub right_office: Option<String>,
    /// In words for the reporter.
    pub note: String,
}

/// Refuses it, and tells the reporter why and whose it is.
pub async fn reject(db: &Db, by: Granted<TriageEvent>, at: At<Event>, refusal: Refusal) -> Result<EventFile> {
    let said = Said::to_reporter(Some(refusal.note));
    let (rejection, right_office) = (refusal.rejection, refusal.right_office);
    step(db, by, at, EventStep::Reject, said, move |_, _, step| {
        step.row.rejection = Some(rejection);
        step.row.right_office.clone_from(&right_office);
        Ok(())
    })
    .await
}
