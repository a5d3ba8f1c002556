//! Signed posts to devices, and where they may not go.

use std::time::Duration;

use serde_json::json;
use wangge::base::clock::Clock;
use wangge::platform::push::webhook::{WebhookMessage, WebhookReceiver, WebhookSecret};
use wangge::platform::push::{Outcome, Patience, Webhook};

use super::{Scene, ambiguous};
use crate::fakes::gateway::HOOK_SECRET;

const ACCEPTED: Outcome = Outcome::Accepted { provider_ref: None };
const PATIENCE: Patience = Patience { connect: Duration::from_secs(1), whole: Duration::from_secs(1) };

fn client(allowed: &[&str]) -> Webhook {
    let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Webhook::new(allowed, PATIENCE, Clock::System).unwrap()
}

fn receiver(url: String) -> WebhookReceiver {
    WebhookReceiver { url, secret: WebhookSecret::parse(HOOK_SECRET).unwrap() }
}

fn screen(scene: &Scene) -> WebhookReceiver {
    receiver(format!("http://{}/hook/screen", scene.wechat.addr))
}

fn message(id: &str) -> WebhookMessage {
    WebhookMessage { id: id.into(), body: json!({ "title": "示例" }).to_string() }
}

fn forbidden() -> Outcome {
    Outcome::Config { code: "address_forbidden".into() }
}

#[tokio::test]
async fn a_signed_message_is_taken_once_however_often_it_is_sent() {
    let scene = Scene::new().await;
    let client = client(&["127.0.0.0/8"]);
    for (n, (knobs, taken)) in ambiguous().into_iter().enumerate() {
        let id = format!("m{n}");
        scene.faults(knobs.clone()).await;
        let first = client.send(&screen(&scene), &message(&id)).await;
        // A receiver answers 2xx and need not answer anything that can be read.
        let clear = knobs["truncated"].is_number() || knobs["html"].is_number();
        assert_eq!(first, if clear { ACCEPTED } else { Outcome::Retry }, "{knobs}");
        assert_eq!(scene.accepted("screen", &id).await, taken, "{knobs}");
        scene.faults(json!({})).await;
        assert_eq!(client.send(&screen(&scene), &message(&id)).await, ACCEPTED);
        assert_eq!(scene.accepted("screen", &id).await, 1, "{knobs}");
    }
}

#[tokio::test]
async fn a_wrong_secret_a_wrong_clock_and_a_redirect_have_to_be_mended() {
    let scene = Scene::new().await;
    let mend = |status: u16| Outcome::Config { code: status.to_string() };
    let other = WebhookSecret::parse("whsec_b3RoZXItd2ViaG9vay1zZWNyZXQtMDEyMzQ1Njc4OWE=").unwrap();
    let stranger = WebhookReceiver { secret: other, ..screen(&scene) };
    assert_eq!(client(&["127.0.0.0/8"]).send(&stranger, &message("m1")).await, mend(401));
    let late = Webhook::new(vec!["127.0.0.1/32".parse().unwrap()], PATIENCE, scene.clock.clone()).unwrap();
    assert_eq!(late.send(&screen(&scene), &message("m1")).await, mend(401));
    scene.faults(json!({ "path": "/hook/screen", "statuses": { "302": 100 } })).await;
    assert_eq!(client(&["127.0.0.0/8"]).send(&screen(&scene), &message("m1")).await, mend(302));
    assert_eq!(scene.calls("/hook/elsewhere").await, 0);
    scene.faults(json!({ "statuses": { "503": 100 }, "retry_after_s": 9 })).await;
    let wait = Duration::from_secs(9);
    assert_eq!(client(&["127.0.0.0/8"]).send(&screen(&scene), &message("m1")).await, Outcome::Rate { wait });
}

#[tokio::test]
async fn nothing_of_our_own_is_reached_by_address_or_by_name() {
    let scene = Scene::new().await;
    let port = scene.wechat.addr.port();
    let client = client(&[]);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "[::1]", "0.0.0.0"] {
        let sent = client.send(&receiver(format!("http://{host}:{port}/hook/screen")), &message("m1")).await;
        assert_eq!(sent, forbidden(), "{host}");
    }
    for url in ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "https://[fd00::1]/"] {
        assert_eq!(client.send(&receiver(url.into()), &message("m1")).await, forbidden(), "{url}");
    }
    for url in ["ftp://example.invalid/", "http://me:hush@example.invalid/", "file:///etc/passwd", "nothing"]
    {
        let sent = client.send(&receiver(url.into()), &message("m1")).await;
        assert_eq!(sent, Outcome::Config { code: "address_unreadable".into() }, "{url}");
    }
    assert_eq!(scene.calls("/hook/screen").await, 0, "not even asked");
}

#[tokio::test]
async fn a_name_leads_where_the_operator_allows() {
    let scene = Scene::new().await;
    let named = receiver(format!("http://localhost:{}/hook/screen", scene.wechat.addr.port()));
    let both = client(&["127.0.0.0/8", "::1/128"]);
    assert_eq!(both.send(&named, &message("m1")).await, ACCEPTED);
}

#[tokio::test]
async fn a_receiver_that_is_away_is_tried_later() {
    let scene = Scene::new().await;
    let screen = screen(&scene);
    scene.faults(json!({ "hang": 100, "hang_ms": 3000 })).await;
    let client = client(&["127.0.0.0/8"]);
    assert_eq!(client.send(&screen, &message("m1")).await, Outcome::Retry);
    scene.wechat.stop().await;
    assert_eq!(client.send(&screen, &message("m1")).await, Outcome::Retry);
}
