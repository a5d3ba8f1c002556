//! Deliveries and the gateway.

use serde_json::json;

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
