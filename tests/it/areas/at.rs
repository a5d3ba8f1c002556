//! Somebody stands somewhere and asks in which grid.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wangge::features::areas::LiveMap;
use wangge::platform::access::Role;

use super::boundaries::{EAST, WEST, draw, patch_at};
use crate::counter::{Answer, Counter, TOWN, get, patch};

/// The west and the east grid side by side since 2025; the border between them is at 108.01°.
async fn drawn() -> Counter {
    let counter = Counter::new();
    for (code, west) in [(WEST, 0.0), (EAST, 1.0)] {
        let request = draw(code, 1, patch_at(west, 0.0, 1.0, 1.0), "2025-01-01");
        assert_eq!(counter.ask(Role::Admin, TOWN, request).await.status, 200);
    }
    counter
}

async fn at(counter: &Counter, lat: f64, lng: f64, more: &str) -> Answer {
    let path = format!("/areas/at?lat={lat}&lng={lng}&datum=wgs84{more}");
    counter.ask(Role::Dispatcher, TOWN, get(&path)).await
}

#[actix_web::test]
async fn a_point_inside_is_explained() {
    let counter = drawn().await;
    let inside = at(&counter, 29.005, 108.005, "").await;
    assert_eq!(inside.status, 200, "{inside:?}");
    let told =
        ["method", "grid_code", "confidence", "boundary_version", "on"].map(|name| inside.body[name].clone());
    assert_eq!(told, [json!("inside"), json!(WEST), json!("high"), json!(1), json!("2026-03-02")]);
    assert_eq!(inside.body["candidates"], Value::Null);
    let border = inside.body["border_m"].as_f64().unwrap();
    assert!((border - 486.9).abs() < 1.0, "half of 973.9 m: {border}");
    assert_eq!(inside.body["explanation"], "该位置在“示例”内,距边界约 487 米。");
}

