//! The access token: one fetch for all, one replacement, then a pause.

use chrono::TimeDelta;
use serde_json::json;
use wangge::platform::push::Outcome;

use super::{Scene, message};

const FETCH: &str = "/cgi-bin/stable_token";
const SEND: &str = "/cgi-bin/message/subscribe/send";

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted { provider_ref: Some(_) })
}

#[tokio::test]
async fn a_revoked_token_costs_one_fetch_and_no_message() {
    let scene = Scene::new().await;
    assert!(is_accepted(&scene.client.send_subscribe(&message("o1", "first")).await));
    scene.post("/__ctl/tokens/revocation", json!(null)).await;
    assert!(is_accepted(&scene.client.send_subscribe(&message("o1", "second")).await));
    assert_eq!(scene.calls(FETCH).await, 2);
    assert_eq!((scene.accepted("o1", "first").await, scene.accepted("o1", "second").await), (1, 1));
}

#[tokio::test]
async fn tasks_that_need_a_token_at_once_share_one_fetch() {
    let scene = Scene::new().await;
    scene.faults(json!({ "latency_ms": 50 })).await;
    let (one, two) = (message("o1", "one"), message("o2", "two"));
    let both =
        || async { tokio::join!(scene.client.send_subscribe(&one), scene.client.send_subscribe(&two)) };
    let (first, second) = both().await;
    assert!(is_accepted(&first) && is_accepted(&second));
    assert_eq!(scene.calls(FETCH).await, 1);

    scene.post("/__ctl/tokens/revocation", json!(null)).await;
    let (first, second) = both().await;
    assert!(is_accepted(&first) && is_accepted(&second));
    assert_eq!(scene.calls(FETCH).await, 2, "two refusals of one token ask for one new token");
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_its_end() {
    let scene = Scene::new().await;
    let start = scene.clock.now();
    for (seconds, fetches) in [(0, 1), (6899, 1), (6900, 2)] {
        scene.clock.set(start.plus(TimeDelta::seconds(seconds)));
        assert!(is_accepted(&scene.client.send_subscribe(&message("o1", "n")).await));
        assert_eq!(scene.calls(FETCH).await, fetches, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_second_refusal_pauses_all_sends_for_half_a_minute() {
    let scene = Scene::new().await;
    scene.refuse(SEND, 40001).await;
    assert_eq!(scene.client.send_subscribe(&message("o1", "n")).await, Outcome::Token);
    assert_eq!(scene.calls(SEND).await, 2);

    scene.faults(json!({})).await;
    assert_eq!(scene.client.send_subscribe(&message("o1", "n")).await, Outcome::Token);
    assert_eq!(scene.calls(SEND).await, 2, "nothing is asked during the pause");

    scene.clock.set(scene.clock.now().plus(TimeDelta::seconds(30)));
    assert!(is_accepted(&scene.client.send_subscribe(&message("o1", "n")).await));
}

#[tokio::test]
async fn a_fetch_that_fails_is_not_repeated_by_everybody_who_waits() {
    let scene = Scene::new().await;
    scene.faults(json!({ "path": FETCH, "truncated": 100 })).await;
    for _ in 0..3 {
        let outcome = scene.client.send_subscribe(&message("o1", "n")).await;
        assert_eq!(outcome, Outcome::Token, "the message has not left, so this is none of its tries");
    }
    assert_eq!(scene.calls(FETCH).await, 1);
    scene.faults(json!({})).await;
    scene.clock.set(scene.clock.now().plus(TimeDelta::seconds(1)));
    assert!(is_accepted(&scene.client.send_subscribe(&message("o1", "n")).await));
}

#[tokio::test]
async fn an_unlisted_address_stops_the_channel_rather_than_the_message() {
    let scene = Scene::new().await;
    scene.refuse(FETCH, 40164).await;
    let outcome = scene.client.send_subscribe(&message("o1", "n")).await;
    assert_eq!(outcome, Outcome::Config { code: "40164".into() });
    assert_eq!(scene.calls(SEND).await, 0);
}
