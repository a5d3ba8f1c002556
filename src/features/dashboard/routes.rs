//! HTTP: the numbers, and the stream of events.

use actix_web::http::header::{CONTENT_ENCODING, HeaderName};
use actix_web::web::{Data, Json, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions;
use super::frame::CaseEvent;
use super::live::Live;
use super::position::Position;
use super::subscription::Subscription;
use super::summary::Summary;
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeDashboard;
use crate::platform::web::{App, Errors, Mount};

/// What a client sends when it comes back to a stream.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx to hand each event on at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Mounts the routes of this slice; they ask for a [`Live`] in `web::Data`.
pub fn routes(mount: &mut impl Mount) {
    mount.service(get_dashboard).service(follow_dashboard);
}

/// Of which area.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DashboardQuery {
    /// Inside the caller's areas; the widest of them when absent.
    #[param(example = "500114119")]
    pub area: Option<AreaCode>,
}

/// 看板数字:按阶段、类别、下级区域、月份计数。Counts the cases of an area; aggregates only.
#[utoipa::path(
    operation_id = "get_dashboard",
    tag = "看板 Dashboard",
    params(DashboardQuery),
    responses(
        (status = 200, description = "看板数字", body = Summary, example = json!({
            "as_of": "2026-03-05T01:30:00.000Z",
            "area": { "code": "500114119", "name": "示例镇", "level": "town" },
            "by_phase": [
                { "kind": "hazard", "phase": "reported", "n": 2 },
                { "kind": "hazard", "phase": "closed", "n": 33 }
            ],
            "by_category": [{ "kind": "hazard", "category": "road_traffic", "total": 35, "open": 2 }],
            "by_area": [{
                "area": { "code": "500114119201", "name": "示例村", "level": "village" },
                "by_phase": [{ "kind": "hazard", "phase": "reported", "n": 1 }]
            }],
            "by_month": [{ "month": "2026-03", "kind": "hazard", "n": 4 }],
            "overdue": { "n": 1, "more": false },
            "escalations": [{ "level": "L1", "n": 0 }, { "level": "L2", "n": 1 }],
            "satisfaction": [{ "kind": "event", "rated": 20, "satisfied": 18 }]
        })),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/dashboard")]
pub async fn get_dashboard(
    by: Granted<SeeDashboard>,
    query: Query<DashboardQuery>,
    app: Data<App>,
) -> Result<Json<Summary>> {
    let area = query.into_inner().area;
    Ok(Json(actions::summary(&app.db, by, area, app.clock.now()).await?))
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// As the header `Last-Event-ID`, for clients that cannot set it; the header wins.
    #[param(max_length = 64, example = "1042-01890a5d-ac96-774b-bcce-b302099a8057")]
    pub last_event_id: Option<String>,
}

impl EventsQuery {
    /// After which event to go on; `None` begins now, 400 when it is no id of ours.
    fn resume(&self, request: &HttpRequest) -> Result<Option<Position>> {
        let header = request.headers().get(LAST_EVENT_ID).map(|id| id.to_str().unwrap_or("?"));
        header.or(self.last_event_id.as_deref()).filter(|id| !id.is_empty()).map(str::parse).transpose()
    }
}

/// 看板实时动态(SSE)。Streams each step on a case inside the caller's areas as it is committed.
///
/// An event has `id: <lot>-<uuid>`, `event: case` and the JSON of `CaseEvent` as its `data`. A client that
/// comes back with the id it saw last misses nothing and gets nothing twice; without one the stream begins
/// now. A comment goes out every 15 seconds. The stream ends with the session.
#[utoipa::path(
    operation_id = "follow_dashboard",
    tag = "看板 Dashboard",
    params(
        EventsQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "上次收到的编号,从其后续传")
    ),
    responses(
        (
            status = 200,
            description = "事件流",
            content_type = "text/event-stream",
            body = CaseEvent,
            example = json!("id: 1042-01890a5d-ac96-774b-bcce-b302099a8057\nevent: case\ndata: {\"id\":\"hazard_01h455vb4pex5vsknk084sn02q\",\"kind\":\"hazard\",\"step\":\"order\",\"phase\":\"working\",\"area_code\":\"500114119201001\",\"at\":\"2026-03-05T01:30:00.000Z\"}\n\n")
        ),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/dashboard/events")]
pub async fn follow_dashboard(
    by: Granted<SeeDashboard>,
    query: Query<EventsQuery>,
    request: HttpRequest,
    app: Data<App>,
    live: Data<Live>,
) -> Result<HttpResponse> {
    let resume = query.resume(&request)?;
    let subscription = Subscription::begin(&app.db, &app.principals, &live, by, resume).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Compression would hold events back until its block is full; named here, it stays away.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .streaming(Box::pin(subscription.stream())))
}
