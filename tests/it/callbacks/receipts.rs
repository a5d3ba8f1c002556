//! Receipts of text messages.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::{jobs, scene};
use crate::office::{Answer, CALLBACK, Office};

async fn push(office: &Office, gateway: &str, secret: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/callbacks/sms/{gateway}/{secret}");
    office.ask(TestRequest::post().uri(&path).set_json(body)).await
}

fn aliyun(reference: &str, success: bool, code: &str) -> Value {
    json!({ "phone_number": "13900000001", "report_time": "2026-01-05 09:30:00", "success": success, "err_code": code,
        "biz_id": "900619500000001^0", "out_id": reference })
}

#[actix_web::test]
async fn receipts_are_handed_on_once_and_without_the_number() {
    let (office, _) = scene().await;
    let body = json!([aliyun("ref-1", true, "DELIVERED"), aliyun("ref-2", false, "UNDELIV")]);
    for _ in 0..3 {
        let answer = push(&office, "aliyun", CALLBACK, &body).await;
        assert_eq!((answer.status, &answer.body), (200, &json!({ "code": 0, "msg": "接收成功" })));
    }
    // One that came before among one that did not.
    let more = json!([aliyun("ref-2", false, "UNDELIV"), aliyun("ref-3", false, "REJECTD")]);
    assert_eq!(push(&office, "aliyun", CALLBACK, &more).await.status, 200);
    let handed = jobs(&office, "sms.reported");
    let mut shown: Vec<(String, String)> = handed
        .iter()
        .flat_map(|job| job["reports"].as_array().unwrap())
        .map(|one| (one["reference"].as_str().unwrap().into(), one["result"].as_str().unwrap().into()))
        .collect();
    shown.sort();
    let expected = [("ref-1", "delivered"), ("ref-2", "failed"), ("ref-3", "refused")];
    assert_eq!(shown, expected.map(|(reference, result)| (reference.to_owned(), result.to_owned())));
    assert_eq!((handed.len(), handed[0]["gateway"].as_str()), (2, Some("aliyun")));
    assert!(!format!("{handed:?}").contains("13900000001"));
}

#[actix_web::test]
async fn another_word_about_the_same_message_is_another_receipt() {
    let (office, _) = scene().await;
    let one = |status: &str, code: &str| json!([{ "mobile": "13900000001", "report_status": status, "errmsg": code, "sid": "1:1", "ext": "ref-1" }]);
    for (status, code) in [("FAIL", "EXPIRED"), ("SUCCESS", "DELIVRD"), ("FAIL", "EXPIRED")] {
        let answer = push(&office, "tencent", CALLBACK, &one(status, code)).await;
        assert_eq!((answer.status, &answer.body), (200, &json!({ "result": 0, "errmsg": "OK" })));
    }
    assert_eq!(jobs(&office, "sms.reported").len(), 2);
}

#[actix_web::test]
async fn who_does_not_know_the_secret_finds_nothing() {
    let (office, _) = scene().await;
    let body = json!([aliyun("ref-1", true, "DELIVERED")]);
    for (gateway, secret) in
        [("aliyun", "wrong"), ("aliyun", "fake-callback-0123456780"), ("huawei", CALLBACK)]
    {
        assert_eq!(
            push(&office, gateway, secret, &body).await.told(),
            (404, "not_found"),
            "{gateway} {secret}"
        );
    }
    assert!(jobs(&office, "sms.reported").is_empty());
}

#[actix_web::test]
async fn what_is_no_list_of_receipts_is_refused_or_passed_over() {
    let (office, _) = scene().await;
    assert_eq!(push(&office, "aliyun", CALLBACK, &json!({})).await.told(), (400, "bad_request"));
    let many = Value::from(vec![json!({ "success": true }); 501]);
    assert_eq!(push(&office, "aliyun", CALLBACK, &many).await.told(), (413, "too_large"));
    assert_eq!(push(&office, "aliyun", CALLBACK, &json!([])).await.status, 200);
    assert_eq!(push(&office, "aliyun", CALLBACK, &json!([{ "odd": 1 }])).await.status, 200);
    assert!(jobs(&office, "sms.reported").is_empty());
}
