//! The offline pack: one signed file for a day without a signal.

use std::io::Read;

use actix_web::test::{TestRequest, read_body};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;

use super::phone::report;
use crate::campaigns::campaign;
use crate::contract::places::Campaign;
use crate::town::{EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

/// A pack as it came.
pub struct Pack {
    pub status: u16,
    pub tag: String,
    signature: String,
    key_id: String,
    bytes: Vec<u8>,
}

pub async fn pack(town: &Town, who: &Person, held: Option<&str>) -> Pack {
    let mut request = who.signs(TestRequest::get(), "/api/v1/sync/pack");
    // A browser offers to take it compressed once more.
    request = request.insert_header(("Accept-Encoding", "gzip"));
    if let Some(tag) = held {
        request = request.insert_header(("If-None-Match", tag));
    }
    let answer = town.send(request).await;
    let header = |name: &str| {
        answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let (tag, signature, key_id) = (header("ETag"), header("Pack-Signature"), header("Pack-Key-Id"));
    let status = answer.status().as_u16();
    Pack { status, tag, signature, key_id, bytes: read_body(answer).await.to_vec() }
}

impl Pack {
    /// Whether the town signed these bytes, by the key that it shows to everybody.
    async fn is_signed(&self, town: &Town) -> bool {
        let keys = town.ask(TestRequest::get().uri("/.well-known/wangge-pack-keys.json")).await.body;
        let key =
            keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == self.key_id.as_str()).unwrap();
        let key = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(&key.try_into().unwrap()).unwrap();
        let signature = Signature::from_slice(&STANDARD.decode(&self.signature).unwrap()).unwrap();
        key.verify_strict(&self.bytes, &signature).is_ok()
    }

    pub fn document(&self) -> Value {
        let mut text = String::new();
        GzDecoder::new(&self.bytes[..]).read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_worker_takes_their_grid_its_doors_and_its_open_cases_along() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let home = town.resident(EAST);
    town.resident(WEST);
    let (open, over, far) = (report(EAST), report(EAST), report(WEST));
    for deed in [&open, &over] {
        assert_eq!(worker.post(&town, "/api/v1/hazards", deed.payload.clone()).await.status, 201);
    }
    let colleague = town.staff(Role::GridWorker, WEST);
    assert_eq!(colleague.post(&town, "/api/v1/hazards", far.payload).await.status, 201);
    let url = format!("/api/v1/hazards/{}/dismissal", over.record);
    let dismissal = json!({ "reason": "harmless", "note": "示例" });
    assert_eq!(officer.step(&town, &url, 1, dismissal).await.status, 200);

    let pack = pack(&town, &worker, None).await;
    let document = pack.document();
    assert_eq!(document["areas"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["areas"][0]["code"], EAST);
    assert_eq!(ids(&document["open_cases"]), [open.record.as_str()]);
    assert_eq!(ids(&document["closed_cases"]), [over.record.as_str()]);
    assert_eq!(ids(&document["households"]), [home.household.unwrap().to_string()]);
    assert_eq!((&document["format"], &document["left_out"]), (&json!(1), &json!([])));
    let residents = document["households"][0]["residents"].to_string();
    assert!(!residents.contains(&home.phone) && residents.contains("****"), "masked, as online: {residents}");
}

#[actix_web::test]
async fn a_worker_takes_the_checklists_of_what_runs_there_along() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [here, elsewhere, later] = [(); 3].map(|()| Id::<Campaign>::new().to_string());
    let mut after = campaign(&later, &[TOWN]);
    (after["from"], after["to"]) = (json!("2026-12-01"), json!("2026-12-31"));
    for body in [campaign(&here, &[EAST]), campaign(&elsewhere, &[NEXT_VILLAGE]), after] {
        assert_eq!(officer.post(&town, "/api/v1/campaigns", body).await.status, 201);
    }
    let document = pack(&town, &town.staff(Role::GridWorker, EAST), None).await.document();
    assert_eq!(ids(&document["campaigns"]), [here.as_str()]);
    let checklist = &document["campaigns"][0]["checklist"];
    assert_eq!((&checklist["number"], &checklist["items"][2]["field"]), (&json!(1), &json!("electricity")));
    let document = pack(&town, &town.staff(Role::Mediator, TOWN), None).await.document();
    assert_eq!(document["campaigns"], json!([]), "a mediator's post shows no campaigns");
}

#[actix_web::test]
async fn a_pack_is_signed_and_one_that_is_held_is_not_sent_again() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    town.resident(EAST);
    let first = pack(&town, &worker, None).await;
    assert!(first.is_signed(&town).await);
    let forged = Pack { bytes: [first.bytes.as_slice(), b"x"].concat(), ..pack(&town, &worker, None).await };
    assert!(!forged.is_signed(&town).await);
    town.pass(chrono::TimeDelta::minutes(5));
    let held = pack(&town, &worker, Some(&first.tag)).await;
    assert_eq!((held.status, held.bytes.len()), (304, 0));
    assert_eq!(worker.post(&town, "/api/v1/hazards", report(EAST).payload).await.status, 201);
    let newer = pack(&town, &worker, Some(&first.tag)).await;
    assert_eq!((newer.status, newer.tag == first.tag), (200, false));
}

#[actix_web::test]
async fn a_pull_goes_on_from_a_pack() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    worker.post(&town, "/api/v1/hazards", report(EAST).payload).await;
    town.settle();
    let document = pack(&town, &worker, None).await.document();
    let new = report(EAST);
    worker.post(&town, "/api/v1/hazards", new.payload).await;
    town.settle();
    let cursor = document["cursor"].as_str().unwrap();
    let pulled = worker.get(&town, &format!("/api/v1/sync/pull?cursor={cursor}")).await.body;
    assert_eq!((&pulled["reset"], ids(&pulled["cases"])), (&json!(false), vec![new.record.as_str()]));
}

#[actix_web::test]
async fn whose_post_shows_no_households_carries_none() {
    let town = Town::new();
    town.resident(EAST);
    let mediator = town.staff(Role::Mediator, TOWN);
    let document = pack(&town, &mediator, None).await.document();
    assert_eq!(document["households"], json!([]));
    assert_eq!(document["areas"].as_array().map(Vec::len), Some(6), "the town with all that lies in it");
}
