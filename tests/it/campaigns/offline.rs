//! Inspections out where there is no signal.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::{cases, inspections};

use super::{Scene, changes, failed};
use crate::contract::places::{Campaign, Photo};
use crate::sync::pack::pack;
use crate::sync::phone::{Deed, Phone, made, only, picture, sha256};
use crate::town::{EAST, TOWN, WEST};

/// A picture that is still on the phone, as an answer names it and as the deed announces it.
fn pictured(seed: u8) -> (Vec<u8>, String, Value) {
    let (picture, photo) = (picture(seed), Id::<Photo>::new().to_string());
    let media = json!({ "photo": photo, "sha256": sha256(&picture) });
    (picture, photo, media)
}

impl Scene {
    fn phone(&self) -> Phone {
        Phone::of(self.worker.clone())
    }

    /// The inspection as it is written down offline.
    fn deed(&self) -> Deed {
        let mut body = self.inspection();
        body["campaign_id"] = json!(self.campaign);
        made("inspection.record", body)
    }
}

#[actix_web::test]
async fn what_is_inspected_without_a_signal_is_written_down_once_with_its_hazards_and_photos() {
    let scene = Scene::new().await;
    let (town, phone) = (&scene.town, scene.phone());
    let morning = pack(town, &phone.who, None).await.document();
    let list = morning["campaigns"][0]["checklist"].clone();
    assert_eq!((&morning["campaigns"][0]["id"], &list["number"]), (&json!(scene.campaign), &json!(1)));

    let (passing, failing) = (pictured(1), pictured(2));
    let (mut answer, hazard) = failed(3);
    answer["photos"] = json!([failing.1]);
    let mut deed = scene.deed();
    deed.ago = TimeDelta::hours(5);
    deed.payload["results"][0]["photos"] = json!([passing.1]);
    deed.payload["results"][2] = answer;
    deed.media = vec![passing.2.clone(), failing.2.clone()];
    let answered = phone.push(town, std::slice::from_ref(&deed)).await;
    let first = only(&answered);
    assert_eq!((&first["outcome"], &first["version"]), (&json!("applied"), &json!(1)), "{first}");
    for sent in [deed.clone(), deed.again()] {
        assert_eq!(phone.outcomes(town, &[sent]).await, ["duplicate"]);
    }
    let rows: (i64, i64) = (
        cases::table.count().get_result(&mut town.connect()).unwrap(),
        inspections::table.count().get_result(&mut town.connect()).unwrap(),
    );
    assert_eq!(rows, (1, 1));

    let url = format!("/api/v1/inspections/{}", deed.record);
    let seen = phone.who.get(town, &url).await;
    assert_eq!(seen.body["inspected_at"], json!(town.clock.now().plus(-TimeDelta::hours(5))));
    assert_eq!((&seen.body["awaiting_media"], seen.etag.as_deref()), (&json!([passing.2]), Some("\"1.1\"")));
    let found = phone.who.get(town, &format!("/api/v1/hazards/{hazard}")).await;
    assert_eq!(found.text("inspection_id"), deed.record);
    assert_eq!(found.body["awaiting_media"], json!([failing.2]));

    let early = phone.who.get(town, &format!("{url}/photos/{}", passing.1)).await;
    assert_eq!(early.status, 404, "it has not arrived");
    for (picture, photo, _) in [&failing, &passing] {
        assert_eq!(phone.upload(town, photo, picture).await.status, 201);
    }
    let whole = phone.who.get(town, &url).await;
    assert_eq!((whole.body.get("awaiting_media"), whole.etag.as_deref()), (None, Some("\"1\"")));
    assert_eq!(phone.who.get(town, &format!("{url}/photos/{}", passing.1)).await.status, 200);
    let photos = phone.who.get(town, &format!("/api/v1/hazards/{hazard}/photos")).await;
    assert_eq!(photos.body[0]["id"], failing.1);
    let counted = scene.officer.get(town, &scene.url("/statistics")).await;
    assert_eq!(counted.body["inspections"], 1, "{counted:?}");
}

#[actix_web::test]
async fn sent_with_a_signal_and_without_it_is_the_same_inspection() {
    let scene = Scene::new().await;
    let deed = scene.deed();
    // The phone had it, and lost the answer.
    assert_eq!(scene.inspects(&scene.worker, deed.payload.clone()).await.status, 201);
    let phone = scene.phone();
    assert_eq!(phone.outcomes(&scene.town, std::slice::from_ref(&deed)).await, ["duplicate"]);
    assert_eq!(phone.outcomes(&scene.town, &[deed]).await, ["duplicate"]);
}

