//! The other ways out of a hazard, and who stands at each.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::{Role, Staff};

use super::{Hazard, button, report, reports, staff_id, url, whole_order};
use crate::town::{EAST, TOWN, Town};

const VILLAGE: &str = "500114119201";

#[actix_web::test]
async fn a_report_that_is_no_hazard_is_closed_for_a_reason_and_in_words() {
    let town = Town::new();
    let (resident, dispatcher) = (town.resident(EAST), town.staff(Role::Dispatcher, TOWN));
    let hazard = reports(&town, &resident, EAST).await;
    let dismissal = format!("{}/dismissal", url(&hazard));
    let without_words = json!({ "reason": "harmless", "note": " " });
    assert_eq!(dispatcher.step(&town, &dismissal, 1, without_words).await.fields(), ["note"]);
    let body = json!({ "reason": "harmless", "note": "示例:护栏牢固" });
    let closed = dispatcher.step(&town, &dismissal, 1, body.clone()).await;
    assert_eq!((closed.text("state"), closed.text("phase")), ("not_hazard".into(), "closed".into()));
    assert_eq!((closed.text("not_hazard_reason"), &closed.body["actions"]), ("harmless".into(), &json!([])));
    assert!(closed.body["closed_at"].is_string(), "{closed:?}");
    let told = resident.get(&town, &format!("{}/timeline", url(&hazard))).await;
    assert_eq!(told.body[1]["note"], "示例:护栏牢固");
    assert_eq!(dispatcher.step(&town, &dismissal, 2, body).await.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn a_hazard_graded_major_is_dismissed_by_the_approver_only() {
    let town = Town::new();
    let (officer, approver) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Approver, TOWN));
    let url = url(&reports(&town, &officer, EAST).await);
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "major" })).await;
    let body = json!({ "reason": "gone", "note": "示例:危石已清运" });
    let refused = officer.step(&town, &format!("{url}/dismissal"), 2, body.clone()).await;
    assert_eq!(refused.told(), (403, "forbidden"));
    assert_eq!(approver.step(&town, &format!("{url}/dismissal"), 2, body).await.status, 200);
}

#[actix_web::test]
async fn what_is_put_right_on_the_spot_needs_photos_and_another_who_confirms_it() {
    let town = Town::new();
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, VILLAGE));
    let url = url(&reports(&town, &worker, EAST).await);
    let (fix, reinspection) = (format!("{url}/spot_fix"), format!("{url}/reinspection"));
    assert_eq!(worker.step(&town, &fix, 1, json!({})).await.fields(), ["photos"]);
    let after = worker.photo(&town).await;
    let no_before = worker.step(&town, &fix, 1, json!({ "photos": [after] })).await;
    assert_eq!(no_before.fields(), ["before"], "{no_before:?}");
    let before = worker.photo(&town).await;
    let fixed = worker.step(&town, &fix, 1, json!({ "before": [before], "photos": [after] })).await;
    assert_eq!((fixed.text("state"), fixed.text("phase")), ("fixed_on_spot".into(), "resolved".into()));
    assert_eq!((fixed.text("grade"), fixed.text("due_on")), ("general".into(), "2026-03-12".into()));

    let back =
        leader.step(&town, &reinspection, 2, json!({ "passed": false, "note": "示例:仍有杂物" })).await;
    assert_eq!((back.text("state"), back.body.get("grade")), ("found".into(), None), "{back:?}");
    let again = json!({ "photos": [worker.photo(&town).await] });
    assert_eq!(worker.step(&town, &fix, 3, again).await.status, 200);
    let end = leader.step(&town, &reinspection, 4, json!({ "passed": true })).await;
    assert_eq!((end.text("state"), end.body["rework_count"].as_i64()), ("cancelled".into(), Some(1)));
}

#[actix_web::test]
async fn nobody_confirms_what_they_put_right_on_the_spot() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let url = url(&reports(&town, &officer, EAST).await);
    let (before, after) = (officer.photo(&town).await, officer.photo(&town).await);
    let body = json!({ "before": [before], "photos": [after] });
    let fixed = officer.step(&town, &format!("{url}/spot_fix"), 1, body).await;
    assert_eq!(button(&fixed, "cancel")["blocked"], "提交整改的人不能自己复查", "{fixed:?}");
    let own = officer.step(&town, &format!("{url}/reinspection"), 2, json!({ "passed": true })).await;
    assert_eq!(own.told(), (403, "same_person"));
}

