//! Events, from the report to the end.

mod clocks;
mod conversion;
mod desks;
mod endings;
mod intake;
mod merging;
mod pauses;
mod privacy;
mod work;

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Role, Staff};
use wangge::platform::db::schema::staff_members;

use crate::town::{Answer, EAST, NEXT_TOWN, Person, TOWN, Town, WEST};

pub const VILLAGE: &str = "500114119201";
pub const STATION: &str = "示例应急站";

/// The id of an event, as a phone makes it.
enum Event {}
impl Kind for Event {
    const PREFIX: &'static str = "event";
}

pub fn new_id() -> String {
    Id::<Event>::new().to_string()
}

pub fn report(id: &str, area: &str) -> Value {
    json!({
        "id": id, "area_code": area, "category": "facility", "subcategory": "路灯", "title": "路灯不亮",
        "detail": "示例:路口路灯连续三晚不亮", "people_count": 20,
        "place": { "address": "示例村三组路口", "lat": 29.42, "lng": 108.71, "datum": "wgs84" }
    })
}

/// [`report`] with some members changed.
pub fn report_with(area: &str, members: Value) -> Value {
    let mut body = report(&new_id(), area);
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

fn staff_id(person: &Person) -> String {
    Id::<Staff>::from_uuid(person.id).to_string()
}

/// The button of a step; null when there is none.
pub fn button(answer: &Answer, step: &str) -> Value {
    let actions = answer.body["actions"].as_array().unwrap();
    actions.iter().find(|action| action["step"] == step).cloned().unwrap_or(Value::Null)
}

/// Makes somebody belong to a station.
fn joins(town: &Town, person: &Person, station: &str) {
    let row = staff_members::table.find(Id::<Staff>::from_uuid(person.id));
    diesel::update(row).set(staff_members::org.eq(Some(station))).execute(&mut town.connect()).unwrap();
}

/// An officer of a station that answers for the whole town.
fn officer(town: &Town, station: &str) -> Person {
    let officer = town.staff(Role::StationOfficer, TOWN);
    joins(town, &officer, station);
    officer
}

/// Those who see an ordinary event through.
pub struct Crew {
    pub worker: Person,
    pub leader: Person,
    pub dispatcher: Person,
    pub officer: Person,
    pub approver: Person,
}

impl Crew {
    pub fn of(town: &Town) -> Self {
        Self {
            worker: town.staff(Role::GridWorker, EAST),
            leader: town.staff(Role::GridLeader, VILLAGE),
            dispatcher: town.staff(Role::Dispatcher, TOWN),
            officer: officer(town, STATION),
            approver: town.staff(Role::Approver, TOWN),
        }
    }
}

/// An event and its version.
pub struct Matter<'a> {
    pub town: &'a Town,
    pub no: String,
    pub url: String,
    pub version: i64,
}

