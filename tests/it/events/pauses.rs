//! Letting an event rest, and giving it more time.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{Crew, Matter, button, counts_right, new_id, officer, report, report_with};
use crate::town::{EAST, TOWN, Town};

fn rest(until: &str) -> Value {
    json!({ "until": until, "reason": "示例:汛期后施工" })
}

#[actix_web::test]
async fn a_dispatcher_asks_that_it_rests_and_an_approver_signs() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    for day in ["2026-03-01", "2026-03-02", "2026-06-01"] {
        let refused = event.tries(&crew.dispatcher, "suspension_request", rest(day)).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["until"]), "{day}");
    }
    assert_eq!(event.tries(&crew.officer, "suspension_request", rest("2026-03-20")).await.status, 403);
    let unasked = event.tries(&crew.approver, "suspension", json!({})).await;
    assert_eq!(unasked.told(), (409, "guard_refused"));
    assert!(button(&event.seen_by(&crew.approver).await, "suspend").is_null());

    let asked = event.goes(&crew.dispatcher, "suspension_request", rest("2026-05-31")).await;
    assert_eq!(asked.body["office"]["request"], json!({ "kind": "suspension", "until": "2026-05-31" }));
    assert_eq!(asked.text("state"), "dispatched");
    let twice = event.tries(&crew.dispatcher, "suspension_request", rest("2026-03-20")).await;
    assert_eq!(twice.told(), (409, "guard_refused"));
    assert_eq!(event.tries(&crew.dispatcher, "suspension", json!({})).await.told(), (403, "forbidden"));
    let resting = event.goes(&crew.approver, "suspension", json!({ "note": "示例:暂缓" })).await;
    assert_eq!((resting.text("state"), resting.text("phase")), ("suspended".into(), "working".into()));
    assert_eq!(resting.text("suspended_until"), "2026-05-31");
    assert_eq!(event.tries(&crew.officer, "handling", json!({})).await.told(), (409, "step_not_allowed"));

    town.pass(TimeDelta::days(10));
    assert_eq!(event.tries(&crew.approver, "resumption", json!({})).await.told(), (403, "forbidden"));
    let on = event.goes(&crew.dispatcher, "resumption", json!({ "note": "示例:恢复施工" })).await;
    assert_eq!((on.text("state"), on.body["suspended_days"].as_i64()), ("dispatched".into(), Some(10)));
    assert_eq!(on.body.get("suspended_until"), None);
    counts_right(&town).await;
}

#[actix_web::test]
async fn it_rests_in_every_state_of_the_work_and_goes_on_where_it_was() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let early = event.tries(&crew.dispatcher, "suspension_request", rest("2026-03-20")).await;
    assert_eq!(early.told(), (409, "step_not_allowed"));
    for (who, noun, body, state) in [
        (&crew.dispatcher, "acceptance", json!({}), "accepted"),
        (&crew.dispatcher, "dispatch", json!({ "station": super::STATION }), "dispatched"),
        (&crew.officer, "handling", json!({}), "handling"),
    ] {
        event.goes(who, noun, body).await;
        event.goes(&crew.dispatcher, "suspension_request", rest("2026-03-20")).await;
        event.goes(&crew.approver, "suspension", json!({})).await;
        assert_eq!(event.goes(&crew.dispatcher, "resumption", json!({})).await.text("state"), state);
    }
}

#[actix_web::test]
async fn nobody_signs_what_they_asked_for() {
    let town = Town::new();
    let crew = Crew::of(&town);
    town.appoint(&crew.dispatcher, Role::Approver, TOWN);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    let asked = event.goes(&crew.dispatcher, "suspension_request", rest("2026-03-20")).await;
    assert_eq!(button(&asked, "suspend")["blocked"], "申请人不能审批自己的申请");
    let own = event.tries(&crew.dispatcher, "suspension", json!({})).await;
    assert_eq!(own.told(), (403, "same_person"));
    let own = event.tries(&crew.dispatcher, "request_denial", json!({ "reason": "示例" })).await;
    assert_eq!(own.told(), (403, "same_person"));
}