#[actix_web::test]
async fn a_major_hazard_is_cancelled_by_the_approver_after_two_others_inspected_it() {
    let town = Town::new();
    let (worker, approver) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Approver, TOWN));
    let (officer, leader) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::GridLeader, VILLAGE));
    let url = url(&reports(&town, &worker, EAST).await);
    let graded = officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "major" })).await;
    let order = button(&graded, "order");
    assert_eq!(order["blocked"], "重大隐患的整改指令须由分管领导签批", "{graded:?}");
    let fields = order["fields"].as_array().unwrap();
    for element in whole_order().as_object().unwrap().keys() {
        assert!(fields.contains(&element.as_str().into()), "{element}");
    }
    let seen = approver.get(&town, &url).await;
    assert_eq!(button(&seen, "order").get("blocked"), None);
    approver.step(&town, &format!("{url}/order"), 2, whole_order()).await;
    worker.step(&town, &format!("{url}/rectification"), 3, json!({})).await;
    let nothing_said = worker.step(&town, &format!("{url}/submission"), 4, json!({})).await;
    assert_eq!((nothing_said.told(), nothing_said.fields()), ((422, "invalid_fields"), vec!["note"]));
    let submitted = worker.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已清运" })).await;
    assert_eq!(submitted.status, 200, "{submitted:?}");

    let (two, photo) = ([staff_id(&officer), staff_id(&leader)], approver.photo(&town).await);
    let passed =
        |inspectors: &[String]| json!({ "passed": true, "inspectors": inspectors, "photos": [photo] });
    let reinspection = format!("{url}/reinspection");
    let unsigned = officer.step(&town, &reinspection, 5, passed(&two)).await;
    assert_eq!(unsigned.told(), (403, "forbidden"));
    let stranger = town.staff(Role::GridLeader, "500114119202");
    for few in [
        vec![],
        vec![staff_id(&officer)],
        vec![staff_id(&officer), staff_id(&officer)],
        vec![staff_id(&officer), staff_id(&worker)],
        vec![staff_id(&officer), staff_id(&approver)],
        vec![staff_id(&officer), staff_id(&stranger)],
        vec![staff_id(&officer), Id::<Staff>::new().to_string()],
    ] {
        let refused = approver.step(&town, &reinspection, 5, passed(&few)).await;
        assert_eq!(
            (refused.told(), refused.fields()),
            ((422, "invalid_fields"), vec!["inspectors"]),
            "{few:?}"
        );
    }
    let end = approver.step(&town, &reinspection, 5, passed(&two)).await;
    assert_eq!((end.status, end.text("state")), (200, "cancelled".into()), "{end:?}");
    assert_eq!(end.body["inspectors"], json!(two));
    assert_eq!(worker.get(&town, &url).await.body["inspectors"], json!(two));
}

#[actix_web::test]
async fn a_hazard_is_not_hidden_from_whoever_grades_it() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for (confidential, status) in [("public", 201), ("internal", 201), ("private", 422), ("sealed", 422)] {
        let mut body = report(&Id::<Hazard>::new().to_string(), EAST);
        body["confidential"] = confidential.into();
        let answer = worker.post(&town, "/api/v1/hazards", body).await;
        assert_eq!(answer.status, status, "{confidential}");
        assert_eq!(answer.fields().contains(&"confidential"), status == 422);
    }
}

#[actix_web::test]
async fn a_step_refuses_in_the_order_in_which_a_stranger_learns_least() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let real = format!("{}/grading", url(&reports(&town, &worker, EAST).await));
    let invented = "/api/v1/hazards/hazard_x/grading";
    let bad = |request: TestRequest| request.set_json(json!({ "grade": "dreadful" }));
    let anonymous = town.ask(bad(TestRequest::post().uri(invented))).await;
    assert_eq!(anonymous.told(), (401, "unauthenticated"));
    for (who, path, version, told) in [
        (&worker, invented, None, (403, "forbidden")),
        (&officer, invented, None, (404, "not_found")),
        (&officer, &*real, None, (428, "precondition_required")),
        (&officer, &*real, Some("*"), (400, "bad_request")),
        (&officer, &*real, Some("\"1\""), (422, "invalid_fields")),
    ] {
        let mut request = who.signs(TestRequest::post(), path);
        if let Some(version) = version {
            request = request.insert_header(("If-Match", version));
        }
        assert_eq!(town.ask(bad(request)).await.told(), told);
    }
}
