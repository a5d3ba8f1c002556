//! The ledger of places.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::places;

use crate::contract::places::Site;
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

const VILLAGE: &str = "500114119201";

fn shop(id: &str, grid: &str) -> Value {
    json!({
        "id": id, "area_code": grid, "name": "示例超市", "kind": "shop", "risk": "yellow", "address": "示例街 1 号",
        "point": { "lat": 29.42, "lng": 108.71, "datum": "wgs84" },
        "legal_person": { "name": "示例甲", "phone": "13800005678" },
        "responsible": { "name": "示例乙", "phone": "13800001234" },
        "safety_officer": { "name": "示例丙" }, "check_every_days": 30
    })
}

async fn enters(town: &Town, who: &Person, grid: &str) -> Answer {
    let answer = who.post(town, "/api/v1/places", shop(&Id::<Site>::new().to_string(), grid)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

async fn changes(town: &Town, who: &Person, place: &str, version: i64, body: Value) -> Answer {
    let request = who.signs(TestRequest::patch(), &format!("/api/v1/places/{place}"));
    town.ask(request.insert_header(("If-Match", format!("\"{version}\""))).set_json(body)).await
}

fn ids(page: &Answer) -> Vec<String> {
    let items = page.body["items"].as_array().unwrap();
    items.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_place_is_written_down_once_and_its_people_are_masked() {
    let town = Town::new();
    let leader = town.staff(Role::GridLeader, VILLAGE);
    let id = Id::<Site>::new().to_string();
    let first = leader.post(&town, "/api/v1/places", shop(&id, EAST)).await;
    let again = leader.post(&town, "/api/v1/places", shop(&id, EAST)).await;
    assert_eq!((first.status, again.status, &first.location), (201, 200, &again.location));
    assert_eq!(first.body["responsible"], json!({ "name": "示**", "phone": "138****1234" }));
    assert_eq!(first.body["safety_officer"], json!({ "name": "示**" }));
    assert_eq!(
        (first.text("next_check_on"), first.body["overdue"].as_bool()),
        ("2026-04-01".into(), Some(false))
    );
    let mut other = shop(&id, EAST);
    other["name"] = "另一处".into();
    assert_eq!(leader.post(&town, "/api/v1/places", other).await.told(), (409, "id_reused"));
    let stored: (String, Option<Vec<u8>>) = places::table
        .select((places::address, places::responsible_name_sealed))
        .first(&mut town.connect())
        .unwrap();
    assert!(!stored.1.unwrap().windows(3).any(|part| part == "示".as_bytes()));
}

#[actix_web::test]
async fn what_a_place_must_say_is_asked_for_field_by_field() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let wrong = |field: &str, value: Value| {
        let mut body = shop(&Id::<Site>::new().to_string(), EAST);
        *body.pointer_mut(field).unwrap() = value;
        body
    };
    for (body, field) in [
        (wrong("/responsible/name", Value::Null), "responsible.name"),
        (wrong("/responsible/phone", json!("12345")), "responsible.phone"),
        (wrong("/check_every_days", json!(0)), "check_every_days"),
        (wrong("/check_every_days", json!(367)), "check_every_days"),
        (wrong("/name", json!(" ")), "name"),
        (wrong("/address", json!("长".repeat(121))), "address"),
        (wrong("/point/lat", json!(91)), "point.lat"),
        (wrong("/area_code", json!(TOWN)), "area_code"),
    ] {
        let refused = officer.post(&town, "/api/v1/places", body).await;
        assert_eq!(refused.fields(), [field], "{refused:?}");
    }
    let mut tomorrow = shop(&Id::<Site>::new().to_string(), EAST);
    tomorrow["last_checked_on"] = "2026-03-03".into();
    assert_eq!(officer.post(&town, "/api/v1/places", tomorrow).await.fields(), ["last_checked_on"]);
}

#[actix_web::test]
async fn exactly_those_are_overdue_whose_day_is_over() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let mut expected = Vec::new();
    for (grid, every, last, overdue) in [
        (EAST, 30, Some("2026-01-30"), true),
        (EAST, 30, Some("2026-01-31"), false),
        (WEST, 7, Some("2026-02-20"), true),
        (WEST, 366, Some("2025-02-28"), true),
        (NEXT_VILLAGE, 30, None, false),
        (NEXT_VILLAGE, 1, Some("2026-03-01"), false),
    ] {
        let mut body = shop(&Id::<Site>::new().to_string(), grid);
        body["check_every_days"] = every.into();
        body["last_checked_on"] = json!(last);
        let place = officer.post(&town, "/api/v1/places", body).await;
        assert_eq!((place.status, place.body["overdue"].as_bool()), (201, Some(overdue)), "{place:?}");
        if overdue {
            expected.insert(0, place.text("id"));
        }
        town.pass(TimeDelta::milliseconds(1));
    }
    let closed = expected.pop().unwrap();
    assert_eq!(changes(&town, &officer, &closed, 1, json!({ "closed": true })).await.status, 200);
    let list = "/api/v1/places?overdue=true";
    assert_eq!(ids(&officer.get(&town, list).await), expected);
    let leader = town.staff(Role::GridLeader, "500114119202");
    assert!(ids(&leader.get(&town, list).await).is_empty());
    let checked = changes(&town, &officer, &expected[0], 1, json!({ "last_checked_on": "2026-03-02" })).await;
    assert_eq!(checked.body["overdue"], false, "{checked:?}");
    assert_eq!(ids(&officer.get(&town, list).await), expected[1..]);
    town.pass(TimeDelta::days(1));
    let officer = town.staff(Role::StationOfficer, TOWN);
    assert_eq!(ids(&officer.get(&town, list).await).len(), 3, "two more on the next day");
    let closed_ones = officer.get(&town, "/api/v1/places?closed=true").await;
    assert_eq!(ids(&closed_ones), [closed]);
}

#[actix_web::test]
async fn a_change_names_the_version_and_leaves_what_it_does_not_name() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let place = enters(&town, &officer, EAST).await.text("id");
    let riskier = json!({ "risk": "red", "check_every_days": 7, "responsible": { "name": "示例丁" } });
    let stale = changes(&town, &officer, &place, 9, riskier.clone()).await;
    assert_eq!((stale.told(), stale.version()), ((412, "stale_version"), 1));
    let changed = changes(&town, &officer, &place, 1, riskier).await;
    assert_eq!((changed.text("risk"), changed.text("next_check_on")), ("red".into(), "2026-03-09".into()));
    assert_eq!(changed.body["responsible"], json!({ "name": "示**" }), "name and phone go together");
    assert_eq!(changed.body["legal_person"]["phone"], "138****5678");
    let nameless =
        changes(&town, &officer, &place, 2, json!({ "responsible": { "phone": "13800001234" } })).await;
    assert_eq!(nameless.fields(), ["responsible.name"]);
    for (role, area) in [(Role::GridWorker, EAST), (Role::Approver, TOWN), (Role::Dispatcher, TOWN)] {
        let other = town.staff(role, area);
        assert_eq!(
            changes(&town, &other, &place, 2, json!({ "risk": "blue" })).await.told(),
            (403, "forbidden")
        );
        assert_eq!(other.get(&town, &format!("/api/v1/places/{place}")).await.status, 200, "{role}");
    }
}

