//! On whose desk a hazard is, and in which post a step is taken.

use serde_json::json;
use wangge::platform::access::Role;

use super::{reports, url};
use crate::town::{EAST, Person, TOWN, Town};

async fn on_desk(town: &Town, who: &Person) -> bool {
    let list = who.get(town, "/api/v1/cases?view=desk").await;
    assert_eq!(list.status, 200, "{list:?}");
    list.body["items"].as_array().is_some_and(|items| !items.is_empty())
}

#[actix_web::test]
async fn work_goes_to_who_ordered_it_when_submitted_and_back_to_who_did_it_when_it_fails() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let leader = town.staff(Role::GridLeader, "500114119201");
    let url = url(&reports(&town, &worker, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;
    worker.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    assert_eq!((on_desk(&town, &worker).await, on_desk(&town, &officer).await), (true, false));
    worker.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    assert_eq!((on_desk(&town, &worker).await, on_desk(&town, &officer).await), (false, true));
    let failed = json!({ "passed": false, "note": "示例:仍有松动" });
    leader.step(&town, &format!("{url}/reinspection"), 5, failed).await;
    assert_eq!((on_desk(&town, &worker).await, on_desk(&town, &leader).await), (true, false));
}

#[actix_web::test]
async fn who_ordered_and_submits_has_it_on_the_desk_no_more() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let url = url(&reports(&town, &officer, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;
    officer.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    assert!(on_desk(&town, &officer).await);
    officer.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    assert!(!on_desk(&town, &officer).await);
}

#[actix_web::test]
async fn the_timeline_names_the_post_that_permits_the_step() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    town.appoint(&officer, Role::GridWorker, EAST);
    let url = url(&reports(&town, &officer, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    let timeline = officer.get(&town, &format!("{url}/timeline")).await;
    let roles: Vec<_> =
        timeline.body.as_array().unwrap().iter().map(|e| e["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["grid_worker", "station_officer"]);
}

#[actix_web::test]
async fn a_list_refuses_what_it_does_not_know() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let typed_wrong = worker.get(&town, "/api/v1/cases?phases=reported").await;
    assert_eq!(typed_wrong.told(), (400, "bad_request"));
}
