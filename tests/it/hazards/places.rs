//! A report says where it is by coordinates, by an area, or by both.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;

use super::Hazard;
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

const VILLAGE: &str = "500114119201";

/// Draws a rectangle from `west` on, in hundredths of a degree from 108°, one hundredth high, from 29° up.
async fn draws(town: &Town, code: &str, seen: u8, west: f64, wide: f64) {
    let (w, e) = (108.0 + west / 100.0, 108.0 + (west + wide) / 100.0);
    let ring = json!([[[w, 29.0], [e, 29.0], [e, 29.01], [w, 29.01], [w, 29.0]]]);
    let body = json!({ "datum": "wgs84", "geometry": { "type": "Polygon", "coordinates": ring } });
    let admin = town.staff(Role::Admin, TOWN);
    let request = admin.signs(TestRequest::put(), &format!("/api/v1/areas/{code}/boundary"));
    let answer = town.ask(request.insert_header(("If-Match", format!("\"{seen}\""))).set_json(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The east grid is drawn west of 108.01°, the west grid east of it, and the next village beyond 108.02°.
async fn mapped() -> Town {
    let town = Town::new();
    draws(&town, EAST, 1, 0.0, 1.0).await;
    draws(&town, WEST, 1, 1.0, 1.0).await;
    draws(&town, NEXT_VILLAGE, 1, 2.0, 1.0).await;
    town
}

fn report(area: Option<&str>, lng: Option<f64>) -> Value {
    let mut body = json!({
        "id": Id::<Hazard>::new(), "field": "road_traffic", "title": "示例", "detail": "示例",
    });
    if let Some(area) = area {
        body["area_code"] = json!(area);
    }
    if let Some(lng) = lng {
        body["place"] = json!({ "lat": 29.005, "lng": lng, "datum": "wgs84", "accuracy_m": 10.0 });
    }
    body
}

async fn reports(town: &Town, who: &Person, area: Option<&str>, lng: Option<f64>) -> Answer {
    who.post(town, "/api/v1/hazards", report(area, lng)).await
}

fn assigned(answer: &Answer) -> [Value; 5] {
    assert_eq!(answer.status, 201, "{answer:?}");
    let said = |name: &str| answer.body["assignment"][name].clone();
    [
        answer.body["area_code"].clone(),
        said("by"),
        said("method"),
        said("grid_code"),
        said("boundary_version"),
    ]
}

#[actix_web::test]
async fn coordinates_alone_find_the_grid_and_the_file_keeps_how() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    let found = reports(&town, &officer, None, Some(108.005)).await;
    assert_eq!(assigned(&found), [json!(EAST), json!("map"), json!("inside"), json!(EAST), json!(1)]);
    let read = officer.get(&town, found.location.as_deref().unwrap()).await;
    assert_eq!(read.body["assignment"], found.body["assignment"]);
    let explained = "按坐标确定;坐标在网格 500114119201001 内(边界第 1 版),距边界约 487 米。";
    assert_eq!(read.body["assignment"]["explanation"], explained);
    assert_eq!(
        (&read.body["assignment"]["confidence"], &read.body["assignment"]["border_m"]),
        (&json!("high"), &json!(487.2))
    );
}

#[actix_web::test]
async fn near_a_border_the_person_is_asked_and_then_believed() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    // Five metres west of the border, as precise as ten.
    let mut body = report(None, Some(108.009_949));
    let asked = officer.post(&town, "/api/v1/hazards", body.clone()).await;
    assert_eq!((asked.told(), asked.fields()), ((422, "grid_ambiguous"), vec!["area_code"]));
    let grids = asked.body["areas"].as_array().unwrap();
    let grids: Vec<_> = grids.iter().map(|grid| (grid["code"].clone(), grid["distance_m"].clone())).collect();
    assert_eq!(grids, [(json!(EAST), json!(0.0)), (json!(WEST), json!(5.0))]);
    body["area_code"] = json!(WEST);
    let told = officer.post(&town, "/api/v1/hazards", body).await;
    assert_eq!(assigned(&told), [json!(WEST), json!("person"), json!("inside"), json!(EAST), json!(1)]);
}

#[actix_web::test]
async fn an_area_that_the_map_contradicts_is_taken_and_the_contradiction_is_kept() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    let taken = reports(&town, &officer, Some(WEST), Some(108.005)).await;
    assert_eq!(assigned(&taken), [json!(WEST), json!("person"), json!("inside"), json!(EAST), json!(1)]);
    let explained = taken.body["assignment"]["explanation"].as_str().unwrap();
    assert!(explained.ends_with("与所选不一致。"), "{explained}");
    let off = reports(&town, &officer, Some(WEST), Some(109.0)).await;
    assert_eq!(assigned(&off), [json!(WEST), json!("person"), json!("none"), Value::Null, Value::Null]);
    assert_eq!(off.body["assignment"]["explanation"], "由上报人选择;坐标不在任何网格内。");
}

