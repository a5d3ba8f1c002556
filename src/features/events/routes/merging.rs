//! An event that repeats another, or turns out not to.

use actix_web::post;
use actix_web::web::Data;

use super::{TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::events::actions;
use crate::features::events::model::Event;
use crate::features::events::wire::{EventView, MergerBody, SeparationBody};
use crate::platform::access::policy::AcceptEvent;
use crate::platform::web::{App, Body, Errors, IfMatch, Versioned};

/// 并入此前的同一事件,随原件办结。Merges it into the event that it repeats.
///
/// It waits with its original and ends with it; it is closed at once when the original is closed already.
#[utoipa::path(
    operation_id = "merge_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = MergerBody,
    responses((status = 200, description = "已并案", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/merger")]
pub async fn merge_event(
    step: Taken<AcceptEvent>,
    body: Body<MergerBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let (original_no, note) = body.0.parse()?;
    Ok(shown(&step.see, actions::merge(&app.db, step.by, step.at, original_no, note).await?))
}

/// 撤销并案,恢复单独办理。Makes it an event of its own again, where it was before, with the time that was left.
#[utoipa::path(
    operation_id = "unmerge_event",
    tag = TAG,
    params(("id" = Id<Event>, Path), IfMatch),
    request_body = SeparationBody,
    responses((status = 200, description = "已撤销并案", body = EventView), Errors),
    security(("bearer" = []))
)]
#[post("/separation")]
pub async fn unmerge_event(
    step: Taken<AcceptEvent>,
    body: Body<SeparationBody>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let note = body.0.parse()?;
    Ok(shown(&step.see, actions::unmerge(&app.db, step.by, step.at, note).await?))
}
