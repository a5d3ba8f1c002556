//! Writing, approving, publishing.

use serde_json::{Value, json};

use super::scene::{GRIDS, Scene, TOWN};

#[actix_web::test]
async fn whoever_drafted_or_submitted_a_notice_does_not_approve_it() {
    let scene = Scene::with(1).await;
    let id = scene.draft(&[TOWN], "orange").await;
    scene.step("other_writer", &id, "submission", 1, Value::Null).await;
    let path = format!("/api/v1/notices/{id}/approval");
    // Both hold the approver's post as well.
    for who in ["writer", "other_writer"] {
        let (status, body) = scene.ask(who, "POST", &path, Some(2), Value::Null).await;
        assert_eq!((status, body["code"].as_str()), (403, Some("same_person")), "{who}");
    }
    let approved = scene.step("approver", &id, "approval", 2, Value::Null).await;
    assert_eq!((approved["state"].as_str(), approved["version"].as_i64()), (Some("approved"), Some(3)));
}

#[actix_web::test]
async fn a_notice_is_published_once_and_what_it_is_measured_against_stays() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/notices/{id}/publication");
    let (status, body) = scene.ask("writer", "POST", &path, Some(4), Value::Null).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("step_not_allowed")));
    let before = scene.coverage(&id).await;
    assert_eq!((before["households"].as_i64(), before["persons"].as_i64()), (Some(8), Some(24)));
    assert_eq!(before["no_smartphone"], 2);
    scene.base.tamper("UPDATE households SET status = 'moved'");
    let after = scene.coverage(&id).await;
    assert_eq!(after["grids"], before["grids"]);
}

#[actix_web::test]
async fn ten_thousand_households_are_written_out_once_although_the_job_runs_twice() {
    let scene = Scene::with(10_050).await;
    let id = scene.published(&[TOWN], "yellow").await;
    assert_eq!(scene.work().await, 1);
    let coverage = scene.coverage(&id).await;
    assert_eq!((coverage["deliveries"].as_i64(), coverage["none"].as_i64()), (Some(10_050), Some(10_050)));
    scene.base.tamper("UPDATE outbox_jobs SET state = 'waiting', finished_at = NULL");
    assert_eq!(scene.work().await, 1);
    assert_eq!(scene.coverage(&id).await["deliveries"], 10_050);
}

#[actix_web::test]
async fn cancelling_stops_what_still_waits_and_empties_the_feed() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[GRIDS[0]], "red").await;
    scene.work().await;
    scene.step("writer", &id, "cancellation", 4, json!({ "reason": "示例:内容有误" })).await;
    let feed = scene.get("resident0", "/api/v1/me/feed").await;
    assert_eq!(feed["items"], json!([]));
    scene.work().await;
    let coverage = scene.coverage(&id).await;
    assert_eq!(coverage["by_state"], json!({ "cancelled": 4 }));
    assert_eq!(scene.sender(scene.base.db.clone()).send_due().await.unwrap(), 0);
    assert_eq!(scene.ledger().await, (0, 0));
}
