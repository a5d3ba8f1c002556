//! An event as clients see it. Residents see nothing that is said among ourselves.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::buttons::buttons;
use crate::base::id::Id;
use crate::features::cases::{Action, CaseView, shown_id};
use crate::features::events::actions::EventFile;
use crate::features::events::model::{
    Event, EventCategory, EventRow, EventScale, EventState, Rejection, Request, Resolution, reopen_until,
};
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{ActorKind, Granted, Staff};

/// An event as a client sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    /// The event.
    pub id: Id<Event>,
    /// The file.
    #[serde(flatten)]
    pub file: CaseView,
    /// How far the procedure is.
    pub state: EventState,
    /// What it is about.
    pub category: EventCategory,
    /// The same in finer words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcategory: Option<String>,
    /// How many people it concerns, roughly.
    pub scale: EventScale,
    /// How many, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people_count: Option<i32>,
    /// The station that it was dispatched to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示例应急站")]
    pub station: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Whether whoever walks the grid put it right and closed it.
    pub self_handled: bool,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// Whose it is instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_office: Option<String>,
    /// The event that it repeats, and with which it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Id<Event>>,
    /// The number of that event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into_no: Option<String>,
    /// The hazard or dispute that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub became: Option<String>,
    /// The day (Asia/Shanghai) until which it rests; only while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_until: Option<NaiveDate>,
    /// The last day (Asia/Shanghai) on which the reporter may have it begun again; only when it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<NaiveDate>,
    /// How often it was sent back after verification.
    pub rework_count: i32,
    /// How often it was begun again after its end.
    pub reopen_count: i32,
    /// For how many days it rested, without the present rest.
    pub suspended_days: i32,
    /// What only the office sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeView>,
    /// What this caller may do now.
    pub actions: Vec<Action>,
}

/// What only the office sees of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeView {
    /// Who handles it: named by the dispatch, or whoever took it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<Id<Staff>>,
    /// How often a station gave it back.
    pub declined_count: i32,
    /// What waits for an approver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestView>,
    /// By how much its handling was extended: working days, or hours where it is urgent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_by: Option<i32>,
}

/// A request that waits for an approver; why it was made stands in the timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    /// For what.
    pub kind: Request,
    /// Until which day (Asia/Shanghai) it is to rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// By how much it is to be extended: working days, or hours where it is urgent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i32>,
}

impl EventView {
    /// The view for `by`.
    pub fn of(event: EventFile, by: &Granted<SeeCases>) -> Self {
        let actions = buttons(&event, by);
        let EventFile { file, row, .. } = event;
        let closed = file.closed_at.filter(|_| row.state == EventState::Closed);
        let office = by.actor().kind() != ActorKind::Resident;
        Self {
            id: file.id.same_as(),
            reopen_until: closed.filter(|_| row.became_id.is_none()).map(reopen_until),
            file: file.into(),
            state: row.state,
            category: row.category,
            scale: row.scale,
            people_count: row.people_count,
            resolution: row.resolution,
            self_handled: row.self_handled,
            rejection: row.rejection,
            merged_into: row.merged_into.map(Id::same_as),
            became: row.became_kind.zip(row.became_id).map(|(kind, id)| shown_id(kind, id)),
            suspended_until: row.suspended_until,
            rework_count: row.rework_count,
            reopen_count: row.reopen_count,
            suspended_days: row.suspended_days,
            office: office.then(|| OfficeView::of(&row)),
            subcategory: row.subcategory,
            station: row.station,
            right_office: row.right_office,
            merged_into_no: row.merged_into_no,
            actions,
        }
    }
}

impl OfficeView {
    fn of(row: &EventRow) -> Self {
        let view = |kind| RequestView { kind, until: row.requested_until, amount: row.requested_amount };
        Self {
            handler: row.handler_id.map(Id::same_as),
            declined_count: row.declined_count,
            request: row.request.map(view),
            extended_by: row.extended_by,
        }
    }
}

/// The stations that an event may be dispatched to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "stations": ["示例应急站", "示例消防所"] }))]
pub struct StationsView {
    /// By name; `station` of a dispatch is one of them.
    pub stations: Vec<String>,
}
