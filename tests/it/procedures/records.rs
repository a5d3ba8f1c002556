//! Records of each machine, in whichever state.

use actix_web::test::TestRequest;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::features::disputes::DisputeState;
use wangge::features::events::EventState;
use wangge::features::fraud::LeadState;
use wangge::features::hazards::{Grade, HazardState};
use wangge::features::notices::NoticeState;
use wangge::platform::db::DbConnection;
use wangge::platform::db::schema::{disputes, events, fraud_leads, hazards, notices};

use super::machines::Machine;
use crate::contract::places::{Caller, Dispute, Event, Hazard, Lead, Notice};
use crate::town::{EAST, Person, Town};

/// Makes records of a machine.
pub struct Maker<'a> {
    pub machine: &'a Machine,
    pub town: &'a Town,
    /// The one resident among those who ask.
    pub own: &'a Person,
    pub callers: &'a [Caller],
}

impl Maker<'_> {
    fn holder(&self, role: &str) -> &Person {
        &self.callers.iter().find(|caller| caller.role.as_str() == role).unwrap().person
    }

    /// Who reports a record that `role` will ask for: a resident finds only their own.
    pub fn reporter(&self, role: &str) -> &Person {
        match (self.machine.name, role) {
            ("notices", _) => self.holder("publicity_officer"),
            (_, "resident") => self.own,
            _ => self.holder("grid_leader"),
        }
    }

    /// A record of each of these reporters, put into the state beside them.
    pub async fn make(&self, wanted: &[(&Person, &str)]) -> Vec<String> {
        let mut made: Vec<(String, TestRequest)> = wanted.iter().map(|(by, _)| self.request(by)).collect();
        let requests = made.iter_mut().map(|(_, request)| std::mem::take(request)).collect();
        for answer in self.town.ask_all(requests).await {
            assert_eq!(answer.status, 201, "{answer:?}");
        }
        let (mut c, today) = (self.town.connect(), self.town.clock.now().local_date());
        for ((id, _), (_, state)) in made.iter().zip(wanted) {
            put(&mut c, self.machine.name, id, state, today);
        }
        made.into_iter().map(|(id, _)| id).collect()
    }

    /// A new record, in the first state of its procedure.
    fn request(&self, by: &Person) -> (String, TestRequest) {
        let name = self.machine.name;
        let (id, mut body): (String, Value) = match name {
            "hazards" => (Id::<Hazard>::new().to_string(), json!({ "area_code": EAST, "field": "fire" })),
            "events" => {
                let place = json!({ "address": "示例" });
                (
                    Id::<Event>::new().to_string(),
                    json!({ "area_code": EAST, "category": "facility", "place": place }),
                )
            }
            "disputes" => (
                Id::<Dispute>::new().to_string(),
                json!({
                    "area_code": EAST, "dispute_type": "water_irrigation",
                    "parties": [{ "side": "applicant", "name": "示例甲" }, { "side": "respondent", "name": "示例乙" }]
                }),
            ),
            "notices" => (
                Id::<Notice>::new().to_string(),
                json!({ "kind": "policy", "level": "red", "body": "示例", "areas": [EAST] }),
            ),
            "fraud_leads" => (
                Id::<Lead>::new().to_string(),
                json!({
                    "fraud_type": "romance", "way": "call", "suspect": { "kind": "app", "value": "示例" },
                }),
            ),
            other => panic!("nobody has said how one of {other} is made"),
        };
        body["id"] = json!(id);
        if name == "fraud_leads" {
            // A resident's lies where they live.
            if by.household.is_none() {
                body["area_code"] = json!(EAST);
            }
        } else {
            body["title"] = json!("示例");
        }
        if name != "notices" {
            body["detail"] = json!("示例");
        }
        let request = by.signs(TestRequest::post(), &format!("/api/v1/{name}")).set_json(body);
        (id, request)
    }
}

/// Puts a record into `state`, however one comes there.
fn put(c: &mut DbConnection, machine: &str, id: &str, state: &str, today: NaiveDate) {
    let moved = match machine {
        "events" => {
            let id: Id<Event> = id.parse().unwrap();
            let state: EventState = state.parse().unwrap();
            diesel::update(events::table.filter(events::case_id.eq(id)))
                .set(events::state.eq(state))
                .execute(c)
        }
        "hazards" => {
            let id: Id<Hazard> = id.parse().unwrap();
            let state: HazardState = state.parse().unwrap();
            let row = hazards::table.filter(hazards::case_id.eq(id));
            // What every record has that came there by itself.
            let (grade, due) = (Some(Grade::General), Some(today));
            diesel::update(row)
                .set((hazards::state.eq(state), hazards::grade.eq(grade), hazards::order_due.eq(due)))
                .execute(c)
        }
        "disputes" => {
            let id: Id<Dispute> = id.parse().unwrap();
            let state: DisputeState = state.parse().unwrap();
            let row = disputes::table.filter(disputes::case_id.eq(id));
            // Every agreement has a window in which the court may be asked.
            diesel::update(row)
                .set((disputes::state.eq(state), disputes::judicial_due_on.eq(Some(today))))
                .execute(c)
        }
        "notices" => {
            let id: Id<Notice> = id.parse().unwrap();
            let state: NoticeState = state.parse().unwrap();
            let row = notices::table.filter(notices::id.eq(id));
            // Everything published at once waits for its approval.
            let until = Some(Timestamp::start_of(today + chrono::Days::new(1)));
            diesel::update(row).set((notices::state.eq(state), notices::approval_due_at.eq(until))).execute(c)
        }
        "fraud_leads" => {
            let id: Id<Lead> = id.parse().unwrap();
            let state: LeadState = state.parse().unwrap();
            diesel::update(fraud_leads::table.filter(fraud_leads::id.eq(id)))
                .set(fraud_leads::state.eq(state))
                .execute(c)
        }
        other => panic!("nobody has said where the state of {other} is kept"),
    };
    assert_eq!(moved.unwrap(), 1);
}
