//! An anonymous report on every way by which others come to hear of it.

use std::pin::Pin;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::test::TestRequest;
use diesel::prelude::*;
use futures_util::future::poll_fn;
use serde_json::json;
use uuid::Uuid;
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::{cases, me_toos, sync_ops};

use super::anonymous::{photo_unknown, reports_unknown};
use super::url;
use crate::contract::places::Photo;
use crate::exports::{csv_of, exports_file};
use crate::sync::pack::pack;
use crate::sync::phone::{Phone, only, told};
use crate::town::{EAST, Person, TOWN, Town};

/// The forms in which these ids may be written.
fn traces(ids: [Uuid; 2]) -> Vec<String> {
    let written = |id: Uuid| {
        let shown = Id::<Photo>::from_uuid(id).to_string();
        [shown.trim_start_matches("photo_").to_owned(), id.to_string(), id.simple().to_string()]
    };
    ids.into_iter().flat_map(written).collect()
}

/// The alias under which the only case of the town lies.
fn alias(town: &Town) -> Uuid {
    cases::table.select(cases::reporter_id).first::<Id<Photo>>(&mut town.connect()).unwrap().uuid()
}

/// What the dashboard's stream tells somebody who missed everything, until it speaks of `hazard`.
async fn streamed(town: &Town, who: &Person, hazard: &str) -> String {
    let request = who.signs(TestRequest::get(), "/api/v1/dashboard/events");
    let request = request.insert_header(("Last-Event-ID", format!("0-{}", Uuid::nil())));
    let mut body = town.send(request).await.into_body();
    let mut text = String::new();
    while !text.contains(hazard) {
        let more = poll_fn(|cx| Pin::new(&mut body).poll_next(cx));
        let more = tokio::time::timeout(Duration::from_secs(5), more).await.unwrap();
        let Some(Ok(more)) = more else { panic!("the stream ended after {text}") };
        text.push_str(std::str::from_utf8(&more).unwrap());
    }
    text
}

#[actix_web::test]
async fn no_way_on_which_others_hear_of_an_anonymous_report_says_who_sent_it() {
    for resident in [true, false] {
        let town = Town::new();
        let who = if resident { town.resident(EAST) } else { town.staff(Role::GridWorker, EAST) };
        let officer = town.staff(Role::StationOfficer, TOWN);
        let photo = Id::<Photo>::new().to_string();
        photo_unknown(&town, &who, &photo).await;
        let hazard = reports_unknown(&town, &who, &[photo]).await;
        let (url, id) = (url(&hazard), hazard.text("id"));
        officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
        officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;

        let mut heard = Vec::new();
        let lists = ["/api/v1/cases", "/api/v1/sync/pull", &url];
        let besides = [
            format!("{url}/timeline"),
            format!("{url}/photos"),
            "/api/v1/me/due".into(),
            "/api/v1/me/alerts".into(),
        ];
        for (role, area) in [(Role::StationOfficer, TOWN), (Role::Dispatcher, TOWN), (Role::GridWorker, EAST)]
        {
            let reader = town.staff(role, area);
            let ways: Vec<&str> = lists.into_iter().chain(besides.iter().map(String::as_str)).collect();
            let asked = ways.iter().map(|way| reader.signs(TestRequest::get(), way)).collect();
            for (way, answer) in ways.iter().zip(town.ask_all(asked).await) {
                let said = answer.body.to_string();
                assert_eq!(answer.status, 200, "{role} {way} {said}");
                assert!(!lists.contains(way) || said.contains(&id), "{role} is told of it at {way}");
                heard.push((format!("{role} {way}"), said));
            }
            // The doors of a grid are in a pack for another reason.
            let carried = pack(&town, &reader, None).await.document()["open_cases"].to_string();
            assert!(carried.contains(&id));
            heard.push((format!("{role} pack"), carried));
        }
        let auditor = town.staff(Role::Auditor, TOWN);
        let log = auditor.get(&town, "/api/v1/audit?limit=100").await;
        assert!(log.body.to_string().contains(&id), "{log:?}");
        heard.push(("audit".to_owned(), log.body.to_string()));
        let viewer = town.staff(Role::Dispatcher, TOWN);
        heard.push(("dashboard".to_owned(), viewer.get(&town, "/api/v1/dashboard").await.body.to_string()));
        let file = exports_file(&town, &viewer, csv_of(json!({}))).await.text().to_owned();
        assert!(file.contains(&hazard.text("no")) && file.contains("匿名"), "{file}");
        heard.push(("export".to_owned(), file));
        heard.push(("stream".to_owned(), streamed(&town, &viewer, &id).await));
        for (way, said) in heard {
            for trace in traces([who.id, alias(&town)]) {
                assert!(!said.contains(&trace), "{way} says {trace}: {said}");
            }
        }
    }
}

