//! A lead from its reporter to the police and back.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use wangge::platform::access::Role;
use wangge::platform::db::schema::fraud_leads;

use super::{ids, lead, lead_in, reports};
use crate::messages::told;
use crate::town::{EAST, NEXT_TOWN, Person, TOWN, Town, WEST};

fn at(id: &str, noun: &str) -> String {
    format!("/api/v1/fraud_leads/{id}/{noun}")
}

async fn steps(
    town: &Town,
    who: &Person,
    id: &str,
    noun: &str,
    version: i64,
    body: serde_json::Value,
) -> i64 {
    let answer = who.step(town, &at(id, noun), version, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.version()
}

#[actix_web::test]
async fn a_resident_reports_the_police_answer_and_the_reporter_reads_it() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let office = town.staff(Role::PublicityOfficer, TOWN);
    let police = town.staff(Role::StationOfficer, TOWN);
    let body = lead("+86 138-0000-1234");
    let reported = reports(&town, &resident, body.clone()).await;
    assert_eq!(reported.status, 201, "{reported:?}");
    assert_eq!(reported.body["suspect"], json!({ "kind": "phone", "masked": "138****1234" }));
    assert_eq!((reported.text("area_code"), reported.text("state")), (EAST.into(), "reported".into()));
    assert!(reported.body["detail"].as_str().unwrap().ends_with("138****5678"), "{reported:?}");
    assert_eq!((&reported.body["mine"], &reported.body["actions"]), (&json!(true), &json!([])));
    assert!(reported.body["reported_30d"].is_null(), "how often is for the office");
    let id = reported.text("id");

    let again = reports(&town, &resident, body.clone()).await;
    assert_eq!((again.status, again.text("id")), (200, id.clone()), "a resend is the same lead");
    let mut other = body;
    other["detail"] = json!("示例:另一份内容");
    assert_eq!(reports(&town, &resident, other.clone()).await.told(), (409, "id_reused"));
    assert_eq!(reports(&town, &town.resident(EAST), other).await.told(), (409, "id_reused"));

    let seen = office.get(&town, &format!("/api/v1/fraud_leads/{id}")).await;
    let steps_now = seen.body["actions"].as_array().unwrap();
    let steps_now: Vec<_> = steps_now.iter().map(|action| action["step"].as_str().unwrap()).collect();
    assert_eq!(steps_now, ["correct", "forward", "dismiss"]);
    let early =
        police.step(&town, &at(&id, "answer"), 1, json!({ "verdict": "verified", "reply": "示例" })).await;
    assert_eq!(early.told(), (409, "step_not_allowed"));
    assert_eq!(steps(&town, &office, &id, "forwarding", 1, json!({ "station": "示例派出所" })).await, 2);
    let stale =
        office.step(&town, &at(&id, "dismissal"), 1, json!({ "reason": "unclear", "reply": "示例" })).await;
    assert_eq!(stale.told(), (412, "stale_version"));
    let changes = json!({
        "fraud_type": "romance", "way": "sms", "suspect": { "kind": "app", "value": "示例" }, "detail": "示例"
    });
    for (noun, body) in [
        ("correction", changes),
        ("dismissal", json!({ "reason": "unclear", "reply": "示例" })),
        ("forwarding", json!({ "station": "示例派出所" })),
    ] {
        let refused = office.step(&town, &at(&id, noun), 2, body).await;
        assert_eq!(
            refused.told(),
            (409, "step_not_allowed"),
            "{noun}: what is with the police stays as it is"
        );
    }
    let more = json!({ "verdict": "more_needed", "reply": "示例:请补充来电时间" });
    assert_eq!(steps(&town, &police, &id, "answer", 2, more).await, 3);
    let last = json!({ "verdict": "verified", "blocked": true, "reply": "示例:请勿再联系", "police_ref": "示例1号" });
    assert_eq!(steps(&town, &police, &id, "answer", 3, last.clone()).await, 4);
    assert_eq!(police.step(&town, &at(&id, "answer"), 4, last).await.told(), (409, "guard_refused"));

    let read = resident.get(&town, &format!("/api/v1/fraud_leads/{id}")).await;
    assert_eq!((&read.body["verdict"], &read.body["blocked"]), (&json!("verified"), &json!(true)));
    assert_eq!((read.text("reply"), read.text("station")), ("示例:请勿再联系".into(), "示例派出所".into()));
    assert!(read.body["police_ref"].is_null(), "a number of the police is for the office");
    let told = told(&town, &resident).await;
    let kinds: Vec<_> = told.iter().map(|message| message["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["transferred", "returned", "concluded"], "once with each step");
    assert_eq!(told[2]["case"], json!(id));
    let text = told[2]["text"].as_str().unwrap();
    assert!(text.contains("查实涉诈") && text.contains("已处置") && text.ends_with("请勿再联系"), "{text}");
    assert!(!text.contains("1234"), "{text}");
}

#[actix_web::test]
async fn a_lead_that_is_none_is_dismissed_with_a_reason_and_an_answer() {
    let town = Town::new();
    let (worker, office) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Dispatcher, TOWN));
    let id = reports(&town, &worker, lead_in(EAST, "95588")).await.text("id");
    let right = json!({
        "fraud_type": "fake_loan", "way": "sms", "suspect": { "kind": "link", "value": "HTTP://Loan.Invalid/a#b" },
        "detail": "示例:短信称可办低息贷款", "at_risk_fen": 1
    });
    let corrected = office.step(&town, &at(&id, "correction"), 1, right).await;
    assert_eq!(
        corrected.body["suspect"],
        json!({ "kind": "link", "masked": "loan.invalid/***" }),
        "{corrected:?}"
    );
    assert_eq!(
        (corrected.text("state"), corrected.text("fraud_type")),
        ("reported".into(), "fake_loan".into())
    );
    let wordless = json!({ "reason": "not_fraud", "reply": " " });
    assert_eq!(office.step(&town, &at(&id, "dismissal"), 2, wordless).await.fields(), ["reply"]);
    let why = json!({ "reason": "not_fraud", "reply": "示例:为银行正常短信" });
    let dismissed = office.step(&town, &at(&id, "dismissal"), 2, why).await;
    assert_eq!(
        (dismissed.text("state"), dismissed.text("dismiss_reason")),
        ("dismissed".into(), "not_fraud".into())
    );
    assert_eq!(dismissed.body["actions"], json!([]));
    let told = told(&town, &worker).await;
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("rejected")));
}

