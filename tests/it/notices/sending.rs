//! Deliveries and the gateway.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::Id;
use wangge::features::notices::{self, Notice};
use wangge::platform::db::schema::deliveries;

use super::scene::{Scene, TOWN};

const SEND: &str = "/cgi-bin/message/subscribe/send";

#[actix_web::test]
async fn two_senders_send_every_delivery_once() {
    let scene = Scene::with(450).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    let (one, other) = (scene.sender(scene.base.db.clone()), scene.sender(scene.base.another_node()));
    let (mine, theirs) = futures_util::future::join(one.send_due(), other.send_due()).await;
    assert_eq!(mine.unwrap() + theirs.unwrap(), 450);
    assert_eq!(scene.ledger().await, (450, 0));
    let coverage = scene.coverage(&id).await;
    assert_eq!((coverage["sent"].as_i64(), &coverage["by_state"]), (Some(450), &json!({ "sent": 450 })));
}

#[actix_web::test]
async fn a_refusal_is_kept_and_nothing_is_sent_without_a_ticket() {
    let scene = Scene::with(3).await;
    let first = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({ "path": SEND, "errcodes": { "43101": 100 } })).await;
    let sender = scene.sender(scene.base.db.clone());
    sender.send_due().await.unwrap();
    let second = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({})).await;
    sender.send_due().await.unwrap();
    for notice in [first, second] {
        let coverage = scene.coverage(&notice).await;
        assert_eq!((&coverage["by_state"], coverage["none"].as_i64()), (&json!({ "refused": 3 }), Some(3)));
    }
    assert_eq!(scene.ledger().await, (0, 0));
}

#[actix_web::test]
async fn what_may_have_arrived_is_not_sent_again_unless_it_is_urgent() {
    for (level, state) in [("yellow", "unknown"), ("red", "queued")] {
        let scene = Scene::with(2).await;
        let id = scene.published(&[TOWN], level).await;
        scene.work().await;
        scene.faults(json!({ "path": SEND, "drop_before_accept": 100 })).await;
        scene.sender(scene.base.db.clone()).send_due().await.unwrap();
        assert_eq!(scene.coverage(&id).await["by_state"], json!({ state: 2 }), "{level}");
    }
}

#[actix_web::test]
async fn wrong_settings_keep_every_message_until_they_are_mended() {
    let scene = Scene::with(40).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({ "path": SEND, "errcodes": { "40037": 100 } })).await;
    let sender = scene.sender(scene.base.db.clone());
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 40 }));
    scene.faults(json!({})).await;
    scene.base.pass(chrono::TimeDelta::minutes(11));
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 40 }));
    assert_eq!(scene.ledger().await, (40, 0));
}

#[actix_web::test]
async fn what_a_sender_left_in_doubt_is_settled_when_its_lease_ends() {
    let scene = Scene::with(2).await;
    let id = scene.published(&[TOWN], "yellow").await;
    scene.work().await;
    scene.base.tamper(
        "UPDATE deliveries SET state = 'sending', attempts = 1, lease_until = '2026-03-02T01:01:00.000Z'",
    );
    let sender = scene.sender(scene.base.db.clone());
    assert_eq!(sender.send_due().await.unwrap(), 0);
    scene.base.pass(chrono::TimeDelta::minutes(2));
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "unknown": 2 }));
    assert_eq!(scene.ledger().await, (0, 0));
}

#[actix_web::test]
async fn what_a_process_held_that_is_no_more_goes_on_at_once() {
    let scene = Scene::with(2).await;
    scene.published(&[TOWN], "red").await;
    scene.work().await;
    let killed = scene.base.another_node();
    let slow = scene.paced_sender(killed.clone(), 1);
    let slow = actix_web::rt::spawn(async move { slow.send_due().await });
    let states = || {
        let rows = deliveries::table.order(deliveries::state).select(deliveries::state);
        rows.load::<String>(&mut scene.base.connect()).unwrap()
    };
    while states() != ["sending", "sent"] {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    slow.abort();
    let other = scene.sender(scene.base.db.clone());
    other.send_due().await.unwrap();
    assert_eq!(states(), ["sending", "sent"], "it is held");
    let gone = killed.node().id();
    scene.base.db.write(move |tx| notices::end_holds(tx, gone)).await.unwrap();
    other.send_due().await.unwrap();
    assert_eq!(states(), ["queued", "sent"], "in doubt");
    scene.base.pass(TimeDelta::seconds(20));
    other.send_due().await.unwrap();
    assert_eq!(states(), ["sent", "sent"]);
}

#[actix_web::test]
async fn a_message_whose_turn_comes_when_somebody_else_may_have_it_does_not_leave() {
    let scene = Scene::with(4).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    let slow = scene.paced_sender(scene.base.another_node(), 1);
    let slow = actix_web::rt::spawn(async move { slow.send_due().await });
    // How many are written down as sent, once all of them are under way.
    let all_under_way = || {
        let states = deliveries::table.select(deliveries::state).load(&mut scene.base.connect());
        let states: Vec<String> = states.unwrap();
        let sent = states.iter().filter(|state| *state == "sent").count();
        Some(sent).filter(|sent| *sent > 0 && states.iter().all(|state| state != "queued"))
    };
    let written_down = loop {
        match all_under_way() {
            Some(sent) => break sent,
            None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    // The machine stands still for half a minute, as it seems to those messages that wait for their turn: three, less what
    // has left since, and one if it is leaving at this moment.
    scene.base.pass(TimeDelta::seconds(31));
    let (left, _) = scene.ledger().await;
    let other = scene.sender(scene.base.db.clone());
    other.send_due().await.unwrap();
    scene.base.pass(TimeDelta::minutes(2));
    other.send_due().await.unwrap();
    slow.await.unwrap().unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 4 }));
    let (messages, twice) = scene.ledger().await;
    assert!(messages == 4 && twice <= left + 1 - written_down, "{twice} of {messages} were sent twice");
}

