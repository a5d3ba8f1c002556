//! Hazards, from the report to the end.

mod anonymous;
mod areas;
mod asides;
mod desks;
mod lists;
mod places;
mod unknown;
mod ways;

use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Role, Staff};

use crate::town::{Answer, EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, WEST};

/// The id of a hazard, as a phone makes it.
enum Hazard {}
impl Kind for Hazard {
    const PREFIX: &'static str = "hazard";
}

fn report(id: &str, grid: &str) -> Value {
    json!({
        "id": id, "area_code": grid, "field": "road_traffic", "title": "弯道护栏松动",
        "detail": "示例:急弯处护栏两根立柱松动", "urgency": "urgent",
        "place": { "address": "示例村二组急弯处", "lat": 29.42, "lng": 108.71, "datum": "wgs84" }
    })
}

async fn reports(town: &Town, who: &Person, grid: &str) -> Answer {
    let answer = who.post(town, "/api/v1/hazards", report(&Id::<Hazard>::new().to_string(), grid)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

/// The order that a major hazard needs.
fn whole_order() -> Value {
    json!({
        "due": "2026-06-30", "order_no": "示例责改1号", "measures": "示例措施", "responsible": "示例负责人",
        "funds_fen": 500_000, "emergency_plan": "示例预案", "interim_measures": "示例管控",
        "district_informed_on": "2026-03-02"
    })
}

fn staff_id(person: &Person) -> String {
    Id::<Staff>::from_uuid(person.id).to_string()
}

/// The button of a step.
fn button(answer: &Answer, step: &str) -> Value {
    let actions = answer.body["actions"].as_array().unwrap();
    actions.iter().find(|action| action["step"] == step).cloned().unwrap_or(Value::Null)
}

fn url(hazard: &Answer) -> String {
    format!("/api/v1/hazards/{}", hazard.text("id"))
}

#[actix_web::test]
async fn a_hazard_is_seen_through_to_the_end_and_back_once() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let officer = town.staff(Role::StationOfficer, TOWN);
    let leader = town.staff(Role::GridLeader, "500114119201");
    let url = url(&reports(&town, &worker, EAST).await);

    let graded = officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    assert_eq!((graded.status, graded.text("state")), (200, "graded".into()));
    let ordered = officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;
    assert_eq!((ordered.status, ordered.text("phase")), (200, "working".into()), "{ordered:?}");
    let note = json!({ "note": "已加固" });
    assert_eq!(worker.step(&town, &format!("{url}/rectification"), 3, note.clone()).await.status, 200);
    let submitted = worker.step(&town, &format!("{url}/submission"), 4, note.clone()).await;
    assert_eq!((submitted.status, submitted.text("due_on")), (200, "2026-03-12".into()));

    let without_reason =
        leader.step(&town, &format!("{url}/reinspection"), 5, json!({ "passed": false })).await;
    assert_eq!((without_reason.told(), without_reason.fields()), ((422, "invalid_fields"), vec!["note"]));
    let back = json!({ "passed": false, "note": "仍有一根松动" });
    let back = leader.step(&town, &format!("{url}/reinspection"), 5, back).await;
    assert_eq!((back.text("state"), back.body["rework_count"].as_i64()), ("rectifying".into(), Some(1)));
    assert_eq!(worker.step(&town, &format!("{url}/submission"), 6, note).await.status, 200);
    let end = leader.step(&town, &format!("{url}/reinspection"), 7, json!({ "passed": true })).await;
    assert_eq!((end.text("state"), end.text("phase")), ("cancelled".into(), "closed".into()));
    assert_eq!(end.body["actions"], json!([]));

    let timeline = worker.get(&town, &format!("{url}/timeline")).await;
    let steps: Vec<_> =
        timeline.body.as_array().unwrap().iter().map(|e| e["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["report", "grade", "order", "rectify", "submit", "send_back", "submit", "cancel"]);
}

#[actix_web::test]
async fn a_resend_is_the_same_record_and_other_content_is_refused() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let id = Id::<Hazard>::new().to_string();
    let first = worker.post(&town, "/api/v1/hazards", report(&id, EAST)).await;
    let again = worker.post(&town, "/api/v1/hazards", report(&id, EAST)).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.text("no"), again.text("no"));
    assert_eq!(first.location, again.location);
    let mut other = report(&id, EAST);
    other["title"] = "另一件事".into();
    assert_eq!(worker.post(&town, "/api/v1/hazards", other).await.told(), (409, "id_reused"));
    let neighbour = town.staff(Role::GridWorker, WEST);
    assert_eq!(neighbour.post(&town, "/api/v1/hazards", report(&id, WEST)).await.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn outside_of_ones_areas_there_is_nothing() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let hazard = reports(&town, &worker, EAST).await;
    for (who, sees) in [
        (town.staff(Role::GridWorker, EAST), 200),
        (town.staff(Role::GridWorker, WEST), 404),
        (town.staff(Role::GridLeader, "500114119201"), 200),
        (town.staff(Role::GridWorker, NEXT_VILLAGE), 404),
        (town.staff(Role::Dispatcher, "500114120"), 404),
        (town.staff(Role::DistrictViewer, "500114"), 200),
        (town.staff(Role::Admin, TOWN), 403),
        (town.resident(EAST), 404),
    ] {
        assert_eq!(who.get(&town, &url(&hazard)).await.status, sees, "{who:?}");
    }
    let outside =
        worker.post(&town, "/api/v1/hazards", report(&Id::<Hazard>::new().to_string(), NEXT_TOWN)).await;
    assert_eq!((outside.told(), outside.fields()), ((422, "invalid_fields"), vec!["area_code"]));
}

#[actix_web::test]
async fn a_resident_follows_their_own_report_without_the_office_remarks() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let hazard = reports(&town, &resident, WEST).await;
    assert_eq!(hazard.text("source"), "resident_report");
    assert_eq!(resident.get(&town, &url(&hazard)).await.status, 200);
    let mine = resident.get(&town, "/api/v1/cases?view=mine").await;
    assert_eq!(mine.body["items"].as_array().map(Vec::len), Some(1));
    let others = town.resident(EAST).get(&town, "/api/v1/cases").await;
    assert_eq!(others.body["items"].as_array().map(Vec::len), Some(0));
}

#[actix_web::test]
async fn a_step_needs_the_version_that_is_current() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let officer = town.staff(Role::StationOfficer, TOWN);
    let grading = format!("{}/grading", url(&reports(&town, &worker, EAST).await));
    let body = json!({ "grade": "key" });
    assert_eq!(officer.post(&town, &grading, body.clone()).await.told(), (428, "precondition_required"));
    let stale = officer.step(&town, &grading, 9, body.clone()).await;
    assert_eq!((stale.told(), stale.version()), ((412, "stale_version"), 1));
    assert_eq!(officer.step(&town, &grading, 1, body.clone()).await.status, 200);
    assert_eq!(officer.step(&town, &grading, 2, body).await.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn a_major_hazard_needs_the_five_elements_and_the_approver() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let (officer, approver) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Approver, TOWN));
    let url = url(&reports(&town, &worker, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "major" })).await;
    let order = json!({ "due": "2026-06-30", "measures": "示例措施" });
    let by_officer = officer.step(&town, &format!("{url}/order"), 2, order.clone()).await;
    assert_eq!(by_officer.told(), (403, "forbidden"));
    let incomplete = approver.step(&town, &format!("{url}/order"), 2, order).await;
    assert_eq!(
        incomplete.fields(),
        [
            "order_no",
            "responsible",
            "funds_fen",
            "emergency_plan",
            "interim_measures",
            "district_informed_on"
        ]
    );
    assert_eq!(incomplete.body["basis"]["law"], "安全生产事故隐患排查治理暂行规定");
    let mut untold = whole_order();
    untold["district_informed_on"] = Value::Null;
    let untold = approver.step(&town, &format!("{url}/order"), 2, untold).await;
    assert_eq!(
        (untold.fields(), &untold.body["basis"]["article"]),
        (vec!["district_informed_on"], &json!("第四十一条"))
    );
    let ordered = approver.step(&town, &format!("{url}/order"), 2, whole_order()).await;
    assert_eq!(
        (ordered.status, ordered.body["order"]["responsible"].as_str()),
        (200, Some("示****")),
        "{ordered:?}"
    );
}

