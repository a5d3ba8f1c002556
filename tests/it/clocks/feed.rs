//! The calendar feed: opened by a secret, revoked at once, and what RFC 5545 asks for.

use actix_web::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::test::{TestRequest, read_body};
use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::Id;
use wangge::features::clocks::{Change, Rule};
use wangge::platform::access::{Role, Staff};
use wangge::platform::db::schema::{calendar_feeds, posts, staff_members};

use super::scene::{order, submit};
use super::{changes, rfc5545};
use crate::town::{Answer, EAST, Person, TOWN, Town};

async fn subscribe(town: &Town, who: &Person, scope: &str, key: &str) -> Answer {
    let request = who.signs(TestRequest::post(), "/api/v1/me/calendar");
    let request = request.insert_header(("Idempotency-Key", key)).set_json(json!({ "scope": scope }));
    town.ask(request).await
}

/// What a calendar program is answered: status, tag, text.
async fn fetch(town: &Town, href: &str, held: Option<&str>) -> (u16, String, String) {
    let mut request = TestRequest::get().uri(href);
    if let Some(tag) = held {
        request = request.insert_header((IF_NONE_MATCH, tag));
    }
    let answer = town.send(request).await;
    let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (status, tag) = (answer.status().as_u16(), header(ETAG).unwrap_or_default());
    if status == 200 {
        assert_eq!(header(CONTENT_TYPE).as_deref(), Some("text/calendar; charset=utf-8"));
    }
    (status, tag, String::from_utf8(read_body(answer).await.to_vec()).unwrap())
}

#[actix_web::test]
async fn an_officers_times_come_as_a_calendar_that_names_nobody() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let (one, two) =
        (order(&town, &officer, EAST, "2026-03-07").await, order(&town, &officer, EAST, "2026-03-09").await);
    let made = subscribe(&town, &officer, "desk", "k-1").await;
    assert_eq!(made.status, 201, "{made:?}");
    let href = made.text("href");
    let (status, tag, text) = fetch(&town, &href, None).await;
    assert_eq!(status, 200, "{text}");
    let events = rfc5545::events(&text);
    let shown: Vec<_> =
        events.iter().map(|event| (event["DTSTART;VALUE=DATE"].clone(), event["SUMMARY"].clone())).collect();
    let of = |day: &str, case: &Answer| (day.to_owned(), format!("完成整改 {}", case.text("no")));
    assert_eq!(shown, [of("20260307", &one), of("20260309", &two)]);
    let said = &events[0]["DESCRIPTION"];
    assert_eq!(said, "内部期限 2026-03-07\\n法定期限 2026-03-07\\n依据 《安全生产法》第六十五条");
    for hidden in ["弯道护栏", "示例", officer.phone.as_str(), EAST] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert_eq!(fetch(&town, &href, Some(&tag)).await.0, 304);
    town.pass(chrono::TimeDelta::hours(1));
    let url = format!("/api/v1/hazards/{}/rectification", one.text("id"));
    officer.step(&town, &url, 3, json!({})).await;
    let (status, changed, text) = fetch(&town, &href, Some(&tag)).await;
    assert_eq!((status, changed == tag), (200, false), "the case went on");
    assert_eq!(rfc5545::events(&text)[0]["UID"], events[0]["UID"], "and is the same event");
    let kept: Vec<u8> =
        calendar_feeds::table.select(calendar_feeds::token_hash).first(&mut town.connect()).unwrap();
    assert!(!href.contains(&String::from_utf8_lossy(&kept).into_owned()) && kept.len() == 32);
}

