//! A push: each operation by itself, once.

use actix_web::test::{TestRequest, read_body_json};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{cases, sync_ops, timeline_entries};

use super::phone::{Deed, Phone, made, only, report, sha256, told};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Town, WEST};

fn worker(town: &Town) -> Phone {
    Phone::of(town.staff(Role::GridWorker, EAST))
}

fn results(answer: &Answer) -> &[Value] {
    answer.body["results"].as_array().unwrap()
}

/// How many cases and timeline entries there are.
fn rows(town: &Town) -> (i64, i64) {
    let mut c = town.connect();
    let cases = cases::table.count().get_result(&mut c).unwrap();
    (cases, timeline_entries::table.count().get_result(&mut c).unwrap())
}

#[actix_web::test]
async fn what_was_reported_offline_is_what_would_have_been_reported_at_once_with_the_fields_own_time() {
    let town = Town::new();
    let phone = worker(&town);
    let deed = report(EAST);
    let answer = phone.push(&town, std::slice::from_ref(&deed)).await;
    let result = only(&answer);
    assert_eq!((&result["outcome"], &result["version"]), (&json!("applied"), &json!(1)));
    assert_eq!(result["record"], json!(deed.record));

    let url = format!("/api/v1/hazards/{}", deed.record);
    let hazard = phone.who.get(&town, &url).await;
    let (told_at, had_at) = (json!(town.clock.now().plus(-deed.ago)), json!(town.clock.now()));
    assert_eq!((hazard.status, &hazard.body["title"]), (200, &json!("示例隐患")));
    assert_eq!((&hazard.body["reported_at"], &hazard.body["received_at"]), (&told_at, &had_at));
    let timeline = phone.who.get(&town, &format!("{url}/timeline")).await.body;
    assert_eq!((&timeline[0]["device_at"], &timeline[0]["at"]), (&told_at, &had_at));
    assert_eq!(
        phone.who.post(&town, "/api/v1/hazards", deed.payload).await.status,
        200,
        "online it is known"
    );
}

#[actix_web::test]
async fn a_step_keeps_the_fields_time_beside_the_servers() {
    let town = Town::new();
    let phone = worker(&town);
    let (found, picture) = (report(EAST), super::phone::picture(1));
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({ "note": "示例:已清理" }));
    fixed.show("before", &picture);
    fixed.show("photos", &super::phone::picture(2));
    fixed.ago = TimeDelta::minutes(30);
    assert_eq!(phone.outcomes(&town, &[found.clone(), fixed.clone()]).await, ["applied", "applied"]);
    let timeline = phone.who.get(&town, &format!("/api/v1/hazards/{}/timeline", found.record)).await.body;
    assert_eq!(timeline[1]["device_at"], json!(town.clock.now().plus(-fixed.ago)));
    assert_eq!(timeline[1]["state"], "fixed_on_spot");
}

#[actix_web::test]
async fn one_bad_operation_spoils_no_other() {
    let town = Town::new();
    let phone = worker(&town);
    let mut blank = report(EAST);
    blank.say("title", " ");
    let elsewhere = report(NEXT_VILLAGE);
    let unknown = Deed::step("hazard.rectify", &report(EAST).record, 1, json!({}));
    let forbidden = Deed::step("hazard.reinspect", &report(EAST).record, 1, json!({ "passed": true }));
    let quarrel = report(EAST).record.replace("hazard_", "dispute_");
    let unseen =
        Deed { base_version: None, ..Deed::step("hazard.submit", &report(EAST).record, 1, json!({})) };
    let misnamed = Deed::step("hazard.rectify", &quarrel, 1, json!({}));
    let deeds = [report(EAST), blank, elsewhere, unknown, forbidden, unseen, misnamed, report(EAST)];
    let mut body = phone.body(&town, &deeds);
    let operations = body["operations"].as_array_mut().unwrap();
    operations.push(json!({ "op_id": "op_x", "payload": 7 }));
    let mut torn = operations[0].clone();
    torn["sha256"] = json!(sha256(b"another"));
    operations.push(torn);
    let answer = phone.who.post(&town, "/api/v1/sync/push", body).await;
    let expected = [
        "applied",
        "invalid_fields",
        "invalid_fields",
        "not_found",
        "forbidden",
        "precondition_required",
        "invalid_fields",
        "applied",
        "invalid_fields",
        "invalid_fields",
    ];
    assert_eq!((answer.status, told(&answer)), (200, expected.map(str::to_owned).to_vec()));
    let results = &answer.body["results"];
    assert_eq!(results[1]["problem"]["errors"][0], json!({ "field": "title", "message": "不能为空" }));
    assert_eq!(results[2]["problem"]["errors"][0]["field"], "area_code");
    assert_eq!(results[8]["op_id"], "op_x", "it is told which one could not be read");
    assert_eq!(results[9]["problem"]["errors"][0]["field"], "sha256");
    assert_eq!(rows(&town), (2, 2));
}