#[actix_web::test]
async fn a_day_that_has_passed_is_not_signed_any_more() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    event.goes(&crew.dispatcher, "suspension_request", rest("2026-03-03")).await;
    town.pass(TimeDelta::days(1));
    assert_eq!(event.tries(&crew.approver, "suspension", json!({})).await.told(), (409, "guard_refused"));
    let wordless = event.tries(&crew.approver, "request_denial", json!({ "reason": "" })).await;
    assert_eq!(wordless.fields(), ["reason"]);
    let denied = event.goes(&crew.approver, "request_denial", json!({ "reason": "示例:请重新申请" })).await;
    assert_eq!((denied.text("state"), denied.body["office"].get("request")), ("dispatched".into(), None));
    event.goes(&crew.dispatcher, "suspension_request", rest("2026-03-20")).await;
}

#[actix_web::test]
async fn the_handler_asks_for_more_time_once_and_an_approver_gives_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let other = officer(&town, "示例公路站");
    let more = |amount: i64| json!({ "amount": amount, "reason": "示例:等待配件" });
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    assert_eq!(
        event.tries(&crew.officer, "extension_request", more(2)).await.told(),
        (409, "step_not_allowed")
    );
    event.goes(&crew.officer, "handling", json!({})).await;
    for amount in [0, 4] {
        let refused = event.tries(&crew.officer, "extension_request", more(amount)).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["amount"]), "{amount}");
    }
    for stranger in [&other, &crew.worker] {
        assert_eq!(event.tries(stranger, "extension_request", more(2)).await.told(), (403, "forbidden"));
    }
    event.goes(&crew.officer, "extension_request", more(3)).await;
    let wrong = event.tries(&crew.approver, "suspension", json!({})).await;
    assert_eq!(wrong.told(), (409, "guard_refused"));
    let denied = event.goes(&crew.approver, "request_denial", json!({ "reason": "示例:太久" })).await;
    assert_eq!(denied.body["office"].get("extended_by"), None);
    event.goes(&crew.officer, "extension_request", more(2)).await;
    let extended = event.goes(&crew.approver, "extension", json!({})).await;
    assert_eq!(
        (extended.text("state"), &extended.body["office"]["extended_by"]),
        ("handling".into(), &json!(2))
    );
    let twice = event.tries(&crew.officer, "extension_request", more(1)).await;
    assert_eq!(twice.told(), (409, "guard_refused"));
    assert_eq!(button(&event.seen_by(&crew.officer).await, "ask_extension")["blocked"], "只能延期一次");
}

#[actix_web::test]
async fn what_is_urgent_is_extended_by_hours() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let urgent = report_with(EAST, json!({ "urgency": "urgent" }));
    let mut event = Matter::dispatched(&town, &crew, urgent).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    let more = |amount: i64| json!({ "amount": amount, "reason": "示例:等待配件" });
    assert_eq!(event.tries(&crew.officer, "extension_request", more(25)).await.fields(), ["amount"]);
    event.goes(&crew.officer, "extension_request", more(24)).await;
    event.goes(&crew.approver, "extension", json!({})).await;
}

#[actix_web::test]
async fn a_request_lapses_when_the_work_goes_on_without_it() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::dispatched(&town, &crew, report(&new_id(), EAST)).await;
    event.goes(&crew.officer, "handling", json!({})).await;
    event.goes(&crew.officer, "extension_request", json!({ "amount": 1, "reason": "示例" })).await;
    let done = event.finishes(&crew.officer).await;
    assert_eq!(done.body["office"].get("request"), None, "{done:?}");
    event.goes(&crew.dispatcher, "rework", json!({ "reason": "示例:仍不亮" })).await;
    assert_eq!(event.tries(&crew.approver, "extension", json!({})).await.told(), (409, "guard_refused"));
}
