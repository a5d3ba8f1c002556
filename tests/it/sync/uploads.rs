//! Photos in parts.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::json;
use wangge::base::id::Id;
use wangge::features::attachments;
use wangge::platform::access::Role;

use super::phone::{Phone, picture, report, sha256};
use crate::contract::places::Photo;
use crate::town::{Answer, EAST, Person, Town};

const PART: usize = 16 * 1024;

async fn begin(town: &Town, who: &Person, photo: &str, file: &[u8]) -> Answer {
    let body = json!({ "photo": photo, "length": file.len(), "sha256": sha256(file) });
    who.post(town, "/api/v1/uploads", body).await
}

async fn send(town: &Town, who: &Person, upload: &str, offset: usize, part: &[u8]) -> Answer {
    let request = who.signs(TestRequest::patch(), &format!("/api/v1/uploads/{upload}"));
    let request = request.insert_header(("Content-Type", "application/offset+octet-stream"));
    town.ask(request.insert_header(("Upload-Offset", offset.to_string())).set_payload(part.to_vec())).await
}

/// The offset and the length that `HEAD` tells.
async fn asked(town: &Town, who: &Person, upload: &str) -> Option<(usize, usize)> {
    let request = who.signs(
        TestRequest::default().method(actix_web::http::Method::HEAD),
        &format!("/api/v1/uploads/{upload}"),
    );
    let answer = town.send(request).await;
    let header = |name: &str| answer.headers().get(name)?.to_str().ok()?.parse().ok();
    Some((header("Upload-Offset")?, header("Upload-Length")?))
}

#[actix_web::test]
async fn a_photo_that_breaks_off_is_gone_on_with_and_taken_in_as_one_that_came_at_once() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let (who, file) = (&phone.who, picture(3));
    let mut found = report(EAST);
    let photo = found.show("photos", &file);
    phone.push(&town, &[found.clone()]).await;

    let begun = begin(&town, who, &photo, &file).await;
    let upload = begun.text("id");
    assert_eq!((begun.status, begun.location), (201, Some(format!("/api/v1/uploads/{upload}"))));
    assert_eq!(send(&town, who, &upload, 0, &file[..PART]).await.status, 200);
    assert_eq!(
        send(&town, who, &upload, 0, &file[..PART]).await.told(),
        (409, "offset_mismatch"),
        "a lost answer"
    );
    assert_eq!(asked(&town, who, &upload).await, Some((PART, file.len())));
    let again = begin(&town, who, &photo, &file).await;
    assert_eq!((again.status, &again.body["offset"], again.text("id")), (200, &json!(PART), upload.clone()));

    let last = send(&town, who, &upload, PART, &file[PART..]).await;
    assert_eq!((last.status, &last.body["kept"]["id"]), (200, &json!(photo)), "{last:?}");
    assert_eq!(asked(&town, who, &upload).await, None, "it is over");
    let kept = begin(&town, who, &photo, &file).await;
    assert_eq!(
        (kept.status, &kept.body["offset"], &kept.body["kept"]["id"]),
        (200, &json!(file.len()), &json!(photo))
    );
    let photos = who.get(&town, &format!("/api/v1/hazards/{}/photos", found.record)).await.body;
    assert_eq!(
        (&photos[0]["id"], photos.as_array().map(Vec::len)),
        (&json!(photo), Some(1)),
        "it is the case's"
    );
    let direct = phone.upload(&town, &photo, &file).await;
    assert_eq!(direct.status, 200, "sent at once it is the same photo");
}

#[actix_web::test]
async fn what_is_not_what_was_announced_is_forgotten_and_may_be_sent_anew() {
    let town = Town::new();
    let who = town.staff(Role::GridWorker, EAST);
    let (photo, file) = (Id::<Photo>::new().to_string(), picture(3));
    let upload = begin(&town, &who, &photo, &file).await.text("id");
    let mut torn = file.clone();
    torn[100] ^= 1;
    assert_eq!(send(&town, &who, &upload, 0, &torn).await.fields(), ["sha256"]);
    let anew = begin(&town, &who, &photo, &file).await;
    assert_eq!((anew.status, &anew.body["offset"]), (201, &json!(0)));
    let done = send(&town, &who, &anew.text("id"), 0, &file).await;
    assert_eq!(done.body["kept"]["id"], json!(photo));

    let text = "不是照片".repeat(9).into_bytes();
    let upload = begin(&town, &who, &Id::<Photo>::new().to_string(), &text).await.text("id");
    assert_eq!(send(&town, &who, &upload, 0, &text).await.told(), (415, "unsupported_media"));
}

#[actix_web::test]
async fn an_upload_is_its_owners_alone_and_bounded_in_every_way() {
    let town = Town::new();
    let (who, other) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridWorker, EAST));
    let (photo, file) = (Id::<Photo>::new().to_string(), picture(3));
    let upload = begin(&town, &who, &photo, &file).await.text("id");
    assert_eq!(asked(&town, &other, &upload).await, None);
    assert_eq!(send(&town, &other, &upload, 0, &file).await.told(), (404, "not_found"));
    assert_eq!(
        send(&town, &who, &upload, 0, &file[..100]).await.told(),
        (422, "invalid_fields"),
        "too small a part"
    );
    let long = [file.as_slice(), b"more"].concat();
    assert_eq!(
        send(&town, &who, &upload, 0, &long).await.told(),
        (413, "too_large"),
        "more than was announced"
    );
    assert_eq!(send(&town, &who, &upload, 0, &vec![0; 1024 * 1024 + 1]).await.told(), (413, "too_large"));
    let changed = begin(&town, &who, &photo, &picture(4)).await;
    assert_eq!(changed.told(), (409, "id_reused"));
    let body =
        json!({ "photo": Id::<Photo>::new().to_string(), "length": 99_000_000, "sha256": sha256(b"") });
    assert_eq!(who.post(&town, "/api/v1/uploads", body).await.told(), (413, "too_large"));
    for _ in 1..100 {
        assert_eq!(begin(&town, &who, &Id::<Photo>::new().to_string(), b"x").await.status, 201);
    }
    let one_more = begin(&town, &who, &Id::<Photo>::new().to_string(), b"x").await;
    assert_eq!(one_more.told(), (429, "rate_limited"));
}

#[actix_web::test]
async fn what_was_not_finished_within_a_day_is_gone_with_its_parts() {
    let town = Town::new();
    let who = town.staff(Role::GridWorker, EAST);
    let file = picture(3);
    let (photo, again) = (Id::<Photo>::new().to_string(), Id::<Photo>::new().to_string());
    let upload = begin(&town, &who, &photo, &file).await.text("id");
    begin(&town, &who, &again, &file).await;
    send(&town, &who, &upload, 0, &file[..PART]).await;
    let app = &town.house.app;
    let files = || walk(&town.settings.data_dir.join("photos"));
    assert_eq!(
        (attachments::purge_expired(&app.db, &app.blobs, app.clock.now()).await.unwrap(), files()),
        (0, 1)
    );
    town.pass(TimeDelta::hours(25));
    let who = town.anew(&who);
    assert_eq!(
        begin(&town, &who, &again, &file).await.status,
        201,
        "one that is over makes room for another"
    );
    assert_eq!(asked(&town, &who, &upload).await, None);
    assert_eq!(
        (attachments::purge_expired(&app.db, &app.blobs, app.clock.now()).await.unwrap(), files()),
        (1, 0)
    );
}

/// How many files there are below a folder.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