#[actix_web::test]
async fn a_later_day_by_law_is_an_event_of_its_own_and_hours_are_shown_as_hours() {
    let town = Town::new();
    // From Monday the 2nd: 24 hours, 3 days (paused), 10 days and 10 days.
    let file = changes::open(&town, vec![Change::Start(Rule::AcceptEvent)]).await.unwrap();
    let more = vec![Change::Start(Rule::AnswerVillageInTown), Change::Start(Rule::AnswerVillage)];
    let file = changes::step(&town, &file, more).await.unwrap();
    changes::step(&town, &file, vec![Change::Pause(Rule::AnswerVillage), Change::Start(Rule::Reinspect)])
        .await
        .unwrap();
    town.pass(chrono::TimeDelta::days(5)); // Saturday the 7th: 15 days end on Sunday the 22nd
    changes::open(&town, vec![Change::Start(Rule::TriagePetition)]).await.unwrap();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let href = subscribe(&town, &dispatcher, "areas", "k-1").await.text("href");
    let (_, _, text) = fetch(&town, &href, None).await;
    let events = rfc5545::events(&text);
    let day =
        |event: &rfc5545::Event| event.get("DTSTART;VALUE=DATE").or(event.get("DTSTART")).unwrap().clone();
    let shown: Vec<_> =
        events.iter().map(|e| (day(e), e["STATUS"].clone(), e["UID"].contains("-legal@"))).collect();
    let at = |day: &str, status: &str, legal| (day.to_owned(), status.to_owned(), legal);
    let expected = [
        at("20260303T010000Z", "CONFIRMED", false),
        at("20260305", "TENTATIVE", false),
        at("20260312", "CONFIRMED", false),
        at("20260312", "CONFIRMED", false),
        at("20260322", "CONFIRMED", false),
        at("20260323", "CONFIRMED", true),
    ];
    assert_eq!(shown, expected);
}

#[actix_web::test]
async fn a_feed_ends_when_it_is_revoked_replaced_or_its_owner_goes() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let done = order(&town, &officer, EAST, "2026-03-07").await;
    assert_eq!(officer.get(&town, "/api/v1/me/calendar").await.told(), (404, "not_found"));
    let first = subscribe(&town, &officer, "desk", "k-1").await.text("href");
    let again = subscribe(&town, &officer, "desk", "k-1").await;
    assert_eq!((again.status, again.body.get("href")), (200, None), "a resend does not show the secret");
    assert_eq!(fetch(&town, &first, None).await.0, 200);
    submit(&town, &officer, &done).await;
    assert_eq!(rfc5545::events(&fetch(&town, &first, None).await.2).len(), 0, "it is on nobody's desk now");
    let second = subscribe(&town, &officer, "desk", "k-2").await.text("href");
    assert_eq!((fetch(&town, &first, None).await.0, fetch(&town, &second, None).await.0), (401, 200));
    let read = officer.get(&town, "/api/v1/me/calendar").await;
    assert_eq!((read.text("scope"), read.body.get("href")), ("desk".to_owned(), None));

    let own = staff_members::table.find(Id::<Staff>::from_uuid(officer.id));
    diesel::update(own).set(staff_members::status.eq("suspended")).execute(&mut town.connect()).unwrap();
    assert_eq!(fetch(&town, &second, None).await.0, 401);
    diesel::update(own).set(staff_members::status.eq("active")).execute(&mut town.connect()).unwrap();
    let held = posts::table.filter(posts::staff_id.eq(Id::<Staff>::from_uuid(officer.id)));
    diesel::update(held)
        .set(posts::ended_at.eq(Some(town.clock.now())))
        .execute(&mut town.connect())
        .unwrap();
    assert_eq!(fetch(&town, &second, None).await.0, 403, "no post, no times");
    let now: Option<wangge::base::clock::Timestamp> = None;
    diesel::update(held).set(posts::ended_at.eq(now)).execute(&mut town.connect()).unwrap();

    for _ in 0..2 {
        let revoked = town.ask(officer.signs(TestRequest::delete(), "/api/v1/me/calendar")).await;
        assert_eq!(revoked.status, 204);
    }
    assert_eq!(fetch(&town, &second, None).await.0, 401);
    for (query, status) in [("", 400), ("?token=", 401), ("?token=abc", 401), ("?token=x&and=y", 400)] {
        let path = format!("/api/v1/me/calendar.ics{query}");
        assert_eq!(fetch(&town, &path, None).await.0, status, "{query}");
    }
}

#[actix_web::test]
async fn nobody_subscribes_to_what_they_may_not_see() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    assert_eq!(subscribe(&town, &worker, "areas", "k-1").await.told(), (403, "forbidden"));
    assert_eq!(subscribe(&town, &worker, "desk", "k-2").await.status, 201);
    assert_eq!(subscribe(&town, &worker, "everything", "k-3").await.status, 422);
    assert_eq!(subscribe(&town, &town.resident(EAST), "desk", "k-4").await.told(), (403, "forbidden"));
}