#[actix_web::test]
async fn the_office_is_told_how_often_a_number_was_reported_in_its_town_lately() {
    let town = Town::new();
    let (leader, office) =
        (town.staff(Role::GridLeader, "500114119201"), town.staff(Role::PublicityOfficer, TOWN));
    let far = town.staff(Role::GridLeader, "500114120201");
    reports(&town, &leader, lead_in(EAST, "138 0000 1234")).await;
    town.pass(TimeDelta::days(20));
    reports(&town, &town.resident(EAST), lead("008613800001234")).await;
    reports(&town, &far, lead_in(NEXT_TOWN, "13800001234")).await;
    let dismissed = reports(&town, &leader, lead_in(WEST, "13800001234")).await.text("id");
    let none = json!({ "reason": "duplicate", "reply": "示例" });
    assert_eq!(steps(&town, &office, &dismissed, "dismissal", 1, none).await, 2);
    let account = json!({ "kind": "account", "value": "13800001234" });
    let mut other = lead_in(EAST, "0");
    other["suspect"] = account;
    reports(&town, &leader, other).await;
    let latest = reports(&town, &leader, lead_in(WEST, "１３８００００１２３４")).await;
    assert_eq!(
        latest.body["reported_30d"],
        json!(3),
        "in this town, written in whatever way, without what is none"
    );
    town.pass(TimeDelta::days(15));
    let list = office.get(&town, &format!("/api/v1/fraud_leads?same_as={}", latest.text("id"))).await;
    let counts: Vec<_> =
        list.body["items"].as_array().unwrap().iter().map(|lead| &lead["reported_30d"]).collect();
    assert_eq!(
        counts,
        [&json!(2), &json!(2), &json!(2), &json!(2)],
        "the first is 35 days old by now: {list:?}"
    );
    assert_eq!(ids(&list)[0], latest.text("id"));
    let other_state = format!("/api/v1/fraud_leads?same_as={}&state=dismissed", latest.text("id"));
    assert_eq!(ids(&office.get(&town, &other_state).await), [dismissed]);
}

