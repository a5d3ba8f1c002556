//! Clocks: what a case shows of them on its way, and what the steps of a procedure do to them.

mod alerts;
mod changes;
mod due;
mod feed;
mod late;
mod preview;
mod rfc5545;
mod scene;
mod telling;

use serde_json::json;
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Role, Staff};

use crate::town::{Answer, EAST, Person, TOWN, Town};

const VILLAGE: &str = "500114119201";

/// The id of a hazard, as a phone makes it.
enum Hazard {}
impl Kind for Hazard {
    const PREFIX: &'static str = "hazard";
}

/// The id of a dispute, as a phone makes it.
enum Dispute {}
impl Kind for Dispute {
    const PREFIX: &'static str = "dispute";
}

/// Rule, state and day of each clock that the answer shows.
fn shown(answer: &Answer) -> Vec<(&str, &str, &str)> {
    let clocks = answer.body["clocks"].as_array().unwrap_or_else(|| panic!("no clocks: {answer:?}"));
    clocks
        .iter()
        .map(|clock| {
            let member = |name: &str| clock[name].as_str().unwrap_or_default();
            assert!(!member("label").is_empty() && !member("due_at").is_empty(), "{clock}");
            (member("rule"), member("state"), member("due_on"))
        })
        .collect()
}

async fn ordered(town: &Town, worker: &Person, due: &str) -> (String, Answer) {
    let officer = town.staff(Role::StationOfficer, TOWN);
    let id = Id::<Hazard>::new().to_string();
    let body = json!({
        "id": id, "area_code": EAST, "field": "road_traffic", "title": "弯道护栏松动", "detail": "示例:立柱松动"
    });
    let found = worker.post(town, "/api/v1/hazards", body).await;
    assert_eq!((found.status, shown(&found)), (201, vec![]), "a report starts no clock: {found:?}");
    let url = format!("/api/v1/hazards/{id}");
    officer.step(town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    let ordered = officer.step(town, &format!("{url}/order"), 2, json!({ "due": due })).await;
    assert_eq!(ordered.status, 200, "{ordered:?}");
    (url, ordered)
}

#[actix_web::test]
async fn a_hazard_shows_the_day_of_the_order_and_then_that_of_the_inspection() {
    let town = Town::new();
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, VILLAGE));
    let (url, ordered) = ordered(&town, &worker, "2026-03-07").await;
    assert_eq!(shown(&ordered), [("YH-RECTIFY", "running", "2026-03-07")]);
    let clock = &ordered.body["clocks"][0];
    assert_eq!(
        (&clock["basis"]["article"], &clock["legal_due_on"]),
        (&json!("第六十五条"), &json!("2026-03-07"))
    );
    assert_eq!((&clock["label"], &clock["due_at"]), (&json!("完成整改"), &json!("2026-03-07T15:59:59.999Z")));

    let begun = worker.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    assert_eq!(shown(&begun), shown(&ordered), "the time runs on");
    assert_eq!(begun.text("due_on"), "2026-03-07");
    let done = worker.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    assert_eq!(
        shown(&done),
        [("YH-RECTIFY", "met", "2026-03-07"), ("YH-REINSPECT", "running", "2026-03-12")]
    );
    let back = json!({ "passed": false, "note": "仍有一根松动" });
    let back = leader.step(&town, &format!("{url}/reinspection"), 5, back).await;
    assert_eq!(
        shown(&back),
        [("YH-RECTIFY", "running", "2026-03-07"), ("YH-REINSPECT", "met", "2026-03-12")]
    );
    assert_eq!(back.text("due_on"), "2026-03-07");

    let read = leader.get(&town, &url).await;
    assert_eq!(shown(&read), shown(&back), "what is read is what the step answered");
    let list = leader.get(&town, "/api/v1/cases").await;
    assert_eq!(list.body["items"][0].get("clocks"), None, "a list shows the day only");
}

