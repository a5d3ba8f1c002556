//! One-time codes.

use secrecy::SecretString;
use serde_json::json;
use wangge::base::clock::Clock;
use wangge::base::problem::Code;
use wangge::platform::push::{WeChat, WeChatSettings};

use super::{Scene, settings};
use crate::fakes::wechat::SECRET;

#[tokio::test]
async fn a_code_tells_who_signed_in_and_works_once() {
    let scene = Scene::new().await;
    scene
        .post("/__ctl/people", json!([{ "openid": "o-wang", "unionid": "u-wang", "phone": "13800005678" }]))
        .await;
    let codes = json!({
        "login": [{ "code": "L1", "openid": "o-wang" }],
        "phone": [{ "code": "P1", "openid": "o-wang" }],
    });
    scene.post("/__ctl/codes", codes).await;

    let user = scene.client.code_to_session("L1").await.unwrap();
    assert_eq!(user.openid.expose(), "o-wang");
    assert_eq!(user.unionid.unwrap().expose(), "u-wang");
    assert_eq!(scene.client.phone_number("P1").await.unwrap().expose(), "13800005678");

    for again in [scene.client.code_to_session("L1").await.err(), scene.client.phone_number("P1").await.err()]
    {
        assert_eq!(again.unwrap().code(), Code::CodeRefused);
    }
}

#[tokio::test]
async fn a_code_dies_after_five_minutes() {
    let scene = Scene::new().await;
    scene.post("/__ctl/codes", json!({ "login": [{ "code": "L1", "openid": "o-wang" }] })).await;
    scene.post("/__ctl/clock", json!({ "offset_s": 301 })).await;
    let problem = scene.client.code_to_session("L1").await.unwrap_err();
    assert_eq!(problem.code(), Code::CodeRefused);
}

#[tokio::test]
async fn every_code_of_a_refused_sign_in_has_its_problem() {
    let scene = Scene::new().await;
    let expected = [
        (40029, Code::CodeRefused),
        (40163, Code::CodeRefused),
        (40226, Code::RiskyUser),
        (45011, Code::RateLimited),
        (40013, Code::UpstreamFailed),
        (41002, Code::UpstreamFailed),
        (41004, Code::UpstreamFailed),
        (41008, Code::UpstreamFailed),
        (40125, Code::UpstreamFailed),
    ];
    for (errcode, code) in expected {
        scene.refuse("/sns", errcode).await;
        let problem = scene.client.code_to_session("demo-login-o1").await.unwrap_err();
        assert_eq!(problem.code(), code, "{errcode}");
        assert_eq!(problem.retry_seconds().is_some(), code == Code::RateLimited, "{errcode}");
    }
}

#[tokio::test]
async fn a_busy_wechat_is_asked_three_times_in_all() {
    let scene = Scene::new().await;
    let busy = |times: u32| json!({ "path": "/sns", "times": times, "errcodes": { "-1": 100 } });
    scene.faults(busy(2)).await;
    assert!(scene.client.code_to_session("demo-login-o1").await.is_ok());
    assert_eq!(scene.calls("/sns/jscode2session").await, 3);

    scene.faults(busy(9)).await;
    let problem = scene.client.code_to_session("demo-login-o1").await.unwrap_err();
    assert_eq!(problem.code(), Code::UpstreamFailed);
    assert_eq!(scene.calls("/sns/jscode2session").await, 6);
}

#[tokio::test]
async fn a_number_shown_to_another_app_or_from_abroad_is_not_taken() {
    let scene = Scene::new().await;
    let people =
        json!([{ "openid": "o1", "phone": "13800005678" }, { "openid": "o2", "phone": "+8529123456" }]);
    scene.post("/__ctl/people", people).await;
    let codes = json!([
        { "code": "elsewhere", "openid": "o1", "appid": "wxother" },
        { "code": "abroad", "openid": "o2" },
    ]);
    scene.post("/__ctl/codes", json!({ "phone": codes })).await;
    let code_of = async |code: &str| scene.client.phone_number(code).await.unwrap_err().code();
    assert_eq!(code_of("elsewhere").await, Code::CodeRefused);
    assert_eq!(code_of("abroad").await, Code::InvalidFields);
}

#[tokio::test]
async fn neither_secret_nor_token_nor_url_shows_in_a_failure() {
    let scene = Scene::new().await;
    scene.client.phone_number("demo-phone-13800005678").await.unwrap();
    let mut shown = format!("{:?}", settings("http://127.0.0.1:1".into()));
    for knobs in
        [json!({ "drop_before_accept": 100 }), json!({ "html": 100 }), json!({ "statuses": { "502": 100 } })]
    {
        scene.faults(knobs).await;
        for problem in [
            scene.client.code_to_session("demo-login-o1").await.unwrap_err(),
            scene.client.phone_number("demo-phone-13800005678").await.unwrap_err(),
        ] {
            assert!(problem.cause().is_some(), "the log must learn why");
            shown += &format!("{problem} {problem:?}");
        }
    }
    let nowhere = WeChat::new(settings("http://127.0.0.1:1".into()), Clock::System).unwrap();
    shown += &format!("{:?}", nowhere.code_to_session("demo-login-o1").await.unwrap_err());
    for secret in [SECRET, "_stable_", "access_token=", "secret=", "http://127.0.0.1:1/", "demo-login-o1"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_our_fault_and_not_the_persons() {
    let scene = Scene::new().await;
    let base_url = format!("http://{}", scene.wechat.addr);
    let wrong = WeChatSettings { secret: SecretString::from("not-the-secret"), ..settings(base_url) };
    let client = WeChat::new(wrong, Clock::System).unwrap();
    let problem = client.code_to_session("demo-login-o1").await.unwrap_err();
    assert_eq!(problem.code(), Code::UpstreamFailed);
    assert!(problem.cause().unwrap().to_string().contains("40125"));
}
