//! Text messages through both gateways: signed for real, told apart fault by fault, asked after.

use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;
use wangge::base::clock::Clock;
use wangge::base::sensitive::Phone;
use wangge::platform::push::sms::{
    Sms, SmsGateway, SmsKnown, SmsMessage, SmsQuestion, SmsResult, SmsSettings, SmsTemplate, TencentApp,
};
use wangge::platform::push::{Outcome, Patience};

use super::{Scene, ambiguous};
use crate::fakes::gateway::{
    ALIYUN_KEY, ALIYUN_SECRET, SIGN_NAME, SMS_TEMPLATE, TENCENT_APP, TENCENT_KEY, TENCENT_SECRET,
};

const PHONE: &str = "13900000001";

fn settings(scene: &Scene, key: &str, secret: &str, longest: usize) -> SmsSettings {
    let fields = [("title", "title"), ("instruction", "instruction")];
    let fields = fields.map(|(gap, word)| (gap.to_owned(), word.to_owned())).to_vec();
    SmsSettings {
        endpoint: format!("http://{}", scene.wechat.addr),
        key_id: key.into(),
        key_secret: SecretString::from(secret),
        sign_name: SIGN_NAME.into(),
        template: SmsTemplate { code: SMS_TEMPLATE.into(), fields, longest },
        patience: Patience { connect: Duration::from_secs(1), whole: Duration::from_secs(1) },
    }
}

fn app() -> TencentApp {
    TencentApp { id: TENCENT_APP.into(), region: "ap-guangzhou".into() }
}

fn aliyun(scene: &Scene) -> Sms {
    Sms::aliyun(settings(scene, ALIYUN_KEY, ALIYUN_SECRET, 35), Clock::System).unwrap()
}

fn tencent(scene: &Scene) -> Sms {
    Sms::tencent(settings(scene, TENCENT_KEY, TENCENT_SECRET, 12), app(), Clock::System).unwrap()
}

pub fn both(scene: &Scene) -> [Sms; 2] {
    [aliyun(scene), tencent(scene)]
}

fn send_path(sms: &Sms) -> String {
    format!("/sms/{}/SendSms", sms.gateway())
}

pub fn to(phone: &str, reference: &str) -> SmsMessage {
    // Another text each time: the same again within half a minute is held back.
    let title = format!("{reference}谨防诈骗");
    let values = vec![("title", title), ("instruction", "请勿转账,有疑问请拨打 96110".to_owned())];
    SmsMessage { reference: reference.into(), to: Phone::parse(phone).unwrap(), values }
}

fn about(reference: &str) -> SmsQuestion {
    let (to, sent_at) = (Phone::parse(PHONE).unwrap(), Clock::System.now());
    SmsQuestion { reference: reference.into(), to, sent_at }
}

#[tokio::test]
async fn a_message_is_taken_under_our_reference_and_its_fate_is_known_when_asked() {
    let scene = Scene::new().await;
    for sms in both(&scene) {
        let gateway = sms.gateway();
        let sent = sms.send(&to(PHONE, "ref-1")).await;
        assert!(matches!(sent, Outcome::Accepted { provider_ref: Some(_) }), "{gateway}: {sent:?}");
        let SmsKnown::Reported(receipt) = sms.ask(&about("ref-1")).await else { panic!("{gateway}") };
        assert_eq!((receipt.gateway, receipt.result), (gateway, SmsResult::Delivered));
        assert_eq!(receipt.reference, "ref-1");
        assert!(
            Clock::System.now().since(receipt.at).abs() < TimeDelta::minutes(1),
            "{gateway}: {receipt:?}"
        );
    }
    assert_eq!(scene.accepted(PHONE, "ref-1").await, 1);
}

#[tokio::test]
async fn after_an_unknown_fate_the_gateway_says_whether_it_took_the_message() {
    let scene = Scene::new().await;
    for sms in both(&scene) {
        let path = send_path(&sms);
        for (n, (mut knobs, taken)) in ambiguous().into_iter().enumerate() {
            let reference = format!("{}-{n}", sms.gateway());
            knobs["path"] = path.clone().into();
            scene.faults(knobs.clone()).await;
            assert_eq!(sms.send(&to(PHONE, &reference)).await, Outcome::Unknown, "{knobs}");
            let known = sms.ask(&about(&reference)).await;
            match (taken, sms.gateway()) {
                (1, _) => assert!(matches!(known, SmsKnown::Reported(_)), "{knobs}: {known:?}"),
                (_, SmsGateway::Aliyun) => assert_eq!(known, SmsKnown::Absent, "{knobs}"),
                (_, SmsGateway::Tencent) => assert_eq!(known, SmsKnown::Silent, "{knobs}"),
            }
            assert_eq!(scene.accepted(PHONE, &reference).await, taken, "{knobs}");
        }
    }
}

