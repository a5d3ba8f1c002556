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
async fn whoever_rewrote_a_notice_does_not_approve_it_and_whoever_approved_it_does_not_publish_it() {
    let scene = Scene::with(1).await;
    let id = scene.draft(&[TOWN], "orange").await;
    let body = json!({ "id": id, "kind": "warning", "level": "red", "title": "示例:改过的标题", "body": "示例",
        "areas": [TOWN], "channels": [] });
    let path = format!("/api/v1/notices/{id}");
    assert_eq!(scene.ask("other_writer", "PUT", &path, Some(1), body).await.0, 200);
    scene.step("writer", &id, "submission", 2, Value::Null).await;
    let seen = scene.get("other_writer", &path).await;
    let approve =
        seen["actions"].as_array().unwrap().iter().find(|action| action["step"] == "approve").unwrap();
    assert!(approve["blocked"].as_str().unwrap().contains("修改"), "{approve}");
    let own = scene.ask("other_writer", "POST", &format!("{path}/approval"), Some(3), Value::Null).await;
    assert_eq!((own.0, own.1["code"].as_str()), (403, Some("same_person")));
    scene.step("approver", &id, "approval", 3, Value::Null).await;
    let own = scene.ask("approver", "POST", &format!("{path}/publication"), Some(4), Value::Null).await;
    assert_eq!((own.0, own.1["code"].as_str()), (403, Some("same_person")));
    // The writer holds the approver's post too, and has not approved.
    scene.step("writer", &id, "publication", 4, Value::Null).await;
}

#[actix_web::test]
async fn a_stale_version_is_told_before_a_step_that_the_state_refuses() {
    let scene = Scene::with(1).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/notices/{id}/submission");
    let stale = scene.ask("writer", "POST", &path, Some(1), Value::Null).await;
    assert_eq!((stale.0, stale.1["version"].as_i64()), (412, Some(4)));
    assert_eq!(scene.ask("writer", "POST", &path, Some(4), Value::Null).await.0, 409);
}

#[actix_web::test]
async fn a_draft_is_seen_by_those_who_write_where_it_will_be_read() {
    let scene = Scene::with(1).await;
    let id = scene.draft(&[GRIDS[0]], "yellow").await;
    let path = format!("/api/v1/notices/{id}");
    // A grid worker of the place who writes notices somewhere else.
    assert_eq!(scene.ask("elsewhere", "GET", &path, None, Value::Null).await.0, 404);
    assert_eq!(scene.get("elsewhere", "/api/v1/notices").await["items"], json!([]));
    assert_eq!(scene.get("approver", "/api/v1/notices").await["items"][0]["id"], json!(id));
    let theirs = scene.draft(&[GRIDS[1]], "yellow").await;
    assert_eq!(scene.get("elsewhere", "/api/v1/notices").await["items"][0]["id"], json!(theirs));
}

#[actix_web::test]
async fn a_notice_to_a_part_of_a_grid_reaches_at_least_twenty_persons() {
    let scene = Scene::with(8).await; // three persons each
    let stair = format!("{}01", GRIDS[0]);
    scene.base.tamper(&format!(
        "INSERT INTO areas (code, name, level, parent, version, updated_at) \
         VALUES ('{stair}', '示例楼栋', 'micro_grid', '{}', 1, '2026-03-01T00:00:00.000Z')",
        GRIDS[0]
    ));
    scene.base.tamper(&format!("UPDATE households SET area_code = '{stair}' WHERE code IN ('H0', 'H2')"));
    let id = scene.draft(&[&stair], "yellow").await;
    scene.step("writer", &id, "submission", 1, Value::Null).await;
    scene.step("approver", &id, "approval", 2, Value::Null).await;
    let path = format!("/api/v1/notices/{id}/publication");
    let (status, refused) = scene.ask("writer", "POST", &path, Some(3), Value::Null).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("guard_refused")), "{refused}");
    assert_eq!(refused["basis"]["law"], "个人信息保护法");
    assert!(refused["detail"].as_str().unwrap().contains("现有 6 名"), "{refused}");
    scene.base.tamper(&format!("UPDATE households SET area_code = '{stair}'"));
    scene.step("writer", &id, "publication", 3, Value::Null).await;
    // A whole grid is no aim, however few live there.
    scene.published(&[GRIDS[1]], "yellow").await;
}

#[actix_web::test]
async fn writing_the_deliveries_out_is_no_change_of_the_notice() {
    let scene = Scene::with(2).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/notices/{id}");
    let before = scene.get("writer", &path).await;
    assert!(scene.coverage(&id).await["fanned_out_at"].is_null());
    scene.work().await;
    assert_eq!(scene.get("writer", &path).await, before);
    let written_out = scene.coverage(&id).await["fanned_out_at"].clone();
    assert!(written_out.is_string());
    scene.step("writer", &id, "cancellation", 4, json!({ "reason": "示例:内容有误" })).await;
    assert_eq!(scene.coverage(&id).await["fanned_out_at"], written_out);
    scene.work().await;
}

#[actix_web::test]
async fn a_notice_does_not_end_after_the_calendar() {
    let scene = Scene::with(1).await;
    for never in ["+10000-01-01T00:00:00Z", "9999-12-31T23:59:59-08:00"] {
        let id = wangge::base::id::Id::<wangge::features::notices::Notice>::new();
        let body = json!({ "id": id, "kind": "policy", "title": "示例", "body": "示例", "areas": [TOWN],
            "channels": [], "expires_at": never });
        let (status, refused) = scene.ask("writer", "POST", "/api/v1/notices", None, body).await;
        assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("expires_at")), "{refused}");
    }
    assert_eq!(scene.get("writer", "/api/v1/notices").await["items"], json!([]));
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
    // The first time as if its end had not been written down, the second as if nothing had.
    let begun = json!({ "notice": id, "urgent": false });
    for again in ["payload".to_owned(), format!("'{begun}'")] {
        scene.base.tamper(&format!(
            "UPDATE outbox_jobs SET state = 'waiting', finished_at = NULL, payload = {again}"
        ));
        assert_eq!(scene.work().await, 1);
        assert_eq!(scene.coverage(&id).await["deliveries"], 10_050);
    }
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
