//! How an event ends, and begins again.

use super::EventFile;
use super::taking::{Said, step};
use crate::base::area_code::AreaLevel;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::Desk;
use crate::features::events::model::{Event, EventState, EventStep, Resolution};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ReopenEvent, ReportEvent, SelfHandleEvent, VerifyEvent};
use crate::platform::db::Db;
use crate::platform::web::At;

/// The reporter takes it back, before it is accepted.
pub async fn withdraw(
    db: &Db,
    by: Granted<ReportEvent>,
    at: At<Event>,
    note: Option<String>,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Withdraw, Said::to_reporter(note), |_, _, _| Ok(())).await
}

/// Whoever walks the grid puts it right at once and closes it. Photos show it before and after.
pub async fn self_handle(
    db: &Db,
    by: Granted<SelfHandleEvent>,
    at: At<Event>,
    before: Vec<Id<Photo>>,
    remark: Remark,
) -> Result<EventFile> {
    let said = Said { remark, internal: None };
    step(db, by, at, EventStep::SelfHandle, said, move |by, tx, step| {
        attachments::claim(tx, by.actor(), &before, &step.area, step.file.id.uuid(), Stage::Before)?;
        if !attachments::has(tx, by.scope(), step.file.id, Stage::Before)? {
            return Err(Problem::field("before", "自办自结须有处理前的照片"));
        }
        step.row.self_handled = true;
        step.row.resolution = Some(Resolution::Resolved);
        step.row.handler_id = Some(step.me);
        Ok(())
    })
    .await
}

/// Verifies and closes it, with a word to the reporter; never by whoever handled it.
pub async fn close(
    db: &Db,
    by: Granted<VerifyEvent>,
    at: At<Event>,
    resolution: Resolution,
    said: Said,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Close, said, move |_, _, step| {
        step.row.resolution = Some(resolution);
        Ok(())
    })
    .await
}

/// Verifies it and sends it back to whoever handled it; never by that person.
pub async fn rework(db: &Db, by: Granted<VerifyEvent>, at: At<Event>, said: Said) -> Result<EventFile> {
    step(db, by, at, EventStep::Rework, said, |_, _, step| {
        step.row.rework_count += 1;
        step.desk = step.row.handler_id.map_or(Desk::Nobodys, Desk::Of);
        Ok(())
    })
    .await
}

/// Begins it again: by the reporter within 15 days, by an approver at any time.
pub async fn reopen(db: &Db, by: Granted<ReopenEvent>, at: At<Event>, remark: Remark) -> Result<EventFile> {
    let said = Said { remark, internal: None };
    step(db, by, at, EventStep::Reopen, said, |_, _, step| {
        step.row.begin_again();
        if step.to == EventState::Accepted && step.file.area_code.level() < AreaLevel::Grid {
            // Put right on the spot before anybody had said which grid it is in: that is said when it is accepted.
            step.to = EventState::Reported;
        }
        if step.to == EventState::Dispatched {
            // The station may say once more that it is not theirs.
            step.row.dispatched_at = Some(step.now);
        }
        Ok(())
    })
    .await
}
