//! A case is rated once, by its reporter, after it has come to a result.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::features::cases;
use wangge::platform::access::Role;

use super::{Case, Crew, offered};
use crate::town::{Answer, EAST, Person, TOWN, Town};

async fn rating(town: &Town, case: &Case<'_>, who: &Person) -> Answer {
    who.get(town, &format!("/api/v1/cases/{}/rating", case.id)).await
}

#[actix_web::test]
async fn the_reporter_rates_once_and_the_office_reads_it_without_them() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    event.is_closed(&crew).await;
    assert_eq!(rating(&town, &event, &crew.dispatcher).await.told(), (404, "not_found"));
    let rated = event.rates(&resident, json!({ "stars": 4, "words": "示例:修得很快" })).await;
    assert_eq!((rated.status, rated.body["rating"]["stars"].as_i64()), (200, Some(4)), "{rated:?}");
    assert_eq!(offered(&rated.body), ["reopen"]);
    event.version = rated.version();
    let twice = event.rates(&resident, json!({ "stars": 1 })).await;
    assert_eq!(twice.told(), (409, "guard_refused"), "{twice:?}");
    let shown = rating(&town, &event, &crew.dispatcher).await;
    assert_eq!((shown.body["stars"].as_i64(), shown.text("words")), (Some(4), "示例:修得很快".to_owned()));
    assert_eq!(shown.body.as_object().unwrap().len(), 3);
    let timeline = crew.worker.get(&town, &format!("/api/v1/events/{}/timeline", event.id)).await;
    let last = timeline.body.as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["step"].as_str(), last["note"].as_str()), (Some("rate"), Some("4 星:示例:修得很快")));
    assert_eq!(rating(&town, &event, &town.resident(EAST)).await.told(), (404, "not_found"));
    // Begun again and ended again: it was rated.
    event.goes(&resident, "reopening", json!({ "reason": "示例:又坏了" })).await;
    assert_eq!(event.rates(&resident, json!({ "stars": 1 })).await.told(), (409, "guard_refused"));
}

#[actix_web::test]
async fn a_rating_comes_after_the_result_and_within_thirty_days_of_the_end() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let early = event.rates(&resident, json!({ "stars": 5 })).await;
    assert_eq!(early.told(), (409, "step_not_allowed"), "{early:?}");
    event.is_closed(&crew).await;
    town.pass(chrono::TimeDelta::days(30));
    assert_eq!(event.progress(&resident).await["actions"][1].get("blocked"), None);
    town.pass(chrono::TimeDelta::days(1));
    let button = event.progress(&resident).await["actions"][1].clone();
    assert_eq!((button["step"].as_str(), button["blocked"].is_string()), (Some("rate"), true), "{button}");
    assert_eq!(event.rates(&resident, json!({ "stars": 5 })).await.told(), (409, "guard_refused"));
}

#[actix_web::test]
async fn what_is_no_rating_is_refused() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    event.is_closed(&crew).await;
    let long = "示".repeat(501);
    for (body, field) in [
        (json!({ "stars": 0 }), "stars"),
        (json!({ "stars": 6 }), "stars"),
        (json!({ "stars": 3, "words": long }), "words"),
    ] {
        assert_eq!(event.rates(&resident, body).await.fields(), [field]);
    }
    event.version -= 1;
    assert_eq!(event.rates(&resident, json!({ "stars": 5 })).await.told(), (412, "stale_version"));
    event.version += 1;
    let blind = resident.signs(TestRequest::post(), &event.own("rating")).set_json(json!({ "stars": 5 }));
    assert_eq!(town.ask(blind).await.status, 428);
    assert_eq!(event.rates(&town.resident(EAST), json!({ "stars": 5 })).await.told(), (404, "not_found"));
    for staff in [&crew.worker, &crew.dispatcher, &crew.approver] {
        assert_eq!(event.rates(staff, json!({ "stars": 5 })).await.told(), (403, "forbidden"));
    }
    assert_eq!(event.rates(&resident, json!({ "stars": 5 })).await.status, 200);
}

#[actix_web::test]
async fn each_procedure_says_what_can_be_rated() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let (leader, mediator) = (town.staff(Role::GridLeader, EAST), town.staff(Role::Mediator, EAST));
    let mut event = Case::event(&town, &resident).await;
    event.goes(&crew.dispatcher, "rejection", json!({ "reason": "no_matter", "note": "示例" })).await;
    assert_eq!(event.rates(&resident, json!({ "stars": 1 })).await.told(), (409, "step_not_allowed"));
    let mut none = Case::hazard(&town, &resident).await;
    none.goes(&crew.dispatcher, "dismissal", json!({ "reason": "harmless", "note": "示例" })).await;
    assert_eq!(none.rates(&resident, json!({ "stars": 1 })).await.told(), (409, "step_not_allowed"));
    let mut hazard = Case::hazard(&town, &resident).await;
    let (before, photos) = (crew.worker.photo(&town).await, crew.worker.photo(&town).await);
    hazard.goes(&crew.worker, "spot_fix", json!({ "before": [before], "photos": [photos] })).await;
    assert_eq!(hazard.rates(&resident, json!({ "stars": 5 })).await.told(), (409, "step_not_allowed"));
    hazard.goes(&leader, "reinspection", json!({ "passed": true })).await;
    assert_eq!(hazard.rates(&resident, json!({ "stars": 5 })).await.status, 200);
    let mut dispute = Case::dispute(&town, &resident).await;
    dispute.is_mediated(&mediator).await;
    assert_eq!(dispute.rates(&resident, json!({ "stars": 2 })).await.told(), (409, "step_not_allowed"));
    dispute.goes(&mediator, "failure", json!({ "reason": "示例", "remedies_told": true })).await;
    assert_eq!(dispute.rates(&resident, json!({ "stars": 2 })).await.status, 200);
    let mut given_up = Case::dispute(&town, &resident).await;
    given_up.goes(&resident, "withdrawal", json!({ "reason": "示例" })).await;
    assert_eq!(given_up.rates(&resident, json!({ "stars": 2 })).await.told(), (409, "step_not_allowed"));

    let wrong = town.house.app.db.read(cases::compare).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    let summary = crew.dispatcher.get(&town, &format!("/api/v1/dashboard?area={TOWN}")).await;
    let expected = json!([
        { "kind": "hazard", "rated": 1, "satisfied": 1 },
        { "kind": "dispute", "rated": 1, "satisfied": 0 },
        { "kind": "event", "rated": 0, "satisfied": 0 },
    ]);
    assert_eq!(summary.body["satisfaction"], expected, "{summary:?}");
}
