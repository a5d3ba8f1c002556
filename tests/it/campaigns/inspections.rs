//! Inspections, and the hazards that they find.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::{cases, inspections};

use super::{Scene, failed, staff_id};
use crate::contract::places::{Hazard, Inspection};
use crate::town::{EAST, NEXT_TOWN, TOWN, WEST};

#[actix_web::test]
async fn an_item_that_fails_is_a_hazard_of_the_place() {
    let scene = Scene::new().await;
    let place = scene.place(EAST).await;
    let photo = scene.worker.photo(&scene.town).await;
    let (mut answer, hazard) = failed(3);
    answer["photos"] = json!([photo]);
    let mut body = scene.inspection();
    body.as_object_mut().unwrap().remove("spot");
    body["place_id"] = place.clone().into();
    body["results"][2] = answer;
    let seen = scene.inspects(&scene.worker, body.clone()).await;
    assert_eq!((seen.status, seen.body["failed"].as_i64()), (201, Some(1)), "{seen:?}");
    assert_eq!(seen.body["results"][2]["text"], "线路无私拉乱接");

    let found = scene.officer.get(&scene.town, &format!("/api/v1/hazards/{hazard}")).await;
    assert_eq!(
        (found.text("title"), found.text("detail")),
        ("线路无私拉乱接".into(), "线路无私拉乱接:示例:情况".into())
    );
    assert_eq!((found.text("field"), found.text("state")), ("electricity".into(), "found".into()));
    assert_eq!((found.text("place_id"), found.text("inspection_id")), (place.clone(), seen.text("id")));
    let photos = scene.officer.get(&scene.town, &format!("/api/v1/hazards/{hazard}/photos")).await;
    assert_eq!((&photos.body[0]["id"], &photos.body[0]["stage"]), (&json!(photo), &json!("before")));
    let checked = scene.officer.get(&scene.town, &format!("/api/v1/places/{place}")).await;
    assert_eq!((checked.text("last_checked_on"), checked.version()), ("2026-03-02".into(), 2));

    let again = scene.inspects(&scene.worker, body.clone()).await;
    assert_eq!((again.status, again.text("id")), (200, seen.text("id")));
    let rows: (i64, i64) = (
        cases::table.count().get_result(&mut scene.town.connect()).unwrap(),
        inspections::table.count().get_result(&mut scene.town.connect()).unwrap(),
    );
    assert_eq!(rows, (1, 1), "a resend made nothing more");
    body["results"][0]["remark"] = "另一句".into();
    assert_eq!(scene.inspects(&scene.worker, body).await.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn all_of_an_inspection_is_written_or_nothing() {
    let scene = Scene::new().await;
    let (answer, hazard) = failed(1);
    let mut body = scene.inspection();
    body["results"][0] = answer;
    let taken =
        json!({ "id": hazard, "area_code": EAST, "field": "fire", "title": "示例", "detail": "示例" });
    assert_eq!(scene.worker.post(&scene.town, "/api/v1/hazards", taken).await.status, 201);
    assert_eq!(scene.inspects(&scene.worker, body.clone()).await.told(), (409, "id_reused"));
    let unseen =
        scene.worker.get(&scene.town, &format!("/api/v1/inspections/{}", body["id"].as_str().unwrap())).await;
    assert_eq!(unseen.told(), (404, "not_found"));
}

#[actix_web::test]
async fn an_answer_fits_its_item() {
    let scene = Scene::new().await;
    let pass = |item: u8| json!({ "item": item, "result": "pass" });
    let hazard = || json!({ "id": Id::<Hazard>::new().to_string() });
    let (fail, _) = failed(2);
    let mut silent = fail.clone();
    silent["remark"] = Value::Null;
    let mut lost = fail.clone();
    lost["hazard"] = Value::Null;
    let mut odd = pass(2);
    odd["hazard"] = hazard();
    for (results, fields) in [
        (json!([pass(1), pass(2)]), vec!["results"]),
        (json!([pass(1), pass(2), pass(2)]), vec!["results[2].item", "results"]),
        (json!([pass(1), pass(2), pass(3), pass(4)]), vec!["results[3].item"]),
        (json!([pass(0), pass(1), pass(2), pass(3)]), vec!["results[0].item"]),
        (json!([pass(1), silent, pass(3)]), vec!["results[1].remark"]),
        (json!([pass(1), lost, pass(3)]), vec!["results[1].hazard"]),
        (json!([pass(1), odd, pass(3)]), vec!["results[1].hazard"]),
    ] {
        let mut body = scene.inspection();
        body["results"] = results;
        let refused = scene.inspects(&scene.worker, body).await;
        assert_eq!((refused.status, refused.fields()), (422, fields), "{refused:?}");
    }
}

#[actix_web::test]
async fn an_inspection_is_in_the_time_and_the_area_of_its_campaign() {
    let scene = Scene::new().await;
    let with = |field: &str, value: Value| {
        let mut body = scene.inspection();
        body[field] = value;
        body
    };
    let elsewhere = scene.place(WEST).await;
    let mut both = with("place_id", json!(elsewhere));
    assert_eq!(scene.inspects(&scene.worker, both.clone()).await.fields(), ["place_id"]);
    both.as_object_mut().unwrap().remove("spot");
    assert_eq!(scene.inspects(&scene.worker, both).await.fields(), ["place_id"], "the place lies elsewhere");
    for (field, value, complaint) in [
        ("inspected_at", json!("2026-02-28T15:59:59.000Z"), "inspected_at"),
        ("inspected_at", json!("2026-03-02T02:00:00.000Z"), "inspected_at"),
        ("area_code", json!(NEXT_TOWN), "area_code"),
        ("area_code", json!(WEST), "area_code"),
        ("area_code", json!(TOWN), "area_code"),
        ("checklist", json!(7), "checklist"),
        ("inspectors", json!([]), "inspectors"),
        ("inspectors", json!([staff_id(&scene.worker), staff_id(&scene.worker)]), "inspectors"),
        ("inspectors", json!([staff_id(&scene.town.staff(Role::GridWorker, WEST))]), "inspectors"),
        ("inspectors", json!([staff_id(&scene.town.staff(Role::Mediator, TOWN))]), "inspectors"),
        ("spot", json!({ "lat": 29.42, "lng": 108.71, "datum": "wgs84" }), "spot.address"),
    ] {
        let refused = scene.inspects(&scene.worker, with(field, value.clone())).await;
        assert_eq!(
            (refused.status, refused.fields()),
            (422, vec![complaint]),
            "{field} {value}: {refused:?}"
        );
    }
    let early = with("inspected_at", json!("2026-02-28T16:00:00.000Z"));
    assert_eq!(
        scene.inspects(&scene.worker, early).await.status,
        201,
        "the first day begins at midnight in China"
    );
}

#[actix_web::test]
async fn a_photo_of_what_passed_is_shown_with_the_inspection() {
    let scene = Scene::new().await;
    let photo = scene.worker.photo(&scene.town).await;
    let mut body = scene.inspection();
    body["results"][0]["photos"] = json!([photo]);
    let seen = scene.inspects(&scene.worker, body).await;
    assert_eq!(seen.body["results"][0]["photos"], json!([photo]), "{seen:?}");
    let url = format!("/api/v1/inspections/{}/photos/{photo}", seen.text("id"));
    for path in [url.clone(), format!("{url}?thumbnail=true")] {
        let shown = scene.officer.get(&scene.town, &path).await;
        assert_eq!((shown.status, shown.media.as_str()), (200, "image/jpeg"));
    }
    assert_eq!(
        scene.officer.get(&scene.town, &format!("/api/v1/photos/{photo}")).await.told(),
        (404, "not_found")
    );
    let neighbour = scene.town.staff(Role::GridWorker, WEST);
    assert_eq!(neighbour.get(&scene.town, &url).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn inspections_are_listed_to_those_in_whose_areas_they_were() {
    let scene = Scene::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, scene.inspects(&scene.worker, scene.inspection()).await.text("id"));
        scene.town.pass(chrono::TimeDelta::milliseconds(1));
    }
    let ids = |page: &crate::town::Answer| -> Vec<String> {
        let items = page.body["items"].as_array().unwrap();
        items.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = scene.officer.get(&scene.town, &scene.url("/inspections?limit=2")).await;
    let next = format!("/inspections?limit=2&cursor={}", first.text("next"));
    let second = scene.officer.get(&scene.town, &scene.url(&next)).await;
    assert_eq!([ids(&first), ids(&second)].concat(), made);
    let neighbour = scene.town.staff(Role::GridWorker, WEST);
    assert!(ids(&neighbour.get(&scene.town, &scene.url("/inspections")).await).is_empty());
    let one = format!("/api/v1/inspections/{}", made[0]);
    assert_eq!(neighbour.get(&scene.town, &one).await.told(), (404, "not_found"));
    let unknown = format!("/api/v1/inspections/{}", Id::<Inspection>::new());
    assert_eq!(scene.officer.get(&scene.town, &unknown).await.told(), (404, "not_found"));
}
