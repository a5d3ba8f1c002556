//! Several channels: in turn and together, by preference, at decent hours, and with every doubt that they know.

use chrono::TimeDelta;
use serde_json::json;
use wangge::features::callbacks::{SmsReport, SmsReported};
use wangge::features::notices::{hear_texts, time_out};
use wangge::platform::outbox::Outcome;
use wangge::platform::push::sms::{SmsGateway, SmsResult};

use super::lines::{Lines, all};
use super::scene::{Scene, TOWN};

const ALIYUN: &str = "/sms/aliyun/SendSms";

#[actix_web::test]
async fn a_household_is_told_by_the_first_channel_that_gets_through() {
    let scene = Scene::with(4).await;
    for n in [0, 1, 2] {
        scene.give_phone(n);
    }
    // The second has no ticket left, the third no WeChat, the fourth nothing at all.
    scene.base.tamper("UPDATE wx_tickets SET remaining = 0 WHERE identity_id = (SELECT id FROM wx_identities WHERE openid = 'o1')");
    scene.base.tamper("DELETE FROM wx_tickets WHERE identity_id IN (SELECT id FROM wx_identities WHERE openid IN ('o2', 'o3'))");
    scene.base.tamper("DELETE FROM wx_identities WHERE openid IN ('o2', 'o3')");
    let id = scene.told(&[TOWN], "yellow", &["wx_subscribe", "sms"], false).await;
    assert_eq!(scene.coverage(&id).await["deliveries"], 3, "one channel each, and none for the fourth");
    Lines::of(&scene, &scene.base.db).send(&scene).await;
    let coverage = scene.coverage(&id).await;
    assert_eq!((&coverage["by_state"], &coverage["sent"]), (&json!({ "sent": 3, "refused": 1 }), &json!(3)));
    assert_eq!((scene.taken("subscribe").await, scene.taken("sms").await), ((1, 0), (2, 0)));
}

#[actix_web::test]
async fn together_means_every_channel_at_once() {
    let scene = Scene::with(2).await;
    for n in [0, 1] {
        scene.give_phone(n);
        scene.follow_official(n);
    }
    let id = scene.told(&[TOWN], "red", &["sms", "wx_template", "wx_subscribe"], true).await;
    Lines::of(&scene, &scene.base.db).send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 6 }));
    for channel in ["subscribe", "template", "sms"] {
        assert_eq!(scene.taken(channel).await, (2, 0), "{channel}");
    }
}

#[actix_web::test]
async fn a_household_is_told_as_it_wishes_unless_it_is_urgent() {
    let scene = Scene::with(3).await;
    (0..3).for_each(|n| scene.give_phone(n));
    scene.base.tamper("UPDATE households SET prefers = 'sms' WHERE code = 'H0'");
    scene.base.tamper("UPDATE households SET prefers = 'visit' WHERE code = 'H1'");
    scene.base.tamper("UPDATE households SET no_disturb = TRUE WHERE code = 'H2'");
    let channels = ["wx_subscribe", "sms"];
    let lines = Lines::of(&scene, &scene.base.db);
    let mild = scene.told(&[TOWN], "yellow", &channels, false).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&mild).await["by_state"], json!({ "sent": 1 }));
    assert_eq!((scene.taken("subscribe").await, scene.taken("sms").await), ((0, 0), (1, 0)));
    let grave = scene.told(&[TOWN], "red", &channels, false).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&grave).await["by_state"], json!({ "sent": 3 }));
    assert_eq!((scene.taken("subscribe").await, scene.taken("sms").await), ((2, 0), (2, 0)));
}

