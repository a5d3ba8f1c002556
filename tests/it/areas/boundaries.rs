//! The township draws its grids.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use crate::counter::{Answer, Counter, GRID, TOWN, VILLAGE, get, patch, post};

pub const WEST: &str = GRID;
pub const EAST: &str = "500114119201002";
const MICRO: &str = "50011411920100101";

/// A rectangle from `west` and `south`, in hundredths of a degree from 108°, 29°: a hundredth is a kilometre or so.
pub fn patch_at(west: f64, south: f64, wide: f64, high: f64) -> Value {
    let (w, s) = (108.0 + west / 100.0, 29.0 + south / 100.0);
    let (e, n) = (w + wide / 100.0, s + high / 100.0);
    json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] })
}

/// A request that draws `code`, whose version was seen, from `from` on.
pub fn draw(code: &str, seen: i64, geometry: Value, from: &str) -> TestRequest {
    let body = json!({ "datum": "wgs84", "geometry": geometry, "valid_from": from });
    TestRequest::put()
        .uri(&format!("/api/v1/areas/{code}/boundary"))
        .insert_header(("If-Match", format!("\"{seen}\"")))
        .set_json(body)
}

async fn drawn(counter: &Counter, code: &str, seen: i64, geometry: Value, from: &str) -> Answer {
    let answer = counter.ask(Role::Admin, TOWN, draw(code, seen, geometry, from)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// The west and the east grid side by side, from 1 January on.
async fn two_grids(counter: &Counter) {
    drawn(counter, WEST, 1, patch_at(0.0, 0.0, 1.0, 1.0), "2026-01-01").await;
    drawn(counter, EAST, 1, patch_at(1.0, 0.0, 1.0, 1.0), "2026-01-01").await;
}

async fn refused(counter: &Counter, request: TestRequest) -> Answer {
    counter.ask(Role::Admin, TOWN, request).await
}

#[actix_web::test]
async fn a_grid_is_drawn_and_drawn_anew_and_each_day_has_its_boundary() {
    let counter = Counter::new();
    let first = drawn(&counter, WEST, 1, patch_at(0.0, 0.0, 1.0, 1.0), "2025-01-01").await;
    assert_eq!(
        (first.etag.as_str(), &first.body["version"], &first.body["points"]),
        ("\"2\"", &json!(1), &json!(5))
    );
    let second = drawn(&counter, WEST, 2, patch_at(0.0, 0.0, 0.5, 1.0), "2026-02-01").await;
    assert_eq!((second.etag.as_str(), &second.body["version"]), ("\"3\"", &json!(2)));

    let held = async |day: &str| {
        let query = format!("/areas/{WEST}/boundary?at={day}");
        counter.ask(Role::GridWorker, GRID, get(&query)).await
    };
    assert_eq!(held("2024-12-31").await.told(), (404, "not_found"));
    let before = held("2026-01-31").await;
    assert_eq!((&before.body["version"], &before.body["valid_to"]), (&json!(1), &json!("2026-02-01")));
    let after = held("2026-02-01").await;
    assert_eq!((&after.body["version"], &after.body["valid_to"]), (&json!(2), &Value::Null));
    assert_eq!(after.body["geometry"]["coordinates"][0][0][1], json!([108.005, 29.0]));

    let list =
        counter.ask(Role::GridWorker, GRID, get(&format!("/areas/{WEST}/boundary/versions?limit=1"))).await;
    assert_eq!((&list.body["items"][0]["version"], &list.body["next"]), (&json!(2), &json!("2")));
    let rest = get(&format!("/areas/{WEST}/boundary/versions?limit=1&cursor=2"));
    let rest = counter.ask(Role::GridWorker, GRID, rest).await;
    assert_eq!((&rest.body["items"][0]["version"], &rest.body["next"]), (&json!(1), &Value::Null));
    assert_eq!(counter.audited(), ["area.boundary", "area.boundary"]);
    assert_eq!(counter.last_details("area.boundary")["version"], 2);
}

#[actix_web::test]
async fn a_boundary_for_a_later_day_waits_and_an_earlier_one_is_put_before_it() {
    let counter = Counter::new();
    drawn(&counter, WEST, 1, patch_at(0.0, 0.0, 1.0, 1.0), "2026-06-01").await;
    let today = || get(&format!("/areas/{WEST}/boundary"));
    assert_eq!(counter.ask(Role::Admin, TOWN, today()).await.status, 404);
    let earlier = drawn(&counter, WEST, 2, patch_at(0.0, 0.0, 2.0, 1.0), "2026-01-01").await;
    assert_eq!(earlier.body["valid_to"], "2026-06-01");
    assert_eq!(counter.ask(Role::Admin, TOWN, today()).await.body["version"], 2);
    // A boundary that is put right from its own first day on never held.
    drawn(&counter, WEST, 3, patch_at(0.0, 0.0, 3.0, 1.0), "2026-01-01").await;
    let list = counter.ask(Role::Admin, TOWN, get(&format!("/areas/{WEST}/boundary/versions"))).await;
    let days =
        |n: usize| (list.body["items"][n]["valid_from"].clone(), list.body["items"][n]["valid_to"].clone());
    assert_eq!(days(0), (json!("2026-01-01"), json!("2026-06-01")));
    assert_eq!(days(1), (json!("2026-01-01"), json!("2026-01-01")));
    assert_eq!(counter.ask(Role::Admin, TOWN, today()).await.body["version"], 3);
}

#[actix_web::test]
async fn the_same_outline_again_changes_nothing() {
    let counter = Counter::new();
    two_grids(&counter).await;
    let again = drawn(&counter, WEST, 2, patch_at(0.0, 0.0, 1.0, 1.0), "2026-02-01").await;
    assert_eq!((again.etag.as_str(), &again.body["version"]), ("\"2\"", &json!(1)));
    assert_eq!(counter.count("area_boundaries"), 2);
    let stale = refused(&counter, draw(WEST, 1, patch_at(0.0, 0.0, 0.5, 1.0), "2026-02-01")).await;
    assert_eq!(stale.told(), (412, "stale_version"));
    let unseen = TestRequest::put().uri(&format!("/api/v1/areas/{WEST}/boundary")).set_json(json!({}));
    assert_eq!(refused(&counter, unseen).await.told(), (428, "precondition_required"));
}

#[actix_web::test]
async fn basic_grids_share_borders_and_no_ground() {
    let counter = Counter::new();
    two_grids(&counter).await;
    // Ten metres by 1,108 m of the west grid's ground.
    let over = refused(&counter, draw(EAST, 2, patch_at(0.99, 0.0, 1.01, 1.0), "2026-03-01")).await;
    assert_eq!((over.told(), over.fields()), ((422, "boundary_conflict"), vec!["geometry"]));
    assert_eq!(over.body["areas"][0]["code"], WEST);
    let area = over.body["areas"][0]["overlap_m2"].as_f64().unwrap();
    assert!((area / (9.739 * 1_108.5) - 1.0).abs() < 1e-2, "{area}");
    assert!(over.body["detail"].as_str().unwrap().contains("平方米"), "{over:?}");
    // A border drawn a third of a centimetre over: a sliver of less than ten square metres.
    drawn(&counter, EAST, 2, patch_at(0.999_996, 0.0, 1.000_004, 1.0), "2026-03-01").await;
    // What held before the other began is in nobody's way.
    let earlier = patch_at(0.0, 0.0, 2.0, 1.0);
    drawn(&counter, "500114119201002", 3, earlier, "2025-01-01").await;
}

/// Makes a grid of `kind`, in use since 1 January, and draws it.
async fn made(counter: &Counter, code: &str, kind: &str, geometry: Value) {
    let new = json!({ "code": code, "name": "示例网格", "grid_kind": kind, "valid_from": "2026-01-01" });
    assert_eq!(counter.ask(Role::Admin, TOWN, post("/areas", new)).await.status, 201);
    drawn(counter, code, 1, geometry, "2026-01-01").await;
}

#[actix_web::test]
async fn a_grid_of_its_own_purpose_may_lie_in_a_basic_one_and_does_not_become_basic_there() {
    let counter = Counter::new();
    let (basic, park, school) = ("500114119201003", "500114119201004", "500114119201005");
    made(&counter, basic, "basic", patch_at(0.0, 0.0, 1.0, 1.0)).await;
    made(&counter, park, "exclusive", patch_at(0.2, 0.2, 0.2, 0.2)).await;
    made(&counter, school, "exclusive", patch_at(0.6, 0.2, 0.2, 0.2)).await;
    let becomes = async |code: &str, seen: u8, kind: &str| {
        let request = patch(&format!("/areas/{code}"), &format!("\"{seen}\""), json!({ "grid_kind": kind }));
        counter.ask(Role::Admin, TOWN, request).await
    };
    let refused = becomes(park, 2, "basic").await;
    assert_eq!(refused.told(), (422, "boundary_conflict"));
    assert!(refused.text.contains(basic), "{refused:?}");
    assert_eq!(
        becomes(basic, 2, "exclusive").await.told(),
        (422, "boundary_conflict"),
        "the other way round"
    );
    drawn(&counter, park, 2, patch_at(5.0, 0.2, 0.2, 0.2), "2026-03-02").await;
    assert_eq!(
        becomes(park, 3, "basic").await.told(),
        (422, "boundary_conflict"),
        "it lay there until yesterday"
    );
    let apart = "500114119201006";
    made(&counter, apart, "exclusive", patch_at(7.0, 0.0, 1.0, 1.0)).await;
    assert_eq!(becomes(apart, 2, "basic").await.status, 200);
}

#[actix_web::test]
async fn a_micro_grid_lies_in_its_grid_and_the_grid_leaves_none_of_it_out() {
    let counter = Counter::new();
    let new = json!({ "code": MICRO, "name": "示例微网格", "valid_from": "2026-01-01" });
    assert_eq!(counter.ask(Role::Admin, TOWN, post("/areas", new)).await.status, 201);
    // The grid has no boundary yet, so there is nothing that it could reach out of.
    drawn(&counter, MICRO, 1, patch_at(0.0, 0.0, 0.2, 0.2), "2026-01-01").await;
    let short = refused(&counter, draw(WEST, 1, patch_at(0.1, 0.0, 1.0, 1.0), "2026-01-01")).await;
    assert_eq!((short.told(), &short.body["areas"][0]["code"]), ((422, "boundary_conflict"), &json!(MICRO)));
    two_grids(&counter).await;
    let out = refused(&counter, draw(MICRO, 2, patch_at(0.9, 0.0, 0.2, 0.2), "2026-02-01")).await;
    let codes: Vec<_> =
        out.body["areas"].as_array().unwrap().iter().map(|area| area["code"].clone()).collect();
    assert_eq!(out.told(), (422, "boundary_conflict"));
    assert!(codes.contains(&json!(WEST)) && codes.contains(&json!(EAST)), "{out:?}");
}

#[actix_web::test]
async fn what_cannot_be_a_boundary_is_refused_in_words() {
    let counter = Counter::new();
    let put = |code: &str, body: Value| {
        let request = TestRequest::put().uri(&format!("/api/v1/areas/{code}/boundary"));
        request.insert_header(("If-Match", "\"1\"")).set_json(body)
    };
    let whole = patch_at(0.0, 0.0, 1.0, 1.0);
    let undated = refused(&counter, put(WEST, json!({ "geometry": whole }))).await;
    assert_eq!((undated.told(), undated.fields()), ((422, "invalid_fields"), vec!["datum"]));
    let bow_tie = json!({ "type": "Polygon", "coordinates": [[[108.0, 29.0], [108.01, 29.01], [108.01, 29.0], [108.0, 29.01], [108.0, 29.0]]] });
    let crossed = refused(&counter, put(WEST, json!({ "datum": "wgs84", "geometry": bow_tie }))).await;
    assert_eq!((crossed.told(), crossed.fields()), ((422, "invalid_fields"), vec!["geometry"]));
    assert!(crossed.text.contains("自相交"), "{crossed:?}");
    let village = refused(&counter, draw(VILLAGE, 1, whole.clone(), "2026-01-01")).await;
    assert_eq!((village.told(), village.fields()), ((422, "invalid_fields"), vec!["code"]));
    let soon = refused(
        &counter,
        put(WEST, json!({ "datum": "wgs84", "geometry": whole, "valid_from": "12026-01-01" })),
    )
    .await;
    assert_eq!((soon.status, soon.fields()), (422, vec!["valid_from"]));
    let long = put(WEST, json!({ "datum": "wgs84", "geometry": whole, "note": "长".repeat(800_000) }));
    assert_eq!(refused(&counter, long).await.told(), (413, "too_large"));

    let outside = counter.ask(Role::Admin, "500114120", draw(WEST, 1, whole.clone(), "2026-01-01")).await;
    assert_eq!(outside.told(), (404, "not_found"));
    let worker = counter.ask(Role::GridWorker, GRID, draw(WEST, 1, whole, "2026-01-01")).await;
    assert_eq!(worker.told(), (403, "forbidden"));
    assert_eq!(counter.count("area_boundaries"), 0);
}

#[actix_web::test]
async fn a_grid_has_no_boundary_before_it_is_in_use_nor_after_it_is_closed() {
    let counter = Counter::new();
    let new = json!({ "code": "500114119201009", "name": "示例九网格", "valid_from": "2026-02-01" });
    assert_eq!(counter.ask(Role::Admin, TOWN, post("/areas", new)).await.status, 201);
    let early =
        refused(&counter, draw("500114119201009", 1, patch_at(5.0, 0.0, 1.0, 1.0), "2026-01-31")).await;
    assert_eq!((early.told(), early.fields()), ((422, "invalid_fields"), vec!["valid_from"]));
    drawn(&counter, "500114119201009", 1, patch_at(5.0, 0.0, 1.0, 1.0), "2026-02-01").await;
    drawn(&counter, "500114119201009", 2, patch_at(6.0, 0.0, 1.0, 1.0), "2026-09-01").await;
    let closure = post("/areas/500114119201009/closure", json!({})).insert_header(("If-Match", "\"3\""));
    assert_eq!(counter.ask(Role::Admin, TOWN, closure).await.status, 200);
    let held = async |day: &str| {
        let query = format!("/areas/500114119201009/boundary?at={day}");
        counter.ask(Role::Admin, TOWN, get(&query)).await.status
    };
    assert_eq!(
        (held("2026-03-01").await, held("2026-03-02").await, held("2026-10-01").await),
        (200, 404, 404)
    );
    let again =
        refused(&counter, draw("500114119201009", 4, patch_at(5.0, 0.0, 1.0, 1.0), "2026-03-02")).await;
    assert_eq!(again.told(), (409, "step_not_allowed"));
    // Its ground is free.
    drawn(&counter, EAST, 1, patch_at(5.0, 0.0, 2.0, 1.0), "2026-03-02").await;
}

#[actix_web::test]
async fn of_two_who_draw_the_same_ground_at_once_one_is_refused() {
    let counter = Counter::new();
    let ground = || patch_at(0.0, 0.0, 1.0, 1.0);
    let west = counter.ask(Role::Admin, TOWN, draw(WEST, 1, ground(), "2026-01-01"));
    let east = counter.ask(Role::Admin, TOWN, draw(EAST, 1, ground(), "2026-01-01"));
    let (west, east) = futures_util::future::join(west, east).await;
    let mut told = [west.told(), east.told()];
    told.sort_unstable();
    assert_eq!(told, [(200, ""), (422, "boundary_conflict")]);
    assert_eq!(counter.count("area_boundaries"), 1);
}