#[actix_web::test]
async fn who_submitted_does_not_inspect() {
    let town = Town::new();
    let leader = town.staff(Role::GridLeader, "500114119201");
    let officer = town.staff(Role::StationOfficer, TOWN);
    let url = url(&reports(&town, &leader, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;
    leader.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    leader.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    let own = leader.step(&town, &format!("{url}/reinspection"), 5, json!({ "passed": true })).await;
    assert_eq!(own.told(), (403, "same_person"));
    assert_eq!(
        officer.step(&town, &format!("{url}/reinspection"), 5, json!({ "passed": true })).await.status,
        200
    );
}

#[actix_web::test]
async fn a_list_pages_by_phase_and_place_without_loss_or_repetition() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for _ in 0..5 {
        reports(&town, &worker, EAST).await;
    }
    let mut seen = Vec::new();
    let mut path = format!("/api/v1/cases?area={EAST}&phase=reported&limit=2");
    loop {
        let page = worker.get(&town, &path).await;
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
        match page.body["next"].as_str() {
            Some(next) => path = format!("/api/v1/cases?area={EAST}&phase=reported&limit=2&cursor={next}"),
            None => break,
        }
    }
    let all = seen.len();
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5));
    assert_eq!(worker.get(&town, &format!("/api/v1/cases?area={WEST}")).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn the_audit_knows_the_request_and_whoever_sent_it() {
    use diesel::prelude::*;
    use wangge::platform::db::schema::audit_entries::dsl;
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let request = worker.signs(actix_web::test::TestRequest::post(), "/api/v1/hazards");
    let request = request.insert_header(("X-Request-Id", "from-the-phone-1"));
    let answer = town.ask(request.set_json(report(&Id::<Hazard>::new().to_string(), EAST))).await;
    assert_eq!(answer.status, 201);
    let entry: (Option<String>, String) = dsl::audit_entries
        .filter(dsl::object_kind.eq("hazard"))
        .select((dsl::request_id, dsl::object_id))
        .first(&mut town.connect())
        .unwrap();
    assert_eq!(entry, (Some("from-the-phone-1".to_owned()), answer.text("id")));
}
