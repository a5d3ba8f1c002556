//! Duplicates: suggested, merged and ending with their original; links; "me too".

mod brute_force;
mod candidates;
mod endings;
mod following;
mod links;
mod me_too;
mod separation;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::features::cases::me_too::TellFollowers;
use wangge::features::events::FollowOriginal;
use wangge::features::{duplicates, events};
use wangge::platform::db::Db;
use wangge::platform::db::schema::messages;
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};

use crate::events::{Crew, Matter, new_id, report, report_with};
use crate::town::{Answer, EAST, Person, Town};

/// Runs the jobs that this part has, all that are due.
async fn run_jobs(town: &Town) -> usize {
    let db = town.house.app.db.clone();
    let handlers = Handlers::new()
        .on_long(|job: FollowOriginal, place, db: Db| async move {
            events::follow_original(&db, job, place).await
        })
        .on_long(|job: TellFollowers, place, db: Db| async move {
            duplicates::tell_followers(&db, job, place).await
        });
    Runner::new(db.clone(), handlers, db, OutboxSettings::new(vec![])).run_due().await.unwrap()
}

/// What somebody was told, the oldest first: the kind and the text.
async fn told(town: &Town, who: &Person) -> Vec<(String, String)> {
    let answer = town.signed_in_anew(who).get(town, "/api/v1/me/messages?limit=100").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
    let items = answer.body["items"].as_array().unwrap();
    items.iter().rev().map(|item| (text(item, "kind"), text(item, "text"))).collect()
}

/// What somebody was told that names the case of this number, the oldest first. Of their own steps they are told besides.
async fn told_of(town: &Town, who: &Person, no: &str) -> Vec<(String, String)> {
    told(town, who).await.into_iter().filter(|(_, text)| text.contains(no)).collect()
}

/// How many messages of the town say that a case came to its end, to others than its reporter.
fn messages_in(town: &Town) -> i64 {
    let ends = messages::table.filter(messages::dedupe_key.like("closed:%"));
    ends.count().get_result(&mut town.connect()).unwrap()
}

/// The case of a record, under `/cases`.
fn case(url: &str, what: &str) -> String {
    format!("/api/v1/cases/{}/{what}", url.rsplit('/').next().unwrap())
}

async fn put(town: &Town, who: &Person, path: &str) -> Answer {
    ask(town, who, Method::PUT, path).await
}

async fn delete(town: &Town, who: &Person, path: &str) -> Answer {
    ask(town, who, Method::DELETE, path).await
}

async fn ask(town: &Town, who: &Person, method: Method, path: &str) -> Answer {
    town.ask(town.signed_in_anew(who).signs(TestRequest::default().method(method), path)).await
}

/// Reports an event and merges it into `original`.
async fn merged<'a>(town: &'a Town, crew: &Crew, who: &Person, original: &Matter<'_>) -> Matter<'a> {
    let mut event = Matter::reported(town, who, report(&new_id(), EAST)).await;
    event.goes(&crew.dispatcher, "merger", into(&original.no)).await;
    event
}

fn into(no: &str) -> Value {
    json!({ "original_no": no, "note": "示例:与此前上报的是同一盏路灯,并案办理" })
}

/// Sees an event through, from its acceptance to the end.
async fn see_through(crew: &Crew, event: &mut Matter<'_>, note: &str) {
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": crate::events::STATION })).await;
    finish(crew, event, note).await;
}

/// From the dispatch to the end.
async fn finish(crew: &Crew, event: &mut Matter<'_>, note: &str) {
    event.goes(&crew.officer, "handling", json!({})).await;
    event.finishes(&crew.officer).await;
    event.goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": note })).await;
}

/// An event that everybody in the area may see.
fn public(area: &str) -> Value {
    report_with(area, json!({ "confidential": "public" }))
}

/// The state of a clock; `none` when it never ran.
fn clock(event: &Answer, rule: &str) -> (String, String) {
    let clocks = event.body["clocks"].as_array().unwrap();
    let clock = clocks.iter().find(|clock| clock["rule"] == rule);
    let text = |member: &str| clock.map_or("none", |clock| clock[member].as_str().unwrap()).to_owned();
    (text("state"), text("due_at"))
}
