//! Photos after their case.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::phone::{Deed, Phone, picture, report, sha256};
use crate::town::{EAST, Town};

fn worker(town: &Town) -> Phone {
    Phone::of(town.staff(Role::GridWorker, EAST))
}

#[actix_web::test]
async fn a_case_says_which_photos_it_waits_for_and_has_each_in_the_moment_in_which_it_arrives() {
    let town = Town::new();
    let phone = worker(&town);
    let mut found = report(EAST);
    let pictures = [picture(1), picture(2)];
    let photos = [found.show("photos", &pictures[0]), found.show("photos", &pictures[1])];
    assert_eq!(phone.outcomes(&town, &[found.clone()]).await, ["applied"]);
    let url = format!("/api/v1/hazards/{}", found.record);
    let waiting = phone.who.get(&town, &url).await;
    let awaited = json!([
        { "photo": photos[0], "sha256": sha256(&pictures[0]) }, { "photo": photos[1], "sha256": sha256(&pictures[1]) }
    ]);
    assert_eq!((&waiting.body["awaiting_media"], waiting.etag.as_deref()), (&awaited, Some("\"1.2\"")));
    assert_eq!(phone.who.get(&town, &format!("{url}/photos")).await.body, json!([]));

    assert_eq!(phone.upload(&town, &photos[1], &pictures[1]).await.status, 201);
    let half = phone.who.get(&town, &url).await;
    assert_eq!((half.etag.as_deref(), half.version()), (Some("\"1.1\""), 1));
    assert_eq!(phone.upload(&town, &photos[0], &pictures[0]).await.status, 201);
    let whole = phone.who.get(&town, &url).await;
    assert_eq!((whole.body.get("awaiting_media"), whole.etag.as_deref()), (None, Some("\"1\"")));
    let kept = phone.who.get(&town, &format!("{url}/photos")).await.body;
    assert_eq!(kept.as_array().map(Vec::len), Some(2));

    // Somebody who held it while two were missing may still take a step on the version that they saw.
    let officer = town.staff(Role::StationOfficer, "500114119");
    let step =
        officer.signs(TestRequest::post(), &format!("{url}/grading")).insert_header(("If-Match", "\"1.2\""));
    assert_eq!(town.ask(step.set_json(json!({ "grade": "general" }))).await.status, 200);
}

#[actix_web::test]
async fn another_file_under_an_announced_id_is_refused_and_the_case_waits_on() {
    let town = Town::new();
    let phone = worker(&town);
    let mut found = report(EAST);
    let photo = found.show("photos", &picture(1));
    phone.push(&town, &[found.clone()]).await;
    assert_eq!(phone.upload(&town, &photo, &picture(9)).await.told(), (409, "id_reused"));
    let url = format!("/api/v1/hazards/{}", found.record);
    assert_eq!(phone.who.get(&town, &url).await.body["awaiting_media"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_photo_that_nobody_announced_is_missed_as_online() {
    let town = Town::new();
    let phone = worker(&town);
    let mut found = report(EAST);
    found.show("photos", &picture(1));
    found.media = vec![];
    let answer = phone.push(&town, &[found]).await;
    assert_eq!(answer.body["results"][0]["problem"]["errors"][0]["field"], "photos");
}

#[actix_web::test]
async fn a_photo_that_is_here_already_needs_no_waiting() {
    let town = Town::new();
    let phone = worker(&town);
    let mut found = report(EAST);
    let photo = found.show("photos", &picture(1));
    assert_eq!(phone.upload(&town, &photo, &picture(1)).await.status, 201);
    assert_eq!(phone.outcomes(&town, &[found.clone()]).await, ["applied"]);
    let hazard = phone.who.get(&town, &format!("/api/v1/hazards/{}", found.record)).await;
    assert_eq!(hazard.body.get("awaiting_media"), None);
}

#[actix_web::test]
async fn what_a_step_must_show_may_still_be_on_its_way() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(EAST);
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({}));
    fixed.show("photos", &picture(2));
    assert_eq!(phone.outcomes(&town, &[found.clone(), fixed.clone()]).await, ["applied", "invalid_fields"]);
    let mut shown = fixed.again();
    let before = shown.show("before", &picture(1));
    assert_eq!(phone.outcomes(&town, &[shown]).await, ["applied"]);
    phone.upload(&town, &before, &picture(1)).await;
    let photos = phone.who.get(&town, &format!("/api/v1/hazards/{}/photos", found.record)).await.body;
    let stages: Vec<&Value> = photos.as_array().unwrap().iter().map(|photo| &photo["stage"]).collect();
    assert_eq!(stages, ["before"], "it is tied as the part of the work that it was announced for");
}
