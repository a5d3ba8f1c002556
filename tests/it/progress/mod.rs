//! A reporter follows their own case in plain words, rates it once, and is shown to nobody.

mod identity;
mod rating;
mod way;

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Role, Staff};
use wangge::platform::db::schema::staff_members;

use crate::town::{Answer, EAST, Person, TOWN, Town};

pub const STATION: &str = "示例应急站";

/// An id of any kind of case, as a phone makes it; its prefix is put before it.
enum Any {}
impl Kind for Any {
    const PREFIX: &'static str = "any";
}

fn new_id(kind: &str) -> String {
    Id::<Any>::new().to_string().replace("any_", &format!("{kind}_"))
}

/// Those who see an ordinary event through.
pub struct Crew {
    pub worker: Person,
    pub dispatcher: Person,
    pub officer: Person,
    pub approver: Person,
}

impl Crew {
    pub fn of(town: &Town) -> Self {
        let officer = town.staff(Role::StationOfficer, TOWN);
        let row = staff_members::table.find(Id::<Staff>::from_uuid(officer.id));
        let change = staff_members::org.eq(Some(STATION));
        diesel::update(row).set(change).execute(&mut town.connect()).unwrap();
        Self {
            worker: town.staff(Role::GridWorker, EAST),
            dispatcher: town.staff(Role::Dispatcher, TOWN),
            officer,
            approver: town.staff(Role::Approver, TOWN),
        }
    }
}

/// A case of any kind and its version.
pub struct Case<'a> {
    town: &'a Town,
    pub id: String,
    pub no: String,
    url: String,
    pub version: i64,
}

impl<'a> Case<'a> {
    async fn reported(town: &'a Town, who: &Person, plural: &str, body: Value) -> Self {
        let answer = who.post(town, &format!("/api/v1/{plural}"), body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.text("id");
        Self {
            town,
            no: answer.text("no"),
            url: format!("/api/v1/{plural}/{id}"),
            version: answer.version(),
            id,
        }
    }

    /// An event that asks for no photo at its end.
    pub async fn event(town: &'a Town, who: &Person) -> Self {
        let body = json!({
            "id": new_id("event"), "area_code": EAST, "category": "livelihood", "title": "路灯不亮",
            "detail": "示例:路口路灯连续三晚不亮", "place": { "address": "示例村三组路口" }
        });
        Self::reported(town, who, "events", body).await
    }

    pub async fn hazard(town: &'a Town, who: &Person) -> Self {
        let body = json!({
            "id": new_id("hazard"), "area_code": EAST, "field": "road_traffic", "title": "弯道护栏松动",
            "detail": "示例:急弯处护栏两根立柱松动"
        });
        Self::reported(town, who, "hazards", body).await
    }

    /// A dispute of two others.
    pub async fn dispute(town: &'a Town, who: &Person) -> Self {
        let body = json!({
            "id": new_id("dispute"), "area_code": EAST, "dispute_type": "water_irrigation", "title": "水渠用水纠纷",
            "detail": "示例:两户因灌溉先后发生争执",
            "parties": [
                { "side": "applicant", "name": "示例甲", "phone": "13800005678" },
                { "side": "respondent", "name": "示例乙" }
            ]
        });
        Self::reported(town, who, "disputes", body).await
    }

    /// Accepts a dispute with everybody's consent and begins mediation.
    pub async fn is_mediated(&mut self, mediator: &Person) {
        let seen = mediator.get(self.town, &self.url).await;
        let parties = seen.body["parties"].as_array().unwrap().iter();
        let answers: Vec<_> = parties.map(|p| json!({ "party": p["id"], "consents": true })).collect();
        self.goes(mediator, "acceptance", json!({ "answers": answers, "level": "simple" })).await;
        self.goes(mediator, "mediation", json!({ "mode": "on_site" })).await;
    }

    /// A step that must succeed.
    pub async fn goes(&mut self, who: &Person, noun: &str, body: Value) -> Answer {
        let answer = self.tries(who, noun, body).await;
        assert_eq!(answer.status, 200, "{noun}: {answer:?}");
        self.version = answer.version();
        answer
    }

    /// A step that may be refused.
    pub async fn tries(&self, who: &Person, noun: &str, body: Value) -> Answer {
        who.step(self.town, &format!("{}/{noun}", self.url), self.version, body).await
    }

    /// Sees an event through to its end.
    async fn is_closed(&mut self, crew: &Crew) {
        self.goes(&crew.dispatcher, "acceptance", json!({})).await;
        self.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
        self.goes(&crew.officer, "handling", json!({})).await;
        self.goes(&crew.officer, "completion", json!({ "note": "示例:已答复" })).await;
        self.goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例:已办" }))
            .await;
    }

    fn own(&self, noun: &str) -> String {
        format!("/api/v1/me/cases/{}/{noun}", self.id)
    }

    async fn progress(&self, who: &Person) -> Value {
        let answer = who.get(self.town, &self.own("progress")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    async fn rates(&self, who: &Person, body: Value) -> Answer {
        who.step(self.town, &self.own("rating"), self.version, body).await
    }
}

/// The names of the buttons of a progress.
fn offered(progress: &Value) -> Vec<&str> {
    progress["actions"].as_array().unwrap().iter().map(|action| action["step"].as_str().unwrap()).collect()
}
