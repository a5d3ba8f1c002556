//! Cases that have to do with each other.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::Role;
use wangge::platform::db::schema::audit_entries;

use super::{case, delete, merged, put};
use crate::events::{Crew, Matter, new_id, report};
use crate::town::{EAST, NEXT_VILLAGE, Person, TOWN, Town};

enum Hazard {}
impl Kind for Hazard {
    const PREFIX: &'static str = "hazard";
}

/// Reports a hazard; answers its id.
async fn hazard(town: &Town, who: &Person, area: &str) -> String {
    let id = Id::<Hazard>::new().to_string();
    let body =
        json!({ "id": id, "area_code": area, "field": "water", "title": "示例:管道爆裂", "detail": "示例" });
    assert_eq!(who.post(town, "/api/v1/hazards", body).await.status, 201);
    id
}

/// What a case is linked to: the link and the id.
async fn links(town: &Town, who: &Person, url: &str) -> Vec<(String, String)> {
    let answer = town.signed_in_anew(who).get(town, &case(url, "links")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
    answer.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(item, "link"), text(item, "id")))
        .collect()
}

#[actix_web::test]
async fn cases_of_any_kind_and_place_are_linked_and_both_show_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let there = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event_id = event.url.rsplit('/').next().unwrap().to_owned();
    let hazard_id = hazard(&town, &there, NEXT_VILLAGE).await;
    let link = case(&event.url, &format!("links/{hazard_id}"));
    for _ in 0..2 {
        let linked = put(&town, &crew.dispatcher, &link).await;
        assert_eq!((linked.status, linked.body["items"].as_array().unwrap().len()), (200, 1), "{linked:?}");
    }
    // Linked from the other side it is the same link.
    assert_eq!(
        put(&town, &crew.dispatcher, &case(&hazard_id, &format!("links/{event_id}"))).await.status,
        200
    );
    let related = |id: &str| vec![("related".to_owned(), id.to_owned())];
    assert_eq!(links(&town, &crew.dispatcher, &event.url).await, related(&hazard_id));
    assert_eq!(links(&town, &crew.dispatcher, &hazard_id).await, related(&event_id));
    // Whoever sees only one of them learns nothing of the other.
    assert_eq!(links(&town, &crew.worker, &event.url).await, []);
    let audited: Vec<String> = audit_entries::table
        .select(audit_entries::object_id)
        .filter(audit_entries::action.eq("case.link"))
        .order(audit_entries::object_id)
        .load(&mut town.connect())
        .unwrap();
    assert_eq!(audited, [event_id.clone(), hazard_id.clone()], "once, for each of the two");

    for _ in 0..2 {
        let gone = delete(&town, &crew.dispatcher, &case(&hazard_id, &format!("links/{event_id}"))).await;
        assert_eq!(gone.status, 204);
    }
    assert_eq!(links(&town, &crew.dispatcher, &event.url).await, []);
}

#[actix_web::test]
async fn a_merger_shows_as_a_link_of_both() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    let id = |matter: &Matter<'_>| matter.url.rsplit('/').next().unwrap().to_owned();
    assert_eq!(links(&town, &crew.worker, &original.url).await, [("merged".to_owned(), id(&event))]);
    assert_eq!(links(&town, &crew.worker, &event.url).await, [("original".to_owned(), id(&original))]);
    assert_eq!(links(&town, &resident, &event.url).await, [], "the original is another's report");
}

#[actix_web::test]
async fn only_officers_link_only_what_they_see_and_nothing_with_itself() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let there = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let far = hazard(&town, &there, NEXT_VILLAGE).await;
    let link = case(&event.url, &format!("links/{far}"));
    assert_eq!(put(&town, &crew.worker, &link).await.told(), (403, "forbidden"));
    assert_eq!(put(&town, &town.resident(EAST), &link).await.told(), (403, "forbidden"));
    assert_eq!(put(&town, &crew.leader, &link).await.told(), (404, "not_found"));
    assert_eq!(delete(&town, &crew.leader, &link).await.told(), (404, "not_found"));
    let own = case(&event.url, &format!("links/{}", event.url.rsplit('/').next().unwrap()));
    assert_eq!(put(&town, &crew.dispatcher, &own).await.told(), (409, "guard_refused"));
    for nothing in ["x", "photo_01h455vb4pex5vsknk084sn02q", &far.replace("hazard", "event")] {
        let answer = put(&town, &crew.dispatcher, &case(&event.url, &format!("links/{nothing}"))).await;
        assert_eq!(answer.told(), (404, "not_found"), "{nothing}");
    }
}

#[actix_web::test]
async fn a_case_has_fifty_links_at_most() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let leader = town.staff(Role::StationOfficer, TOWN);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    for n in 0..=50 {
        let other = hazard(&town, &crew.worker, EAST).await;
        let answer = put(&town, &leader, &case(&event.url, &format!("links/{other}"))).await;
        assert_eq!(answer.status, if n < 50 { 200 } else { 409 }, "{n}: {answer:?}");
    }
    assert_eq!(links(&town, &leader, &event.url).await.len(), 50);
}
