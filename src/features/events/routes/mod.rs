//! HTTP: grant, input, one action, answer.

mod intake;
mod merging;
mod pauses;
mod work;

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::actions::{self, EventFile};
use super::model::Event;
use super::wire::{EventBody, EventView, StationsView};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, PhotoView};
use crate::features::cases::{self, CaseKind, Intake};
use crate::features::timeline::EntryView;
use crate::platform::access::Granted;
use crate::platform::access::policy::{DispatchEvent, ReportEvent, SeeCases};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "网格事件 Events";

/// A step on an event, answered as whoever takes it sees the case.
type Taken<P> = Step<P, SeeCases, Event>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(report_event).of_one("/api/v1/events/{id}", |event| {
        event
            .service(get_event)
            .service(list_event_timeline)
            .service(list_event_photos)
            .service(list_event_stations)
            .service(intake::accept_event)
            .service(intake::return_event)
            .service(intake::supplement_event)
            .service(intake::reject_event)
            .service(intake::withdraw_event)
            .service(merging::merge_event)
            .service(merging::unmerge_event)
            .service(intake::self_handle_event)
            .service(intake::convert_event)
            .service(work::dispatch_event)
            .service(work::decline_event)
            .service(work::handle_event)
            .service(work::finish_event)
            .service(work::close_event)
            .service(work::rework_event)
            .service(work::reopen_event)
            .service(pauses::ask_event_suspension)
            .service(pauses::suspend_event)
            .service(pauses::resume_event)
            .service(pauses::ask_event_extension)
            .service(pauses::extend_event)
            .service(pauses::deny_event_request);
    });
}

/// What a step answers: the event as it is now.
fn shown(see: &Granted<SeeCases>, event: EventFile) -> Versioned<EventView> {
    Versioned::new(event.file.version, EventView::of(event, see))
}

/// 上报网格事件;重发同一编号返回同一记录。Reports an event; a resend answers the same record.
#[utoipa::path(
    operation_id = "report_event",
    tag = TAG,
    request_body = EventBody,
    responses(
        (status = 201, description = "已上报", body = EventView),
        (status = 200, description = "此前已上报,返回同一记录", body = EventView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/events")]
pub async fn report_event(
    by: Granted<ReportEvent>,
    see: Granted<SeeCases>,
    body: Body<EventBody>,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<Created<EventView>> {
    let report = body.0.parse(by.actor(), app.clock.now(), &app.vault)?;
    let (new, event) = actions::report(&app.db, &intake, by, report).await?;
    let version = event.file.version;
    let view = EventView::of(event, &see);
    Ok(Created::made(new, format!("/api/v1/events/{}", view.id), version, view))
}

/// 查看一件网格事件。Reads one event with the steps that the caller may take.
#[utoipa::path(
    operation_id = "get_event",
    tag = TAG,
    params(("id" = Id<Event>, Path)),
    responses(
        (status = 200, description = "事件", body = EventView),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_event(
    by: Granted<SeeCases>,
    id: PathId<Event>,
    app: Data<App>,
) -> Result<Versioned<EventView>> {
    let event = actions::read(&app.db, by.clone(), id.0).await?;
    Ok(shown(&by, event))
}

/// 事件的办理经过。Lists who did what to the event, oldest first.
#[utoipa::path(
    operation_id = "list_event_timeline",
    tag = TAG,
    params(("id" = Id<Event>, Path)),
    responses((status = 200, description = "办理经过,最早的在前", body = Vec<EntryView>), Errors),
    security(("bearer" = []))
)]
#[get("/timeline")]
pub async fn list_event_timeline(
    by: Granted<SeeCases>,
    id: PathId<Event>,
    app: Data<App>,
) -> Result<Json<Vec<EntryView>>> {
    Ok(Json(cases::timeline_of(&app.db, by, CaseKind::Event, id.0.same_as()).await?))
}

/// 事件的照片。Lists the photos of the event.
#[utoipa::path(
    operation_id = "list_event_photos",
    tag = TAG,
    params(("id" = Id<Event>, Path)),
    responses((status = 200, description = "照片", body = Vec<PhotoView>), Errors),
    security(("bearer" = []))
)]
#[get("/photos")]
pub async fn list_event_photos(
    by: Granted<SeeCases>,
    id: PathId<Event>,
    app: Data<App>,
) -> Result<Json<Vec<PhotoView>>> {
    Ok(Json(attachments::photos_of(&app.db, by, CaseKind::Event, id.0.same_as()).await?))
}

/// 事件可以派遣到哪些站所。Lists the stations that the event may be dispatched to.
#[utoipa::path(
    operation_id = "list_event_stations",
    tag = TAG,
    params(("id" = Id<Event>, Path)),
    responses((status = 200, description = "设有承办人的站所", body = StationsView), Errors),
    security(("bearer" = []))
)]
#[get("/stations")]
pub async fn list_event_stations(
    by: Granted<DispatchEvent>,
    id: PathId<Event>,
    app: Data<App>,
) -> Result<Json<StationsView>> {
    Ok(Json(StationsView { stations: actions::stations(&app.db, by, id.0).await? }))
}