#[actix_web::test]
async fn of_two_contents_under_one_id_the_servers_stands_and_a_person_reads_both() {
    let scene = Scene::new().await;
    let (town, phone) = (&scene.town, scene.phone());
    let deed = scene.deed();
    let mut other = deed.again();
    other.payload["results"][0]["remark"] = json!("示例:另一句");
    assert_eq!(phone.outcomes(town, &[deed.clone(), other.clone()]).await, ["applied", "conflict"]);
    let open = phone.who.get(town, "/api/v1/sync/conflicts?state=open").await;
    let conflict = &open.body["items"][0];
    assert_eq!(
        (&conflict["operation"], &conflict["reason"]),
        (&json!("inspection.record"), &json!("other_content"))
    );
    assert_eq!(conflict["area_code"], EAST);
    let url = format!("/api/v1/sync/conflicts/{}", conflict["id"].as_str().unwrap());
    let both = phone.who.post(town, &format!("{url}/reveal"), json!({ "purpose": "核对检查记录" })).await;
    assert_eq!(both.body["mine"]["results"][0]["remark"], "示例:另一句", "{both:?}");
    assert_eq!(both.body["theirs"]["id"], json!(deed.record));
    let anew = json!({ "way": "make_new", "new_id": scene.deed().record });
    let refused = phone.who.step(town, &format!("{url}/settlement"), 1, anew).await;
    assert_eq!(refused.told(), (409, "guard_refused"), "its hazards would be there twice");
    let kept = phone.who.step(town, &format!("{url}/settlement"), 1, json!({ "way": "keep_server" })).await;
    assert_eq!(kept.text("state"), "server_kept");
}

#[actix_web::test]
async fn the_list_that_was_taken_along_may_be_answered_by_what_was_done_before_it_was_revised() {
    let scene = Scene::new().await;
    let (town, phone) = (&scene.town, scene.phone());
    town.pass(TimeDelta::hours(1));
    let other = json!({ "items": [{ "text": "示例一" }] });
    let officer = town.staff(Role::StationOfficer, TOWN);
    let second = changes(town, &officer, TestRequest::put(), &scene.url("/checklist"), 1, other).await;
    assert_eq!(second.body["checklist"]["number"], 2);
    town.pass(TimeDelta::hours(1));
    let (mut before, mut after) = (scene.deed(), scene.deed());
    (before.ago, after.ago) = (TimeDelta::minutes(90), TimeDelta::minutes(30));
    let answer = phone.push(town, &[before, after]).await;
    assert_eq!(crate::sync::phone::told(&answer), ["applied", "invalid_fields"]);
    assert_eq!(answer.body["results"][1]["problem"]["errors"][0]["field"], "checklist");
    let mut later = scene.deed();
    later.ago = TimeDelta::minutes(20);
    let outcomes = phone.outcomes(town, &[later]).await;
    assert_eq!(outcomes, ["invalid_fields"], "it was first answered after it had been replaced");
}

#[actix_web::test]
async fn what_is_refused_online_is_refused_offline() {
    let scene = Scene::new().await;
    let (town, phone) = (&scene.town, scene.phone());
    let mut nowhere = scene.deed();
    nowhere.payload.as_object_mut().unwrap().remove("campaign_id");
    let mut far = scene.deed();
    far.say("area_code", WEST);
    let mut nothing = scene.deed();
    nothing.payload["results"][1] = json!({ "item": 2, "result": "fail" });
    let answer = phone.push(town, &[nowhere, far, nothing]).await;
    let fields: Vec<_> = answer.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["problem"]["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(fields, ["campaign_id", "area_code", "results[1].remark"], "{answer:?}");
    let mediator = Phone::of(town.staff(Role::Mediator, TOWN));
    assert_eq!(mediator.outcomes(town, &[scene.deed()]).await, ["forbidden"]);
    let mut elsewhere = scene.inspection();
    elsewhere["campaign_id"] = json!(Id::<Campaign>::new().to_string());
    assert_eq!(scene.inspects(&scene.worker, elsewhere).await.fields(), ["campaign_id"]);
}
