//! Who is believed, and what else WeChat tells.

use std::sync::Arc;

use actix_web::test::TestRequest;
use actix_web::web;
use secrecy::SecretString;
use serde_json::{Value, json};
use wangge::platform::push::Gateways;
use wangge::platform::push::wechat::callback::Callback;
use wangge::platform::web::App;

use super::{arrive, deliver, event, jobs, popup, remaining, remembered, scene, sealed, told};
use crate::fakes::gateway::push::{Account, Event, Shape};
use crate::fakes::gateway::{APPID, TOKEN};
use crate::office::{Office, signed};

/// The office with other gateways.
fn with(mut office: Office, gateways: Gateways) -> Office {
    office.app = web::Data::new(App { gateways: Arc::new(gateways), ..App::clone(&office.app) });
    office
}

#[actix_web::test]
async fn what_is_forged_replayed_late_or_foreign_is_refused_and_does_nothing() {
    let (office, _) = scene().await;
    let good = || sealed(&office, &popup(&office, "T1", "accept"), Shape::SafeXml);
    let mut unsigned = good();
    unsigned.query = unsigned.query.replace("msg_signature=", "msg_signature=0");
    let mut other_nonce = good();
    other_nonce.query = other_nonce.query.replace("nonce=", "nonce=1");
    let mut changed = good();
    changed.body = good().body;
    let foreign = Event { account: Account::Foreign, ..popup(&office, "T1", "accept") };
    let foreign = sealed(&office, &foreign, Shape::SafeJson);
    let plain = sealed(&office, &popup(&office, "T1", "accept"), Shape::PlainXml);
    let mut bare = good();
    bare.query = String::new();
    for (what, push) in [
        ("signature", unsigned),
        ("nonce", other_nonce),
        ("body", changed),
        ("foreign", foreign),
        ("plain", plain),
        ("bare", bare),
    ] {
        let answer = deliver(&office, push).await;
        assert_eq!(answer.told(), (403, "forbidden"), "{what}");
    }
    let late = good();
    office.pass(301);
    assert_eq!(deliver(&office, late).await.told(), (403, "forbidden"));
    assert_eq!((remaining(&office, "T1"), remembered(&office)), (0, 0));
}

#[actix_web::test]
async fn what_is_too_long_or_no_event_is_refused() {
    let (office, _) = scene().await;
    let good = sealed(&office, &popup(&office, "T1", "accept"), Shape::SafeXml);
    let path = format!("/api/v1/callbacks/wechat?{}", good.query);
    let post = |body: String| office.ask(TestRequest::post().uri(&path).set_payload(body));
    assert_eq!(post("x".repeat(1 << 20)).await.told(), (413, "too_large"));
    for body in [
        String::new(),
        "{".into(),
        "<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><Encrypt>&x;</Encrypt></xml>".into(),
    ] {
        assert_eq!(post(body.clone()).await.told(), (400, "bad_request"), "{body}");
    }
}

#[actix_web::test]
async fn in_plain_text_one_signature_says_one_thing() {
    let (office, _) = scene().await;
    let callback = Callback::new(APPID, SecretString::from(TOKEN), None).unwrap();
    let office = with(office, Gateways { callbacks: vec![callback], ..Gateways::default() });
    let push = sealed(&office, &popup(&office, "T1", "accept"), Shape::PlainJson);
    for _ in 0..2 {
        assert_eq!(deliver(&office, push.clone()).await.plain, "success", "the same again is heard again");
    }
    assert_eq!(remaining(&office, "T1"), 1);
    let mut other = push;
    other.body = other.body.replace("\"T1\"", "\"T2\"");
    assert_eq!(deliver(&office, other).await.told(), (403, "forbidden"));
    assert_eq!(remaining(&office, "T2"), 0);
}

