//! Campaigns: organised, inspected, counted.

mod enforcement;
mod inspections;
mod offline;
mod statistics;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::{Role, Staff};

use crate::contract::places::{Campaign, Hazard, Inspection, Site};
use crate::town::{Answer, EAST, NEXT_TOWN, Person, TOWN, Town};

/// A campaign of March 2026.
pub fn campaign(id: &str, areas: &[&str]) -> Value {
    json!({
        "id": id, "name": "示例消防大排查", "field": "fire", "from": "2026-03-01", "to": "2026-03-31", "areas": areas,
        "items": [{ "text": "灭火器在有效期内" }, { "text": "疏散通道畅通" }, { "text": "线路无私拉乱接", "field": "electricity" }]
    })
}

/// A town with a campaign in all of it.
struct Scene {
    town: Town,
    officer: Person,
    worker: Person,
    campaign: String,
}

impl Scene {
    async fn new() -> Self {
        let town = Town::new();
        let (officer, worker) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::GridWorker, EAST));
        let id = Id::<Campaign>::new().to_string();
        let answer = officer.post(&town, "/api/v1/campaigns", campaign(&id, &[TOWN])).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Self { town, officer, worker, campaign: id }
    }

    fn url(&self, more: &str) -> String {
        format!("/api/v1/campaigns/{}{more}", self.campaign)
    }

    /// An inspection by the worker of a spot in the east grid, at which nothing is wrong.
    fn inspection(&self) -> Value {
        json!({
            "id": Id::<Inspection>::new().to_string(), "area_code": EAST, "spot": { "address": "示例街口" },
            "checklist": 1, "inspectors": [staff_id(&self.worker)],
            "results": [{ "item": 1, "result": "pass" }, { "item": 2, "result": "pass" }, { "item": 3, "result": "not_applicable" }]
        })
    }

    async fn inspects(&self, who: &Person, body: Value) -> Answer {
        who.post(&self.town, &self.url("/inspections"), body).await
    }

    /// A place of the ledger.
    async fn place(&self, grid: &str) -> String {
        let id = Id::<Site>::new().to_string();
        let body = json!({
            "id": id, "area_code": grid, "name": "示例超市", "kind": "shop", "risk": "yellow", "address": "示例街 1 号",
            "responsible": { "name": "示例甲" }, "check_every_days": 30, "last_checked_on": "2026-01-01"
        });
        assert_eq!(self.officer.post(&self.town, "/api/v1/places", body).await.status, 201);
        id
    }
}

fn staff_id(person: &Person) -> String {
    Id::<Staff>::from_uuid(person.id).to_string()
}

/// The answer of an item that failed, and the hazard that it becomes.
fn failed(item: u8) -> (Value, String) {
    let hazard = Id::<Hazard>::new().to_string();
    let answer = json!({ "item": item, "result": "fail", "remark": "示例:情况", "hazard": { "id": hazard } });
    (answer, hazard)
}

async fn changes(
    town: &Town,
    who: &Person,
    request: TestRequest,
    path: &str,
    version: i64,
    body: Value,
) -> Answer {
    let request = who.signs(request, path).insert_header(("If-Match", format!("\"{version}\"")));
    town.ask(request.set_json(body)).await
}

