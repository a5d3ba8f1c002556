//! The official account: what is sent twice is one message.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use wangge::base::clock::Clock;
use wangge::platform::push::wechat::{MiniProgramPage, OpenId, TemplateMessage};
use wangge::platform::push::{OfficialAccount, Outcome, WeChatSettings};

use super::{Scene, ambiguous, settings};
use crate::fakes::gateway::{APPID, OFFICIAL_APPID, OFFICIAL_SECRET};

const SEND: &str = "/cgi-bin/message/template/send";

fn client(scene: &Scene) -> OfficialAccount {
    let of = settings(format!("http://{}", scene.wechat.addr));
    let secret = SecretString::from(OFFICIAL_SECRET);
    let of = WeChatSettings { appid: OFFICIAL_APPID.into(), secret, timeout: Duration::from_secs(1), ..of };
    OfficialAccount::new(of, Clock::System).unwrap()
}

fn message(openid: &str, id: &str) -> TemplateMessage {
    let miniprogram = MiniProgramPage { appid: APPID.into(), pagepath: "pages/alert/detail?n=1".into() };
    TemplateMessage {
        to: OpenId::new(openid),
        template_id: "T1".into(),
        client_msg_id: id.into(),
        miniprogram: Some(miniprogram),
        data: BTreeMap::from([("thing1".into(), "防范冒充客服退款诈骗".into())]),
    }
}

fn number(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { provider_ref: Some(number) } => number.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn it_has_a_token_of_its_own() {
    let scene = Scene::new().await;
    let official = client(&scene);
    assert_eq!(official.appid(), OFFICIAL_APPID);
    number(&official.send(&message("o1", "m1")).await);
    let sent = scene.client.send_subscribe(&super::message("o1", "n1")).await;
    assert!(matches!(sent, Outcome::Accepted { .. }), "{sent:?}");
    assert_eq!(scene.calls("/cgi-bin/stable_token").await, 2);
    scene.post("/__ctl/tokens/revocation", json!(null)).await;
    number(&official.send(&message("o1", "m2")).await);
    assert_eq!((scene.accepted("o1", "m1").await, scene.accepted("o1", "m2").await), (1, 1));
}

#[tokio::test]
async fn a_message_of_unknown_fate_is_sent_again_and_is_one_message() {
    let scene = Scene::new().await;
    let official = client(&scene);
    for (n, (mut knobs, taken)) in ambiguous().into_iter().enumerate() {
        let id = format!("m{n}");
        knobs["path"] = SEND.into();
        scene.post("/__ctl/clock", json!({ "offset_s": 0 })).await;
        scene.faults(knobs.clone()).await;
        assert_eq!(official.send(&message("o1", &id)).await, Outcome::Unknown, "{knobs}");
        assert_eq!(scene.accepted("o1", &id).await, taken, "{knobs}");
        scene.faults(json!({})).await;
        if taken == 1 {
            let minute = Duration::from_secs(60);
            assert_eq!(official.send(&message("o1", &id)).await, Outcome::Rate { wait: minute }, "too soon");
            scene.post("/__ctl/clock", json!({ "offset_s": 61 })).await;
        }
        number(&official.send(&message("o1", &id)).await);
        assert_eq!(scene.accepted("o1", &id).await, 1, "{knobs}");
    }
}

#[tokio::test]
async fn after_ten_minutes_it_would_be_another_message() {
    let scene = Scene::new().await;
    let official = client(&scene);
    let first = number(&official.send(&message("o1", "m1")).await);
    let after = |seconds: u64| json!({ "offset_s": seconds });
    scene.post("/__ctl/clock", after(wangge::platform::push::wechat::SAME_MESSAGE.as_secs())).await;
    assert_eq!(number(&official.send(&message("o1", "m1")).await), first);
    scene.post("/__ctl/clock", after(601)).await;
    assert_ne!(number(&official.send(&message("o1", "m1")).await), first);
    assert_eq!(scene.accepted("o1", "m1").await, 2);
}

#[tokio::test]
async fn clear_refusals_keep_their_class() {
    let scene = Scene::new().await;
    let official = client(&scene);
    scene.post("/__ctl/strangers", json!(["o-stranger"])).await;
    let refused = official.send(&message("o-stranger", "m1")).await;
    assert_eq!(refused, Outcome::Refused { code: "43004".into() });
    for (errcode, outcome) in [
        (43019, Outcome::Refused { code: "43019".into() }),
        (40249, Outcome::Config { code: "40249".into() }),
        (45009, Outcome::Rate { wait: Duration::from_secs(60) }),
        (-1, Outcome::Retry),
    ] {
        scene.refuse(SEND, errcode).await;
        assert_eq!(official.send(&message("o1", "m2")).await, outcome, "{errcode}");
    }
}
