//! Two values for one record: both are kept, and a person decides.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{audit_entries, sync_conflicts};

use super::phone::{Deed, Phone, made, only, picture, report};
use crate::contract::places::Hazard;
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};
use wangge::base::id::Id;

const CONFLICTS: &str = "/api/v1/sync/conflicts";

fn worker(town: &Town) -> Phone {
    Phone::of(town.staff(Role::GridWorker, EAST))
}

/// A hazard that somebody in the office has graded while the worker was out of reach, and the conflict over it.
async fn graded_meanwhile(town: &Town, phone: &Phone) -> (String, Deed, String) {
    let found = report(EAST);
    phone.push(town, std::slice::from_ref(&found)).await;
    let officer = town.staff(Role::StationOfficer, TOWN);
    let url = format!("/api/v1/hazards/{}", found.record);
    assert_eq!(
        officer.step(town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await.status,
        200
    );
    let order = json!({ "due": "2026-03-06" });
    assert_eq!(officer.step(town, &format!("{url}/order"), 2, order).await.status, 200);
    let step = Deed::step("hazard.rectify", &found.record, 1, json!({ "note": "示例:开始整改" }));
    let answer = phone.push(town, std::slice::from_ref(&step)).await;
    assert_eq!(only(&answer)["outcome"], "conflict", "{answer:?}");
    (found.record, step, only(&answer)["conflict"].as_str().unwrap().to_owned())
}

async fn settle(town: &Town, who: &Person, conflict: &str, version: i64, body: Value) -> Answer {
    who.step(town, &format!("{CONFLICTS}/{conflict}/settlement"), version, body).await
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_conflict_waits_for_the_worker_and_their_leader_and_for_nobody_else() {
    let town = Town::new();
    let phone = worker(&town);
    let (record, step, conflict) = graded_meanwhile(&town, &phone).await;
    let again = phone.push(&town, &[step]).await;
    assert_eq!((&only(&again)["outcome"], &only(&again)["conflict"]), (&json!("conflict"), &json!(conflict)));

    let leader = town.staff(Role::GridLeader, "500114119201");
    for (who, ways) in [(&phone.who, json!(["keep_server", "apply_mine"])), (&leader, json!(["keep_server"]))]
    {
        let listed = who.get(&town, &format!("{CONFLICTS}?state=open")).await;
        assert_eq!(ids(&listed), [conflict.as_str()]);
        let shown = &listed.body["items"][0];
        assert_eq!((&shown["record"], &shown["ways"]), (&json!(record), &ways));
        assert_eq!((&shown["base_version"], &shown["server_version"]), (&json!(1), &json!(3)));
    }
    for stranger in [
        town.staff(Role::GridWorker, EAST),
        town.staff(Role::GridLeader, "500114119202"),
        town.staff(Role::StationOfficer, TOWN),
    ] {
        assert_eq!(ids(&stranger.get(&town, CONFLICTS).await), Vec::<&str>::new());
        assert_eq!(stranger.get(&town, &format!("{CONFLICTS}/{conflict}")).await.status, 404);
    }
}

#[actix_web::test]
async fn both_values_are_shown_for_a_purpose_that_is_written_down() {
    let town = Town::new();
    let phone = worker(&town);
    let (_, step, conflict) = graded_meanwhile(&town, &phone).await;
    let url = format!("{CONFLICTS}/{conflict}/reveal");
    assert_eq!(phone.who.post(&town, &url, json!({ "purpose": "x" })).await.fields(), ["purpose"]);
    let leader = town.staff(Role::GridLeader, "500114119201");
    let shown = leader.post(&town, &url, json!({ "purpose": "示例核对" })).await;
    assert_eq!((shown.status, &shown.body["mine"]), (200, &step.payload));
    assert_eq!(
        (&shown.body["theirs"]["state"], &shown.body["theirs"]["version"]),
        (&json!("ordered"), &json!(3))
    );
    let audited = audit_entries::table
        .filter(audit_entries::action.eq("personal.reveal"))
        .filter(audit_entries::object_id.eq(&conflict))
        .count()
        .get_result::<i64>(&mut town.connect());
    assert_eq!(audited, Ok(1));
}

#[actix_web::test]
async fn mine_is_applied_on_the_newest_version_that_the_person_has_read() {
    let town = Town::new();
    let phone = worker(&town);
    let (record, step, conflict) = graded_meanwhile(&town, &phone).await;
    let mine = |version: Value| json!({ "way": "apply_mine", "record_version": version });
    assert_eq!(settle(&town, &phone.who, &conflict, 1, mine(Value::Null)).await.fields(), ["record_version"]);
    assert_eq!(settle(&town, &phone.who, &conflict, 1, mine(json!(2))).await.told(), (412, "stale_version"));
    assert_eq!(settle(&town, &phone.who, &conflict, 7, mine(json!(3))).await.told(), (412, "stale_version"));
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert_eq!(settle(&town, &leader, &conflict, 1, mine(json!(3))).await.told(), (403, "forbidden"));
    let made = json!({ "way": "make_new", "new_id": record });
    assert_eq!(settle(&town, &phone.who, &conflict, 1, made).await.told(), (409, "guard_refused"));

    let settled = settle(&town, &phone.who, &conflict, 1, mine(json!(3))).await;
    assert_eq!((settled.status, &settled.body["state"]), (200, &json!("mine_applied")));
    assert_eq!((&settled.body["resolved_record"], &settled.body["ways"]), (&json!(record), &json!([])));
    let hazard = phone.who.get(&town, &format!("/api/v1/hazards/{record}")).await.body;
    assert_eq!((&hazard["state"], &hazard["version"]), (&json!("rectifying"), &json!(4)));
    let again = phone.push(&town, &[step]).await;
    assert_eq!((&only(&again)["outcome"], &only(&again)["version"]), (&json!("duplicate"), &json!(4)));
    let twice = settle(&town, &phone.who, &conflict, 2, json!({ "way": "keep_server" })).await;
    assert_eq!(twice.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn the_photos_of_a_conflict_are_awaited_once_it_is_settled() {
    let town = Town::new();
    let phone = worker(&town);
    let (record, ..) = graded_meanwhile(&town, &phone).await;
    let mut step = Deed::step("hazard.rectify", &record, 2, json!({}));
    let photo = step.show("photos", &picture(7));
    let answer = phone.push(&town, &[step]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap();
    let url = format!("/api/v1/hazards/{record}");
    assert_eq!(phone.who.get(&town, &url).await.body.get("awaiting_media"), None);
    let mine = json!({ "way": "apply_mine", "record_version": 3 });
    assert_eq!(settle(&town, &phone.who, conflict, 1, mine).await.status, 200);
    assert_eq!(phone.who.get(&town, &url).await.body["awaiting_media"][0]["photo"], json!(photo));
    assert_eq!(phone.upload(&town, &photo, &picture(7)).await.status, 201);
    let photos = phone.who.get(&town, &format!("{url}/photos")).await.body;
    assert_eq!((&photos[0]["id"], &photos[0]["stage"]), (&json!(photo), &json!("during")));
}

#[actix_web::test]
async fn a_household_is_not_made_twice() {
    let town = Town::new();
    let phone = worker(&town);
    let id = Id::<Hazard>::new().to_string();
    let household = id.replace("hazard_", "household_");
    let home = |address: &str| {
        let head = json!({ "id": id.replace("hazard_", "resident_"), "name": "示例甲", "relation": "head" });
        let home = json!({ "id": household, "area_code": EAST, "code": "示例9", "address": address, "residents": [head] });
        made("household.create", home)
    };
    assert_eq!(phone.outcomes(&town, &[home("示例村一组")]).await, ["applied"]);
    let answer = phone.push(&town, &[home("示例村二组")]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap();
    let shown = phone.who.get(&town, &format!("{CONFLICTS}/{conflict}")).await.body;
    assert_eq!((&shown["ways"], &shown["reason"]), (&json!(["keep_server"]), &json!("other_content")));
    let made = json!({ "way": "make_new", "new_id": household });
    assert_eq!(settle(&town, &phone.who, conflict, 1, made).await.told(), (409, "guard_refused"));
}

#[actix_web::test]
async fn a_leader_may_let_the_servers_value_stand() {
    let town = Town::new();
    let phone = worker(&town);
    let (record, step, conflict) = graded_meanwhile(&town, &phone).await;
    let leader = town.staff(Role::GridLeader, "500114119201");
    let settled = settle(&town, &leader, &conflict, 1, json!({ "way": "keep_server" })).await;
    assert_eq!((settled.status, &settled.body["state"]), (200, &json!("server_kept")));
    let hazard = phone.who.get(&town, &format!("/api/v1/hazards/{record}")).await.body;
    assert_eq!(hazard["state"], "ordered");
    assert_eq!(phone.outcomes(&town, &[step]).await, ["conflict"], "it is answered as it was");
    let open = phone.who.get(&town, &format!("{CONFLICTS}?state=open")).await;
    assert_eq!(ids(&open), Vec::<&str>::new());
    let all = phone.who.get(&town, CONFLICTS).await;
    assert_eq!(ids(&all), [conflict.as_str()], "nothing is deleted");
}

#[actix_web::test]
async fn one_id_with_two_contents_is_kept_twice_and_becomes_two_records() {
    let town = Town::new();
    let phone = worker(&town);
    let mut first = report(EAST);
    let photo = first.show("photos", &picture(1));
    phone.push(&town, &[first.clone()]).await;
    let mut second = first.again();
    second.say("title", "示例:同一草稿改过的内容");
    let answer = phone.push(&town, &[second]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap();
    let id = Id::<Hazard>::new().to_string();
    let taken = settle(&town, &phone.who, conflict, 1, json!({ "way": "make_new", "new_id": id })).await;
    assert_eq!(taken.fields(), ["photos"], "the photo is the first record's");
    let made = json!({ "way": "make_new", "new_id": id, "photos": [] });
    let settled = settle(&town, &phone.who, conflict, 1, made).await;
    assert_eq!((settled.status, &settled.body["resolved_record"]), (200, &json!(id)));
    let title = |answer: Answer| answer.text("title");
    assert_eq!(
        title(phone.who.get(&town, &format!("/api/v1/hazards/{id}")).await),
        "示例:同一草稿改过的内容"
    );
    let old = phone.who.get(&town, &format!("/api/v1/hazards/{}", first.record)).await;
    assert_eq!(old.body["awaiting_media"][0]["photo"], json!(photo));
    assert_eq!(title(old), "示例隐患");
}

#[actix_web::test]
async fn somebody_elses_record_under_the_same_id_is_not_shown() {
    let town = Town::new();
    let (here, far) = (worker(&town), Phone::of(town.staff(Role::GridWorker, NEXT_VILLAGE)));
    let theirs = report(NEXT_VILLAGE);
    far.push(&town, std::slice::from_ref(&theirs)).await;
    let mut mine = report(EAST);
    mine.record.clone_from(&theirs.record);
    mine.say("id", theirs.record.as_str());
    let answer = here.push(&town, &[mine]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap();
    let url = format!("{CONFLICTS}/{conflict}/reveal");
    let shown = here.who.post(&town, &url, json!({ "purpose": "示例核对" })).await;
    assert_eq!((shown.status, shown.body.get("theirs")), (200, None));
    let shown = here.who.get(&town, &format!("{CONFLICTS}/{conflict}")).await;
    assert_eq!((shown.body.get("server_version"), &shown.body["area_code"]), (None, &json!(EAST)));
}

#[actix_web::test]
async fn a_quarrel_in_a_family_is_its_authors_alone_and_no_name_lies_open() {
    let town = Town::new();
    let phone = worker(&town);
    let id = Id::<Hazard>::new().to_string().replace("hazard_", "dispute_");
    let quarrel = |title: &str| {
        made(
            "dispute.register",
            json!({
                "id": id, "area_code": EAST, "dispute_type": "marriage_family", "title": title, "detail": "示例",
                "parties": [{ "side": "applicant", "name": "示例甲某某", "phone": "13800005678" },
                            { "side": "respondent", "name": "示例乙" }]
            }),
        )
    };
    assert_eq!(phone.outcomes(&town, &[quarrel("示例一")]).await, ["applied"]);
    let answer = phone.push(&town, &[quarrel("示例二")]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap();
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert_eq!(ids(&leader.get(&town, CONFLICTS).await), Vec::<&str>::new());
    assert_eq!(leader.get(&town, &format!("{CONFLICTS}/{conflict}")).await.status, 404);
    assert_eq!(ids(&phone.who.get(&town, CONFLICTS).await), [conflict]);
    let sealed: (Vec<u8>, Option<Vec<u8>>) = sync_conflicts::table
        .select((sync_conflicts::mine_sealed, sync_conflicts::theirs_sealed))
        .first(&mut town.connect())
        .unwrap();
    for value in [sealed.0, sealed.1.unwrap()] {
        let open = |text: &str| value.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!open("示例甲某某") && !open("13800005678") && !open("dispute_type"));
    }
    let unasked =
        town.ask(phone.who.signs(TestRequest::post(), &format!("{CONFLICTS}/{conflict}/settlement"))).await;
    assert_eq!(unasked.told(), (428, "precondition_required"));
}
