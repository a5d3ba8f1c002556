//! Coverage against a count by hand.

use serde_json::{Value, json};

use crate::notices::scene::{GRIDS, Scene, TOWN};

#[actix_web::test]
async fn coverage_is_what_counting_by_hand_gives() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.sender(scene.base.db.clone()).send_due().await.unwrap();
    // Even households live in the first grid: 0 acknowledges, 2 reads; of the odd ones 1 reads.
    for (who, noun) in [
        ("resident0", "read"),
        ("resident0", "acknowledgement"),
        ("resident2", "read"),
        ("resident1", "read"),
    ] {
        let path = format!("/api/v1/me/feed/{id}/{noun}");
        assert_eq!(scene.ask(who, "POST", &path, None, Value::Null).await.0, 200);
    }
    let coverage = scene.coverage(&id).await;
    let grid = |n: usize| {
        let grid = &coverage["grids"][n];
        ["households", "none", "sent", "read", "acknowledged"].map(|key| grid[key].as_i64().unwrap())
    };
    assert_eq!((grid(0), grid(1)), ([4, 0, 2, 1, 1], [4, 0, 3, 1, 0]));
    assert_eq!((&coverage["rate"], &coverage["deliveries"]), (&json!(0.375), &json!(8)));
    let worker = scene.get("worker", &format!("/api/v1/notices/{id}/coverage")).await;
    assert_eq!((worker["households"].as_i64(), worker["grids"].as_array().map(Vec::len)), (Some(4), Some(1)));
}

#[actix_web::test]
async fn the_list_of_a_grid_names_those_whom_nothing_has_reached() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/me/feed/{id}/read");
    assert_eq!(scene.ask("resident0", "POST", &path, None, Value::Null).await.0, 200);
    let list = format!("/api/v1/notices/{id}/households?area={}", GRIDS[0]);
    let count = |body: &Value| body["items"].as_array().unwrap().len();
    assert_eq!(count(&scene.get("worker", &list).await), 4);
    assert_eq!(count(&scene.get("worker", &format!("{list}&status=none")).await), 3);
    let read = scene.get("worker", &format!("{list}&status=read")).await;
    assert_eq!((count(&read), read["items"][0]["status"].as_str()), (1, Some("read")));
    let outside = format!("/api/v1/notices/{id}/households?area={}", GRIDS[1]);
    assert_eq!(scene.ask("worker", "GET", &outside, None, Value::Null).await.0, 404);
}