#[actix_web::test]
async fn one_of_a_family_is_enough() {
    let scene = Scene::with(2).await;
    scene.give_phone(0);
    // Both live in the first household; one of them has no ticket.
    scene.base.tamper("UPDATE residents SET household_id = (SELECT id FROM households WHERE code = 'H0')");
    scene.base.tamper("UPDATE wx_tickets SET remaining = 0 WHERE identity_id = (SELECT id FROM wx_identities WHERE openid = 'o1')");
    let id = scene.told(&[TOWN], "yellow", &["wx_subscribe", "sms"], false).await;
    Lines::of(&scene, &scene.base.db).send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 1, "refused": 1 }));
    assert_eq!(scene.taken("sms").await, (0, 0));
}

#[actix_web::test]
async fn the_night_is_quiet_but_for_what_is_urgent() {
    let scene = Scene::with(2).await;
    (0..2).for_each(|n| scene.give_phone(n));
    let lines = Lines::of(&scene, &scene.base.db);
    // Written by day, sent at night.
    let late = scene.told(&[TOWN], "yellow", &["sms"], false).await;
    scene.base.pass(TimeDelta::hours(13)); // ten in the evening
    let mild = scene.told(&[TOWN], "yellow", &["sms"], false).await;
    let grave = scene.told(&[TOWN], "red", &["sms"], false).await;
    lines.send(&scene).await;
    for (id, state) in [(&late, "queued"), (&mild, "queued"), (&grave, "sent")] {
        assert_eq!(scene.coverage(id).await["by_state"], json!({ state: 2 }));
    }
    scene.base.pass(TimeDelta::minutes(9 * 60 + 59));
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&mild).await["by_state"], json!({ "queued": 2 }));
    scene.base.pass(TimeDelta::minutes(1));
    lines.send(&scene).await;
    for id in [&late, &mild] {
        assert_eq!(scene.coverage(id).await["by_state"], json!({ "sent": 2 }));
    }
}

#[actix_web::test]
async fn nobody_gets_more_than_three_ordinary_messages_on_one_day() {
    let scene = Scene::with(1).await;
    scene.give_phone(0);
    let lines = Lines::of(&scene, &scene.base.db);
    let mut last = String::new();
    for _ in 0..4 {
        last = scene.told(&[TOWN], "yellow", &["sms"], false).await;
        lines.send(&scene).await;
        scene.base.pass(TimeDelta::minutes(1));
    }
    assert_eq!(scene.coverage(&last).await["by_state"], json!({ "queued": 1 }));
    let grave = scene.told(&[TOWN], "red", &["sms"], false).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&grave).await["by_state"], json!({ "sent": 1 }));
    scene.base.pass(TimeDelta::hours(23)); // eight in the morning, and some minutes
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&last).await["by_state"], json!({ "sent": 1 }));
}

#[actix_web::test]
async fn a_text_message_in_doubt_is_asked_about_and_never_sent_twice() {
    for (fault, taken) in [("accept_then_drop", 3), ("truncated", 3), ("drop_before_accept", 0), ("html", 0)]
    {
        let scene = Scene::with(3).await;
        (0..3).for_each(|n| scene.give_phone(n));
        let lines = Lines::of(&scene, &scene.base.db);
        let id = scene.told(&[TOWN], "yellow", &["sms"], false).await;
        scene.faults(json!({ "path": "/sms/", fault: 100, "times": 3 })).await;
        lines.send(&scene).await;
        assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 3 }), "{fault}");
        assert_eq!(scene.taken("sms").await, (taken, 0), "{fault}");
        scene.base.pass(TimeDelta::minutes(1));
        lines.send(&scene).await;
        let by_state = scene.coverage(&id).await["by_state"].clone();
        let ended = by_state["sent"].as_i64().unwrap_or(0) + by_state["delivered"].as_i64().unwrap_or(0);
        assert_eq!((ended, scene.taken("sms").await), (3, (3, 0)), "{fault}: {by_state}");
    }
}

