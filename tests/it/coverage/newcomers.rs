//! Whoever comes after publication is reached all the same, and is no part of the rate.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, WEST};
use crate::visits::{coverage, opened, published};

async fn reads(town: &Town, who: &Person, notice: &str) {
    town.house.app.principals.forget_all();
    let answer = who.post(town, &format!("/api/v1/me/feed/{notice}/read"), json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Changes a household, by somebody who leads all of it.
async fn change(town: &Town, home: &Person, body: Value) {
    let leader = town.staff(Role::GridLeader, "500114");
    let path = format!("/api/v1/households/{}", home.household.unwrap());
    let seen = leader.get(town, &path).await;
    let version = format!("\"{}\"", seen.version());
    let request = leader.signs(TestRequest::patch(), &path).insert_header(("If-Match", version));
    let answer = town.ask(request.set_json(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Households, those reached, newcomers of an area; every household is in one of the nine and no rate exceeds 1.
fn numbers(shown: &Value) -> [i64; 3] {
    let number = |key: &str| shown[key].as_i64().unwrap_or_else(|| panic!("no {key} in {shown}"));
    const NINE: [&str; 9] =
        ["none", "sent", "read", "acknowledged", "visited", "phoned", "absent", "refused", "moved"];
    let households = number("households");
    assert_eq!(NINE.into_iter().map(number).sum::<i64>(), households, "{shown}");
    assert!(number("reached") <= households && number("accounted_for") <= households, "{shown}");
    assert!(shown["rate"].as_f64().unwrap() <= 1.0, "{shown}");
    [households, number("reached"), number("newcomers")]
}

fn grid<'a>(coverage: &'a Value, code: &str) -> &'a Value {
    let grids = coverage["grids"].as_array().unwrap();
    grids.iter().find(|grid| grid["area_code"] == code).unwrap_or_else(|| panic!("no {code} in {coverage}"))
}

#[actix_web::test]
async fn whoever_came_after_publication_hides_nobody_who_was_missed() {
    let town = Town::new();
    let [reader, _missed] = [(); 2].map(|()| town.resident(EAST));
    let notice = published(&town, &[TOWN]).await;
    town.pass(TimeDelta::minutes(1));
    let newcomers = [(); 3].map(|()| town.resident(EAST));
    for who in newcomers.iter().chain([&reader]) {
        reads(&town, who, &notice).await;
    }
    let all = coverage(&town, &notice).await;
    assert_eq!((numbers(&all), numbers(grid(&all, EAST))), ([2, 1, 3], [2, 1, 3]));
    assert_eq!((&all["rate"], &all["none"]), (&json!(0.5), &json!(1)));
    // They read further, and stay apart.
    let path = format!("/api/v1/me/feed/{notice}/acknowledgement");
    assert_eq!(newcomers[0].post(&town, &path, json!({})).await.status, 200);
    assert_eq!(numbers(&coverage(&town, &notice).await), [2, 1, 3]);
}

#[actix_web::test]
async fn whoever_moves_is_counted_where_they_lived_at_publication() {
    let town = Town::new();
    let (mover, _stays) = (town.resident(EAST), town.resident(EAST));
    let (west, far) = (town.resident(WEST), town.resident(NEXT_TOWN));
    let gone = town.resident(WEST);
    change(&town, &gone, json!({ "status": "moved" })).await;
    let notice = published(&town, &[TOWN]).await;
    town.pass(TimeDelta::minutes(1));
    change(&town, &mover, json!({ "area_code": WEST })).await;
    change(&town, &far, json!({ "area_code": WEST })).await;
    change(&town, &gone, json!({ "status": "living" })).await;
    let gone = town.signed_in_anew(&gone);
    for who in [&mover, &far, &gone, &west] {
        reads(&town, who, &notice).await;
    }
    let all = coverage(&town, &notice).await;
    assert_eq!(numbers(grid(&all, EAST)), [2, 1, 0], "counted where they lived");
    assert_eq!(numbers(grid(&all, WEST)), [1, 1, 2], "from another town, and from away");
    assert_eq!(numbers(&all), [3, 2, 2]);
}

#[actix_web::test]
async fn a_household_that_has_been_visited_before_it_moves_stays_where_it_was_counted() {
    let town = Town::new();
    let home = town.resident(EAST);
    town.resident(NEXT_VILLAGE);
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    town.pass(TimeDelta::minutes(1));
    change(&town, &home, json!({ "area_code": NEXT_VILLAGE })).await;
    let worker = town.staff(Role::GridWorker, EAST);
    let visit = crate::visits::result(&notice, &home, "visited");
    assert_eq!(worker.post(&town, "/api/v1/visits", visit).await.status, 201);
    let all = coverage(&town, &notice).await;
    assert_eq!((numbers(grid(&all, EAST)), numbers(grid(&all, NEXT_VILLAGE))), ([1, 1, 0], [1, 0, 0]));
}
