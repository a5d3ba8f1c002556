//! An event that is really a hazard or a dispute.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{Crew, Matter, button, counts_right, new_id, report};
use crate::town::{Answer, EAST, Person, TOWN, Town};

fn hazard() -> Value {
    json!({ "to": "hazard", "field": "electricity", "note": "示例:线路老化,已转安全隐患办理" })
}

fn dispute(of: &str) -> Value {
    json!({ "to": "dispute", "dispute_type": of, "note": "示例:已转矛盾纠纷调解" })
}

/// What the event became, as somebody sees it.
async fn became(town: &Town, event: &Answer, who: &Person) -> Answer {
    let id = event.text("became");
    let kind = id.split('_').next().unwrap().to_owned();
    who.get(town, &format!("/api/v1/{kind}s/{id}")).await
}

#[actix_web::test]
async fn a_danger_becomes_a_hazard_of_the_same_reporter_and_each_names_the_other() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    for stranger in [&crew.worker, &crew.leader, &crew.officer, &crew.approver] {
        assert_eq!(event.tries(stranger, "conversion", hazard()).await.told(), (403, "forbidden"));
    }
    let end = event.goes(&crew.dispatcher, "conversion", hazard()).await;
    assert_eq!((end.text("state"), end.text("resolution")), ("closed".into(), "converted".into()));
    for who in [&resident, &crew.officer] {
        let hazard = became(&town, &end, who).await;
        assert_eq!((hazard.status, hazard.text("state")), (200, "found".into()), "{hazard:?}");
        assert_eq!((hazard.text("title"), hazard.text("field")), ("路灯不亮".into(), "electricity".into()));
        assert_eq!((hazard.text("origin"), hazard.text("reporter")), (end.text("id"), "resident".into()));
        assert!(hazard.text("no").starts_with("YH-500114119-2026-"), "{hazard:?}");
    }
    let url = format!("/api/v1/hazards/{}", end.text("became"));
    let told = resident.get(&town, &format!("{url}/timeline")).await;
    assert_eq!(told.body[0]["note"], format!("由网格事件 {} 转来", event.no));
    assert_eq!(event.timeline(&resident).await[1]["note"], "示例:线路老化,已转安全隐患办理");
    let mine = resident.get(&town, "/api/v1/cases?view=mine").await;
    assert_eq!(mine.body["items"].as_array().map(Vec::len), Some(2));
    let graded = crew.officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    assert_eq!(graded.status, 200, "{graded:?}");
    counts_right(&town).await;
}

#[actix_web::test]
async fn a_quarrel_becomes_a_dispute_and_the_parties_are_asked_there() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mediator = town.staff(Role::Mediator, TOWN);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    let end = event.goes(&crew.dispatcher, "conversion", dispute("neighbour")).await;
    let dispute = became(&town, &end, &mediator).await;
    assert_eq!(
        (dispute.text("state"), dispute.text("confidential")),
        ("registered".into(), "internal".into())
    );
    assert_eq!((&dispute.body["parties"], dispute.text("origin")), (&json!([]), end.text("id")));
    let consents = format!("/api/v1/disputes/{}/consents", dispute.text("id"));
    let parties = json!({ "parties": [
        { "side": "applicant", "name": "示例甲", "consents": true },
        { "side": "respondent", "name": "示例乙", "consents": true }
    ] });
    assert_eq!(mediator.step(&town, &consents, 1, parties).await.status, 200);
    counts_right(&town).await;
}

#[actix_web::test]
async fn a_quarrel_in_a_family_is_private_from_then_on() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let end = event.goes(&crew.dispatcher, "conversion", dispute("marriage_family")).await;
    assert_eq!(became(&town, &end, &crew.dispatcher).await.told(), (404, "not_found"));
    assert_eq!(became(&town, &end, &town.staff(Role::Mediator, TOWN)).await.text("confidential"), "private");
    assert_eq!(became(&town, &end, &crew.worker).await.status, 200, "who reported it sees it");
}

