//! On whose desk an event is.

use serde_json::json;

use super::{Crew, Matter, new_id, report, staff_id};
use crate::town::{EAST, Person, Town};

async fn desks(town: &Town, crew: &Crew) -> [bool; 3] {
    async fn full(town: &Town, who: &Person) -> bool {
        let list = who.get(town, "/api/v1/cases?view=desk").await;
        list.body["items"].as_array().is_some_and(|items| !items.is_empty())
    }
    [full(town, &crew.dispatcher).await, full(town, &crew.officer).await, full(town, &crew.worker).await]
}

#[actix_web::test]
async fn an_event_goes_from_desk_to_desk_as_the_work_does() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let (dispatcher, officer, nobody) = ([true, false, false], [false, true, false], [false; 3]);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    assert_eq!(desks(&town, &crew).await, nobody);
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    assert_eq!(desks(&town, &crew).await, dispatcher);
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": super::STATION })).await;
    assert_eq!(desks(&town, &crew).await, nobody, "whoever of the station takes it up");
    event.goes(&crew.officer, "refusal", json!({ "reason": "示例" })).await;
    assert_eq!(desks(&town, &crew).await, dispatcher);
    let body = json!({ "station": super::STATION, "handler": staff_id(&crew.officer) });
    event.goes(&crew.dispatcher, "dispatch", body).await;
    assert_eq!(desks(&town, &crew).await, officer);
    event.goes(&crew.officer, "handling", json!({})).await;
    event.goes(&crew.officer, "extension_request", json!({ "amount": 1, "reason": "示例" })).await;
    event.goes(&crew.approver, "extension", json!({})).await;
    assert_eq!(desks(&town, &crew).await, officer, "asking and signing leave it where it is");
    event.finishes(&crew.officer).await;
    assert_eq!(desks(&town, &crew).await, dispatcher);
    event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例" })).await;
    assert_eq!(desks(&town, &crew).await, officer);
    event.finishes(&crew.officer).await;
    event.goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例" })).await;
    assert_eq!(desks(&town, &crew).await, nobody);
}

#[actix_web::test]
async fn what_a_grid_leader_accepts_waits_for_whoever_dispatches() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    let leader = crew.leader.get(&town, "/api/v1/cases?view=desk").await;
    assert_eq!(leader.body["items"], json!([]));
}