#[actix_web::test]
async fn a_template_message_in_doubt_goes_again_under_its_key_for_ten_minutes() {
    let scene = Scene::with(2).await;
    (0..2).for_each(|n| scene.follow_official(n));
    let lines = Lines::of(&scene, &scene.base.db);
    let id = scene.told(&[TOWN], "yellow", &["wx_template"], false).await;
    scene
        .faults(json!({ "path": "/cgi-bin/message/template/send", "accept_then_drop": 100, "times": 2 }))
        .await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 2 }));
    scene.base.pass(TimeDelta::minutes(2));
    lines.send(&scene).await;
    assert_eq!(
        (scene.coverage(&id).await["by_state"].clone(), scene.taken("template").await),
        (json!({ "sent": 2 }), (2, 0))
    );
    // When the key has been forgotten, nobody can tell any more, and nothing is sent.
    let id = scene.told(&[TOWN], "yellow", &["wx_template"], false).await;
    scene
        .faults(json!({ "path": "/cgi-bin/message/template/send", "drop_before_accept": 100, "times": 2 }))
        .await;
    lines.send(&scene).await;
    scene.base.pass(TimeDelta::minutes(10));
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "unknown": 2 }));
    assert_eq!(scene.taken("template").await, (2, 0));
}

#[actix_web::test]
async fn when_one_gateway_is_out_of_money_the_other_sends() {
    let scene = Scene::with(4).await;
    (0..4).for_each(|n| scene.give_phone(n));
    let lines = Lines::of(&scene, &scene.base.db);
    let id = scene.told(&[TOWN], "red", &["sms"], false).await;
    scene.faults(json!({ "path": ALIYUN, "codes": { "isv.AMOUNT_NOT_ENOUGH": 100 } })).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 4 }));
    assert_eq!(scene.taken("sms").await, (4, 0));
}

#[actix_web::test]
async fn a_gateway_that_is_down_is_left_alone_and_found_again() {
    let scene = Scene::with(40).await;
    (0..40).for_each(|n| scene.give_phone(n));
    scene.base.tamper("UPDATE households SET prefers = 'sms'");
    let lines = Lines::of(&scene, &scene.base.db);
    let id = scene.told(&[TOWN], "red", &["wx_subscribe"], false).await;
    scene.faults(json!({ "path": "/cgi-bin/message", "statuses": { "500": 100 } })).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 40 }));
    let calls = async || {
        let url = format!("http://{}/__ctl", scene.wechat.addr);
        let all: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        all["calls"]["/cgi-bin/message/subscribe/send"].as_i64().unwrap()
    };
    let before = calls().await;
    scene.base.pass(TimeDelta::seconds(11));
    lines.send(&scene).await;
    assert_eq!(calls().await, before + 1, "one message finds out");
    scene.faults(json!({})).await;
    scene.base.pass(TimeDelta::minutes(1));
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 40 }));
    assert_eq!(scene.taken("subscribe").await, (40, 0));
}

#[actix_web::test]
async fn what_is_urgent_does_not_wait_for_a_gateway_that_is_down() {
    let scene = Scene::with(12).await;
    (0..12).for_each(|n| scene.give_phone(n));
    scene.base.tamper("UPDATE wx_tickets SET remaining = 3");
    let lines = Lines::of(&scene, &scene.base.db);
    scene.faults(json!({ "path": "/cgi-bin/message", "statuses": { "500": 100 } })).await;
    let channels = ["wx_subscribe", "sms"];
    let grave = scene.told(&[TOWN], "red", &channels, false).await;
    let mild = scene.told(&[TOWN], "yellow", &channels, false).await;
    let alone = scene.told(&[TOWN], "red", &["wx_subscribe"], false).await;
    lines.send(&scene).await;
    scene.base.pass(TimeDelta::minutes(4));
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&grave).await["by_state"], json!({ "queued": 12 }), "patience first");
    scene.base.pass(TimeDelta::minutes(1));
    lines.send(&scene).await;
    let by_sms = json!({ "technical_failure": 12, "sent": 12 });
    assert_eq!(scene.coverage(&grave).await["by_state"], by_sms, "each household by one text message");
    for waits in [&mild, &alone] {
        assert_eq!(scene.coverage(waits).await["by_state"], json!({ "queued": 12 }));
    }
    scene.faults(json!({})).await;
    for _ in 0..20 {
        scene.base.pass(TimeDelta::minutes(4));
        lines.send(&scene).await;
    }
    assert_eq!(scene.coverage(&grave).await["by_state"], by_sms, "nobody is told twice");
    for told in [&mild, &alone] {
        assert_eq!(scene.coverage(told).await["by_state"], json!({ "sent": 12 }));
    }
    assert_eq!(scene.taken("sms").await, (12, 0));
}