#[actix_web::test]
async fn what_is_sent_again_in_doubt_goes_on_the_ticket_that_was_drawn() {
    let scene = Scene::with(2).await; // one ticket each
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({ "path": SEND, "drop_before_accept": 100 })).await;
    let sender = scene.sender(scene.base.db.clone());
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 2 }));
    scene.faults(json!({})).await;
    scene.base.pass(TimeDelta::minutes(2));
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 2 }));
    assert_eq!(scene.ledger().await, (2, 0));
}

#[actix_web::test]
async fn a_red_warning_does_not_wait_behind_a_campaign() {
    let scene = Scene::with(450).await;
    let campaign = scene.published(&[TOWN], "yellow").await;
    scene.work().await;
    scene.base.pass(TimeDelta::seconds(1));
    let warning = scene.published(&[TOWN], "red").await;
    scene.work().await;
    // The channel rests after the first messages, which says who stood in front.
    scene.faults(json!({ "path": SEND, "errcodes": { "45009": 100 } })).await;
    scene.sender(scene.base.db.clone()).send_due().await.unwrap();
    let tried = |notice: &str| {
        let notice: Id<Notice> = notice.parse().unwrap();
        let tried = deliveries::table.filter(deliveries::notice_id.eq(notice));
        let tried = tried.filter(deliveries::outcome.is_not_null());
        tried.count().get_result::<i64>(&mut scene.base.connect()).unwrap()
    };
    assert_eq!((tried(&campaign), tried(&warning) > 0), (0, true));
}

#[actix_web::test]
async fn whoever_was_linked_by_a_number_that_is_corrected_gets_no_messages() {
    let scene = Scene::with(4).await;
    let first = scene.published(&[TOWN], "red").await;
    scene.work().await;
    // Corrected while the first waits in line and before the second is written out.
    scene.base.tamper("UPDATE residents SET sessions_since = '2026-03-02T00:00:00.000Z'");
    let second = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.sender(scene.base.db.clone()).send_due().await.unwrap();
    assert_eq!(scene.coverage(&first).await["by_state"], json!({ "permanent_failure": 4 }));
    assert_eq!(scene.coverage(&second).await["by_state"], json!({}));
    assert_eq!(scene.ledger().await, (0, 0));
}

/// How often WeChat was asked to send.
async fn tries(scene: &Scene) -> u64 {
    let told: serde_json::Value =
        reqwest::get(format!("http://{}/__ctl", scene.wechat.addr)).await.unwrap().json().await.unwrap();
    told["calls"][SEND].as_u64().unwrap_or(0)
}

#[actix_web::test]
async fn a_gateway_that_is_out_and_says_try_at_once_is_tried_by_one_message_a_second() {
    let scene = Scene::with(300).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({ "path": SEND, "statuses": { "503": 100 }, "retry_after_s": 0 })).await;
    let sender = scene.sender(scene.base.db.clone());
    sender.send_due().await.unwrap();
    let first = tries(&scene).await;
    for n in 1..=3 {
        scene.base.pass(TimeDelta::seconds(2));
        sender.send_due().await.unwrap();
        assert_eq!(tries(&scene).await, first + n);
    }
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "queued": 300 }));
    scene.faults(json!({})).await;
    scene.base.pass(TimeDelta::seconds(2));
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 300 }));
    assert_eq!(scene.ledger().await, (300, 0));
}

#[actix_web::test]
async fn after_an_outage_of_twenty_minutes_an_urgent_message_leaves_within_ten_more() {
    let scene = Scene::with(1).await;
    let id = scene.published(&[TOWN], "red").await;
    scene.work().await;
    scene.faults(json!({ "path": SEND, "errcodes": { "-1": 100 } })).await;
    let sender = scene.sender(scene.base.db.clone());
    for _ in 0..120 {
        sender.send_due().await.unwrap();
        scene.base.pass(TimeDelta::seconds(10));
    }
    scene.faults(json!({})).await;
    scene.base.pass(TimeDelta::minutes(10));
    sender.send_due().await.unwrap();
    assert_eq!(scene.coverage(&id).await["by_state"], json!({ "sent": 1 }));
}
