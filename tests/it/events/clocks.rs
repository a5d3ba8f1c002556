//! Which times run for an event, and by when.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::db::schema::clocks;

use super::{Crew, Matter, STATION, new_id, report, report_with};
use crate::town::{Answer, EAST, Town};

/// The state and the last instant of a clock; none when it never ran.
fn clock(event: &Answer, rule: &str) -> Option<(String, String)> {
    let clocks = event.body["clocks"].as_array().unwrap();
    let clock = clocks.iter().find(|clock| clock["rule"] == rule)?;
    let text = |member: &str| clock[member].as_str().unwrap().to_owned();
    Some((text("state"), text("due_at")))
}

fn state(event: &Answer, rule: &str) -> String {
    clock(event, rule).map_or("none".to_owned(), |(state, _)| state)
}

fn due(event: &Answer, rule: &str) -> String {
    clock(event, rule).map_or("none".to_owned(), |(_, due)| due)
}

#[actix_web::test]
async fn how_soon_it_is_accepted_and_handled_depends_on_its_urgency() {
    let town = Town::new();
    let crew = Crew::of(&town);
    // It is Monday, nine in the morning in China.
    for (urgency, accept, by, handle, until) in [
        ("normal", "SJ-ACCEPT", "2026-03-03T01:00:00.000Z", "SJ-HANDLE", "2026-03-05T15:59:59.999Z"),
        (
            "urgent",
            "SJ-ACCEPT-URGENT",
            "2026-03-02T03:00:00.000Z",
            "SJ-HANDLE-URGENT",
            "2026-03-03T01:00:00.000Z",
        ),
        (
            "critical",
            "SJ-ACCEPT-CRITICAL",
            "2026-03-02T01:15:00.000Z",
            "SJ-HANDLE-URGENT",
            "2026-03-03T01:00:00.000Z",
        ),
    ] {
        let body = report_with(EAST, json!({ "urgency": urgency }));
        let mut event = Matter::reported(&town, &crew.worker, body).await;
        let seen = event.seen_by(&crew.worker).await;
        assert_eq!(clock(&seen, accept), Some(("running".into(), by.into())), "{urgency}");
        let accepted = event.goes(&crew.dispatcher, "acceptance", json!({})).await;
        assert_eq!(state(&accepted, accept), "met");
        assert_eq!(due(&accepted, "SJ-DISPATCH"), "2026-03-02T05:00:00.000Z");
        let dispatched = event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
        assert_eq!(state(&dispatched, "SJ-DISPATCH"), "met");
        assert_eq!(clock(&dispatched, handle), Some(("running".into(), until.into())), "{urgency}");
    }
}

#[actix_web::test]
async fn a_report_that_comes_many_times_at_once_starts_one_clock() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let body = report(&new_id(), EAST);
    let sent = (0..8).map(|_| crew.worker.post(&town, "/api/v1/events", body.clone()));
    let answers = futures_util::future::join_all(sent).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    let running: i64 = clocks::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(running, 1);
}

#[actix_web::test]
async fn verification_has_two_working_days_and_a_round_more_begins_anew() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::handled(&town, &crew).await;
    let handled = event.seen_by(&crew.dispatcher).await;
    assert_eq!((state(&handled, "SJ-HANDLE"), handled.text("due_on")), ("met".into(), "2026-03-04".into()));
    town.pass(TimeDelta::days(1));
    let back = event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例" })).await;
    assert_eq!((state(&back, "SJ-VERIFY"), back.text("due_on")), ("met".into(), "2026-03-06".into()));
    event.finishes(&crew.officer).await;
    let end = json!({ "resolution": "resolved", "note": "示例" });
    let end = event.goes(&crew.dispatcher, "closure", end).await;
    assert_eq!((state(&end, "SJ-VERIFY"), end.body.get("due_on")), ("met".into(), None));
    let again = event.goes(&crew.approver, "reopening", json!({ "reason": "示例" })).await;
    assert_eq!((state(&again, "SJ-HANDLE"), again.text("due_on")), ("running".into(), "2026-03-06".into()));
}

#[actix_web::test]
async fn what_waits_for_the_reporter_or_rests_does_not_run() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    town.pass(TimeDelta::hours(1));
    let returned = event.goes(&crew.dispatcher, "return", json!({ "note": "示例" })).await;
    assert_eq!((state(&returned, "SJ-ACCEPT"), returned.body.get("due_on")), ("paused".into(), None));
    town.pass(TimeDelta::hours(48));
    let again = event.goes(&resident, "supplement", json!({ "note": "示例" })).await;
    let rest = ("running".to_owned(), "2026-03-05T01:00:00.000Z".to_owned());
    assert_eq!(clock(&again, "SJ-ACCEPT"), Some(rest), "23 hours are left");

    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
    let asked: Value = json!({ "until": "2026-03-20", "reason": "示例" });
    event.goes(&crew.dispatcher, "suspension_request", asked).await;
    let resting = event.goes(&crew.approver, "suspension", json!({})).await;
    assert_eq!(
        (state(&resting, "SJ-HANDLE"), resting.text("due_on")),
        ("paused".into(), "2026-03-20".into())
    );
    town.pass(TimeDelta::days(5));
    let on = event.goes(&crew.dispatcher, "resumption", json!({})).await;
    assert_eq!((state(&on, "SJ-SUSPENSION"), state(&on, "SJ-HANDLE")), ("met".into(), "running".into()));
    assert_eq!(on.text("due_on"), "2026-03-12", "three working days after Monday the ninth");
}

#[actix_web::test]
async fn an_extension_moves_the_end_of_the_handling() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    event.goes(&crew.officer, "extension_request", json!({ "amount": 2, "reason": "示例" })).await;
    let extended = event.goes(&crew.approver, "extension", json!({})).await;
    assert_eq!(extended.text("due_on"), "2026-03-09", "Thursday and two working days");
}

#[actix_web::test]
async fn what_a_station_gives_back_is_dispatched_within_four_hours_again() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    town.pass(TimeDelta::hours(2));
    let back = event.goes(&crew.officer, "refusal", json!({ "reason": "示例" })).await;
    assert_eq!((state(&back, "SJ-HANDLE"), state(&back, "SJ-DISPATCH")), ("waived".into(), "running".into()));
    assert_eq!(due(&back, "SJ-DISPATCH"), "2026-03-02T07:00:00.000Z");
    let late = event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
    assert_eq!(state(&late, "SJ-HANDLE"), "running");
}

#[actix_web::test]
async fn what_is_over_has_no_time_that_runs() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let gone = event.goes(&crew.worker, "withdrawal", json!({})).await;
    assert_eq!((state(&gone, "SJ-ACCEPT"), gone.body.get("due_on")), ("waived".into(), None));
    let body = json!({ "to": "hazard", "field": "fire", "note": "示例" });
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    let converted = event.goes(&crew.dispatcher, "conversion", body).await;
    assert_eq!((state(&converted, "SJ-HANDLE"), converted.body.get("due_on")), ("waived".into(), None));
}