#[actix_web::test]
async fn what_follows_on_a_record_that_was_refused_is_not_tried_and_may_be_sent_again() {
    let town = Town::new();
    let phone = worker(&town);
    let mut found = report(EAST);
    found.say("detail", "");
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({}));
    fixed.show("before", &super::phone::picture(1));
    fixed.show("photos", &super::phone::picture(2));
    let other = report(EAST);
    let answer = phone.push(&town, &[found.clone(), fixed.clone(), other]).await;
    assert_eq!(told(&answer), ["invalid_fields", "blocked", "applied"]);
    assert_eq!(
        (&answer.body["results"][1]["retry"], &answer.body["results"][0]["retry"]),
        (&json!(true), &Value::Null)
    );
    let mut mended = found.again();
    mended.say("detail", "示例:已补写");
    assert_eq!(phone.outcomes(&town, &[mended, fixed]).await, ["applied", "applied"]);
}

#[actix_web::test]
async fn a_step_whose_predecessor_never_came_waits_for_it() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(EAST);
    phone.push(&town, std::slice::from_ref(&found)).await;
    let late = Deed::step("hazard.submit", &found.record, 4, json!({ "note": "示例" }));
    let answer = phone.push(&town, &[late]).await;
    assert_eq!((told(&answer), &only(&answer)["retry"]), (vec!["blocked".to_owned()], &json!(true)));
}

#[actix_web::test]
async fn a_lost_answer_is_answered_again_and_nothing_is_done_twice() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(EAST);
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({}));
    fixed.show("before", &super::phone::picture(1));
    fixed.show("photos", &super::phone::picture(2));
    let mut bad = report(EAST);
    bad.say("field", "dragons");
    let deeds = [found.clone(), fixed, bad];
    let first = phone.push(&town, &deeds).await;
    let once = rows(&town);
    town.pass(TimeDelta::days(3));
    let phone = Phone { who: town.anew(&phone.who), ..phone };
    for _ in 0..2 {
        let again = phone.push(&town, &deeds).await;
        assert_eq!(told(&again), ["duplicate", "duplicate", "invalid_fields"]);
        for (again, first) in results(&again).iter().zip(results(&first)) {
            for field in ["op_id", "record", "version", "problem"] {
                assert_eq!(again[field], first[field]);
            }
        }
    }
    assert_eq!(rows(&town), once);
    let twice = found.again();
    assert_eq!(phone.outcomes(&town, &[twice]).await, ["duplicate"], "the same record with the same content");
}

#[actix_web::test]
async fn a_rejection_is_final_for_its_operation_and_what_was_mended_goes_under_a_new_one() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(WEST);
    assert_eq!(phone.outcomes(&town, std::slice::from_ref(&found)).await, ["invalid_fields"]);
    town.appoint(&phone.who, Role::GridWorker, WEST);
    tokio::time::sleep(std::time::Duration::from_millis(1000)).await; // posts are read anew
    assert_eq!(
        phone.outcomes(&town, std::slice::from_ref(&found)).await,
        ["invalid_fields"],
        "as it was answered"
    );
    assert_eq!(phone.outcomes(&town, &[found.again()]).await, ["applied"]);
    let mut other = found;
    other.say("title", "示例:另一件");
    assert_eq!(phone.outcomes(&town, &[other]).await, ["key_reused"]);
}