impl<'a> Matter<'a> {
    /// Reports an event.
    pub async fn reported(town: &'a Town, who: &Person, body: Value) -> Self {
        let answer = town.signed_in_anew(who).post(town, "/api/v1/events", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let url = format!("/api/v1/events/{}", answer.text("id"));
        Self { town, no: answer.text("no"), url, version: answer.version() }
    }

    /// One that a station has been told to handle.
    pub async fn dispatched(town: &'a Town, crew: &Crew, body: Value) -> Self {
        let mut event = Self::reported(town, &crew.worker, body).await;
        event.goes(&crew.dispatcher, "acceptance", json!({})).await;
        event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
        event
    }

    /// One that waits for verification.
    pub async fn handled(town: &'a Town, crew: &Crew) -> Self {
        let mut event = Self::dispatched(town, crew, report(&new_id(), EAST)).await;
        event.goes(&crew.officer, "handling", json!({})).await;
        event.finishes(&crew.officer).await;
        event
    }

    /// One that was closed in the ordinary way.
    pub async fn closed(town: &'a Town, crew: &Crew) -> Self {
        let mut event = Self::handled(town, crew).await;
        event
            .goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例:已修复" }))
            .await;
        event
    }

    pub async fn finishes(&mut self, who: &Person) -> Answer {
        let photo = self.town.signed_in_anew(who).photo(self.town).await;
        self.goes(who, "completion", json!({ "note": "示例:已更换灯头", "photos": [photo] })).await
    }

    /// A step that must succeed.
    pub async fn goes(&mut self, who: &Person, noun: &str, body: Value) -> Answer {
        let answer = self.tries(who, noun, body).await;
        assert_eq!(answer.status, 200, "{noun}: {answer:?}");
        assert_eq!(answer.version(), self.version + 1);
        self.version = answer.version();
        answer
    }

    /// A step that may be refused.
    pub async fn tries(&self, who: &Person, noun: &str, body: Value) -> Answer {
        self.town
            .signed_in_anew(who)
            .step(self.town, &format!("{}/{noun}", self.url), self.version, body)
            .await
    }

    pub async fn seen_by(&self, who: &Person) -> Answer {
        let answer = self.town.signed_in_anew(who).get(self.town, &self.url).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    pub async fn timeline(&self, who: &Person) -> Vec<Value> {
        let who = self.town.signed_in_anew(who);
        who.get(self.town, &format!("{}/timeline", self.url)).await.body.as_array().unwrap().clone()
    }
}

/// Every counter says what counting the cases says.
pub async fn counts_right(town: &Town) {
    let wrong = town.house.app.db.read(wangge::features::cases::compare).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[actix_web::test]
async fn an_event_is_seen_through_to_the_end_and_back_once() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    assert!(event.no.starts_with("SJ-500114119-2026-"), "{}", event.no);

    let accepted = event.goes(&crew.leader, "acceptance", json!({ "note": "示例:已受理" })).await;
    assert_eq!((accepted.text("state"), accepted.text("phase")), ("accepted".into(), "accepted".into()));
    let body = json!({ "station": STATION, "note_internal": "示例:请先断电" });
    let dispatched = event.goes(&crew.dispatcher, "dispatch", body).await;
    assert_eq!((dispatched.text("state"), dispatched.text("station")), ("dispatched".into(), STATION.into()));
    let handling = event.goes(&crew.officer, "handling", json!({})).await;
    assert_eq!((handling.text("state"), handling.text("phase")), ("handling".into(), "working".into()));
    let handled = event.finishes(&crew.officer).await;
    assert_eq!((handled.text("state"), handled.text("phase")), ("handled".into(), "resolved".into()));

    let back = event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例:仍有一盏不亮" })).await;
    assert_eq!((back.text("state"), back.body["rework_count"].as_i64()), ("handling".into(), Some(1)));
    event.finishes(&crew.officer).await;
    let end = json!({ "resolution": "resolved", "note": "示例:已修复,感谢反映" });
    let end = event.goes(&crew.worker, "closure", end).await;
    assert_eq!((end.text("state"), end.text("phase")), ("closed".into(), "closed".into()));
    assert_eq!((end.text("resolution"), end.text("reopen_until")), ("resolved".into(), "2026-03-17".into()));

    let steps: Vec<_> = event.timeline(&crew.worker).await;
    let steps: Vec<_> = steps.iter().map(|entry| entry["step"].as_str().unwrap()).collect();
    let way = ["report", "accept", "dispatch", "handle", "finish", "rework", "finish", "close"];
    assert_eq!(steps, way);
    counts_right(&town).await;
}

#[actix_web::test]
async fn a_resend_is_the_same_record_and_other_content_is_refused() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let id = new_id();
    let first = worker.post(&town, "/api/v1/events", report(&id, EAST)).await;
    let again = worker.post(&town, "/api/v1/events", report(&id, EAST)).await;
    assert_eq!((first.status, again.status, first.text("no")), (201, 200, again.text("no")));
    let mut other = report(&id, EAST);
    other["title"] = "另一件事".into();
    assert_eq!(worker.post(&town, "/api/v1/events", other).await.told(), (409, "id_reused"));
    let neighbour = town.staff(Role::GridWorker, WEST);
    assert_eq!(neighbour.post(&town, "/api/v1/events", report(&id, WEST)).await.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn outside_of_ones_areas_there_is_nothing() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let event = Matter::reported(&town, &worker, report(&new_id(), EAST)).await;
    for (who, sees) in [
        (town.staff(Role::GridWorker, EAST), 200),
        (town.staff(Role::GridWorker, WEST), 404),
        (town.staff(Role::GridLeader, VILLAGE), 200),
        (town.staff(Role::Dispatcher, "500114120"), 404),
        (town.staff(Role::DistrictViewer, "500114"), 200),
        (town.staff(Role::Admin, TOWN), 403),
        (town.resident(EAST), 404),
    ] {
        assert_eq!(who.get(&town, &event.url).await.status, sees, "{who:?}");
    }
    let outside = worker.post(&town, "/api/v1/events", report(&new_id(), NEXT_TOWN)).await;
    assert_eq!((outside.told(), outside.fields()), ((422, "invalid_fields"), vec!["area_code"]));
    let elsewhere = town.staff(Role::Dispatcher, "500114120");
    assert_eq!(event.tries(&elsewhere, "acceptance", json!({})).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn a_step_needs_the_version_that_is_current_and_a_state_that_allows_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let acceptance = format!("{}/acceptance", event.url);
    let unseen = crew.leader.post(&town, &acceptance, json!({})).await;
    assert_eq!(unseen.told(), (428, "precondition_required"));
    let stale = crew.leader.step(&town, &acceptance, 9, json!({})).await;
    assert_eq!((stale.told(), stale.version()), ((412, "stale_version"), 1));
    event.goes(&crew.leader, "acceptance", json!({})).await;
    let twice = event.tries(&crew.leader, "acceptance", json!({})).await;
    assert_eq!(twice.told(), (409, "step_not_allowed"));
    assert!(twice.text("detail").contains("已受理"), "{twice:?}");
}

#[actix_web::test]
async fn a_hazard_is_no_event() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut hazard = report(&new_id().replace("event_", "hazard_"), EAST);
    let members = hazard.as_object_mut().unwrap();
    for member in ["category", "subcategory", "people_count"] {
        members.remove(member);
    }
    members.insert("field".into(), "electricity".into());
    let id = crew.worker.post(&town, "/api/v1/hazards", hazard).await.text("id").replace("hazard_", "event_");
    let url = format!("/api/v1/events/{id}");
    assert_eq!(crew.dispatcher.get(&town, &url).await.told(), (404, "not_found"));
    let step = crew.dispatcher.step(&town, &format!("{url}/acceptance"), 1, json!({})).await;
    assert_eq!(step.told(), (404, "not_found"));
}