#[actix_web::test]
async fn a_point_near_a_border_has_candidates_as_far_as_it_may_be_off() {
    let counter = drawn().await;
    // Twelve metres west of the border.
    let near = at(&counter, 29.005, 108.009_877, "").await;
    assert_eq!((&near.body["grid_code"], &near.body["confidence"]), (&json!(WEST), &json!("medium")));
    assert_eq!(
        (&near.body["candidates"][0]["grid_code"], &near.body["candidates"][0]["distance_m"]),
        (&json!(WEST), &json!(0.0))
    );
    assert_eq!(
        (&near.body["candidates"][1]["grid_code"], &near.body["candidates"][1]["distance_m"]),
        (&json!(EAST), &json!(12.0))
    );
    let explained = near.body["explanation"].as_str().unwrap();
    assert_eq!(
        explained,
        "该位置在“示例”内,距边界约 12 米,不超过定位误差 30 米,也可能属于“示例”(约 12 米)。"
    );
    let precise = at(&counter, 29.005, 108.009_877, "&accuracy_m=6").await;
    assert_eq!((&precise.body["confidence"], &precise.body["candidates"]), (&json!("high"), &Value::Null));
    let vague = at(&counter, 29.005, 108.005, "&accuracy_m=600").await;
    assert_eq!(vague.body["candidates"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn a_point_outside_is_the_nearest_grids_or_nobodys() {
    let counter = drawn().await;
    let near = at(&counter, 28.999_9, 108.005, "").await;
    assert_eq!((&near.body["method"], &near.body["confidence"]), (&json!("nearest"), &json!("low")));
    assert_eq!(
        near.body["explanation"],
        "该位置不在任何网格内,最近的是“示例”,相距约 11 米,不超过定位误差 30 米。"
    );
    let far = at(&counter, 28.9, 108.005, "").await;
    assert_eq!((&far.body["method"], &far.body["grid_code"]), (&json!("none"), &Value::Null));
    assert_eq!(far.body["explanation"], "该位置 30 米以内没有您辖区内的网格。");
}

#[actix_web::test]
async fn another_day_is_answered_by_the_boundaries_of_that_day() {
    let counter = drawn().await;
    let request = draw(WEST, 2, patch_at(0.0, 0.0, 0.5, 1.0), "2026-02-01");
    assert_eq!(counter.ask(Role::Admin, TOWN, request).await.status, 200);
    let then = at(&counter, 29.005, 108.008, "&at=2026-01-31").await;
    assert_eq!((&then.body["grid_code"], &then.body["boundary_version"]), (&json!(WEST), &json!(1)));
    assert!(then.body["explanation"].as_str().unwrap().starts_with("按 2026-01-31 的边界,"), "{then:?}");
    assert_eq!(at(&counter, 29.005, 108.008, "").await.body["method"], "none");
    assert_eq!(at(&counter, 29.005, 108.008, "&at=2024-12-31").await.body["method"], "none");
}

#[actix_web::test]
async fn the_datum_is_never_guessed_and_numbers_have_bounds() {
    let counter = drawn().await;
    let ask =
        async |query: &str| counter.ask(Role::Dispatcher, TOWN, get(&format!("/areas/at?{query}"))).await;
    let undated = ask("lat=29.005&lng=108.005").await;
    assert_eq!((undated.told(), undated.fields()), ((422, "invalid_fields"), vec!["datum"]));
    let wild = ask("lat=NaN&lng=1e9&datum=gcj02&accuracy_m=-1").await;
    assert_eq!((wild.told(), wild.fields()), ((422, "invalid_fields"), vec!["lat", "lng", "accuracy_m"]));
    for unreadable in [
        "lat=29",
        "lat=x&lng=1&datum=wgs84",
        "lat=1&lng=1&datum=wgs72",
        "lat=1&lng=1&datum=wgs84&at=2026-02-30",
    ] {
        assert_eq!(ask(unreadable).await.told(), (400, "bad_request"), "{unreadable}");
    }
    // The same place in the other datum.
    let (lat, lng) =
        wangge::base::geo::Wgs84 { lat: 29.005, lng: 108.005 }.to(wangge::base::geo::Datum::Gcj02);
    let same = ask(&format!("lat={lat}&lng={lng}&datum=gcj02")).await;
    assert!((same.body["border_m"].as_f64().unwrap() - 486.9).abs() < 1.0, "{same:?}");
}

#[actix_web::test]
async fn nobody_is_told_of_grids_outside_of_their_areas() {
    let counter = drawn().await;
    let near = "/areas/at?lat=29.005&lng=108.009877&datum=wgs84";
    let worker = counter.ask(Role::GridWorker, EAST, get(near)).await;
    assert_eq!((&worker.body["method"], &worker.body["grid_code"]), (&json!("nearest"), &json!(EAST)));
    assert_eq!(worker.body["candidates"].as_array().map(Vec::len), Some(1));
    assert!(!worker.text.contains(WEST), "{worker:?}");
    let stranger = counter.ask(Role::Dispatcher, "500114120", get(near)).await;
    assert_eq!(stranger.body["method"], "none");
}

#[actix_web::test]
async fn a_grid_is_called_what_it_is_called_now() {
    let counter = drawn().await;
    let renamed = patch(&format!("/areas/{WEST}"), "\"2\"", json!({ "name": "示例新网格" }));
    assert_eq!(counter.ask(Role::Admin, TOWN, renamed).await.status, 200);
    let began = Instant::now();
    while at(&counter, 29.005, 108.005, "").await.body["grid_name"] != "示例新网格" {
        assert!(began.elapsed() < Duration::from_secs(3), "the map still tells the old name");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn every_other_node_knows_a_new_boundary_within_two_seconds() {
    let counter = Counter::new();
    let other = LiveMap::start(counter.base.another_node());
    assert!(other.now().await.unwrap().is_empty());
    let request = draw(WEST, 1, patch_at(0.0, 0.0, 1.0, 1.0), "2025-01-01");
    assert_eq!(counter.ask(Role::Admin, TOWN, request).await.status, 200);
    let began = Instant::now();
    while other.now().await.unwrap().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(3), "the other node has not heard of it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