/// A hazard that is being put right, with the sixth of March as its last day.
async fn being_put_right(town: &Town, phone: &Phone) -> String {
    let found = report(EAST);
    phone.push(town, std::slice::from_ref(&found)).await;
    let officer = town.staff(Role::StationOfficer, "500114119");
    let url = format!("/api/v1/hazards/{}", found.record);
    assert_eq!(
        officer.step(town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await.status,
        200
    );
    let order = json!({ "due": "2026-03-06" });
    assert_eq!(officer.step(town, &format!("{url}/order"), 2, order).await.status, 200);
    assert_eq!(phone.who.step(town, &format!("{url}/rectification"), 3, json!({})).await.status, 200);
    found.record
}

#[actix_web::test]
async fn what_was_done_before_its_last_day_and_arrives_after_it_was_done_in_time() {
    let town = Town::new();
    let phone = worker(&town);
    let (early, late) = (being_put_right(&town, &phone).await, being_put_right(&town, &phone).await);
    town.pass(TimeDelta::days(7));
    let phone = Phone { who: town.anew(&phone.who), ..phone };
    let done = |record: &str, ago| Deed {
        ago,
        ..Deed::step("hazard.submit", record, 4, json!({ "note": "示例" }))
    };
    let deeds = [done(&early, TimeDelta::days(4)), done(&late, TimeDelta::hours(1))];
    assert_eq!(phone.outcomes(&town, &deeds).await, ["applied", "applied"]);
    for (record, expected) in [(&early, "met"), (&late, "missed")] {
        let hazard = phone.who.get(&town, &format!("/api/v1/hazards/{record}")).await.body;
        let clock = hazard["clocks"].as_array().unwrap().iter().find(|clock| clock["rule"] == "YH-RECTIFY");
        assert_eq!(clock.unwrap()["state"], expected);
    }
}

#[actix_web::test]
async fn a_worker_whose_grid_has_changed_meanwhile_is_answered_as_online() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(EAST);
    phone.push(&town, std::slice::from_ref(&found)).await;
    town.dismiss(&phone.who);
    town.appoint(&phone.who, Role::GridWorker, WEST);
    let phone = Phone { who: town.anew(&phone.who), ..phone };
    let step = Deed::step("hazard.rectify", &found.record, 1, json!({}));
    let (mut late, elsewhere) = (report(EAST), report(WEST));
    late.ago = TimeDelta::hours(9);
    let outcomes = phone.outcomes(&town, &[step, late, elsewhere]).await;
    assert_eq!(outcomes, ["not_found", "invalid_fields", "applied"]);
    assert_eq!(
        phone.outcomes(&town, &[found]).await,
        ["duplicate"],
        "what was done before is known all the same"
    );
}

#[actix_web::test]
async fn what_is_sent_fifty_times_at_once_is_done_once() {
    let town = Town::new();
    let phone = worker(&town);
    let found = report(EAST);
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({}));
    fixed.show("before", &super::phone::picture(1));
    fixed.show("photos", &super::phone::picture(2));
    let deeds = [found, fixed];
    let sent = (0..50).map(|_| town.send(phone.request(&town, &deeds)));
    let mut applied = 0;
    for answer in futures_util::future::join_all(sent).await {
        assert_eq!(answer.status(), 200);
        let body: Value = read_body_json(answer).await;
        for result in body["results"].as_array().unwrap() {
            assert!(["applied", "duplicate"].contains(&result["outcome"].as_str().unwrap()), "{result}");
            applied += usize::from(result["outcome"] == "applied");
        }
    }
    assert_eq!((applied, rows(&town)), (2, (1, 2)));
    let receipts: i64 = sync_ops::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(receipts, 2);
}

#[actix_web::test]
async fn the_skew_of_a_phones_clock_is_kept_and_shown_and_one_that_is_a_day_off_is_refused() {
    let town = Town::new();
    let (phone, leader) = (worker(&town), town.staff(Role::GridLeader, "500114119201"));
    let fast = town.clock.now().plus(TimeDelta::hours(3));
    let found = report(EAST);
    let answer = phone.who.post(&town, "/api/v1/sync/push", phone.body_at(fast, &[found])).await;
    assert_eq!(
        (told(&answer), &answer.body["clock_skew_ms"]),
        (vec!["applied".to_owned()], &json!(10_800_000))
    );
    for who in [&phone.who, &leader] {
        let shown = who.get(&town, "/api/v1/sync/devices").await.body;
        assert_eq!(
            (&shown[0]["device"], &shown[0]["clock_skew_ms"]),
            (&json!(phone.device), &json!(10_800_000))
        );
    }
    let other = town.staff(Role::GridLeader, "500114119202");
    assert_eq!(other.get(&town, "/api/v1/sync/devices").await.body, json!([]));
    let wrong = town.clock.now().plus(-TimeDelta::days(2));
    let refused = phone.who.post(&town, "/api/v1/sync/push", phone.body_at(wrong, &[report(EAST)])).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["sent_at"]));
}