#[actix_web::test]
async fn what_is_submitted_after_the_day_of_the_order_was_late() {
    let town = Town::new();
    let (url, _) = ordered(&town, &town.staff(Role::GridWorker, EAST), "2026-03-07").await;
    town.pass(chrono::TimeDelta::days(6));
    let worker = town.staff(Role::GridWorker, EAST);
    worker.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    let late = worker.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    // Ten days from Sunday the 8th end on Wednesday the 18th.
    assert_eq!(
        shown(&late),
        [("YH-RECTIFY", "missed", "2026-03-07"), ("YH-REINSPECT", "running", "2026-03-18")]
    );
    let leader = town.staff(Role::GridLeader, VILLAGE);
    let end = leader.step(&town, &format!("{url}/reinspection"), 5, json!({ "passed": true })).await;
    assert_eq!(shown(&end)[1], ("YH-REINSPECT", "met", "2026-03-18"));
    assert_eq!(end.body.get("due_on"), None, "nothing is due any more");
}

#[actix_web::test]
async fn a_dispute_is_mediated_in_thirty_days_and_then_performed_while_the_court_may_be_asked() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let id = Id::<Dispute>::new().to_string();
    let body = json!({
        "id": id, "area_code": EAST, "dispute_type": "neighbour", "title": "示例纠纷", "detail": "示例",
        "occurred_at": "2026-02-20T01:00:00Z", "parties": [
            { "side": "applicant", "name": "示例甲", "consents": true },
            { "side": "respondent", "name": "示例乙", "consents": true }
        ]
    });
    let registered = mediator.post(&town, "/api/v1/disputes", body).await;
    assert_eq!((registered.status, shown(&registered)), (201, vec![]), "{registered:?}");
    let url = format!("/api/v1/disputes/{id}");
    let accepted = mediator.step(&town, &format!("{url}/acceptance"), 1, json!({ "answers": [] })).await;
    assert_eq!(shown(&accepted), [("TJ-MEDIATE", "running", "2026-04-01")], "{accepted:?}");
    let begun = mediator.step(&town, &format!("{url}/mediation"), 2, json!({ "mode": "on_site" })).await;
    assert_eq!(shown(&begun), shown(&accepted));
    let session = json!({
        "at": "2026-03-02T00:00:00.000Z", "place": "示例村委会", "mode": "on_site", "open": false, "summary": "示例",
        "mediators": [Id::<Staff>::from_uuid(mediator.id).to_string()],
        "attendees": [begun.body["parties"][0]["id"]], "result": "agreed"
    });
    let held = mediator.step(&town, &format!("{url}/sessions"), 3, session).await;
    assert_eq!(shown(&held), shown(&accepted), "{held:?}");
    let oral = json!({
        "form": "oral_agreement", "items": ["示例:赔付"], "effective_on": "2026-03-01",
        "performance_due_on": "2026-05-05"
    });
    let agreed = mediator.step(&town, &format!("{url}/agreement"), 4, oral).await;
    let all = [
        ("TJ-MEDIATE", "met", "2026-04-01"),
        ("TJ-JUDICIAL", "running", "2026-03-31"),
        ("TJ-PERFORM", "running", "2026-05-05"),
        ("TJ-VISIT", "running", "2026-03-31"),
    ];
    assert_eq!(shown(&agreed), all, "{agreed:?}");
    assert_eq!(agreed.text("due_on"), "2026-03-31", "the visit is due first");
    let visit = json!({ "kind": "return_visit", "finding": "not_yet", "words": "示例:约定五月付清" });
    let visited = mediator.step(&town, &format!("{url}/checks"), 5, visit).await;
    assert_eq!(visited.text("due_on"), "2026-05-05", "the parties' window is no debt of the office");
    mediator.step(&town, &format!("{url}/performance"), 6, json!({})).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:无异议" });
    let done = mediator.step(&town, &format!("{url}/fulfilment"), 7, done).await;
    assert_eq!(shown(&done)[2], ("TJ-PERFORM", "met", "2026-05-05"), "{done:?}");
    let papers =
        json!({ "archive_no": "示例调〔2026〕1号", "register": true, "records": true, "agreement": true });
    let end = mediator.step(&town, &format!("{url}/archive"), 8, papers).await;
    assert_eq!(
        shown(&end)[1],
        ("TJ-JUDICIAL", "waived", "2026-03-31"),
        "a closed case has no open clock: {end:?}"
    );
}
