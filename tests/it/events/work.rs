//! Who handles an event, and who verifies it.

use chrono::TimeDelta;
use serde_json::json;
use wangge::platform::access::Role;

use super::{Crew, Matter, STATION, VILLAGE, button, joins, new_id, officer, report, report_with, staff_id};
use crate::town::{EAST, TOWN, Town};

const OTHER: &str = "示例公路站";

#[actix_web::test]
async fn an_event_goes_to_a_station_that_has_an_officer_there() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let far = town.staff(Role::StationOfficer, "500114120");
    joins(&town, &far, "示例邻镇站");
    joins(&town, &crew.leader, "示例无承办人站");
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    let stations = crew.dispatcher.get(&town, &format!("{}/stations", event.url)).await;
    assert_eq!(stations.body["stations"], json!([STATION]), "{stations:?}");
    for station in ["示例没有的站", "示例邻镇站", "示例无承办人站"] {
        let refused = event.tries(&crew.dispatcher, "dispatch", json!({ "station": station })).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["station"]));
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains(STATION), "{refused:?}");
    }
    assert_eq!(event.tries(&crew.leader, "dispatch", json!({ "station": STATION })).await.status, 403);
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
}

#[actix_web::test]
async fn the_handler_named_belongs_to_the_station_or_walks_the_grid() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let (other, west) = (officer(&town, OTHER), town.staff(Role::GridWorker, super::WEST));
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    for stranger in [&other, &west, &crew.leader, &crew.approver] {
        let body = json!({ "station": STATION, "handler": staff_id(stranger) });
        assert_eq!(
            event.tries(&crew.dispatcher, "dispatch", body).await.fields(),
            ["handler"],
            "{stranger:?}"
        );
    }
    let body = json!({ "station": STATION, "handler": staff_id(&crew.worker) });
    let dispatched = event.goes(&crew.dispatcher, "dispatch", body).await;
    assert_eq!(dispatched.body["office"]["handler"], staff_id(&crew.worker), "{dispatched:?}");
    event.goes(&crew.worker, "handling", json!({})).await;
    event.finishes(&crew.worker).await;
    let own = event.tries(&crew.worker, "closure", json!({ "resolution": "resolved", "note": "示例" })).await;
    assert_eq!(own.told(), (403, "same_person"));
}

#[actix_web::test]
async fn only_the_station_that_has_it_handles_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let (other, colleague) = (officer(&town, OTHER), officer(&town, STATION));
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    for stranger in [&other, &crew.worker] {
        for (noun, body) in [("handling", json!({})), ("refusal", json!({ "reason": "示例" }))] {
            assert_eq!(event.tries(stranger, noun, body).await.told(), (403, "forbidden"), "{noun}");
        }
        let seen = event.seen_by(stranger).await;
        assert!(button(&seen, "handle").is_null() && button(&seen, "decline").is_null(), "{seen:?}");
    }
    assert!(button(&event.seen_by(&crew.officer).await, "handle").is_object());
    event.goes(&crew.officer, "handling", json!({})).await;
    let photo = other.photo(&town).await;
    let done = json!({ "note": "示例:已修复", "photos": [photo] });
    assert_eq!(event.tries(&other, "completion", done).await.told(), (403, "forbidden"));
    // Whoever of the station finishes it has handled it.
    let handled = event.finishes(&colleague).await;
    assert_eq!(handled.body["office"]["handler"], staff_id(&colleague));
}

