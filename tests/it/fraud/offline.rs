//! Leads and dissuasions that were written down where there is no signal.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::{dissuasions, fraud_leads};

use super::{Dissuasion, Lead, entry, lead_in};
use crate::sync::phone::{Deed, Phone, made, only, picture};
use crate::town::{EAST, TOWN, Town, WEST};

/// Done ten minutes ago: the bodies of these tests speak of half an hour ago.
fn lately(operation: &'static str, body: Value) -> Deed {
    Deed { ago: TimeDelta::minutes(10), ..made(operation, body) }
}

fn rows(town: &Town) -> (i64, i64) {
    let mut c = town.connect();
    (
        fraud_leads::table.count().get_result(&mut c).unwrap(),
        dissuasions::table.count().get_result(&mut c).unwrap(),
    )
}

#[actix_web::test]
async fn what_was_heard_offline_is_entered_once_however_often_it_is_sent() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let lead = lately("lead.report", lead_in(EAST, "13800001234"));
    let saved = lately("dissuasion.record", entry(EAST, 3_000_000, 3_000_000));
    let day = [lead.clone(), saved.clone()];
    assert_eq!(phone.outcomes(&town, &day).await, ["applied", "applied"]);
    assert_eq!(phone.outcomes(&town, &day).await, ["duplicate", "duplicate"], "the same batch");
    let again = day.each_ref().map(Deed::again);
    assert_eq!(
        phone.outcomes(&town, &again).await,
        ["duplicate", "duplicate"],
        "the same entries, sent anew"
    );
    for (path, deed) in [("fraud_leads", &lead), ("dissuasions", &saved)] {
        let online = phone.who.post(&town, &format!("/api/v1/{path}"), deed.payload.clone()).await;
        assert_eq!(online.status, 200, "online they are known: {online:?}");
    }
    assert_eq!(rows(&town), (1, 1));
    let office = town.staff(Role::PublicityOfficer, TOWN);
    let seen = office.get(&town, &format!("/api/v1/fraud_leads/{}", lead.record)).await;
    assert_eq!(seen.body["suspect"]["masked"], "138****1234");
}

#[actix_web::test]
async fn one_id_with_two_contents_waits_for_its_author_and_of_a_lead_for_nobody_else() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let lead = lately("lead.report", lead_in(EAST, "13800001234"));
    let saved = lately("dissuasion.record", entry(EAST, 100, 100));
    phone.push(&town, &[lead.clone(), saved.clone()]).await;
    let mut other = lead.again();
    other.say("detail", "示例:另一份内容");
    let mut less = saved.again();
    less.say("saved_fen", 50);
    assert_eq!(phone.outcomes(&town, &[other.clone(), less]).await, ["conflict", "conflict"]);
    let listed = |answer: crate::town::Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap().clone();
        let mut words: Vec<String> =
            items.iter().map(|item| item["operation"].as_str().unwrap().to_owned()).collect();
        words.sort();
        words
    };
    let open = "/api/v1/sync/conflicts?state=open";
    assert_eq!(listed(phone.who.get(&town, open).await), ["dissuasion.record", "lead.report"]);
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert_eq!(
        listed(leader.get(&town, open).await),
        ["dissuasion.record"],
        "a leader may not read suspects"
    );

    let answer = phone.push(&town, &[other]).await;
    let conflict = only(&answer)["conflict"].as_str().unwrap().to_owned();
    let anew = json!({ "way": "make_new", "new_id": Id::<Lead>::new().to_string() });
    let url = format!("/api/v1/sync/conflicts/{conflict}/settlement");
    let settled = phone.who.step(&town, &url, 1, anew).await;
    assert_eq!((settled.status, settled.text("state")), (200, "made_new".into()), "{settled:?}");
    assert_eq!(rows(&town), (2, 1));
}

#[actix_web::test]
async fn each_is_granted_and_checked_as_online() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let elsewhere = lately("lead.report", lead_in(WEST, "13800001234"));
    let mut wordless = lately("lead.report", lead_in(EAST, "13800001234"));
    wordless.say("detail", " ");
    let early = made("dissuasion.record", entry(EAST, 1, 1));
    let misnamed = Deed {
        record: Id::<Dissuasion>::new().to_string(),
        ..lately("dissuasion.record", entry(EAST, 1, 1))
    };
    let refused = phone.push(&town, &[elsewhere, wordless, early, misnamed]).await;
    let fields: Vec<_> = (0..4)
        .map(|n| refused.body["results"][n]["problem"]["errors"][0]["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["area_code", "detail", "happened_at", "id"], "it happened after it was written down");
    let mediator = Phone::of(town.staff(Role::Mediator, TOWN));
    let deeds =
        [lately("lead.report", lead_in(EAST, "13800001234")), lately("dissuasion.record", entry(EAST, 1, 1))];
    assert_eq!(mediator.outcomes(&town, &deeds).await, ["forbidden", "forbidden"]);
    assert_eq!(rows(&town), (0, 0));
}

#[actix_web::test]
async fn screenshots_come_after_their_lead_and_are_shown_by_its_reveal_alone() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let mut deed = lately("lead.report", lead_in(EAST, "13800001234"));
    let shot = deed.show("screenshots", &picture(1));
    assert_eq!(phone.outcomes(&town, std::slice::from_ref(&deed)).await, ["applied"]);
    let police = town.staff(Role::StationOfficer, TOWN);
    let url = format!("/api/v1/fraud_leads/{}/screenshots/{shot}/reveal", deed.record);
    let purpose = json!({ "purpose": "示例:提交派出所核查" });
    assert_eq!(police.post(&town, &url, purpose.clone()).await.status, 404, "still on its way");
    assert_eq!(phone.upload(&town, &shot, &picture(9)).await.told(), (409, "id_reused"), "another file");
    assert_eq!(phone.upload(&town, &shot, &picture(1)).await.status, 201);
    assert_eq!(police.post(&town, &url, purpose).await.status, 200);
    for who in [&phone.who, &police] {
        assert_eq!(who.get(&town, &format!("/api/v1/photos/{shot}")).await.status, 404);
    }
}