#[tokio::test]
async fn an_account_that_has_sent_its_messages_of_the_day_is_told_to_wait() {
    let scene = Scene::new().await;
    scene.post("/__ctl/caps", json!({ "aliyun": 1, "tencent": 1 })).await;
    for sms in both(&scene) {
        let sent = sms.send(&to(PHONE, "ref-1")).await;
        assert!(matches!(sent, Outcome::Accepted { .. }), "{sent:?}");
        let more = sms.send(&to("13900000002", "ref-2")).await;
        assert_eq!(more, Outcome::Rate { wait: Duration::from_secs(3600) }, "{}", sms.gateway());
    }
}

#[tokio::test]
async fn nothing_is_sent_twice_by_itself() {
    let scene = Scene::new().await;
    for sms in both(&scene) {
        let path = send_path(&sms);
        for knobs in [json!({ "drop_before_accept": 100 }), json!({ "statuses": { "503": 100 } })] {
            let before = scene.calls(&path).await;
            scene.faults(knobs.clone()).await;
            sms.send(&to(PHONE, "ref-1")).await;
            assert_eq!(scene.calls(&path).await, before + 1, "{knobs}");
        }
        // A gateway that hangs is left after the time limit; a second is the least that it may be.
        scene.faults(json!({ "hang": 100, "hang_ms": 5000 })).await;
        let sent = tokio::time::timeout(Duration::from_secs(3), sms.send(&to(PHONE, "ref-2"))).await;
        assert_eq!(sent, Ok(Outcome::Unknown));
    }
}

#[tokio::test]
async fn what_the_carrier_has_not_said_is_waiting_or_silent() {
    let scene = Scene::new().await;
    scene.post("/__ctl/sms", json!({ "receipts": { "never": 100 } })).await;
    for sms in both(&scene) {
        sms.send(&to(PHONE, "ref-1")).await;
        match (sms.gateway(), sms.ask(&about("ref-1")).await) {
            (SmsGateway::Aliyun, SmsKnown::Waiting { .. }) | (SmsGateway::Tencent, SmsKnown::Silent) => {}
            other => panic!("{other:?}"),
        }
    }
    scene.post("/__ctl/sms", json!({ "receipts": { "failed": 100, "code": "EXPIRED" } })).await;
    for sms in both(&scene) {
        sms.send(&to(PHONE, "ref-2")).await;
        let SmsKnown::Reported(receipt) = sms.ask(&about("ref-2")).await else { panic!("{}", sms.gateway()) };
        assert_eq!((receipt.result, receipt.code.as_str()), (SmsResult::Failed, "EXPIRED"));
    }
    scene.faults(json!({ "statuses": { "500": 100 } })).await;
    for sms in both(&scene) {
        assert_eq!(sms.ask(&about("ref-2")).await, SmsKnown::Unclear(Outcome::Unknown));
    }
}

#[tokio::test]
async fn a_wrong_key_a_wrong_clock_and_an_unknown_account_stop_the_channel() {
    let scene = Scene::new().await;
    let config = |code: &str| Outcome::Config { code: code.into() };
    let wrong = Sms::aliyun(settings(&scene, ALIYUN_KEY, "not-the-secret", 35), Clock::System).unwrap();
    assert_eq!(wrong.send(&to(PHONE, "r")).await, config("SignatureDoesNotMatch"));
    let late = Clock::manual(Clock::System.now().plus(TimeDelta::minutes(-16)));
    let late = Sms::aliyun(settings(&scene, ALIYUN_KEY, ALIYUN_SECRET, 35), late).unwrap();
    assert_eq!(late.send(&to(PHONE, "r")).await, config("InvalidTimeStamp.Expired"));
    let nobody = Sms::aliyun(settings(&scene, "LTAInobody", ALIYUN_SECRET, 35), Clock::System).unwrap();
    assert_eq!(nobody.send(&to(PHONE, "r")).await, config("InvalidAccessKeyId.NotFound"));

    let wrong =
        Sms::tencent(settings(&scene, TENCENT_KEY, "not-the-secret", 12), app(), Clock::System).unwrap();
    assert_eq!(wrong.send(&to(PHONE, "r")).await, config("AuthFailure.SignatureFailure"));
    let late = Clock::manual(Clock::System.now().plus(TimeDelta::minutes(-6)));
    let late = Sms::tencent(settings(&scene, TENCENT_KEY, TENCENT_SECRET, 12), app(), late).unwrap();
    assert_eq!(late.send(&to(PHONE, "r")).await, config("AuthFailure.SignatureExpire"));
    let nobody =
        Sms::tencent(settings(&scene, "AKIDnobody", TENCENT_SECRET, 12), app(), Clock::System).unwrap();
    assert_eq!(nobody.send(&to(PHONE, "r")).await, config("AuthFailure.SecretIdNotFound"));
    assert_eq!(scene.accepted(PHONE, "r").await, 0);
}

