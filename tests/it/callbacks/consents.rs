//! A consent counts once, whoever tells of it and however often.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::Resident;

use super::{event, popup, remaining, scene, sealed, tickets, told};
use crate::fakes::gateway::push::{Event, Shape};
use crate::office::{Office, signed};

/// The phone reports what was answered to it.
async fn reported(office: &Office, token: &str, template: &str, answer: &str) {
    let key = Id::<Resident>::new().to_string();
    let request =
        signed(TestRequest::post(), token, "/me/wx-tickets").insert_header(("Idempotency-Key", key));
    let body = json!({ "answers": [{ "template": template, "answer": answer }] });
    let answer = office.ask(request.set_json(body)).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

#[actix_web::test]
async fn a_consent_that_wechat_tells_three_times_counts_once() {
    let (office, _) = scene().await;
    let consent = popup(&office, "T1", "accept");
    for _ in 0..3 {
        told(&office, &consent).await;
    }
    assert_eq!(remaining(&office, "T1"), 1);
    office.pass(1);
    told(&office, &popup(&office, "T1", "accept")).await;
    assert_eq!(remaining(&office, "T1"), 2, "a second later it is another one");
}

#[actix_web::test]
async fn a_consent_that_phone_and_wechat_tell_counts_once_in_either_order() {
    let (office, token) = scene().await;
    reported(&office, &token, "T1", "accept").await;
    assert_eq!(remaining(&office, "T1"), 1, "at once, provisionally");
    told(&office, &popup(&office, "T1", "accept")).await;
    assert_eq!(remaining(&office, "T1"), 1);

    office.pass(1);
    told(&office, &popup(&office, "T1", "accept")).await;
    reported(&office, &token, "T1", "accept").await;
    assert_eq!(remaining(&office, "T1"), 2);

    // Two at once, told crosswise.
    office.pass(1);
    let (first, second) = (popup(&office, "T1", "accept"), Event { at: 1, ..popup(&office, "T1", "accept") });
    reported(&office, &token, "T1", "accept").await;
    reported(&office, &token, "T1", "accept").await;
    told(&office, &first).await;
    told(&office, &second).await;
    assert_eq!(remaining(&office, "T1"), 4);
}

#[actix_web::test]
async fn whoever_is_silent_does_not_make_the_other_lie() {
    let (office, token) = scene().await;
    // A phone that never reports: every event counts.
    for n in 1..=3 {
        told(&office, &popup(&office, "T1", "accept")).await;
        assert_eq!(remaining(&office, "T1"), n);
        office.pass(1);
    }
    // An event that never comes: what the phone said stays, and does not swallow an event of another day.
    reported(&office, &token, "T2", "accept").await;
    office.pass(3601);
    told(&office, &popup(&office, "T2", "accept")).await;
    assert_eq!(remaining(&office, "T2"), 2);
}

#[actix_web::test]
async fn a_phone_that_lies_is_set_right_and_real_consents_count_afterwards() {
    let (office, token) = scene().await;
    for _ in 0..30 {
        reported(&office, &token, "T1", "accept").await;
    }
    assert_eq!(remaining(&office, "T1"), 20, "capped");
    // What happens when WeChat refuses a message for want of consent.
    office.base.tamper("UPDATE wx_tickets SET remaining = 0, unpaired = 0, state = 'reject'");
    told(&office, &popup(&office, "T1", "accept")).await;
    assert_eq!(remaining(&office, "T1"), 1);
}

#[actix_web::test]
async fn switching_off_takes_back_what_was_given_and_saying_no_once_does_not() {
    let (office, _) = scene().await;
    told(&office, &popup(&office, "T1", "accept")).await;
    office.pass(1);
    told(&office, &popup(&office, "T1", "reject")).await;
    assert_eq!(tickets(&office, "T1"), Some(("once".into(), "reject".into(), 1)));
    let item = json!({ "TemplateId": "T1", "SubscribeStatusString": "reject" });
    told(&office, &event(&office, "subscribe_msg_change_event", json!({ "List": [item] }))).await;
    assert_eq!(tickets(&office, "T1"), Some(("once".into(), "reject".into(), 0)));
}

#[actix_web::test]
async fn a_long_consent_is_entered_as_one() {
    let (office, _) = scene().await;
    told(&office, &popup(&office, "示例长期模板", "accept")).await;
    assert_eq!(tickets(&office, "示例长期模板"), Some(("long".into(), "accept".into(), 0)));
}

#[actix_web::test]
async fn all_answers_of_one_question_are_entered_in_every_shape() {
    let (office, _) = scene().await;
    let item = |template: &str| json!({ "TemplateId": template, "SubscribeStatusString": "accept" });
    for (n, shape) in [Shape::SafeXml, Shape::SafeJson, Shape::CompatibleXml].into_iter().enumerate() {
        office.pass(1);
        let both = json!({ "List": [item("T1"), item("T2")] });
        let push = sealed(&office, &event(&office, "subscribe_msg_popup_event", both), shape);
        assert_eq!(super::deliver(&office, push).await.plain, "success", "{shape:?}");
        let n = i32::try_from(n).unwrap() + 1;
        assert_eq!((remaining(&office, "T1"), remaining(&office, "T2")), (n, n), "{shape:?}");
    }
}

#[actix_web::test]
async fn somebody_we_never_met_leaves_nothing_behind() {
    let (office, _) = scene().await;
    told(&office, &Event { person: "o-stranger".into(), ..popup(&office, "T1", "accept") }).await;
    assert_eq!(tickets(&office, "T1"), None);
}
