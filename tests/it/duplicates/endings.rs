//! However the original ends, those who reported what was merged into it are answered as its own reporter is.

use serde_json::json;

use super::{into, merged, see_through, told_of};
use crate::events::{Crew, Matter, button, counts_right, new_id, report};
use crate::town::{EAST, Town};

#[actix_web::test]
async fn of_a_refused_original_they_read_why_and_whose_it_is() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    let body = json!({ "reason": "not_ours", "right_office": "示例区供电公司", "note": "示例:该线路由供电公司管理" });
    original.goes(&crew.dispatcher, "rejection", body).await;
    let seen = event.seen_by(&resident).await;
    assert_eq!((seen.text("state"), seen.text("rejection")), ("rejected".into(), "not_ours".into()));
    assert_eq!(seen.text("right_office"), "示例区供电公司");
    let [(kind, text)] = &told_of(&town, &resident, &original.no).await[..] else { panic!("not told once") };
    assert!(kind == "rejected" && text.contains("示例区供电公司"), "{kind} {text}");
}

#[actix_web::test]
async fn nobody_takes_back_what_others_reported() {
    let town = Town::new();
    let (crew, one, other) = (Crew::of(&town), town.resident(EAST), town.resident(EAST));
    let mut original = Matter::reported(&town, &one, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &other, &original).await;
    original.goes(&one, "withdrawal", json!({})).await;
    let seen = event.seen_by(&other).await;
    assert_eq!((seen.text("state"), &seen.body["merged_into"]), ("reported".into(), &json!(null)));
    assert_eq!(super::clock(&seen, "SJ-ACCEPT").0, "running");
    assert_eq!(told_of(&town, &other, &original.no).await[0].0, "resumed");
    event.version = seen.version();
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    counts_right(&town).await;
}

#[actix_web::test]
async fn of_an_original_that_becomes_a_hazard_they_read_which() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    let body = json!({ "to": "hazard", "field": "electricity", "note": "示例:线路老化有触电风险" });
    let became = original.goes(&crew.dispatcher, "conversion", body).await.text("became");
    let seen = event.seen_by(&resident).await;
    assert_eq!((seen.text("state"), seen.text("became")), ("closed".into(), became));
    assert_eq!(seen.text("resolution"), "converted");
    assert_eq!(told_of(&town, &resident, &original.no).await[0].0, "transferred");
    assert_eq!(button(&seen, "reopen")["blocked"], "已转为其他案卷,请在该案卷中办理");
}

#[actix_web::test]
async fn what_is_merged_into_an_original_that_is_over_is_over_at_once() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let original = Matter::closed(&town, &crew).await;
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let closed = event.goes(&crew.leader, "merger", into(&original.no)).await;
    assert_eq!((closed.text("state"), closed.text("phase")), ("closed".into(), "closed".into()));
    assert_eq!(closed.text("resolution"), "duplicate");
    assert_eq!(super::clock(&closed, "SJ-ACCEPT").0, "waived");
    counts_right(&town).await;
}

#[actix_web::test]
async fn a_reporter_for_whom_it_is_not_over_has_their_own_event_begun_again() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut event = merged(&town, &crew, &resident, &original).await;
    see_through(&crew, &mut original, "示例:已修复").await;
    event.version += 1;
    let again = event.goes(&resident, "reopening", json!({ "reason": "示例:我家门口的仍不亮" })).await;
    assert_eq!((again.text("state"), &again.body["merged_into"]), ("reported".into(), &json!(null)));
    assert_eq!(super::clock(&again, "SJ-ACCEPT").0, "running");
    assert_eq!(original.seen_by(&crew.worker).await.text("state"), "closed");
    event.goes(&crew.leader, "acceptance", json!({})).await;
}

#[actix_web::test]
async fn there_is_one_original_and_no_chain() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let first = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let mut original = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let event = merged(&town, &crew, &crew.worker, &original).await;
    let refused = original.tries(&crew.leader, "merger", into(&first.no)).await;
    assert_eq!(refused.told(), (409, "guard_refused"));
    see_through(&crew, &mut original, "示例:已修复").await;
    // The merged one is closed now, and still no original.
    let late = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let refused = late.tries(&crew.leader, "merger", into(&event.no)).await;
    assert_eq!(refused.fields(), ["original_no"]);
    assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains(&original.no), "{refused:?}");
}