#[actix_web::test]
async fn people_are_revealed_for_a_purpose_that_is_written_down() {
    let town = Town::new();
    let (officer, worker) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::GridWorker, EAST));
    let place = enters(&town, &officer, EAST).await.text("id");
    let reveal = format!("/api/v1/places/{place}/reveal");
    let asked = json!({ "purpose": "示例:约定检查时间", "who": ["responsible", "safety_officer"] });
    let revealed = worker.post(&town, &reveal, asked).await;
    let people = json!([
        { "who": "responsible", "name": "示例乙", "phone": "13800001234" },
        { "who": "safety_officer", "name": "示例丙" }
    ]);
    assert_eq!(revealed.body["people"], people, "{revealed:?}");
    assert_eq!(worker.post(&town, &reveal, json!({ "purpose": "示例", "who": [] })).await.fields(), ["who"]);
    let log = town.staff(Role::Auditor, TOWN).get(&town, "/api/v1/audit?action=personal.reveal").await;
    let entry = &log.body["items"][0];
    assert_eq!((&entry["object_id"], &entry["object_kind"]), (&json!(place), &json!("place")));
    assert!(!log.body.to_string().contains("示例乙"));
    let neighbour = town.staff(Role::GridWorker, WEST);
    let hidden = neighbour.post(&town, &reveal, json!({ "purpose": "示例", "who": ["responsible"] })).await;
    assert_eq!(hidden.told(), (404, "not_found"));
}
