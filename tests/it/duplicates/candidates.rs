//! What may be the same matter, with what is needed to judge it and no more.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{case, into, merged, public};
use crate::events::{Crew, Matter, new_id, report, report_with};
use crate::town::{EAST, NEXT_VILLAGE, Person, Town, WEST};

/// Of an event about a facility at the place of [`report`].
const HERE: &str =
    "/api/v1/cases/duplicate_candidates?kind=event&category=facility&lat=29.42&lng=108.71&datum=wgs84";

async fn items(town: &Town, who: &Person, path: &str) -> Vec<Value> {
    let answer = town.signed_in_anew(who).get(town, path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

fn id<'a>(event: &'a Matter<'_>) -> &'a str {
    event.url.rsplit('/').next().unwrap()
}

/// A report so many degrees north of the others.
fn north(degrees: f64, members: Value) -> Value {
    let mut body = report_with(EAST, members);
    body["place"]["lat"] = (29.42 + degrees).into();
    body
}

#[actix_web::test]
async fn staff_are_shown_what_is_alike_the_nearest_first_with_words_and_photo() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let photo = crew.worker.photo(&town).await;
    let body = json!({ "photos": [photo], "detail": "示例:路灯不亮。".repeat(30) });
    let near = Matter::reported(&town, &crew.worker, north(0.0001, body)).await;
    let nearer = Matter::reported(&town, &crew.worker, north(0.00005, json!({}))).await;
    // 0.002 degrees are 220 metres; a lamp is looked for within 100.
    Matter::reported(&town, &crew.worker, north(0.002, json!({}))).await;
    Matter::reported(&town, &crew.worker, north(0.0, json!({ "category": "environment" }))).await;
    let long_ago = json!({ "occurred_at": "2025-12-01T00:00:00.000Z" });
    Matter::reported(&town, &crew.worker, north(0.0, long_ago)).await;
    let found = items(&town, &crew.worker, HERE).await;
    assert_eq!(ids(&found), [id(&nearer), id(&near)]);
    let shown = &found[1];
    assert_eq!((&shown["no"], &shown["title"]), (&json!(near.no), &json!("路灯不亮")));
    assert_eq!((&shown["distance_m"], &shown["days_apart"]), (&json!(11), &json!(0)));
    assert_eq!((&shown["phase"], &shown["state"]), (&json!("reported"), &json!("已上报")));
    assert_eq!(shown["detail"].as_str().unwrap().chars().count(), 121);
    assert_eq!(shown["thumbnail_url"], format!("/api/v1/photos/{photo}/thumbnail"));
    assert!(found[0]["thumbnail_url"].is_null());
    let answer = crew.worker.get(&town, HERE).await;
    assert_eq!(answer.body["within"], json!({ "radius_m": 100, "days": 60 }));
}

#[actix_web::test]
async fn a_resident_is_shown_what_is_public_in_their_village_without_words_and_photos() {
    let town = Town::new();
    let (crew, neighbour) = (Crew::of(&town), town.resident(WEST));
    let photo = crew.worker.photo(&town).await;
    let mut body = public(EAST);
    body["photos"] = json!([photo]);
    body["place"]["lat"] = 29.42023.into();
    let open = Matter::reported(&town, &crew.worker, body).await;
    Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let there = town.staff(Role::GridWorker, NEXT_VILLAGE);
    Matter::reported(&town, &there, public(NEXT_VILLAGE)).await;
    let found = items(&town, &neighbour, HERE).await;
    assert_eq!(ids(&found), [id(&open)]);
    let mut members: Vec<_> = found[0].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let shown = ["days_apart", "distance_m", "id", "kind", "me_too_href", "phase", "state", "title"];
    assert_eq!((members.as_slice(), &found[0]["distance_m"]), (shown.as_slice(), &json!(30)));
    assert_eq!(super::put(&town, &neighbour, found[0]["me_too_href"].as_str().unwrap()).await.status, 200);
    // Of their own report they see the same of others, and of their own what is theirs.
    let own = Matter::reported(&town, &neighbour, report(&new_id(), WEST)).await;
    let found = items(&town, &neighbour, &case(&own.url, "duplicate_candidates")).await;
    assert_eq!(ids(&found), [id(&open)]);
    assert_eq!(ids(&items(&town, &neighbour, HERE).await), [id(&own), id(&open)]);
}

#[actix_web::test]
async fn nobody_is_shown_what_is_not_theirs_to_see() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let west = town.staff(Role::GridWorker, WEST);
    assert!(items(&town, &west, HERE).await.is_empty());
    let asked = west.get(&town, &case(&event.url, "duplicate_candidates")).await;
    assert_eq!(asked.told(), (404, "not_found"));
    let admin = town.staff(Role::Admin, crate::town::TOWN);
    assert_eq!(admin.get(&town, HERE).await.told(), (403, "forbidden"));

    let mediator = town.staff(Role::Mediator, "500114119201");
    let family = new_id().replace("event_", "dispute_");
    let body = json!({
        "id": family, "area_code": EAST, "dispute_type": "marriage_family", "title": "示例", "detail": "示例",
        "place": { "lat": 29.42, "lng": 108.71, "datum": "wgs84" },
        "parties": [{ "side": "applicant", "name": "示例甲" }, { "side": "respondent", "name": "示例乙" }]
    });
    let registered = mediator.post(&town, "/api/v1/disputes", body).await;
    assert_eq!((registered.status, registered.text("confidential")), (201, "private".into()));
    let here = HERE.replace("kind=event&category=facility", "kind=dispute&category=marriage_family");
    assert_eq!(ids(&items(&town, &mediator, &here).await), [family]);
    assert!(items(&town, &crew.leader, &here).await.is_empty());
    assert!(items(&town, &town.resident(EAST), &here).await.is_empty());
}

