//! How a subscribe message fares.

use std::time::Duration;

use serde_json::json;
use wangge::base::clock::Clock;
use wangge::platform::push::{Outcome, WeChat, WeChatSettings};

use super::{Scene, message, settings};

const SEND: &str = "/cgi-bin/message/subscribe/send";

#[tokio::test]
async fn a_one_shot_consent_is_good_for_one_message() {
    let scene = Scene::new().await;
    scene.post("/__ctl/quota", json!([{ "openid": "o1", "template": "T1", "remaining": 1 }])).await;
    let first = scene.client.send_subscribe(&message("o1", "n1")).await;
    assert!(matches!(first, Outcome::Accepted { .. }), "{first:?}");
    let second = scene.client.send_subscribe(&message("o1", "n2")).await;
    assert_eq!(second, Outcome::Refused { code: "43101".into() });
    assert_eq!((scene.accepted("o1", "n1").await, scene.accepted("o1", "n2").await), (1, 0));
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_named() {
    let scene = Scene::new().await;
    scene.post("/__ctl/templates", json!({ "T1": ["thing1", "time2", "phrase3"] })).await;
    let missing = scene.client.send_subscribe(&message("o1", "n")).await;
    assert_eq!(missing, Outcome::Permanent { code: "47003:phrase3".into() });

    let mut long = message("o1", "n");
    long.data.insert("thing1".into(), "网".repeat(21));
    long.data.insert("phrase3".into(), "已发布".into());
    let refused = scene.client.send_subscribe(&long).await;
    assert_eq!(refused, Outcome::Permanent { code: "47003:thing1".into() });
}

#[tokio::test]
async fn a_reset_after_wechat_took_the_message_is_unknown_and_not_sent_again() {
    let scene = Scene::new().await;
    for knob in ["accept_then_drop", "truncated"] {
        scene.faults(json!({ "path": SEND, knob: 100 })).await;
        assert_eq!(scene.client.send_subscribe(&message("o1", knob)).await, Outcome::Unknown, "{knob}");
        assert_eq!(scene.accepted("o1", knob).await, 1, "{knob}");
    }
}

#[tokio::test]
async fn what_cannot_be_told_from_that_is_unknown_too() {
    let scene = Scene::new().await;
    let statuses = |status: &str| json!({ "path": SEND, "statuses": { status: 100 } });
    let unclear = [
        json!({ "path": SEND, "drop_before_accept": 100 }),
        json!({ "path": SEND, "html": 100 }),
        statuses("502"),
        statuses("504"),
    ];
    for knobs in unclear {
        scene.faults(knobs.clone()).await;
        assert_eq!(scene.client.send_subscribe(&message("o1", "n")).await, Outcome::Unknown, "{knobs}");
    }
    assert_eq!(scene.accepted("o1", "n").await, 0);
}

#[tokio::test]
async fn a_wechat_that_hangs_is_left_after_the_time_limit() {
    let scene = Scene::new().await;
    let base_url = format!("http://{}", scene.wechat.addr);
    let hasty = WeChatSettings { timeout: Duration::from_millis(200), ..settings(base_url) };
    let client = WeChat::new(hasty, Clock::System).unwrap();
    scene.faults(json!({ "path": SEND, "hang": 100, "hang_ms": 2000 })).await;
    let outcome =
        tokio::time::timeout(Duration::from_secs(1), client.send_subscribe(&message("o1", "n"))).await;
    assert_eq!(outcome, Ok(Outcome::Unknown));
}

#[tokio::test]
async fn clear_refusals_keep_their_class() {
    let scene = Scene::new().await;
    let minute = Duration::from_secs(60);
    let expected = [
        (json!({ "errcodes": { "-1": 100 } }), Outcome::Retry),
        (json!({ "errcodes": { "45009": 100 } }), Outcome::Rate { wait: minute }),
        (json!({ "errcodes": { "40037": 100 } }), Outcome::Config { code: "40037".into() }),
        (json!({ "errcodes": { "40003": 100 } }), Outcome::Permanent { code: "40003".into() }),
        (json!({ "statuses": { "500": 100 } }), Outcome::Retry),
        (
            json!({ "statuses": { "429": 100 }, "retry_after_s": 7 }),
            Outcome::Rate { wait: Duration::from_secs(7) },
        ),
    ];
    for (mut knobs, outcome) in expected {
        knobs["path"] = SEND.into();
        scene.faults(knobs.clone()).await;
        assert_eq!(scene.client.send_subscribe(&message("o1", "n")).await, outcome, "{knobs}");
    }
}

#[tokio::test]
async fn a_wechat_that_cannot_be_reached_is_tried_later() {
    let scene = Scene::new().await;
    let sent = scene.client.send_subscribe(&message("o1", "n1")).await;
    assert!(matches!(sent, Outcome::Accepted { .. }), "{sent:?}");
    scene.wechat.stop().await;
    // The connection that was kept dies with the server; whoever writes to it cannot tell what became of it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(scene.client.send_subscribe(&message("o1", "n2")).await, Outcome::Retry);
}

#[tokio::test]
async fn an_answer_that_comes_drop_by_drop_is_not_waited_for() {
    let scene = Scene::new().await;
    let base_url = format!("http://{}", scene.wechat.addr);
    let hasty = WeChatSettings { timeout: Duration::from_millis(200), ..settings(base_url) };
    let client = WeChat::new(hasty, Clock::System).unwrap();
    scene.faults(json!({ "path": SEND, "drip": 100, "drip_ms": 20 })).await;
    let message_of_one = message("o1", "n1");
    let outcome = tokio::time::timeout(Duration::from_secs(1), client.send_subscribe(&message_of_one));
    assert_eq!(outcome.await, Ok(Outcome::Unknown));
    // Whoever has patience gets the whole answer.
    scene.faults(json!({ "path": SEND, "drip": 100, "drip_ms": 1 })).await;
    let outcome = scene.client.send_subscribe(&message("o1", "n2")).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert_eq!((scene.accepted("o1", "n1").await, scene.accepted("o1", "n2").await), (1, 1));
}

#[tokio::test]
async fn a_quota_that_is_used_up_holds_until_midnight_in_beijing() {
    let scene = Scene::new().await;
    scene.post("/__ctl/caps", json!({ "subscribe": 1 })).await;
    let first = scene.client.send_subscribe(&message("o1", "n1")).await;
    assert!(matches!(first, Outcome::Accepted { .. }), "{first:?}");
    let second = scene.client.send_subscribe(&message("o2", "n2")).await;
    assert_eq!(second, Outcome::Rate { wait: Duration::from_secs(60) });
    scene.post("/__ctl/clock", json!({ "offset_s": 86_400 })).await;
    let third = scene.client.send_subscribe(&message("o2", "n3")).await;
    assert!(matches!(third, Outcome::Accepted { .. }), "{third:?}");
}
