//! The lists that only hazards have.

use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;

use super::{Hazard, report, reports, staff_id, url};
use crate::contract::places::Site;
use crate::town::{EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn enters(town: &Town, officer: &Person, grid: &str) -> String {
    let id = Id::<Site>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "name": "示例超市", "kind": "shop", "risk": "yellow", "address": "示例街 1 号",
        "responsible": { "name": "示例甲" }, "check_every_days": 30
    });
    assert_eq!(officer.post(town, "/api/v1/places", body).await.status, 201);
    id
}

#[actix_web::test]
async fn what_is_supervised_is_listed_to_those_in_whose_areas_it_lies() {
    let town = Town::new();
    let (officer, approver) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Approver, TOWN));
    let mut listed = Vec::new();
    for grid in [EAST, WEST, NEXT_VILLAGE] {
        let hazard = reports(&town, &officer, grid).await;
        reports(&town, &officer, grid).await;
        officer.step(&town, &format!("{}/grading", url(&hazard)), 1, json!({ "grade": "major" })).await;
        let body = json!({ "until": "2026-06-30", "supervisor": staff_id(&approver) });
        let answer = approver.step(&town, &format!("{}/supervision", url(&hazard)), 2, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        listed.insert(0, hazard.text("id"));
    }
    let list = "/api/v1/hazards?supervised=true";
    let all = approver.get(&town, list).await;
    assert_eq!(ids(&all.body), listed, "newest first");
    assert_eq!(all.body["items"][0]["supervised_until"], "2026-06-30");
    let village = approver.get(&town, &format!("{list}&area=500114119201")).await;
    assert_eq!(ids(&village.body), listed[1..]);
    let first = approver.get(&town, &format!("{list}&limit=2")).await;
    let second = approver.get(&town, &format!("{list}&limit=2&cursor={}", first.text("next"))).await;
    assert_eq!([ids(&first.body), ids(&second.body)].concat(), listed);
    let worker = town.staff(Role::GridWorker, EAST);
    assert_eq!(ids(&worker.get(&town, list).await.body), listed[2..]);
    assert!(ids(&town.resident(EAST).get(&town, list).await.body).is_empty());
    assert_eq!(worker.get(&town, &format!("{list}&area={WEST}")).await.told(), (404, "not_found"));
    for neither in ["/api/v1/hazards", "/api/v1/hazards?supervised=false"] {
        assert_eq!(worker.get(&town, neither).await.fields(), ["supervised"]);
    }
}

#[actix_web::test]
async fn a_hazard_names_its_place_and_is_found_there() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let (here, there) = (enters(&town, &officer, EAST).await, enters(&town, &officer, WEST).await);
    let at = |place: &str| {
        let mut body = report(&Id::<Hazard>::new().to_string(), EAST);
        body["place_id"] = place.into();
        body
    };
    let resident = town.resident(EAST);
    let hazard = resident.post(&town, "/api/v1/hazards", at(&here)).await;
    assert_eq!((hazard.status, hazard.text("place_id")), (201, here.clone()), "{hazard:?}");
    let found = officer.get(&town, &format!("/api/v1/hazards?place_id={here}")).await;
    assert_eq!(ids(&found.body), [hazard.text("id")]);
    assert!(ids(&officer.get(&town, &format!("/api/v1/hazards?place_id={there}")).await.body).is_empty());

    let elsewhere = resident.post(&town, "/api/v1/hazards", at(&there)).await;
    assert_eq!(elsewhere.fields(), ["place_id"]);
    let invented = resident.post(&town, "/api/v1/hazards", at(&Id::<Site>::new().to_string())).await;
    assert_eq!(invented.fields(), ["place_id"]);
    let patch = officer.signs(actix_web::test::TestRequest::patch(), &format!("/api/v1/places/{here}"));
    let closed =
        town.ask(patch.insert_header(("If-Match", "\"1\"")).set_json(json!({ "closed": true }))).await;
    assert_eq!(closed.status, 200, "{closed:?}");
    assert_eq!(resident.post(&town, "/api/v1/hazards", at(&here)).await.fields(), ["place_id"]);
}