#[actix_web::test]
async fn who_names_only_the_village_leaves_the_grid_to_the_map_where_that_is_certain() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    let finer = reports(&town, &officer, Some(VILLAGE), Some(108.005)).await;
    assert_eq!(assigned(&finer), [json!(EAST), json!("map"), json!("inside"), json!(EAST), json!(1)]);
    let open = reports(&town, &officer, Some(VILLAGE), Some(108.009_949)).await;
    assert_eq!(assigned(&open)[..2], [json!(VILLAGE), json!("person")]);
    let elsewhere = reports(&town, &officer, Some(VILLAGE), Some(108.025)).await;
    assert_eq!(assigned(&elsewhere)[..2], [json!(VILLAGE), json!("person")]);
}

#[actix_web::test]
async fn a_grid_worker_is_not_asked_about_grids_that_are_not_theirs() {
    let town = mapped().await;
    let worker = town.staff(Role::GridWorker, EAST);
    // On either side of their border.
    let inside = reports(&town, &worker, None, Some(108.009_949)).await;
    assert_eq!(assigned(&inside)[..3], [json!(EAST), json!("map"), json!("inside")]);
    let outside = reports(&town, &worker, None, Some(108.010_051)).await;
    assert_eq!(assigned(&outside)[..3], [json!(EAST), json!("map"), json!("nearest")]);
    let beyond = reports(&town, &worker, None, Some(108.015)).await;
    assert_eq!((beyond.told(), beyond.fields()), ((422, "invalid_fields"), vec!["area_code"]));
    assert!(!beyond.body.to_string().contains(WEST), "{beyond:?}");
}

#[actix_web::test]
async fn a_report_without_area_needs_coordinates_that_the_map_knows() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    for lng in [None, Some(109.0)] {
        let refused = reports(&town, &officer, None, lng).await;
        assert_eq!(
            (refused.told(), refused.fields()),
            ((422, "invalid_fields"), vec!["area_code"]),
            "{lng:?}"
        );
    }
    let plain = reports(&town, &officer, Some(EAST), None).await;
    assert_eq!((plain.status, &plain.body["assignment"]), (201, &Value::Null));
}

#[actix_web::test]
async fn in_a_town_that_has_drawn_nothing_the_area_is_what_the_report_says() {
    let town = Town::new();
    let officer = town.staff(Role::Dispatcher, TOWN);
    let named = reports(&town, &officer, Some(EAST), Some(108.005)).await;
    assert_eq!(
        (named.status, &named.body["area_code"], &named.body["assignment"]),
        (201, &json!(EAST), &Value::Null)
    );
    let unnamed = reports(&town, &officer, None, Some(108.005)).await;
    assert_eq!((unnamed.told(), unnamed.fields()), ((422, "invalid_fields"), vec!["area_code"]));
}

#[actix_web::test]
async fn a_resend_is_answered_by_the_record_although_the_grids_were_drawn_anew() {
    let town = mapped().await;
    let officer = town.staff(Role::Dispatcher, TOWN);
    let body = report(None, Some(108.005));
    let first = officer.post(&town, "/api/v1/hazards", body.clone()).await;
    assert_eq!(first.status, 201);
    // The place is now five metres inside, beside nothing; then on nobody's ground at all.
    draws(&town, EAST, 2, 0.0, 0.4).await;
    let elsewhere = reports(&town, &officer, None, Some(108.005)).await;
    assert_eq!(elsewhere.status, 422);
    let again = officer.post(&town, "/api/v1/hazards", body).await;
    assert_eq!((again.status, &again.body["assignment"]), (200, &first.body["assignment"]));
}

#[actix_web::test]
async fn a_resident_reports_a_dispute_by_where_they_stand() {
    let town = mapped().await;
    let resident = town.resident(EAST);
    let body = json!({
        "id": Id::<crate::contract::places::Dispute>::new(), "dispute_type": "water_irrigation", "title": "示例", "detail": "示例",
        "place": { "lat": 29.005, "lng": 108.025, "datum": "wgs84" },
    });
    let taken = resident.post(&town, "/api/v1/disputes", body).await;
    assert_eq!(assigned(&taken)[..3], [json!(NEXT_VILLAGE), json!("map"), json!("inside")]);
}
