//! What auditors read, and what is written down of it.

use std::collections::BTreeSet;

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::{Household, Role, Staff};
use wangge::platform::audit::seal::seal_all;

use crate::town::{Answer, EAST, Person, TOWN, Town};

fn items(answer: &Answer) -> Vec<serde_json::Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

/// A household, seen in plain text by a grid leader.
async fn revealed(town: &Town) -> (Person, String) {
    let home = town.resident(EAST).household.unwrap().to_string();
    let leader = town.staff(Role::GridLeader, EAST);
    let why = json!({ "purpose": "示例走访", "fields": ["name"] });
    assert_eq!(leader.post(town, &format!("/api/v1/households/{home}/reveal"), why).await.status, 200);
    (leader, home)
}

#[actix_web::test]
async fn after_a_breach_the_log_says_whose_data_somebody_saw() {
    let town = Town::new();
    let (leader, home) = revealed(&town).await;
    let actor = Id::<Staff>::from_uuid(leader.id);
    let auditor = town.staff(Role::Auditor, TOWN);
    let day = town.clock.now().local_date();
    let seen = |from, to| format!("/api/v1/audit?actor={actor}&action=personal.reveal&from={from}&to={to}");
    let found = items(&auditor.get(&town, &seen(day, day)).await);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0]["object_id"].as_str(), found[0]["object_kind"].as_str()),
        (Some(&*home), Some("household"))
    );
    assert_eq!(found[0]["details"]["purpose"], "示例走访");
    let before = day.pred_opt().unwrap();
    assert!(items(&auditor.get(&town, &seen(before, before)).await).is_empty());
    let record = items(&auditor.get(&town, &format!("/api/v1/audit?object_id={home}")).await);
    assert!(record.iter().any(|entry| entry["id"] == found[0]["id"]));
    let wrong = format!("/api/v1/audit?actor={}&from={day}&to={before}", Id::<Household>::new());
    assert_eq!(auditor.get(&town, &wrong).await.fields(), ["actor", "to"]);
}

#[actix_web::test]
async fn an_auditor_of_another_town_sees_nothing_and_a_grid_worker_may_not_ask() {
    let town = Town::new();
    revealed(&town).await;
    let other = town.staff(Role::Auditor, "500114120");
    assert!(items(&other.get(&town, "/api/v1/audit").await).is_empty());
    let here = format!("/api/v1/audit?area={TOWN}");
    assert_eq!(other.get(&town, &here).await.told(), (404, "not_found"));
    let worker = town.staff(Role::GridWorker, EAST);
    assert_eq!(worker.get(&town, "/api/v1/audit").await.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn reading_is_written_down_once_and_pages_leave_nothing_out() {
    let town = Town::new();
    for _ in 0..5 {
        revealed(&town).await;
    }
    let auditor = town.staff(Role::Auditor, TOWN);
    let (mut ids, mut path) = (BTreeSet::new(), "/api/v1/audit?limit=2&action=personal.reveal".to_owned());
    let mut pages = 0;
    loop {
        let answer = auditor.get(&town, &path).await;
        for entry in items(&answer) {
            assert!(ids.insert(entry["id"].as_str().unwrap().to_owned()), "{entry} came twice");
        }
        pages += 1;
        let Some(next) = answer.body["next"].as_str() else { break };
        path = format!("/api/v1/audit?limit=2&action=personal.reveal&cursor={next}");
    }
    assert_eq!((ids.len(), pages), (5, 3));
    let read = items(&auditor.get(&town, "/api/v1/audit?action=audit.read").await);
    assert_eq!(read.len(), 3);
    assert_eq!(read[0]["actor"], Id::<Staff>::from_uuid(auditor.id).to_string());
}

#[actix_web::test]
async fn an_entry_says_whether_the_chain_holds_it() {
    let town = Town::new();
    revealed(&town).await;
    let auditor = town.staff(Role::Auditor, TOWN);
    let sealed = |answer: Answer| items(&answer)[0]["sealed"].clone();
    let path = "/api/v1/audit?action=personal.reveal";
    assert_eq!(sealed(auditor.get(&town, path).await), false);
    let mut now = json!(false);
    for _ in 0..200 {
        seal_all(&town.house.app.db).await.unwrap();
        now = sealed(auditor.get(&town, path).await);
        if now == true {
            break;
        }
        // On a server, transactions of other databases hold the horizon back.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(now, true);
    let anonymous = town.ask(TestRequest::get().uri(path)).await;
    assert_eq!(anonymous.status, 401);
}