#[tokio::test]
async fn what_the_gateways_refuse_keeps_its_class() {
    let scene = Scene::new().await;
    let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3600));
    for (sms, code, outcome) in [
        (aliyun(&scene), "isp.SYSTEM_ERROR", Outcome::Unknown),
        (aliyun(&scene), "isv.DAY_LIMIT_CONTROL", Outcome::Rate { wait: hour }),
        (aliyun(&scene), "isv.DENY_IP_RANGE", Outcome::Config { code: "isv.DENY_IP_RANGE".into() }),
        (tencent(&scene), "InternalError.Timeout", Outcome::Unknown),
        (tencent(&scene), "RequestLimitExceeded", Outcome::Rate { wait: Duration::from_secs(1) }),
        (
            tencent(&scene),
            "LimitExceeded.DeliveryFrequencyLimit",
            Outcome::Later { wait: minute, code: "LimitExceeded.DeliveryFrequencyLimit".into() },
        ),
    ] {
        scene.faults(json!({ "path": send_path(&sms), "codes": { code: 100 } })).await;
        assert_eq!(sms.send(&to(PHONE, "r")).await, outcome, "{code}");
    }
    scene.faults(json!({ "statuses": { "429": 100 }, "retry_after_s": 7 })).await;
    for sms in both(&scene) {
        assert_eq!(sms.send(&to(PHONE, "r")).await, Outcome::Rate { wait: Duration::from_secs(7) });
    }
}

#[tokio::test]
async fn one_number_may_have_enough_while_the_others_go_on() {
    let scene = Scene::new().await;
    let (aliyun, tencent) = (aliyun(&scene), tencent(&scene));
    for n in 0..40 {
        let sent = aliyun.send(&to(PHONE, &format!("r{n}"))).await;
        assert!(matches!(sent, Outcome::Accepted { .. }), "{n}: {sent:?}");
    }
    let wait = Duration::from_secs(86_400);
    let full = Outcome::Later { wait, code: "isv.BUSINESS_LIMIT_CONTROL".into() };
    assert_eq!(aliyun.send(&to(PHONE, "r40")).await, full);
    assert!(matches!(aliyun.send(&to("13900000002", "r41")).await, Outcome::Accepted { .. }));

    tencent.send(&to(PHONE, "t1")).await;
    let wait = Duration::from_secs(30);
    let same = Outcome::Later { wait, code: "LimitExceeded.PhoneNumberThirtySecondLimit".into() };
    assert_eq!(tencent.send(&to(PHONE, "t1")).await, same);
}

#[tokio::test]
async fn who_opted_out_is_refused_and_money_that_runs_out_stops_the_channel() {
    let scene = Scene::new().await;
    let sms = tencent(&scene);
    scene.post("/__ctl/sms", json!({ "blacklist": [PHONE] })).await;
    let refused = sms.send(&to(PHONE, "r1")).await;
    assert_eq!(refused, Outcome::Refused { code: "FailedOperation.PhoneNumberInBlacklist".into() });
    scene.post("/__ctl/sms", json!({ "balance": 1 })).await;
    assert!(matches!(sms.send(&to(PHONE, "r2")).await, Outcome::Accepted { .. }));
    let config = |code: &str| Outcome::Config { code: code.into() };
    assert_eq!(sms.send(&to(PHONE, "r3")).await, config("FailedOperation.InsufficientBalanceInSmsPackage"));
    assert_eq!(aliyun(&scene).send(&to(PHONE, "r4")).await, config("isv.AMOUNT_NOT_ENOUGH"));
}

#[tokio::test]
async fn a_gap_that_cannot_be_filled_is_told_before_anything_is_sent() {
    let scene = Scene::new().await;
    for sms in both(&scene) {
        let mut message = to(PHONE, "r1");
        message.values.remove(0);
        assert_eq!(sms.send(&message).await, Outcome::Permanent { code: "missing:title".into() });
        assert_eq!(scene.calls(&send_path(&sms)).await, 0);
    }
}

#[tokio::test]
async fn neither_number_nor_key_shows_in_what_is_told() {
    let scene = Scene::new().await;
    let mut shown = format!("{:?} {:?}", settings(&scene, ALIYUN_KEY, ALIYUN_SECRET, 35), to(PHONE, "r"));
    for knobs in
        [json!({ "html": 100 }), json!({ "drop_before_accept": 100 }), json!({ "codes": { "isv.X": 100 } })]
    {
        scene.faults(knobs).await;
        for sms in both(&scene) {
            shown += &format!("{:?} {:?}", sms.send(&to(PHONE, "r")).await, sms.ask(&about("r")).await);
        }
    }
    for secret in [PHONE, ALIYUN_SECRET, TENCENT_SECRET] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
