//! What turns out not to repeat its original goes on as an event of its own.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::audit_entries;

use super::{clock, into, merged, see_through};
use crate::events::{Crew, Matter, button, counts_right, new_id, report};
use crate::town::{EAST, NEXT_VILLAGE, Town};

fn not_the_same() -> Value {
    json!({ "note": "示例:经核对不是同一盏路灯,单独办理" })
}

#[actix_web::test]
async fn it_goes_back_to_where_it_was_with_the_time_that_was_left() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &resident, &original).await;
    town.pass(TimeDelta::hours(30));
    let own = event.goes(&crew.leader, "separation", not_the_same()).await;
    assert_eq!((own.text("state"), own.text("phase")), ("reported".into(), "reported".into()));
    for member in ["merged_into", "merged_into_no", "resolution"] {
        assert!(own.body[member].is_null(), "{member}");
    }
    // All of the twenty-four hours were left: it was merged in the moment in which it was reported.
    let (state, due) = clock(&own, "SJ-ACCEPT");
    assert_eq!((state.as_str(), due.as_str()), ("running", "2026-03-04T07:00:00.000Z"));
    assert!(own.body["due_on"].is_string());
    counts_right(&town).await;
}

#[actix_web::test]
async fn what_was_accepted_is_accepted_again_and_can_be_merged_once_more() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    for _ in 0..2 {
        event.goes(&crew.dispatcher, "merger", into(&original.no)).await;
        let own = event.goes(&crew.dispatcher, "separation", not_the_same()).await;
        assert_eq!((own.text("state"), clock(&own, "SJ-DISPATCH").0), ("accepted".into(), "running".into()));
    }
}

#[actix_web::test]
async fn it_is_taken_out_also_after_the_end_and_then_has_the_whole_time() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &resident, &original).await;
    see_through(&crew, &mut original, "示例:已修复").await;
    event.version += 1;
    town.pass(TimeDelta::days(1));
    let own = event.goes(&crew.leader, "separation", not_the_same()).await;
    assert_eq!((own.text("state"), own.body["closed_at"].is_null()), ("reported".into(), true));
    assert_eq!(clock(&own, "SJ-ACCEPT"), ("running".into(), "2026-03-04T01:00:00.000Z".into()));
    // It does not follow any more.
    original.goes(&crew.approver, "reopening", json!({ "reason": "示例" })).await;
    assert_eq!(event.seen_by(&resident).await.text("state"), "reported");
    counts_right(&town).await;
}

#[actix_web::test]
async fn both_timelines_and_the_audit_say_so() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &resident, &original).await;
    event.goes(&crew.leader, "separation", not_the_same()).await;
    let steps = |entries: Vec<Value>| -> Vec<String> {
        entries.iter().map(|entry| entry["step"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(steps(event.timeline(&crew.leader).await), ["report", "merge", "unmerge"]);
    let there = original.timeline(&crew.leader).await;
    assert!(there.iter().skip(1).all(|entry| entry["note_internal"].as_str().unwrap().contains(&event.no)));
    assert_eq!(steps(there), ["report", "take_in", "let_go"]);
    assert_eq!(original.seen_by(&crew.leader).await.version(), 1, "nobody who works on it is turned away");
    let audited: i64 = audit_entries::table
        .filter(audit_entries::action.eq("event.step"))
        .count()
        .get_result(&mut town.connect())
        .unwrap();
    assert_eq!(audited, 6);
}

#[actix_web::test]
async fn only_whoever_may_merge_takes_out_and_only_what_is_merged() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &resident, &original).await;
    for (who, told) in [
        (&crew.worker, (403, "forbidden")),
        (&resident, (403, "forbidden")),
        (&town.staff(Role::GridLeader, &NEXT_VILLAGE[..12]), (404, "not_found")),
    ] {
        assert_eq!(event.tries(who, "separation", not_the_same()).await.told(), told);
    }
    let wordless = event.tries(&crew.leader, "separation", json!({ "note": " " })).await;
    assert_eq!(wordless.fields(), ["note"]);
    event.version -= 1;
    assert_eq!(event.tries(&crew.leader, "separation", not_the_same()).await.told(), (412, "stale_version"));
    event.version += 1;
    let seen = event.seen_by(&crew.leader).await;
    assert_eq!(button(&seen, "unmerge")["href"], format!("{}/separation", event.url));
    assert!(button(&event.seen_by(&crew.worker).await, "unmerge").is_null());

    let open = original.tries(&crew.leader, "separation", not_the_same()).await;
    assert_eq!(open.told(), (409, "step_not_allowed"));
    see_through(&crew, &mut original, "示例:已修复").await;
    let own_end = original.tries(&crew.leader, "separation", not_the_same()).await;
    assert_eq!(own_end.told(), (409, "guard_refused"));
    assert!(button(&original.seen_by(&crew.leader).await, "unmerge").is_null());
}