#[actix_web::test]
async fn a_push_has_an_end_and_only_those_who_work_outside_push() {
    let town = Town::new();
    let phone = worker(&town);
    let many: Vec<_> = (0..201).map(|_| report(EAST)).collect();
    assert_eq!(phone.push(&town, &many).await.fields(), ["operations"]);
    assert_eq!(phone.push(&town, &[]).await.fields(), ["operations"]);
    let resident = Phone::of(town.resident(EAST));
    assert_eq!(resident.push(&town, &[report(EAST)]).await.told(), (403, "forbidden"));
    let large = "长".repeat(90_000);
    let mut heavy = report(EAST);
    heavy.say("detail", large);
    assert_eq!(phone.outcomes(&town, &[heavy.clone(), report(EAST)]).await, ["too_large", "applied"]);
    let too_much: Vec<_> = (0..16).map(|_| heavy.again()).collect();
    assert_eq!(phone.push(&town, &too_much).await.told(), (413, "too_large"));
}

#[actix_web::test]
async fn receipts_are_forgotten_after_ninety_days() {
    let town = Town::new();
    let phone = worker(&town);
    phone.push(&town, &[report(EAST), report(EAST)]).await;
    town.pass(TimeDelta::days(89));
    assert_eq!(wangge::features::sync::forget_old(&town.house.app.db).await.unwrap(), 0);
    town.pass(TimeDelta::days(2));
    assert_eq!(wangge::features::sync::forget_old(&town.house.app.db).await.unwrap(), 2);
}

#[actix_web::test]
async fn disputes_and_households_are_done_offline_by_whom_they_are_done_online() {
    let town = Town::new();
    let phone = worker(&town);
    let dispute = report(EAST).record.replace("hazard_", "dispute_");
    let registered = made(
        "dispute.register",
        json!({
            "id": dispute, "area_code": EAST, "dispute_type": "water_irrigation", "title": "示例纠纷", "detail": "示例",
            "parties": [{ "side": "applicant", "name": "示例甲", "consents": true },
                        { "side": "respondent", "name": "示例乙", "consents": true }]
        }),
    );
    let household = report(EAST).record.replace("hazard_", "household_");
    let resident = |n: u32| report(EAST).record.replace("hazard_", "resident_") + &n.to_string()[1..];
    let home = made(
        "household.create",
        json!({
            "id": household, "area_code": EAST, "code": "示例001", "address": "示例村一组",
            "residents": [{ "id": resident(1), "name": "示例丙", "relation": "head" }]
        }),
    );
    let joined = json!({ "id": resident(2), "name": "示例丁", "relation": "spouse" });
    let joined = Deed::step("household.join", &household, 1, joined);
    let mediated = Deed::step("dispute.mediate", &dispute, 2, json!({ "mode": "on_site" }));
    let outcomes = phone.outcomes(&town, &[registered, home, joined, mediated]).await;
    assert_eq!(outcomes, ["applied", "applied", "applied", "forbidden"]);

    let mediator = Phone::of(town.staff(Role::Mediator, "500114119"));
    let accepted = Deed::step("dispute.accept", &dispute, 1, json!({}));
    let mediated = Deed::step("dispute.mediate", &dispute, 2, json!({ "mode": "on_site" }));
    let agreed =
        json!({ "form": "oral_agreement", "items": ["示例:轮流放水"], "performance_due_on": "2026-03-20" });
    let agreed = Deed::step("dispute.agree", &dispute, 3, agreed);
    assert_eq!(
        mediator.outcomes(&town, &[accepted, mediated, agreed]).await,
        ["applied", "applied", "applied"]
    );
    let members =
        phone.who.get(&town, &format!("/api/v1/households/{household}")).await.body["members"].clone();
    assert_eq!(members, json!(2));
    let unsigned = town.ask(TestRequest::post().uri("/api/v1/sync/push")).await;
    assert_eq!(unsigned.told(), (401, "unauthenticated"));
}