#[actix_web::test]
async fn stations_give_it_back_twice_and_then_the_approver_says_whose_it_is() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    assert_eq!(event.tries(&crew.officer, "refusal", json!({ "reason": "" })).await.fields(), ["reason"]);
    let back = event.goes(&crew.officer, "refusal", json!({ "reason": "示例:应由公路站养护" })).await;
    assert_eq!((back.text("state"), back.body.get("station")), ("accepted".into(), None), "{back:?}");

    let early = event.tries(&crew.approver, "dispatch", json!({ "station": STATION })).await;
    assert_eq!(early.told(), (403, "forbidden"));
    assert!(button(&event.seen_by(&crew.approver).await, "dispatch").is_null());
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
    let back = event.goes(&crew.officer, "refusal", json!({ "reason": "示例:仍不属本站" })).await;
    assert_eq!(back.body["office"]["declined_count"], 2, "{back:?}");

    let third = event.tries(&crew.dispatcher, "dispatch", json!({ "station": STATION })).await;
    assert_eq!(third.told(), (409, "guard_refused"));
    let why = button(&event.seen_by(&crew.dispatcher).await, "dispatch")["blocked"].clone();
    assert_eq!(why, "已退单两次,由分管领导确定承办单位");
    event.goes(&crew.approver, "dispatch", json!({ "station": STATION })).await;
    let no_more = event.tries(&crew.officer, "refusal", json!({ "reason": "示例" })).await;
    assert_eq!(no_more.told(), (409, "guard_refused"));
    event.goes(&crew.officer, "handling", json!({})).await;
}

#[actix_web::test]
async fn a_station_gives_back_within_one_working_day() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let reason = json!({ "reason": "示例:不属本站" });
    // From Friday to Monday.
    town.pass(TimeDelta::days(4));
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    let late = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    town.pass(TimeDelta::days(3));
    event.goes(&crew.officer, "refusal", reason.clone()).await;
    town.pass(TimeDelta::days(1));
    assert_eq!(late.tries(&crew.officer, "refusal", reason).await.told(), (409, "guard_refused"));
    let why = button(&late.seen_by(&crew.officer).await, "decline")["blocked"].clone();
    assert_eq!(why, "派遣后超过一个工作日,不能退单");
}

#[actix_web::test]
async fn what_can_be_seen_is_shown_in_a_photo_of_this_round() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    let seen = event.seen_by(&crew.officer).await;
    assert_eq!(button(&seen, "finish")["fields"], json!(["note", "photos"]));
    let wordless = json!({ "note": " ", "photos": [crew.officer.photo(&town).await] });
    assert_eq!(event.tries(&crew.officer, "completion", wordless).await.fields(), ["note"]);
    let unseen = event.tries(&crew.officer, "completion", json!({ "note": "示例:已修复" })).await;
    assert_eq!(unseen.fields(), ["photos"], "{unseen:?}");
    event.finishes(&crew.officer).await;
    event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例:仍不亮" })).await;
    let unseen = event.tries(&crew.officer, "completion", json!({ "note": "示例:再次修复" })).await;
    assert_eq!(unseen.fields(), ["photos"], "{unseen:?}");

    let advice = report_with(EAST, json!({ "category": "policy" }));
    let mut event = Matter::dispatched(&town, &crew, advice).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    event.goes(&crew.officer, "completion", json!({ "note": "示例:已答复" })).await;
}

#[actix_web::test]
async fn who_handled_it_does_not_verify_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    town.appoint(&crew.officer, Role::Dispatcher, TOWN);
    let mut event = Matter::handled(&town, &crew).await;
    for (noun, body) in [
        ("closure", json!({ "resolution": "resolved", "note": "示例" })),
        ("rework", json!({ "reason": "示例" })),
    ] {
        assert_eq!(event.tries(&crew.officer, noun, body).await.told(), (403, "same_person"), "{noun}");
    }
    let seen = event.seen_by(&crew.officer).await;
    assert_eq!(button(&seen, "close")["blocked"], "承办人不能核查自己办理的事件");
    let leader = town.staff(Role::GridLeader, VILLAGE);
    let body = json!({ "resolution": "not_needed", "note": "示例:现场已无此情况" });
    assert_eq!(event.tries(&leader, "closure", body.clone()).await.told(), (403, "forbidden"));
    assert_eq!(event.goes(&crew.worker, "closure", body).await.text("resolution"), "not_needed");
}

#[actix_web::test]
async fn what_is_sent_back_says_what_is_missing() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::handled(&town, &crew).await;
    assert_eq!(event.tries(&crew.dispatcher, "rework", json!({ "reason": "" })).await.fields(), ["reason"]);
    for n in 1..=2 {
        let back = event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例:仍不亮" })).await;
        assert_eq!(back.body["rework_count"], n);
        event.finishes(&crew.officer).await;
    }
}
