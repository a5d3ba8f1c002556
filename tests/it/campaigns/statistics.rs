//! What a campaign came to.

use serde_json::{Value, json};
use wangge::features::{campaigns, hazards};
use wangge::platform::access::Role;
use wangge::platform::counters::fold_all;

use super::{Scene, failed, staff_id};
use crate::town::{EAST, TOWN, Town, WEST};

/// The counts are what counting the rows gives.
async fn counts_are_right(town: &Town) {
    let differences = town
        .house
        .app
        .db
        .read(|c| Ok([hazards::compare(c)?, campaigns::compare(c)?].concat()))
        .await
        .unwrap();
    assert_eq!(differences, []);
}

#[actix_web::test]
async fn places_hazards_and_fines_are_counted_as_they_happen() {
    let scene = Scene::new().await;
    let (town, leader) = (&scene.town, scene.town.staff(Role::GridLeader, "500114119201"));
    let places = [scene.place(EAST).await, scene.place(EAST).await, scene.place(WEST).await];
    let mut found = Vec::new();
    for (place, grid) in [(0, EAST), (0, EAST), (1, EAST), (2, WEST)] {
        let ((fire, one), (wire, two)) = (failed(1), failed(3));
        let mut body = scene.inspection();
        body.as_object_mut().unwrap().remove("spot");
        body["place_id"] = places[place].clone().into();
        body["area_code"] = grid.into();
        body["inspectors"] = json!([staff_id(&leader)]);
        (body["results"][0], body["results"][2]) = (fire, wire);
        assert_eq!(scene.inspects(&leader, body).await.status, 201);
        found.extend([one, two]);
    }
    let officers = [(); 2].map(|()| staff_id(&town.staff(Role::EnforcementOfficer, TOWN)));
    let mut fined = scene.inspection();
    fined["inspectors"] = json!(officers);
    fined["enforcement"] = json!({ "signature": "signed", "fine_fen": 20_000, "decision_no": "示例罚1号" });
    assert_eq!(scene.inspects(&scene.worker, fined).await.status, 201);

    let cancelled = format!("/api/v1/hazards/{}", found[0]);
    let photos =
        json!({ "before": [scene.worker.photo(town).await], "photos": [scene.worker.photo(town).await] });
    scene.worker.step(town, &format!("{cancelled}/spot_fix"), 1, photos).await;
    leader.step(town, &format!("{cancelled}/reinspection"), 2, json!({ "passed": true })).await;
    let dismissal = format!("/api/v1/hazards/{}/dismissal", found[1]);
    scene.officer.step(town, &dismissal, 1, json!({ "reason": "harmless", "note": "示例" })).await;

    let whole = json!({
        "inspections": 5, "enforcement_inspections": 1, "places_checked": 3, "items_failed": 8, "fines_fen": 20_000,
        "hazards_found": 8, "hazards_cancelled": 1, "hazards_dismissed": 1,
        "fields": [
            { "field": "fire", "found": 4, "cancelled": 1, "dismissed": 0 },
            { "field": "electricity", "found": 4, "cancelled": 0, "dismissed": 1 }
        ]
    });
    let counted = |answer: Value| assert_eq!(answer, whole);
    counted(scene.officer.get(town, &scene.url("/statistics")).await.body);
    counts_are_right(town).await;
    fold_all(&town.house.app.db).await.unwrap();
    counted(scene.officer.get(town, &scene.url("/statistics")).await.body);
    counts_are_right(town).await;

    let west = scene.officer.get(town, &scene.url(&format!("/statistics?area={WEST}"))).await;
    assert_eq!((&west.body["places_checked"], &west.body["hazards_found"]), (&json!(1), &json!(2)));
    let worker = scene.worker.get(town, &scene.url("/statistics")).await;
    assert_eq!((&worker.body["inspections"], &worker.body["places_checked"]), (&json!(4), &json!(2)));
    let outside = scene.worker.get(town, &scene.url(&format!("/statistics?area={WEST}"))).await;
    assert_eq!(outside.told(), (404, "not_found"));
}
