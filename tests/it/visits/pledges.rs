//! The signed pledge, photographed.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{opened, published, record, result};
use crate::sync::phone::{Phone, made, picture, sha256};
use crate::town::{EAST, TOWN, Town, WEST};

fn signed(body: Value, papers: &[&str]) -> Value {
    let mut body = body;
    (body["pledge_signed"], body["papers"]) = (json!(true), json!(papers));
    body
}

#[actix_web::test]
async fn a_pledge_is_shown_for_a_purpose_to_whom_the_household_is_shown_and_to_nobody_else() {
    let town = Town::new();
    let (home, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    let (paper, foreign) = (worker.photo(&town).await, town.staff(Role::GridWorker, EAST).photo(&town).await);
    let visits = "/api/v1/visits";
    let with = |paper: &str| signed(result(&notice, &home, "visited"), &[paper]);
    assert_eq!(worker.post(&town, visits, with(&foreign)).await.fields(), ["papers"], "another's photo");
    let mut unsigned = with(&paper);
    unsigned["pledge_signed"] = json!(false);
    assert_eq!(worker.post(&town, visits, unsigned).await.fields(), ["papers"], "nothing was signed");

    let id = record(&town, &worker, with(&paper)).await;
    let shown = worker.get(&town, &format!("{visits}/{id}")).await.body;
    assert_eq!((&shown["papers"], shown.get("awaiting_media")), (&json!([paper]), None));
    let url = format!("{visits}/{id}/papers/{paper}/reveal");
    let purpose = json!({ "purpose": "示例:核对承诺书" });
    let picture = worker.post(&town, &url, purpose.clone()).await;
    assert_eq!((picture.status, picture.media.as_str()), (200, "image/jpeg"));
    assert_eq!(worker.post(&town, &url, json!({ "purpose": " " })).await.fields(), ["purpose"]);
    let other = format!("{visits}/{id}/papers/{foreign}/reveal");
    assert_eq!(worker.post(&town, &other, purpose.clone()).await.told(), (404, "not_found"));
    let next = town.staff(Role::GridWorker, WEST);
    assert_eq!(next.post(&town, &url, purpose.clone()).await.told(), (404, "not_found"));
    let auditor = town.staff(Role::Auditor, TOWN);
    assert_eq!(auditor.post(&town, &url, purpose).await.told(), (403, "forbidden"));
    for who in [&worker, &next] {
        let photo = who.get(&town, &format!("/api/v1/photos/{paper}")).await;
        assert_eq!(photo.told(), (404, "not_found"), "a pledge has no other address");
    }
    let log = auditor.get(&town, "/api/v1/audit?action=personal.reveal").await.body;
    assert_eq!((log["items"].as_array().map(Vec::len), &log["items"][0]["object_id"]), (Some(1), &json!(id)));

    // A correction takes nothing away: the photo stays with the result that it was sent with.
    let right = json!({
        "id": wangge::base::id::Id::<crate::contract::places::Visit>::new(), "result": "phoned", "reason": "示例"
    });
    let corrected = worker.post(&town, &format!("{visits}/{id}/correction"), right).await;
    assert_eq!((corrected.status, corrected.body.get("papers")), (201, None), "{corrected:?}");
    assert_eq!(worker.get(&town, &format!("{visits}/{id}")).await.body["papers"], json!([paper]));
}

#[actix_web::test]
async fn a_pledge_that_was_signed_without_a_signal_arrives_after_its_visit() {
    let town = Town::new();
    let home = town.resident(EAST);
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let mut deed = made("visit.record", signed(result(&notice, &home, "visited"), &[]));
    let paper = deed.show("papers", &picture(1));
    assert_eq!(phone.outcomes(&town, std::slice::from_ref(&deed)).await, ["applied"]);
    let visit = format!("/api/v1/visits/{}", deed.record);
    let waiting = phone.who.get(&town, &visit).await.body;
    assert_eq!(waiting["awaiting_media"], json!([{ "photo": paper, "sha256": sha256(&picture(1)) }]));
    assert_eq!(phone.upload(&town, &paper, &picture(9)).await.told(), (409, "id_reused"), "another file");
    assert_eq!(phone.upload(&town, &paper, &picture(1)).await.status, 201);
    assert_eq!(phone.who.get(&town, &visit).await.body.get("awaiting_media"), None);
    let purpose = json!({ "purpose": "示例:核对承诺书" });
    assert_eq!(phone.who.post(&town, &format!("{visit}/papers/{paper}/reveal"), purpose).await.status, 200);
    assert_eq!(phone.outcomes(&town, &[deed.again()]).await, ["duplicate"], "the same visit, sent anew");
}
