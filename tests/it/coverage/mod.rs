//! Coverage against a count by hand.

mod newcomers;

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

#[actix_web::test]
async fn households_to_which_a_notice_was_never_sent_are_not_called_unreached() {
    let scene = Scene::with(8).await;
    let list = |id: &str, area: &str| format!("/api/v1/notices/{id}/households?area={area}");
    let count = |body: &Value| body["items"].as_array().unwrap().len();
    let draft = scene.draft(&[TOWN], "yellow").await;
    assert_eq!(count(&scene.get("approver", &list(&draft, TOWN)).await), 0);
    let id = scene.published(&[GRIDS[0]], "yellow").await;
    assert_eq!(count(&scene.get("approver", &list(&id, TOWN)).await), 4);
    assert_eq!(count(&scene.get("approver", &list(&id, GRIDS[1])).await), 0);
}

#[actix_web::test]
async fn a_list_of_households_needs_both_permissions_in_the_area() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let list = |area: &str| format!("/api/v1/notices/{id}/households?area={area}");
    // Publicity officer of the town, grid worker of one grid.
    assert_eq!(scene.ask("townwide", "GET", &list(GRIDS[1]), None, Value::Null).await.0, 404);
    let seen = scene.get("townwide", &list(TOWN)).await;
    let grids = seen["items"].as_array().unwrap().iter().map(|item| &item["household"]["area_code"]);
    assert_eq!(grids.collect::<Vec<_>>(), [GRIDS[0]; 4]);
}

#[actix_web::test]
async fn verifying_the_counters_counts_every_notice() {
    let scene = Scene::with(4).await;
    scene.published(&[TOWN], "red").await;
    scene.work().await;
    let verify = || scene.base.db.read(wangge::features::notices::compare_all);
    assert_eq!(verify().await.unwrap(), []);
    scene
        .base
        .tamper("DELETE FROM deliveries WHERE household_id = (SELECT id FROM households WHERE code = 'H0')");
    let wrong = verify().await.unwrap();
    assert!(wrong.iter().any(|d| (d.kept, d.counted) == (4, 3)), "{wrong:?}");
}

#[actix_web::test]
async fn a_notice_from_before_its_counts_were_packed_is_measured_as_it_was() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let packed = scene.coverage(&id).await;
    assert_eq!(
        (&packed["households"], &packed["persons"], &packed["no_smartphone"]),
        (&json!(8), &json!(24), &json!(2))
    );
    for (grid, no_smartphone) in GRIDS.into_iter().zip([0, 2]) {
        scene.base.tamper(&format!(
            "INSERT INTO notice_denominators (notice_id, area_code, households, persons, no_smartphone) \
             SELECT notice_id, '{grid}', 4, 12, {no_smartphone} FROM frozen_counts"
        ));
    }
    scene.base.tamper("DELETE FROM frozen_counts");
    assert_eq!(scene.coverage(&id).await, packed);
    let worker = scene.get("worker", &format!("/api/v1/notices/{id}/coverage")).await;
    assert_eq!((&worker["households"], &worker["grids"][0]["area_code"]), (&json!(4), &json!(GRIDS[0])));
}

#[actix_web::test]
async fn a_part_of_the_coverage_is_asked_for() {
    let scene = Scene::with(8).await;
    let id = scene.published(&[TOWN], "yellow").await;
    let path = format!("/api/v1/me/feed/{id}/read");
    assert_eq!(scene.ask("resident1", "POST", &path, None, Value::Null).await.0, 200);
    let coverage = |area: &str| format!("/api/v1/notices/{id}/coverage?area={area}");
    let part = scene.get("writer", &coverage(GRIDS[1])).await;
    assert_eq!((&part["households"], &part["read"], &part["left_out"]), (&json!(4), &json!(1), &Value::Null));
    assert_eq!(scene.get("writer", &coverage(GRIDS[0])).await["read"], 0);
    assert_eq!(scene.ask("worker", "GET", &coverage(GRIDS[1]), None, Value::Null).await.0, 404);
    assert_eq!(
        scene.ask("writer", "GET", &format!("{}&level=grid", coverage(TOWN)), None, Value::Null).await.0,
        400
    );
}