#[actix_web::test]
async fn what_told_of_a_quarrel_in_a_family_is_private_with_it_and_what_told_of_a_danger_is_not() {
    let town = Town::new();
    let (crew, neighbour) = (Crew::of(&town), town.resident(EAST));
    let mediator = town.staff(Role::Mediator, TOWN);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut repeated = Matter::reported(&town, &neighbour, report(&new_id(), EAST)).await;
    repeated.goes(&crew.dispatcher, "merger", json!({ "original_no": event.no, "note": "示例" })).await;
    event.goes(&crew.dispatcher, "conversion", dispute("marriage_family")).await;
    for told in [&event, &repeated] {
        for who in [&crew.dispatcher, &crew.leader] {
            let answer = town.signed_in_anew(who).get(&town, &told.url).await;
            assert_eq!(answer.told(), (404, "not_found"));
        }
        assert_eq!(told.seen_by(&mediator).await.text("confidential"), "private");
    }
    let list = crew.dispatcher.get(&town, "/api/v1/cases").await;
    assert_eq!(list.body["items"], json!([]), "nor does a list tell of it");
    let sought = "/api/v1/cases?q=%E8%B7%AF%E7%81%AF"; // 路灯
    let found = |answer: Answer| answer.body["items"].as_array().map(Vec::len);
    assert_eq!(found(crew.dispatcher.get(&town, sought).await), Some(0));
    assert_eq!(found(mediator.get(&town, sought).await), Some(3), "with the dispute");
    assert_eq!(event.seen_by(&crew.worker).await.status, 200, "who reported it sees it");
    assert_eq!(repeated.seen_by(&neighbour).await.status, 200);
    let mut danger = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    danger.goes(&crew.dispatcher, "conversion", hazard()).await;
    assert_eq!(danger.seen_by(&crew.dispatcher).await.text("confidential"), "internal");
    counts_right(&town).await;
}

#[actix_web::test]
async fn whatever_is_open_can_be_converted_and_what_is_over_cannot() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut resting = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    resting
        .goes(&crew.dispatcher, "suspension_request", json!({ "until": "2026-03-20", "reason": "示例" }))
        .await;
    resting.goes(&crew.approver, "suspension", json!({})).await;
    resting.goes(&crew.dispatcher, "conversion", hazard()).await;
    let mut done = Matter::handled(&town, &crew).await;
    done.goes(&crew.dispatcher, "conversion", hazard()).await;
    let twice = done.tries(&crew.dispatcher, "conversion", hazard()).await;
    assert_eq!(twice.told(), (409, "step_not_allowed"));
    let again = done.tries(&crew.approver, "reopening", json!({ "reason": "示例" })).await;
    assert_eq!(again.told(), (409, "guard_refused"));
    let blocked = button(&done.seen_by(&crew.approver).await, "reopen")["blocked"].clone();
    assert_eq!(blocked, "已转为其他案卷,请在该案卷中办理");
}

#[actix_web::test]
async fn a_conversion_says_what_it_becomes_and_nothing_is_opened_when_it_is_refused() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    for (body, fields) in [
        (json!({ "to": "hazard", "note": "示例" }), vec!["field"]),
        (json!({ "to": "dispute", "note": "示例" }), vec!["dispute_type"]),
        (
            json!({ "to": "dispute", "field": "fire", "dispute_type": "labour", "note": "示例" }),
            vec!["field"],
        ),
        (json!({ "to": "hazard", "field": "fire", "note": "" }), vec!["note"]),
        (json!({ "to": "petition", "note": "示例" }), vec!["to"]),
    ] {
        assert_eq!(event.tries(&crew.dispatcher, "conversion", body).await.fields(), fields);
    }
    let stale = crew.dispatcher.step(&town, &format!("{}/conversion", event.url), 9, hazard()).await;
    assert_eq!(stale.told(), (412, "stale_version"));
    let listed = crew.dispatcher.get(&town, "/api/v1/cases").await;
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1), "{listed:?}");
}