#[actix_web::test]
async fn a_case_is_compared_with_the_others_from_where_and_when_it_happened() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let earlier = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    town.pass(TimeDelta::days(3));
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    town.pass(TimeDelta::days(5));
    let later = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let found = items(&town, &crew.worker, &case(&event.url, "duplicate_candidates")).await;
    assert_eq!(ids(&found), [id(&earlier), id(&later)], "itself is not among them");
    assert_eq!((&found[0]["days_apart"], &found[1]["days_apart"]), (&json!(3), &json!(5)));
    let mut placeless = report(&new_id(), EAST);
    placeless["place"] = json!({ "address": "示例村三组路口" });
    let placeless = Matter::reported(&town, &crew.worker, placeless).await;
    let asked = crew.worker.get(&town, &case(&placeless.url, "duplicate_candidates")).await;
    assert_eq!((asked.status, asked.body), (200, json!({ "items": [] })));
}

#[actix_web::test]
async fn what_cannot_be_an_original_is_not_suggested() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::closed(&town, &crew).await;
    merged(&town, &crew, &crew.worker, &original).await;
    let mut withdrawn = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    withdrawn.goes(&crew.worker, "withdrawal", json!({})).await;
    let mut rejected = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    rejected.goes(&crew.dispatcher, "rejection", json!({ "reason": "unclear", "note": "示例" })).await;
    let mut converted = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let to_hazard = json!({ "to": "hazard", "field": "electricity", "note": "示例" });
    converted.goes(&crew.dispatcher, "conversion", to_hazard).await;
    assert_eq!(ids(&items(&town, &crew.worker, HERE).await), [id(&original)]);
    // What is suggested is what a merger takes, to the day.
    town.pass(TimeDelta::days(50));
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let around = case(&event.url, "duplicate_candidates");
    assert_eq!(ids(&items(&town, &crew.worker, &around).await), [id(&original)]);
    event.goes(&crew.leader, "merger", into(&original.no)).await;
    town.pass(TimeDelta::days(40));
    assert!(items(&town, &crew.worker, &around).await.is_empty());
}

#[actix_web::test]
async fn a_question_that_cannot_be_answered_is_refused_field_by_field() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let base = "/api/v1/cases/duplicate_candidates?kind=event";
    for (query, fields) in [
        ("&category=gas&lat=29.42&lng=108.71&datum=wgs84", vec!["category"]),
        ("&category=facility&lat=29.42&lng=108.71", vec!["datum"]),
        ("&category=facility&lat=91&lng=181&datum=wgs84", vec!["lat", "lng"]),
        (
            "&category=facility&lat=29.42&lng=108.71&datum=wgs84&occurred_at=2027-01-01T00:00:00Z",
            vec!["occurred_at"],
        ),
    ] {
        let answer = worker.get(&town, &format!("{base}{query}")).await;
        assert_eq!((answer.status, answer.fields()), (422, fields), "{answer:?}");
    }
    // A question about policies lies nowhere.
    let nowhere = worker.get(&town, &HERE.replace("facility", "policy")).await;
    assert_eq!((nowhere.status, nowhere.body), (200, json!({ "items": [] })));
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[actix_web::test]
async fn the_index_of_places_answers_whatever_the_scope() {
    let town = Town::new();
    let mut c = town.connect();
    if c.is_postgres() {
        return; // it chooses by statistics, which a small town has none of
    }
    for scope in ["area_code = '500114119201001'", "area_code >= '500114119' AND area_code < '500114119:'"] {
        let query = format!(
            "EXPLAIN QUERY PLAN SELECT id, lat, lng, occurred_at FROM cases WHERE kind = 'event' AND category = 'facility' \
             AND lat BETWEEN 29.4 AND 29.5 AND lng BETWEEN 108.7 AND 108.8 AND occurred_at BETWEEN '2026-01-01' AND '2026-02-01' \
             AND (closed_at IS NULL OR closed_at > '2026-01-01') AND id <> x'00' AND {scope} \
             ORDER BY occurred_at DESC, id DESC LIMIT 1000"
        );
        let plan: Vec<Plan> = diesel::sql_query(query).load(&mut c).unwrap();
        let plan: Vec<_> = plan.into_iter().map(|line| line.detail).collect();
        assert!(plan[0].contains("ix_cases__near (kind=? AND category=? AND lat>? AND lat<?)"), "{plan:?}");
    }
}