#[actix_web::test]
async fn a_campaign_is_organised_once_and_seen_where_it_is() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let id = Id::<Campaign>::new().to_string();
    let first = officer.post(&town, "/api/v1/campaigns", campaign(&id, &["500114119201"])).await;
    let again = officer.post(&town, "/api/v1/campaigns", campaign(&id, &["500114119201"])).await;
    assert_eq!((first.status, again.status), (201, 200), "{first:?}");
    assert_eq!(first.body["checklist"]["items"][2]["field"], "electricity");
    assert_eq!(
        officer.post(&town, "/api/v1/campaigns", campaign(&id, &[TOWN])).await.told(),
        (409, "id_reused")
    );
    for (role, area, status) in [
        (Role::GridWorker, EAST, 200),
        (Role::DistrictViewer, "500114", 200),
        (Role::GridWorker, "500114119202001", 404),
        (Role::Dispatcher, "500114120", 404),
        (Role::Mediator, TOWN, 403),
    ] {
        let seen = town.staff(role, area).get(&town, &format!("/api/v1/campaigns/{id}")).await;
        assert_eq!(seen.status, status, "{role} in {area}");
    }
    let running =
        town.staff(Role::GridWorker, EAST).get(&town, "/api/v1/campaigns?running=true&field=fire").await;
    assert_eq!(running.body["items"][0]["id"], id);
    town.pass(chrono::TimeDelta::days(30));
    let officer = town.staff(Role::StationOfficer, TOWN);
    let over = officer.get(&town, "/api/v1/campaigns?running=true").await;
    assert_eq!(over.body["items"], json!([]));
    let longer = changes(
        &town,
        &officer,
        TestRequest::patch(),
        &format!("/api/v1/campaigns/{id}"),
        1,
        json!({ "to": "2026-04-30" }),
    )
    .await;
    assert_eq!((longer.status, longer.text("to")), (200, "2026-04-30".into()), "{longer:?}");
    let over = changes(
        &town,
        &officer,
        TestRequest::patch(),
        &format!("/api/v1/campaigns/{id}"),
        2,
        json!({ "to": "2026-02-28" }),
    )
    .await;
    assert_eq!(over.fields(), ["to"]);
}

#[actix_web::test]
async fn what_a_campaign_must_say_is_asked_for_field_by_field() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let with = |field: &str, value: Value| {
        let mut body = campaign(&Id::<Campaign>::new().to_string(), &[TOWN]);
        body[field] = value;
        body
    };
    for (field, value) in [
        ("areas", json!([])),
        ("areas", json!([NEXT_TOWN])),
        ("areas", json!(["500114119201009"])),
        ("areas", json!(["50"])),
        ("to", json!("2026-02-28")),
        ("name", json!("示")),
        ("items", json!([])),
    ] {
        let refused = officer.post(&town, "/api/v1/campaigns", with(field, value.clone())).await;
        assert_eq!(refused.fields(), [field], "{value}: {refused:?}");
    }
    let blank = officer.post(&town, "/api/v1/campaigns", with("items", json!([{ "text": " " }]))).await;
    assert_eq!(blank.fields(), ["items[0].text"]);
}

#[actix_web::test]
async fn a_checklist_that_was_used_stays_and_one_that_was_not_goes_with_its_number() {
    let scene = Scene::new().await;
    let town = &scene.town;
    let list = scene.url("/checklist");
    let other = json!({ "items": [{ "text": "示例一" }] });
    let second = changes(town, &scene.officer, TestRequest::put(), &list, 1, other.clone()).await;
    assert_eq!(
        (&second.body["checklist"]["number"], &second.body["checklist"]["frozen"]),
        (&json!(2), &json!(false))
    );
    let old = scene.inspects(&scene.worker, scene.inspection()).await;
    assert_eq!(old.fields(), ["checklist"], "the first list was never used, so nobody answers it any more");
    let mut answered = scene.inspection();
    answered["checklist"] = 2.into();
    answered["results"] = json!([{ "item": 1, "result": "pass" }]);
    assert_eq!(scene.inspects(&scene.worker, answered.clone()).await.status, 201);
    assert_eq!(scene.worker.get(town, &scene.url("")).await.body["checklist"]["frozen"], true);

    let stale = changes(town, &scene.officer, TestRequest::put(), &list, 1, other.clone()).await;
    assert_eq!(stale.told(), (412, "stale_version"));
    let third = changes(town, &scene.officer, TestRequest::put(), &list, 2, other).await;
    assert_eq!(third.body["checklist"]["number"], 3);
    answered["id"] = Id::<Inspection>::new().to_string().into();
    assert_eq!(
        scene.inspects(&scene.worker, answered).await.status,
        201,
        "a phone without signal still held the second"
    );
}