#[actix_web::test]
async fn the_address_is_checked_and_a_town_without_keys_has_none() {
    let (office, _) = scene().await;
    let query = sealed(&office, &popup(&office, "T1", "accept"), Shape::PlainXml).query;
    let check = |query: &str| {
        let path = format!("/api/v1/callbacks/wechat?{query}&echostr=4375120948345356249");
        TestRequest::get().uri(&path)
    };
    let answer = office.ask(check(&query)).await;
    assert_eq!((answer.status, answer.plain.as_str()), (200, "4375120948345356249"));
    assert_eq!(
        office.ask(check(&query.replace("signature=", "signature=0"))).await.told(),
        (403, "forbidden")
    );
    let bare = with(office, Gateways::default());
    assert_eq!(bare.ask(check(&query)).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn who_takes_back_their_consent_is_forgotten_and_may_come_again() {
    for word in ["user_authorization_revoke", "user_authorization_cancellation"] {
        let (office, token) = scene().await;
        told(&office, &popup(&office, "T1", "accept")).await;
        assert!(arrive(&office).await.body["access_token"].is_string());
        let more = json!({ "OpenID": "o-home", "AppID": APPID, "RevokeInfo": "1" });
        let withdrawal = Event { person: "o-wechat-itself".into(), ..event(&office, word, more) };
        for _ in 0..3 {
            told(&office, &withdrawal).await;
        }
        assert!(arrive(&office).await.body["link"].is_string(), "{word}: asked for the phone again");
        assert_eq!((remaining(&office, "T1"), office.audited("wechat_user.unlink")), (0, 1), "{word}");
        let key = ("Idempotency-Key", "k-1");
        let report = signed(TestRequest::post(), &token, "/me/wx-tickets").insert_header(key);
        let report = report.set_json(json!({ "answers": [{ "template": "T1", "answer": "accept" }] }));
        assert_eq!(office.ask(report).await.told(), (409, "guard_refused"), "{word}");
    }
}

#[actix_web::test]
async fn what_became_of_messages_is_handed_on_once_and_names_nobody() {
    let (office, _) = scene().await;
    let item = |msgid: &str, code: &str| json!({ "TemplateId": "T1", "MsgID": msgid, "ErrorCode": code });
    let sent = json!({ "List": [item("4000000000000000001", "0"), item("4000000000000000002", "1")] });
    let sent = event(&office, "subscribe_msg_sent_event", sent);
    let finished = json!({ "MsgID": 200163840, "Status": "failed:user block" });
    let finished = event(&office, "TEMPLATESENDJOBFINISH", finished);
    let finished = Event { account: Account::Official, person: "o-official".into(), ..finished };
    for _ in 0..3 {
        told(&office, &sent).await;
        told(&office, &finished).await;
    }
    let subscribe = jobs(&office, "wechat.subscribe_reported");
    assert_eq!(subscribe.len(), 1);
    assert!(subscribe[0]["user"].as_str().is_some_and(|user| user.starts_with("wxid_")), "{subscribe:?}");
    let reports = json!([
        { "msgid": "4000000000000000001", "template": "T1", "error_code": "0" },
        { "msgid": "4000000000000000002", "template": "T1", "error_code": "1" },
    ]);
    assert_eq!(subscribe[0]["reports"], reports);
    let template = jobs(&office, "wechat.template_reported");
    let shown: Vec<(&Value, &Value)> = template.iter().map(|job| (&job["msgid"], &job["fate"])).collect();
    assert_eq!(shown, [(&json!("200163840"), &json!("blocked"))]);
    assert!(!format!("{subscribe:?}{template:?}").contains("o-"), "no openid in a job");
}

#[actix_web::test]
async fn what_we_do_not_act_on_is_heard_and_not_kept() {
    let (office, _) = scene().await;
    told(&office, &event(&office, "user_info_modified", json!({}))).await;
    assert_eq!(remembered(&office), 0);
    told(&office, &popup(&office, "T1", "accept")).await;
    assert_eq!(remembered(&office), 1);
    office.pass(4 * 86_400);
    let forget = wangge::features::callbacks::forget_old_pushes;
    assert_eq!(office.app.db.write(forget).await.unwrap(), 1);
    assert_eq!(remembered(&office), 0);
}
