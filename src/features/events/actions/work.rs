//! Who handles an event: dispatched to a station, given back, taken up, done.

use super::EventFile;
use super::taking::{Said, step};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::Remark;
use crate::features::cases::Desk;
use crate::features::events::model::{
    DECLINED_LATE, Event, EventStep, is_late_to_decline, wants_after_photo,
};
use crate::features::events::stations;
use crate::platform::access::policy::{DispatchEvent, HandleEvent};
use crate::platform::access::{Granted, Staff};
use crate::platform::db::Db;
use crate::platform::web::At;

/// Whose an event becomes.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The station that answers for it.
    pub station: String,
    /// Who of it, or who walks the grid, is to handle it; whoever of the station takes it up when absent.
    pub handler: Option<Id<Staff>>,
}

/// Sends it to a station. After two stations have given it back, an approver does.
pub async fn dispatch(
    db: &Db,
    by: Granted<DispatchEvent>,
    at: At<Event>,
    dispatch: Dispatch,
    said: Said,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Dispatch, said, move |_, tx, step| {
        stations::check(tx, &dispatch.station, dispatch.handler, &step.area)?;
        step.row.station = Some(dispatch.station.clone());
        step.row.handler_id = dispatch.handler.map(Id::same_as);
        step.row.dispatched_by = Some(step.me);
        step.row.dispatched_at = Some(step.now);
        step.desk = step.row.handler_id.map_or(Desk::Nobodys, Desk::Of);
        Ok(())
    })
    .await
}

/// The station gives it back, within one working day, for a reason.
pub async fn decline(db: &Db, by: Granted<HandleEvent>, at: At<Event>, reason: String) -> Result<EventFile> {
    step(db, by, at, EventStep::Decline, Said::among_us(reason), |_, _, step| {
        if is_late_to_decline(&step.row, step.today)? {
            return Err(Problem::because(Code::GuardRefused, DECLINED_LATE));
        }
        step.desk = step.row.dispatched_by.map_or(Desk::Nobodys, Desk::Of);
        step.row.declined_count += 1;
        step.row.station = None;
        step.row.handler_id = None;
        step.row.dispatched_at = None;
        Ok(())
    })
    .await
}

/// The work has begun; whoever begins it handles it.
pub async fn handle(db: &Db, by: Granted<HandleEvent>, at: At<Event>, remark: Remark) -> Result<EventFile> {
    let said = Said { remark, internal: None };
    step(db, by, at, EventStep::Handle, said, |_, _, step| {
        step.row.handler_id = Some(step.me);
        step.desk = Desk::Of(step.me);
        Ok(())
    })
    .await
}

/// The work is done and waits for another to verify it, on the desk of whoever dispatched it.
pub async fn finish(db: &Db, by: Granted<HandleEvent>, at: At<Event>, said: Said) -> Result<EventFile> {
    let shown = !said.remark.photos.is_empty();
    step(db, by, at, EventStep::Finish, said, move |_, _, step| {
        // Those of the round before do not count: what was sent back is not what they show.
        if wants_after_photo(step.row.category) && !shown {
            let why = format!("“{}”类事件须附处置后的照片", step.row.category.label());
            return Err(Problem::field("photos", why));
        }
        step.row.handler_id = Some(step.me);
        let verifier = step.row.dispatched_by.filter(|dispatcher| *dispatcher != step.me);
        step.desk = verifier.map_or(Desk::Nobodys, Desk::Of);
        Ok(())
    })
    .await
}
