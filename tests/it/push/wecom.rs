//! Group robots.

use std::time::Duration;

use secrecy::SecretString;
use wangge::platform::push::wecom::{RobotKey, RobotMessage};
use wangge::platform::push::{Outcome, Patience, WeCom};

use super::{Scene, ambiguous};
use crate::fakes::gateway::ROBOT;

const SEND: &str = "/cgi-bin/webhook/send";

fn client(scene: &Scene) -> WeCom {
    let patience = Patience { connect: Duration::from_secs(1), whole: Duration::from_secs(1) };
    WeCom::new(&format!("http://{}", scene.wechat.addr), patience).unwrap()
}

fn robot(key: &str) -> RobotKey {
    RobotKey::new(SecretString::from(key))
}

fn text(text: &str) -> RobotMessage {
    RobotMessage::Text(text.into())
}

#[tokio::test]
async fn a_robot_says_text_and_markdown_cut_to_what_it_takes() {
    let scene = Scene::new().await;
    let client = client(&scene);
    let accepted = Outcome::Accepted { provider_ref: None };
    assert_eq!(client.say(&robot(ROBOT), &text("请转告各户 #n1")).await, accepted);
    assert_eq!(client.say(&robot(ROBOT), &RobotMessage::Markdown("**预警** #n2".into())).await, accepted);
    assert_eq!(client.say(&robot(ROBOT), &text(&"网".repeat(3000))).await, accepted);
    assert_eq!(client.say(&robot(ROBOT), &RobotMessage::Markdown("网".repeat(3000))).await, accepted);
    assert_eq!((scene.accepted(ROBOT, "n1").await, scene.accepted(ROBOT, "n2").await), (1, 1));
}

#[tokio::test]
async fn after_eighteen_in_a_minute_a_robot_is_not_asked_any_more() {
    let scene = Scene::new().await;
    let client = client(&scene);
    for _ in 0..18 {
        assert_eq!(client.say(&robot(ROBOT), &text("示例")).await, Outcome::Accepted { provider_ref: None });
    }
    let over = client.say(&robot(ROBOT), &text("示例")).await;
    assert!(matches!(over, Outcome::Rate { wait } if wait <= Duration::from_secs(60)), "{over:?}");
    assert_eq!(scene.calls(SEND).await, 18);
    let other = client.say(&robot("fake-robot-0002"), &text("示例")).await;
    assert_eq!(other, Outcome::Accepted { provider_ref: None }, "each robot has a pace of its own");
}

#[tokio::test]
async fn a_robot_that_others_use_as_well_says_when_it_is_too_much() {
    let scene = Scene::new().await;
    // Two programs with one robot: neither knows of the other.
    let (one, two) = (client(&scene), client(&scene));
    for _ in 0..10 {
        one.say(&robot(ROBOT), &text("示例")).await;
        two.say(&robot(ROBOT), &text("示例")).await;
    }
    let over = one.say(&robot(ROBOT), &text("示例")).await;
    assert_eq!(over, Outcome::Rate { wait: Duration::from_secs(60) });
}

#[tokio::test]
async fn a_removed_robot_and_what_cannot_be_told_keep_their_class() {
    let scene = Scene::new().await;
    let client = client(&scene);
    let gone = client.say(&robot("gone"), &text("示例")).await;
    assert_eq!(gone, Outcome::Config { code: "93000".into() });
    for (n, (mut knobs, taken)) in ambiguous().into_iter().enumerate() {
        knobs["path"] = SEND.into();
        scene.faults(knobs.clone()).await;
        let said = client.say(&robot(ROBOT), &text(&format!("示例 #m{n}"))).await;
        assert_eq!(
            (said, scene.accepted(ROBOT, &format!("m{n}")).await),
            (Outcome::Unknown, taken),
            "{knobs}"
        );
    }
    scene.refuse(SEND, 45033).await;
    assert_eq!(client.say(&robot(ROBOT), &text("示例")).await, Outcome::Retry);
}
