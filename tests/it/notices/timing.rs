//! Publishing at an hour, in an emergency, in the place of another; and ending.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::features::notices::keep_time;

use super::scene::{Scene, TOWN};

fn steps(notice: &Value) -> Vec<&str> {
    notice["actions"].as_array().unwrap().iter().map(|action| action["step"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_notice_publishes_itself_at_its_hour_and_not_before() {
    let scene = Scene::with(2).await;
    let id = scene.draft(&[TOWN], "yellow").await;
    scene.step("writer", &id, "submission", 1, Value::Null).await;
    scene.step("approver", &id, "approval", 2, Value::Null).await;
    let path = format!("/api/v1/notices/{id}/schedule");
    let hour = json!({ "publish_at": "2026-03-02T03:00:00.000Z" });
    let own = scene.ask("approver", "POST", &path, Some(3), hour.clone()).await;
    assert_eq!((own.0, own.1["code"].as_str()), (403, Some("same_person")));
    let past = json!({ "publish_at": "2026-03-02T00:59:00.000Z" });
    assert_eq!(scene.ask("writer", "POST", &path, Some(3), past).await.0, 422);
    let scheduled = scene.step("writer", &id, "schedule", 3, hour).await;
    assert_eq!(
        (&scheduled["state"], &scheduled["publish_at"]),
        (&json!("scheduled"), &json!("2026-03-02T03:00:00.000Z"))
    );
    scene.base.pass(TimeDelta::minutes(119));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 0);
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"], json!([]));
    scene.base.pass(TimeDelta::minutes(1));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 1);
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 0, "once is enough");
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"][0]["id"], json!(id));
    let published = scene.get("writer", &format!("/api/v1/notices/{id}")).await;
    assert_eq!((&published["state"], &published["publish_at"]), (&json!("published"), &Value::Null));
    assert_eq!(scene.work().await, 1, "its deliveries are written");
}

#[actix_web::test]
async fn a_scheduled_notice_may_be_published_sooner_or_called_off() {
    let scene = Scene::with(1).await;
    let hour = json!({ "publish_at": "2026-03-02T03:00:00.000Z" });
    for noun in ["publication", "cancellation"] {
        let id = scene.draft(&[TOWN], "yellow").await;
        scene.step("writer", &id, "submission", 1, Value::Null).await;
        scene.step("approver", &id, "approval", 2, Value::Null).await;
        scene.step("writer", &id, "schedule", 3, hour.clone()).await;
        let body = if noun == "cancellation" { json!({ "reason": "示例" }) } else { Value::Null };
        scene.step("writer", &id, noun, 4, body).await;
    }
    scene.base.pass(TimeDelta::hours(3));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 1, "the one that was published is written out anew");
    scene.work().await;
}

#[actix_web::test]
async fn what_went_back_is_written_anew_and_approved_anew() {
    let scene = Scene::with(1).await;
    let id = scene.draft(&[TOWN], "yellow").await;
    scene.step("writer", &id, "submission", 1, Value::Null).await;
    let back = scene.step("approver", &id, "return", 2, json!({ "reason": "请写明报警电话" })).await;
    assert_eq!((&back["state"], &back["return_reason"]), (&json!("draft"), &json!("请写明报警电话")));
    let again = scene.step("writer", &id, "submission", 3, Value::Null).await;
    assert_eq!(again["return_reason"], Value::Null);
}

#[actix_web::test]
async fn a_grave_warning_goes_out_at_once_and_is_approved_afterwards_by_another() {
    let scene = Scene::with(2).await;
    let mild = scene.draft(&[TOWN], "yellow").await;
    scene.step("writer", &mild, "submission", 1, Value::Null).await;
    let path = format!("/api/v1/notices/{mild}/emergency-publication");
    let refused = scene.ask("writer", "POST", &path, Some(2), Value::Null).await;
    assert_eq!((refused.0, refused.1["code"].as_str()), (409, Some("guard_refused")));

    let id = scene.draft(&[TOWN], "red").await;
    scene.step("writer", &id, "submission", 1, Value::Null).await;
    let out = scene.step("writer", &id, "emergency-publication", 2, Value::Null).await;
    assert_eq!(
        (&out["state"], &out["approval_due_at"]),
        (&json!("published"), &json!("2026-03-03T01:00:00.000Z"))
    );
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"][0]["id"], json!(id));
    let path = format!("/api/v1/notices/{id}/ratification");
    // The writer holds the approver's post too.
    let own = scene.ask("writer", "POST", &path, Some(3), Value::Null).await;
    assert_eq!((own.0, own.1["code"].as_str()), (403, Some("same_person")));
    let seen = scene.get("approver", &format!("/api/v1/notices/{id}")).await;
    assert!(steps(&seen).contains(&"ratify"));
    let approved = scene.step("approver", &id, "ratification", 3, Value::Null).await;
    assert_eq!((&approved["state"], &approved["approval_due_at"]), (&json!("published"), &Value::Null));
    assert!(!steps(&approved).contains(&"ratify"));
    let twice = scene.ask("approver", "POST", &path, Some(4), Value::Null).await;
    assert_eq!((twice.0, twice.1["code"].as_str()), (409, Some("guard_refused")));
    scene.base.pass(TimeDelta::hours(25));
    scene.work().await;
    keep_time(&scene.base.db).await.unwrap();
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"][0]["id"], json!(id));
    scene.work().await;
}