#[actix_web::test]
async fn whoever_only_reports_sees_their_own_and_the_office_what_lies_in_its_areas() {
    let town = Town::new();
    let (worker, colleague) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridWorker, EAST));
    let (resident, neighbour) = (town.resident(EAST), town.resident(EAST));
    let mine = reports(&town, &worker, lead_in(EAST, "13800000001")).await.text("id");
    let theirs = reports(&town, &resident, lead("13800000002")).await.text("id");
    let list = "/api/v1/fraud_leads";
    assert_eq!(ids(&worker.get(&town, list).await), std::slice::from_ref(&mine));
    assert_eq!(ids(&resident.get(&town, list).await), std::slice::from_ref(&theirs));
    for who in [&colleague, &neighbour] {
        assert_eq!(ids(&who.get(&town, list).await), [""; 0]);
        assert_eq!(who.get(&town, &format!("{list}/{mine}")).await.told(), (404, "not_found"));
    }
    for (role, area) in [(Role::GridLeader, "500114119201"), (Role::Approver, TOWN), (Role::Auditor, TOWN)] {
        assert_eq!(
            ids(&town.staff(role, area).get(&town, list).await),
            [theirs.clone(), mine.clone()],
            "{role}"
        );
    }
    // Leads a village and walks a grid of the next: of the grid only what they reported themselves.
    let both = town.staff(Role::GridLeader, "500114119202");
    town.appoint(&both, Role::GridWorker, EAST);
    let own = reports(&town, &both, lead_in(EAST, "13800000003")).await.text("id");
    assert_eq!(ids(&both.get(&town, list).await), [own]);
    let next_village = town.staff(Role::GridLeader, "500114119202");
    let outside = next_village.get(&town, &format!("{list}?area={EAST}")).await;
    assert_eq!(outside.told(), (404, "not_found"));
    assert_eq!(reports(&town, &worker, lead_in(WEST, "13800000004")).await.fields(), ["area_code"]);
    assert_eq!(reports(&town, &resident, lead_in(WEST, "13800000004")).await.fields(), ["area_code"]);
    assert_eq!(reports(&town, &worker, lead("13800000004")).await.fields(), ["area_code"], "staff say where");
    let viewer = town.staff(Role::DistrictViewer, "500114");
    assert_eq!(viewer.get(&town, list).await.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn every_bad_field_of_a_lead_is_named() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let mut body = lead_in(EAST, "不是号码");
    (body["detail"], body["lost_fen"], body["at_risk_fen"]) =
        (json!(" "), json!(-1), json!(10_000_000_000_001_i64));
    body["occurred_at"] = json!("2026-03-03T00:00:00.000Z");
    body["screenshots"] = json!(
        (0..10)
            .map(|_| wangge::base::id::Id::<super::Lead>::new().to_string().replace("lead", "photo"))
            .collect::<Vec<_>>()
    );
    let mut fields = ["suspect.value", "detail", "lost_fen", "at_risk_fen", "occurred_at", "screenshots"];
    let refused = reports(&town, &worker, body).await;
    let mut named = refused.fields();
    fields.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, fields);
}

#[actix_web::test]
async fn suspects_and_screenshots_are_revealed_for_a_purpose_and_lie_sealed() {
    let town = Town::new();
    let (resident, police) = (town.resident(EAST), town.staff(Role::StationOfficer, TOWN));
    let (shot, foreign) = (resident.photo(&town).await, town.resident(EAST).photo(&town).await);
    let mut body = lead("13800001234");
    body["screenshots"] = json!([foreign]);
    assert_eq!(reports(&town, &resident, body.clone()).await.fields(), ["screenshots"], "another's photo");
    body["screenshots"] = json!([shot]);
    let reported = reports(&town, &resident, body).await;
    assert_eq!((reported.status, &reported.body["screenshots"]), (201, &json!(1)), "{reported:?}");
    let id = reported.text("id");
    for who in [&resident, &police] {
        let photo = who.get(&town, &format!("/api/v1/photos/{shot}")).await;
        assert_eq!(photo.told(), (404, "not_found"), "a screenshot has no other address");
    }
    let sealed: (Vec<u8>, Vec<u8>) = fraud_leads::table
        .select((fraud_leads::suspect_sealed, fraud_leads::detail_sealed))
        .first(&mut town.connect())
        .unwrap();
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds(&sealed.0, "13800001234") && !holds(&sealed.1, "示例"));

    let purpose = json!({ "purpose": "示例:提交派出所核查" });
    let revealed = police.post(&town, &at(&id, "reveal"), purpose.clone()).await;
    assert_eq!(
        (revealed.text("value"), &revealed.body["screenshots"]),
        ("13800001234".into(), &json!([shot]))
    );
    assert!(revealed.text("detail").contains("13800005678"));
    assert_eq!(revealed.text("household_id"), resident.household.unwrap().to_string());
    let picture = police.post(&town, &at(&id, &format!("screenshots/{shot}/reveal")), purpose.clone()).await;
    assert_eq!((picture.status, picture.media.as_str()), (200, "image/jpeg"));
    let other = police.post(&town, &at(&id, &format!("screenshots/{foreign}/reveal")), purpose.clone()).await;
    assert_eq!(other.told(), (404, "not_found"));
    for who in [&resident, &town.staff(Role::GridLeader, "500114119201")] {
        assert_eq!(who.post(&town, &at(&id, "reveal"), purpose.clone()).await.told(), (403, "forbidden"));
    }
    let far = town.staff(Role::StationOfficer, "500114120");
    assert_eq!(far.post(&town, &at(&id, "reveal"), purpose).await.told(), (404, "not_found"));
    let log = town.staff(Role::Auditor, TOWN).get(&town, "/api/v1/audit?action=personal.reveal").await;
    let objects: Vec<_> =
        log.body["items"].as_array().unwrap().iter().map(|entry| &entry["object_id"]).collect();
    assert_eq!(objects, [&json!(id), &json!(id)]);
    assert!(!log.body.to_string().contains("13800001234"));
}
