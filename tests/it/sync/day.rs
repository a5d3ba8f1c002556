//! A day in the hills: a worker leaves with a pack, works without a signal, and comes back down.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::pack::pack;
use super::phone::{Deed, Phone, picture, report, sha256, told};
use crate::town::{EAST, TOWN, Town};

const PART: usize = 20 * 1024;

/// Sends a photo in parts until the signal breaks after `most` of them; whether it is kept.
async fn send_photo(town: &Town, phone: &Phone, photo: &str, file: &[u8], most: usize) -> bool {
    let body = json!({ "photo": photo, "length": file.len(), "sha256": sha256(file) });
    let mut at = phone.who.post(town, "/api/v1/uploads", body).await;
    for _ in 0..most {
        if !at.body["kept"].is_null() {
            return true;
        }
        let offset = at.body["offset"].as_u64().unwrap() as usize;
        let part = file[offset..(offset + PART).min(file.len())].to_vec();
        let url = format!("/api/v1/uploads/{}", at.text("id"));
        let request = phone.who.signs(TestRequest::default().method(Method::PATCH), &url);
        let request = request.insert_header(("Content-Type", "application/offset+octet-stream"));
        at = town.ask(request.insert_header(("Upload-Offset", offset.to_string())).set_payload(part)).await;
        assert_eq!(at.status, 200, "{at:?}");
    }
    !at.body["kept"].is_null()
}

#[actix_web::test]
async fn everything_arrives_once_and_one_conflict_waits_for_a_person() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let officer = town.staff(Role::StationOfficer, TOWN);
    town.resident(EAST);

    // In the morning, in the office: one hazard is open, and the phone takes the pack along.
    let known = report(EAST);
    phone.push(&town, std::slice::from_ref(&known)).await;
    let morning = pack(&town, &phone.who, None).await.document();
    let carried = &morning["open_cases"][0];
    assert_eq!(
        (&carried["id"], morning["households"].as_array().map(Vec::len)),
        (&json!(known.record), Some(1))
    );
    let seen = carried["version"].as_i64().unwrap();

    // Up in the hills: eight reports with a photo each, one of them put right at once; and a step on the known one.
    let mut photos = Vec::new();
    let mut day = Vec::new();
    for n in 0..8_u8 {
        let mut found = report(EAST);
        found.say("title", format!("示例隐患{n}"));
        photos.push((found.show("photos", &picture(n)), picture(n)));
        day.push(found);
    }
    let mut fixed =
        Deed::step("hazard.fix_on_spot", &day[7].record.clone(), 1, json!({ "note": "示例:已清理" }));
    photos.push((fixed.show("photos", &picture(100)), picture(100)));
    day.push(fixed);
    day.push(Deed::step("hazard.rectify", &known.record, seen, json!({ "note": "示例:已动工" })));
    // Meanwhile, in the office.
    let url = format!("/api/v1/hazards/{}", known.record);
    assert_eq!(
        officer.step(&town, &format!("{url}/grading"), seen, json!({ "grade": "general" })).await.status,
        200
    );

    // On a ridge there is a signal for a moment: half of it arrives, the answer does not.
    phone.push(&town, &day[..5]).await;
    assert!(
        !send_photo(&town, &phone, &photos[0].0, &photos[0].1, 1).await,
        "it breaks in the middle of a photo"
    );

    // Down in the village: all of it again.
    let answer = phone.push(&town, &day).await;
    let expected = [["duplicate"; 5].as_slice(), &["applied"; 4], &["conflict"]].concat();
    assert_eq!(told(&answer), expected);
    for (photo, file) in &photos {
        assert!(send_photo(&town, &phone, photo, file, 9).await);
    }

    // Everything is there once, with its photos.
    let listed = phone.who.get(&town, "/api/v1/cases?view=mine&limit=100").await.body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(9));
    for found in &day[..8] {
        let hazard = phone.who.get(&town, &format!("/api/v1/hazards/{}", found.record)).await.body;
        let kept = phone.who.get(&town, &format!("/api/v1/hazards/{}/photos", found.record)).await.body;
        let expected = if found.record == day[7].record { 2 } else { 1 };
        assert_eq!((hazard.get("awaiting_media"), kept.as_array().map(Vec::len)), (None, Some(expected)));
    }
    let again = phone.push(&town, &day).await;
    assert_eq!(told(&again), [["duplicate"; 9].as_slice(), &["conflict"]].concat());

    // One thing waits for a person.
    let open = phone.who.get(&town, "/api/v1/sync/conflicts?state=open").await.body;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(open["items"][0]["record"], json!(known.record));
    let cursor = morning["cursor"].as_str().unwrap();
    town.settle();
    let evening = phone.who.get(&town, &format!("/api/v1/sync/pull?cursor={cursor}&limit=100")).await.body;
    assert_eq!(
        (&evening["reset"], evening["cases"].as_array().map(Vec::len)),
        (&Value::Bool(false), Some(9))
    );
}
