//! How an event ends, and begins again.

use chrono::TimeDelta;
use serde_json::json;
use wangge::platform::access::Role;

use super::{Crew, Matter, button, counts_right, new_id, report, report_with};
use crate::town::{EAST, Town};

#[actix_web::test]
async fn nothing_is_closed_without_a_word_to_the_reporter_and_a_true_ending() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::handled(&town, &crew).await;
    let wordless = json!({ "resolution": "resolved", "note": "  " });
    assert_eq!(event.tries(&crew.dispatcher, "closure", wordless).await.fields(), ["note"]);
    let untrue = json!({ "resolution": "converted", "note": "示例" });
    assert_eq!(event.tries(&crew.dispatcher, "closure", untrue).await.fields(), ["resolution"]);
    let unknown = json!({ "resolution": "perfect", "note": "示例" });
    assert_eq!(event.tries(&crew.dispatcher, "closure", unknown).await.fields(), ["resolution"]);
    let body = json!({ "resolution": "not_resolved", "note": "示例:需列入明年计划" });
    assert_eq!(event.goes(&crew.dispatcher, "closure", body).await.text("resolution"), "not_resolved");
}

#[actix_web::test]
async fn whoever_walks_the_grid_puts_it_right_at_once_with_photos_before_and_after() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let (before, after) = (crew.worker.photo(&town).await, crew.worker.photo(&town).await);
    let said = |before: &[&String], photos: &[&String]| json!({ "note": "示例:已清理", "before": before, "photos": photos });
    for (body, field) in [
        (said(&[&before], &[]), "photos"),
        (said(&[], &[&after]), "before"),
        (said(&[&after], &[&after]), "before"),
        (json!({ "note": "", "before": [before], "photos": [after] }), "note"),
    ] {
        assert_eq!(event.tries(&crew.worker, "self_handling", body).await.fields(), [field]);
    }
    let whole = said(&[&before], &[&after]);
    assert_eq!(
        event.tries(&crew.dispatcher, "self_handling", whole.clone()).await.told(),
        (403, "forbidden")
    );
    let end = event.goes(&crew.worker, "self_handling", whole).await;
    assert_eq!((end.text("state"), end.text("resolution")), ("closed".into(), "resolved".into()));
    assert_eq!(end.body["self_handled"], true);
    counts_right(&town).await;
}

#[actix_web::test]
async fn what_is_critical_is_not_closed_by_one_person() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let critical = report_with(EAST, json!({ "urgency": "critical" }));
    let event = Matter::reported(&town, &crew.worker, critical).await;
    let (before, after) = (crew.worker.photo(&town).await, crew.worker.photo(&town).await);
    let body = json!({ "note": "示例", "before": [before], "photos": [after] });
    let refused = event.tries(&crew.worker, "self_handling", body).await;
    assert_eq!(refused.told(), (409, "guard_refused"));
    let blocked = button(&event.seen_by(&crew.worker).await, "self_handle")["blocked"].clone();
    assert_eq!(blocked, "特急事件须由指挥中心受理,不能自办自结");
}

#[actix_web::test]
async fn the_reporter_has_it_begun_again_within_fifteen_days_and_the_approver_at_any_time() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": super::STATION })).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    event.finishes(&crew.officer).await;
    let end = json!({ "resolution": "resolved", "note": "示例:已修复" });
    event.goes(&crew.dispatcher, "closure", end.clone()).await;

    let again = json!({ "reason": "示例:昨晚又不亮了" });
    for stranger in [&crew.worker, &crew.leader, &crew.dispatcher, &crew.officer] {
        assert_eq!(event.tries(stranger, "reopening", again.clone()).await.told(), (403, "forbidden"));
        assert!(button(&event.seen_by(stranger).await, "reopen").is_null());
    }
    assert_eq!(event.tries(&resident, "reopening", json!({ "reason": "" })).await.fields(), ["reason"]);
    town.pass(TimeDelta::days(15));
    let open = event.goes(&resident, "reopening", again.clone()).await;
    assert_eq!((open.text("state"), open.text("phase")), ("dispatched".into(), "working".into()));
    assert_eq!((open.body["reopen_count"].as_i64(), open.body.get("resolution")), (Some(1), None));
    assert_eq!(open.body.get("closed_at"), None);
    assert_eq!(event.seen_by(&crew.officer).await.text("station"), super::STATION);

    event.goes(&crew.officer, "handling", json!({})).await;
    event.finishes(&crew.officer).await;
    event.goes(&crew.dispatcher, "closure", end).await;
    town.pass(TimeDelta::days(16));
    assert_eq!(event.tries(&resident, "reopening", again.clone()).await.told(), (409, "guard_refused"));
    let blocked = button(&event.seen_by(&resident).await, "reopen")["blocked"].clone();
    assert_eq!(blocked, "结案已超过 15 日,不能再要求重新办理");
    let open = event.goes(&crew.approver, "reopening", again).await;
    assert_eq!(open.body["reopen_count"], 2);
    counts_right(&town).await;
}

#[actix_web::test]
async fn what_no_station_ever_had_is_dispatched_when_it_begins_again() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let (before, after) = (crew.worker.photo(&town).await, crew.worker.photo(&town).await);
    let body = json!({ "note": "示例:已清理", "before": [before], "photos": [after] });
    event.goes(&crew.worker, "self_handling", body).await;
    let open = event.goes(&crew.approver, "reopening", json!({ "reason": "示例:回访时仍在" })).await;
    assert_eq!((open.text("state"), open.text("phase")), ("accepted".into(), "accepted".into()));
    assert_eq!(open.body["self_handled"], false);
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": super::STATION })).await;
}

#[actix_web::test]
async fn what_was_put_right_before_anybody_had_named_its_grid_is_accepted_first_when_it_begins_again() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.leader, report(&new_id(), super::VILLAGE)).await;
    let (before, after) = (crew.leader.photo(&town).await, crew.leader.photo(&town).await);
    let body = json!({ "note": "示例:已清理", "before": [before], "photos": [after] });
    event.goes(&crew.leader, "self_handling", body).await;
    let open = event.goes(&crew.approver, "reopening", json!({ "reason": "示例:回访时仍在" })).await;
    assert_eq!((open.text("state"), open.text("phase")), ("reported".into(), "reported".into()));
    assert_eq!(open.text("due_on"), "2026-03-03", "there is a day to accept it");
    assert_eq!(event.tries(&crew.dispatcher, "acceptance", json!({})).await.fields(), ["grid"]);
    event.goes(&crew.dispatcher, "acceptance", json!({ "grid": EAST })).await;
    counts_right(&town).await;
}

#[actix_web::test]
async fn the_auditor_changes_nothing() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let auditor = town.staff(Role::Auditor, super::TOWN);
    let event = Matter::closed(&town, &crew).await;
    let seen = event.seen_by(&auditor).await;
    assert_eq!(seen.body["actions"], json!([]));
    let again = event.tries(&auditor, "reopening", json!({ "reason": "示例" })).await;
    assert_eq!(again.told(), (403, "forbidden"));
}