#[actix_web::test]
async fn what_nobody_approves_within_a_day_is_withdrawn() {
    let scene = Scene::with(2).await;
    let id = scene.draft(&[TOWN], "orange").await;
    scene.step("writer", &id, "submission", 1, Value::Null).await;
    scene.step("writer", &id, "emergency-publication", 2, Value::Null).await;
    scene.base.pass(TimeDelta::hours(24));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 2, "it ends, and nothing more is written of it");
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"], json!([]));
    let gone = scene.get("writer", &format!("/api/v1/notices/{id}")).await;
    assert_eq!(gone["state"], "cancelled");
    assert!(gone["cancel_reason"].as_str().unwrap().contains("24 小时"), "{gone}");
    scene.work().await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({}));
}

#[actix_web::test]
async fn an_update_takes_the_place_of_what_it_names() {
    let scene = Scene::with(2).await;
    let old = scene.published(&[TOWN], "yellow").await;
    scene.work().await;
    let mut body = scene.body(&[TOWN], "yellow");
    let new = body["id"].as_str().unwrap().to_owned();
    body["replaces"] = json!(old);
    assert_eq!(scene.ask("writer", "POST", "/api/v1/notices", None, body).await.0, 201);
    scene.publish(&new).await;
    let feed = scene.get("resident0", "/api/v1/me/feed").await;
    assert_eq!((feed["items"].as_array().unwrap().len(), &feed["items"][0]["id"]), (1, &json!(new)));
    let past = scene.get("writer", &format!("/api/v1/notices/{old}")).await;
    assert_eq!((&past["state"], &past["replaced_by"]), (&json!("updated"), &json!(new)));
    scene.work().await;
    assert_eq!(scene.coverage(&old).await["by_state"], json!({ "cancelled": 2 }), "what waited is not sent");
    // What has ended cannot be replaced again.
    let mut late = scene.body(&[TOWN], "yellow");
    late["replaces"] = json!(old);
    let (status, refused) = scene.ask("writer", "POST", "/api/v1/notices", None, late).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("replaces")));
}

#[actix_web::test]
async fn validity_ends_a_notice_which_may_still_be_opened() {
    let scene = Scene::with(2).await;
    let mut body = scene.body(&[TOWN], "yellow");
    let id = body["id"].as_str().unwrap().to_owned();
    body["expires_at"] = json!("2026-03-02T02:00:00.000Z");
    assert_eq!(scene.ask("writer", "POST", "/api/v1/notices", None, body).await.0, 201);
    scene.publish(&id).await;
    scene.work().await;
    scene.base.pass(TimeDelta::hours(1));
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"], json!([]));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 2, "it ends, and is looked at");
    assert_eq!(scene.get("writer", &format!("/api/v1/notices/{id}")).await["state"], "expired");
    assert_eq!(scene.get("resident0", &format!("/api/v1/me/feed/{id}")).await["id"], json!(id));
    scene.work().await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "cancelled": 2 }));
}

#[actix_web::test]
async fn a_delivery_that_is_missing_is_written_when_it_is_looked_for() {
    let scene = Scene::with(6).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene
        .base
        .tamper("DELETE FROM deliveries WHERE household_id IN (SELECT id FROM households WHERE code = 'H1')");
    scene.base.tamper("UPDATE counter_deltas SET n = 5 WHERE keys = 'd:queued' AND n = 6");
    scene.base.pass(TimeDelta::minutes(10));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 1);
    scene.work().await;
    assert_eq!(scene.coverage(&id).await["deliveries"], 6);
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 0, "it is looked for once");
}

#[actix_web::test]
async fn deliveries_whose_writing_was_given_up_are_written_half_an_hour_later() {
    let scene = Scene::with(6).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.base.tamper("UPDATE outbox_jobs SET state = 'gave_up', finished_at = '2026-03-02T01:00:00.000Z'");
    scene.base.pass(TimeDelta::minutes(29));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 0, "somebody may be at it still");
    scene.base.pass(TimeDelta::minutes(1));
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 1);
    assert_eq!(keep_time(&scene.base.db).await.unwrap(), 0, "it is begun anew once");
    scene.work().await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 6 }));
}