#[actix_web::test]
async fn offline_nobody_reports_anonymously_and_nobody_is_named_instead() {
    let town = Town::new();
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let mut deed = phone.report(EAST);
    deed.say("anonymous", true);
    let answer = phone.push(&town, &[deed]).await;
    assert_eq!(told(&answer), ["invalid_fields"]);
    assert_eq!(only(&answer)["problem"]["errors"][0]["field"], "anonymous");
    let reported: i64 = cases::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(reported, 0);
    // The phone reports it under the same id when there is a signal.
    let receipts: i64 = sync_ops::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(receipts, 0, "a receipt would say whose record that is");
}

#[actix_web::test]
async fn nobody_joins_their_own_anonymous_report() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let hazard = reports_unknown(&town, &worker, &[]).await;
    let me_too = format!("/api/v1/cases/{}/me_too", hazard.text("id"));
    let refused = town.ask(worker.signs(TestRequest::put(), &me_too)).await;
    assert_eq!(refused.told(), (409, "guard_refused"), "{refused:?}");
    let joined: i64 = me_toos::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(joined, 0);
}

#[actix_web::test]
async fn the_reporter_has_their_own_report_on_the_phone_too() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let hazard = reports_unknown(&town, &worker, &[]).await;
    town.settle();
    let pulled = worker.get(&town, "/api/v1/sync/pull").await;
    assert_eq!(pulled.body["cases"][0]["id"], hazard.text("id"));
    assert_eq!(
        pulled.body["cases"][0]["reporter"], "anonymous",
        "whoever looks over their shoulder learns nothing"
    );
}

#[actix_web::test]
async fn a_rating_says_no_more_of_the_reporter_than_the_report() {
    let town = Town::new();
    let (resident, officer) = (town.resident(EAST), town.staff(Role::StationOfficer, TOWN));
    let hazard = reports_unknown(&town, &resident, &[]).await;
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, "500114119201"));
    for (n, (who, noun, body)) in [
        (&officer, "grading", json!({ "grade": "general" })),
        (&officer, "order", json!({ "due": "2026-03-06" })),
        (&worker, "rectification", json!({})),
        (&worker, "submission", json!({ "note": "示例" })),
        (&leader, "reinspection", json!({ "passed": true })),
    ]
    .into_iter()
    .enumerate()
    {
        let taken = who.step(&town, &format!("{}/{noun}", url(&hazard)), 1 + n as i64, body).await;
        assert_eq!(taken.status, 200, "{taken:?}");
    }
    let rating = format!("/api/v1/me/cases/{}/rating", hazard.text("id"));
    let rated = resident.step(&town, &rating, 6, json!({ "stars": 4 })).await;
    assert_eq!(rated.status, 200, "{rated:?}");
    let timeline = officer.get(&town, &format!("{}/timeline", url(&hazard))).await;
    assert_eq!((&timeline.body[6]["step"], timeline.body[6].get("role")), (&json!("rate"), None));
    let log = town.staff(Role::Auditor, TOWN).get(&town, "/api/v1/audit?action=hazard.step").await;
    assert_eq!(log.body["items"][0]["details"]["step"], "rate", "{log:?}");
    assert_eq!(
        (&log.body["items"][0]["actor_kind"], log.body["items"][0].get("actor")),
        (&json!("anonymous"), None)
    );
}
