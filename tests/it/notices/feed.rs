//! What residents read.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::scene::{GRIDS, Scene, TOWN};

fn ids(feed: &Value) -> Vec<&str> {
    feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_feed_shows_what_was_published_for_the_home_newest_first() {
    let scene = Scene::with(2).await;
    let mut published = Vec::new();
    for area in [TOWN, GRIDS[0], GRIDS[1], "500114119201"] {
        published.push(scene.published(&[area], "yellow").await);
        scene.base.pass(TimeDelta::seconds(1));
    }
    scene.draft(&[TOWN], "yellow").await;
    let feed = scene.get("resident0", "/api/v1/me/feed").await;
    assert_eq!(ids(&feed), [&published[3], &published[1], &published[0]]);
    let first = scene.get("resident0", "/api/v1/me/feed?limit=2").await;
    let next = first["next"].as_str().unwrap();
    let second = scene.get("resident0", &format!("/api/v1/me/feed?limit=2&cursor={next}")).await;
    assert_eq!((ids(&second), &second["next"]), (vec![published[0].as_str()], &Value::Null));
    let path = format!("/api/v1/me/feed/{}", published[2]);
    assert_eq!(scene.ask("resident0", "GET", &path, None, Value::Null).await.0, 404);
}

#[actix_web::test]
async fn a_second_acknowledgement_answers_the_same_receipt() {
    let scene = Scene::with(2).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/me/feed/{id}");
    let mut receipts = Vec::new();
    for noun in ["acknowledgement", "acknowledgement", "read"] {
        receipts.push(scene.ask("resident0", "POST", &format!("{path}/{noun}"), None, Value::Null).await);
        scene.base.pass(TimeDelta::seconds(1));
    }
    assert_eq!((receipts[0].0, receipts[0].1["status"].as_str()), (200, Some("acknowledged")));
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"][0]["status"], "acknowledged");
    let coverage = scene.coverage(&id).await;
    assert_eq!(
        (&coverage["acknowledged"], &coverage["read"], &coverage["rate"]),
        (&json!(1), &json!(0), &json!(0.5))
    );
}

#[actix_web::test]
async fn a_feed_that_the_phone_holds_is_not_sent_again_until_something_happens() {
    let scene = Scene::with(2).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let ask = async |held: &str| {
        let request =
            TestRequest::get().uri("/api/v1/me/feed").insert_header(("If-None-Match", held.to_owned()));
        let (status, tag, body) = scene.send("resident0", request).await;
        (status, tag.unwrap(), body)
    };
    let (status, mut held, _) = ask("").await;
    assert_eq!(status, 200);
    let read = format!("/api/v1/me/feed/{id}/read");
    for change in ["read", "another notice", "a cancellation"] {
        let (status, same, body) = ask(&held).await;
        assert_eq!((status, &same, &body), (304, &held, &Value::Null), "before {change}");
        match change {
            "read" => assert_eq!(scene.ask("resident0", "POST", &read, None, Value::Null).await.0, 200),
            "another notice" => drop(scene.published(&[GRIDS[0]], "yellow").await),
            _ => drop(scene.step("writer", &id, "cancellation", 4, json!({ "reason": "示例" })).await),
        }
        let (status, next, _) = ask(&held).await;
        assert_eq!((status, next != held), (200, true), "after {change}");
        held = next;
    }
}
