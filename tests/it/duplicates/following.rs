//! A merged event waits with its original and ends with it; whoever reported is told once.

use chrono::TimeDelta;
use serde_json::json;
use wangge::features::cases;
use wangge::platform::access::policy::AcceptEvent;
use wangge::platform::access::{Role, system};

use super::{clock, finish, into, merged, messages_in, run_jobs, see_through, told, told_of};
use crate::events::{Crew, Matter, counts_right, new_id, report};
use crate::town::{EAST, NEXT_VILLAGE, TOWN, Town};

const DONE: &str = "示例:路灯已修复,感谢反映";

#[actix_web::test]
async fn a_merged_event_ends_with_its_original_and_its_reporter_reads_how() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    see_through(&crew, &mut original, DONE).await;
    let seen = event.seen_by(&resident).await;
    assert_eq!((seen.text("state"), seen.text("phase")), ("closed".into(), "closed".into()));
    assert_eq!((seen.text("resolution"), seen.version()), ("duplicate".into(), event.version + 1));
    assert!(seen.body["closed_at"].is_string() && seen.body["due_on"].is_null(), "{seen:?}");
    let last = event.timeline(&resident).await.pop().unwrap();
    assert_eq!((&last["step"], &last["state"]), (&json!("end_with_original"), &json!("closed")));
    let note = last["note"].as_str().unwrap();
    assert!(note.contains(&original.no) && note.contains(DONE), "{note}");
    let [(kind, text)] = &told_of(&town, &resident, &original.no).await[..] else { panic!("not told once") };
    assert_eq!(kind, "concluded");
    assert!(text.contains(&event.no) && text.contains(DONE), "{text}");
    assert_eq!(run_jobs(&town).await, 0, "nothing is left for later");
    counts_right(&town).await;
}

#[actix_web::test]
async fn whoever_reported_three_is_told_once_and_whoever_reported_the_original_not_again() {
    let town = Town::new();
    let (crew, one, other) = (Crew::of(&town), town.resident(EAST), town.resident(EAST));
    let mut original = Matter::reported(&town, &one, report(&new_id(), EAST)).await;
    for reporter in [&one, &other, &other, &other] {
        merged(&town, &crew, reporter, &original).await;
    }
    see_through(&crew, &mut original, DONE).await;
    assert_eq!(told_of(&town, &other, &original.no).await.len(), 1);
    // Of the original they are told as of any report of theirs, not as of one that was merged.
    assert!(told(&town, &one).await.iter().all(|(_, text)| !text.contains("原件")));
}

#[actix_web::test]
async fn of_many_merged_events_each_reporter_is_told_exactly_once_though_a_job_does_the_rest() {
    const EVENTS: usize = 113;
    const REPORTERS: usize = 7;
    let town = Town::new();
    let crew = Crew::of(&town);
    let residents: Vec<_> = (0..REPORTERS).map(|_| town.resident(EAST)).collect();
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut events = Vec::new();
    for n in 0..EVENTS {
        events.push(merged(&town, &crew, &residents[n * n % REPORTERS], &original).await);
    }
    let reporters: std::collections::BTreeSet<_> = (0..EVENTS).map(|n| n * n % REPORTERS).collect();
    see_through(&crew, &mut original, DONE).await;
    let waiting = still_waiting(&town, &crew, &events).await;
    assert_eq!(waiting, EVENTS - 50, "the first fifty end in the transaction of the original");
    run_jobs(&town).await;
    assert_eq!(still_waiting(&town, &crew, &events).await, 0);
    assert_eq!(messages_in(&town), reporters.len() as i64);
    for reporter in reporters {
        assert_eq!(told_of(&town, &residents[reporter], &original.no).await.len(), 1);
    }
    counts_right(&town).await;
}

#[actix_web::test]
async fn what_was_said_at_the_end_is_told_also_when_half_a_village_was_merged_before() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    // As many entries as six hundred mergers more would leave.
    let id = original.url.rsplit_once("event_").unwrap().1.to_owned();
    let remarks = town.house.app.db.write(move |tx| {
        let by = system::<AcceptEvent>("a test");
        let original = cases::find(tx, by.scope(), format!("case_{id}").parse().unwrap())?;
        (0..600).try_for_each(|_| cases::remark(tx, &by, &original, "reported", "take_in", "示例 并入本件"))
    });
    remarks.await.unwrap();
    see_through(&crew, &mut original, DONE).await;
    let told = told_of(&town, &resident, &original.no).await;
    assert!(told.len() == 1 && told[0].1.contains(DONE), "{told:?}");
    let note = event.timeline(&resident).await.pop().unwrap()["note"].as_str().unwrap().to_owned();
    assert!(note.contains(DONE), "{note}");
    assert_eq!(original.timeline(&crew.worker).await.pop().unwrap()["step"], "close", "the end is shown");
}