/// A push of one receipt.
fn receipt(reference: &str, result: SmsResult, at: wangge::base::clock::Timestamp) -> SmsReported {
    let report = SmsReport {
        reference: reference.to_owned(),
        gateway_no: "1".to_owned(),
        result,
        code: "示例".to_owned(),
        at,
    };
    SmsReported { gateway: SmsGateway::Aliyun, reports: vec![report] }
}

#[actix_web::test]
async fn a_receipt_ends_a_text_message_once_and_a_refusal_goes_on_by_the_next_channel() {
    let scene = Scene::with(2).await;
    (0..2).for_each(|n| scene.give_phone(n));
    let lines = Lines::of(&scene, &scene.base.db);
    let id = scene.told(&[TOWN], "yellow", &["sms", "wx_subscribe"], false).await;
    lines.send(&scene).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 2 }));
    let now = scene.base.clock.now();
    let keys = scene.delivery_ids(&id);
    for (key, result) in keys.iter().zip([SmsResult::Delivered, SmsResult::Refused]) {
        for again in [result, result, SmsResult::Failed] {
            hear_texts(&scene.base.db, &all(), receipt(key, again, now)).await;
        }
    }
    hear_texts(&scene.base.db, &all(), receipt("somebody else's", SmsResult::Failed, now)).await;
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "delivered": 1, "refused": 1, "queued": 1 }));
    lines.send(&scene).await;
    let coverage = scene.coverage(&id).await;
    assert_eq!(coverage["by_state"], json!({ "delivered": 1, "refused": 1, "sent": 1 }));
    assert_eq!(coverage["rate"], json!(0.0), "delivered is not read");
}

#[actix_web::test]
async fn silence_for_three_days_is_a_failure() {
    let scene = Scene::with(1).await;
    scene.give_phone(0);
    let lines = Lines::of(&scene, &scene.base.db);
    let id = scene.told(&[TOWN], "yellow", &["sms"], false).await;
    lines.send(&scene).await;
    scene.base.pass(TimeDelta::hours(71));
    assert_eq!(time_out(&scene.base.db, &all()).await.unwrap(), 0);
    scene.base.pass(TimeDelta::hours(1));
    assert_eq!(time_out(&scene.base.db, &all()).await.unwrap(), 1);
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "temporary_failure": 1 }));
}

#[actix_web::test]
async fn a_receipt_that_overtakes_its_own_send_comes_again() {
    let scene = Scene::with(1).await;
    scene.give_phone(0);
    let id = scene.told(&[TOWN], "yellow", &["sms"], false).await;
    let (key, now) = (scene.delivery_ids(&id).remove(0), scene.base.clock.now());
    scene.base.tamper("UPDATE deliveries SET state = 'sending', lease_until = '2026-03-02T01:05:00.000Z'");
    let heard = hear_texts(&scene.base.db, &all(), receipt(&key, SmsResult::Delivered, now)).await;
    assert!(matches!(heard, Outcome::Retry(_)), "{heard:?}");
    scene.base.tamper("UPDATE deliveries SET state = 'sent', lease_until = NULL");
    let heard = hear_texts(&scene.base.db, &all(), receipt(&key, SmsResult::Delivered, now)).await;
    assert!(matches!(heard, Outcome::Done), "{heard:?}");
}
