//! Who sees and does what where, and when visits may be opened.

use serde_json::json;
use wangge::platform::access::Role;

use super::{home_of, households, opened, published, record, result, tasks, write_tasks};
use crate::contract::places::Notice;
use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, TOWN, Town, WEST};

#[actix_web::test]
async fn a_worker_sees_and_records_nothing_beyond_their_grid() {
    let town = Town::new();
    let (home, next) = (town.resident(EAST), town.resident(WEST));
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    let worker = town.staff(Role::GridWorker, EAST);
    assert_eq!(households(&tasks(&town, &worker, &notice, "open").await), [home_of(&home)]);
    let outside = worker.post(&town, "/api/v1/visits", result(&notice, &next, "visited")).await;
    assert_eq!((outside.status, outside.fields()), (422, vec!["household_id"]));
    let path = format!("/api/v1/notices/{notice}/visit_tasks/{}", home_of(&next));
    assert_eq!(worker.get(&town, &path).await.told(), (404, "not_found"));
    let west = town.staff(Role::GridWorker, WEST);
    let theirs = record(&town, &west, result(&notice, &next, "visited")).await;
    assert_eq!(worker.get(&town, &format!("/api/v1/visits/{theirs}")).await.status, 404);
    let correction =
        json!({ "id": wangge::base::id::Id::<crate::contract::places::Visit>::new(), "reason": "示例" });
    assert_eq!(
        worker.post(&town, &format!("/api/v1/visits/{theirs}/correction"), correction).await.status,
        404
    );
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert_eq!(tasks(&town, &leader, &notice, "done").await.len(), 1);
    let asked = format!("/api/v1/notices/{notice}/visit_tasks?area={WEST}");
    assert_eq!(worker.get(&town, &asked).await.status, 404);
    let elsewhere = town.staff(Role::GridWorker, NEXT_TOWN);
    assert_eq!(elsewhere.get(&town, &format!("/api/v1/notices/{notice}/visit_tasks")).await.status, 404);
}

#[actix_web::test]
async fn an_office_opens_the_part_of_a_notice_that_it_holds() {
    let town = Town::new();
    let (here, there) = (town.resident(EAST), town.resident(NEXT_TOWN));
    // The district's notice; the town brings it to its own households.
    let (officer, approver) =
        (town.staff(Role::PublicityOfficer, "500114"), town.staff(Role::Approver, "500114"));
    let id = wangge::base::id::Id::<Notice>::new().to_string();
    let body = json!({ "id": id, "kind": "policy", "title": "示例", "body": "示例", "areas": ["500114"] });
    let url = format!("/api/v1/notices/{id}");
    assert_eq!(officer.post(&town, "/api/v1/notices", body).await.status, 201);
    let path = format!("{url}/visit_tasks");
    let due = json!({ "due_on": "2026-03-20" });
    assert_eq!(approver.post(&town, &path, due.clone()).await.told(), (409, "step_not_allowed"));
    officer.step(&town, &format!("{url}/submission"), 1, json!({})).await;
    approver.step(&town, &format!("{url}/approval"), 2, json!({})).await;
    officer.step(&town, &format!("{url}/publication"), 3, json!({})).await;

    let round = opened(&town, &id).await.body["rounds"].clone();
    assert_eq!((round.as_array().map(Vec::len), &round[0]["area_code"]), (Some(1), &json!(TOWN)));
    let worker = town.staff(Role::GridWorker, EAST);
    assert_eq!(households(&tasks(&town, &worker, &id, "open").await), [home_of(&here)]);
    let far = town.staff(Role::GridWorker, NEXT_TOWN);
    assert!(tasks(&town, &far, &id, "open").await.is_empty());
    assert_eq!(far.get(&town, "/api/v1/visit_rounds").await.body["items"], json!([]));
    // Then the district opens all of it: who has a task keeps it.
    assert_eq!(approver.post(&town, &path, due).await.status, 202);
    write_tasks(&town).await;
    assert_eq!(households(&tasks(&town, &far, &id, "open").await), [home_of(&there)]);
    assert_eq!(tasks(&town, &worker, &id, "open").await.len(), 1);
}

#[actix_web::test]
async fn a_cancelled_notice_is_brought_to_nobody_and_what_was_done_is_kept() {
    let town = Town::new();
    let (home, _other) = (town.resident(NEXT_VILLAGE), town.resident(NEXT_VILLAGE));
    let notice = published(&town, &[NEXT_VILLAGE]).await;
    opened(&town, &notice).await;
    let worker = town.staff(Role::GridWorker, NEXT_VILLAGE);
    record(&town, &worker, result(&notice, &home, "visited")).await;
    let approver = town.staff(Role::Approver, TOWN);
    let url = format!("/api/v1/notices/{notice}");
    let cancelled =
        approver.step(&town, &format!("{url}/cancellation"), 4, json!({ "reason": "示例" })).await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    assert!(tasks(&town, &worker, &notice, "open").await.is_empty());
    assert_eq!(tasks(&town, &worker, &notice, "done").await.len(), 1);
    let again = approver.post(&town, &format!("{url}/visit_tasks"), json!({ "due_on": "2026-03-20" })).await;
    assert_eq!(again.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn a_day_that_is_over_or_far_away_is_refused() {
    let town = Town::new();
    let notice = published(&town, &[EAST]).await;
    let approver = town.staff(Role::Approver, TOWN);
    for day in ["2026-03-01", "2027-03-01"] {
        let path = format!("/api/v1/notices/{notice}/visit_tasks");
        assert_eq!(approver.post(&town, &path, json!({ "due_on": day })).await.fields(), ["due_on"], "{day}");
    }
}

#[actix_web::test]
async fn the_office_that_opens_visits_sees_how_they_stand_and_no_households() {
    let town = Town::new();
    let (home, _other) = (town.resident(EAST), town.resident(EAST));
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    record(&town, &town.staff(Role::GridWorker, EAST), result(&notice, &home, "visited")).await;
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let done = tasks(&town, &officer, &notice, "done").await;
    assert_eq!(households(&done), [home_of(&home)], "{done:?}");
    assert_eq!(done[0].get("household"), None, "{done:?}");
    let open = tasks(&town, &officer, &notice, "open").await;
    assert_eq!((open.len(), open[0].get("household")), (1, None));
    let file = format!("/api/v1/notices/{notice}/visit_tasks/{}", home_of(&home));
    assert_eq!(officer.get(&town, &file).await.told(), (403, "forbidden"), "what was said at the door");
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert!(tasks(&town, &leader, &notice, "open").await[0].get("household").is_some());
    let elsewhere = town.staff(Role::PublicityOfficer, &NEXT_TOWN[..9]);
    assert_eq!(elsewhere.get(&town, &format!("/api/v1/notices/{notice}/visit_tasks")).await.status, 404);
}