/// How many of these wait with their original.
async fn still_waiting(town: &Town, crew: &Crew, events: &[Matter<'_>]) -> usize {
    let who = town.signed_in_anew(&crew.dispatcher);
    let mut waiting = 0;
    for event in events {
        waiting += usize::from(who.get(town, &event.url).await.text("state") == "duplicate");
    }
    waiting
}

#[actix_web::test]
async fn what_waits_with_its_original_is_never_overdue() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let reported = merged(&town, &crew, &crew.worker, &original).await;
    let mut accepted = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    accepted.goes(&crew.leader, "acceptance", json!({})).await;
    accepted.goes(&crew.dispatcher, "merger", into(&original.no)).await;
    for (event, rule) in [(&reported, "SJ-ACCEPT"), (&accepted, "SJ-DISPATCH")] {
        let seen = event.seen_by(&crew.dispatcher).await;
        assert_eq!((clock(&seen, rule).0, seen.body["due_on"].is_null()), ("paused".into(), true));
    }
    town.pass(TimeDelta::days(30));
    let dispatcher = town.signed_in_anew(&crew.dispatcher);
    let late = dispatcher.get(&town, "/api/v1/cases?overdue=true").await;
    let late: Vec<_> = late.body["items"].as_array().unwrap().iter().map(|item| &item["no"]).collect();
    assert_eq!(late, [&json!(original.no)]);
}

#[actix_web::test]
async fn it_follows_also_where_whoever_closes_the_original_sees_nothing() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let there = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = Matter::reported(&town, &there, report(&new_id(), NEXT_VILLAGE)).await;
    event.goes(&crew.dispatcher, "merger", into(&original.no)).await;
    original.goes(&crew.dispatcher, "acceptance", json!({})).await;
    original.goes(&crew.dispatcher, "dispatch", json!({ "station": crate::events::STATION })).await;
    original.goes(&crew.officer, "handling", json!({})).await;
    original.finishes(&crew.officer).await;
    let end = json!({ "resolution": "resolved", "note": DONE });
    original.goes(&crew.worker, "closure", end).await;
    assert_eq!(event.seen_by(&there).await.text("state"), "closed");
    assert_eq!(told_of(&town, &there, &original.no).await.len(), 1);
}

#[actix_web::test]
async fn an_original_that_begins_again_takes_its_merged_events_along_and_they_are_told_of_each_end() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    see_through(&crew, &mut original, DONE).await;
    original.goes(&crew.approver, "reopening", json!({ "reason": "示例:昨晚又不亮了" })).await;
    let open = event.seen_by(&resident).await;
    assert_eq!((open.text("state"), open.text("phase")), ("duplicate".into(), "accepted".into()));
    assert!(open.body["closed_at"].is_null() && open.body["due_on"].is_null(), "{open:?}");
    // Two ends of one case are told apart by their time.
    town.pass(TimeDelta::hours(1));
    finish(&crew, &mut original, "示例:已更换线路").await;
    assert_eq!(event.seen_by(&resident).await.text("state"), "closed");
    let kinds: Vec<_> =
        told_of(&town, &resident, &original.no).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["concluded", "reopened", "concluded"]);
    counts_right(&town).await;
}

#[actix_web::test]
async fn a_merged_event_has_no_steps_of_its_own_but_to_be_taken_out() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    let approver = town.staff(Role::Approver, TOWN);
    for who in [&crew.worker, &crew.leader, &crew.dispatcher, &approver, &resident] {
        let seen = event.seen_by(who).await;
        let steps: Vec<_> =
            seen.body["actions"].as_array().unwrap().iter().map(|a| a["step"].clone()).collect();
        assert!(steps.is_empty() || steps == [json!("unmerge")], "{steps:?}");
    }
    assert_eq!(event.tries(&resident, "withdrawal", json!({})).await.told(), (409, "step_not_allowed"));
}
