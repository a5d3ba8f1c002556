//! Merging an event into the one that it repeats.

use chrono::TimeDelta;
use serde_json::json;

use super::{Crew, Matter, counts_right, new_id, report};
use crate::town::{EAST, Town};

#[actix_web::test]
async fn a_repeated_event_is_merged_into_its_original_and_the_reporter_is_told() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    let body = json!({ "original_no": original.no, "note": "示例:与此前上报的同一路灯,并案办理" });
    assert_eq!(event.tries(&crew.worker, "merger", body.clone()).await.told(), (403, "forbidden"));
    let wordless = json!({ "original_no": original.no, "note": "" });
    assert_eq!(event.tries(&crew.leader, "merger", wordless).await.fields(), ["note"]);
    let merged = event.goes(&crew.leader, "merger", body).await;
    assert_eq!((merged.text("state"), merged.text("phase")), ("duplicate".into(), "accepted".into()));
    let told = event.seen_by(&resident).await;
    assert_eq!(
        (told.text("merged_into_no"), &told.body["resolution"]),
        (original.no, &serde_json::Value::Null)
    );
    assert!(original.url.ends_with(&told.text("merged_into")), "{told:?}");
    counts_right(&town).await;
}

#[actix_web::test]
async fn what_is_accepted_may_still_turn_out_to_be_a_repetition_and_what_is_dispatched_may_not() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let body = json!({ "original_no": original.no, "note": "示例:并案" });
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    event.goes(&crew.dispatcher, "merger", body.clone()).await;
    let event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    assert_eq!(event.tries(&crew.dispatcher, "merger", body).await.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn the_original_is_another_event_that_is_open_or_was_closed_lately() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut merged = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    merged.goes(&crew.leader, "merger", json!({ "original_no": original.no, "note": "示例" })).await;
    let mut withdrawn = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    withdrawn.goes(&crew.worker, "withdrawal", json!({})).await;
    let mut converted = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let to_hazard = json!({ "to": "hazard", "field": "electricity", "note": "示例" });
    converted.goes(&crew.dispatcher, "conversion", to_hazard).await;
    let unknown = "SJ-500114119-2026-99999";
    for (no, why) in [
        (unknown, "没有"),
        (&*event.no, "自己"),
        (&*merged.no, &*original.no),
        (&*withdrawn.no, "撤回"),
        (&*converted.no, "已转为"),
    ] {
        let refused = event.tries(&crew.leader, "merger", json!({ "original_no": no, "note": "示例" })).await;
        assert_eq!(
            (refused.told(), refused.fields()),
            ((422, "invalid_fields"), vec!["original_no"]),
            "{no}"
        );
        let message = refused.body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
    }
}

#[actix_web::test]
async fn an_event_closed_for_ninety_days_takes_in_no_other() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::closed(&town, &crew).await;
    let body = json!({ "original_no": original.no, "note": "示例" });
    town.pass(TimeDelta::days(89));
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let late = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "merger", body.clone()).await;
    town.pass(TimeDelta::days(1));
    assert_eq!(late.tries(&crew.leader, "merger", body).await.fields(), ["original_no"]);
}

#[actix_web::test]
async fn of_two_events_that_are_merged_into_each_other_at_once_one_stays() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let one = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let other = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let into = |original: &Matter| json!({ "original_no": original.no, "note": "示例" });
    let (here, there) = (
        one.tries(&crew.leader, "merger", into(&other)),
        other.tries(&crew.dispatcher, "merger", into(&one)),
    );
    let (here, there) = futures_util::future::join(here, there).await;
    let mut statuses = [here.status, there.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{here:?} {there:?}");
    counts_right(&town).await;
}
