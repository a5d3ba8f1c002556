//! Phone and password, and what guessing comes to.

use wangge::platform::access::Role;

use crate::office::{Office, PASSWORD, TOWN};

const KNOWN: &str = "13800000001";
const UNKNOWN: &str = "13900000001";

async fn office() -> Office {
    let office = Office::new().await;
    office.first(Role::Admin, KNOWN, TOWN).await.unwrap();
    office
}

#[actix_web::test]
async fn five_wrong_passwords_lock_a_phone_for_half_an_hour_whether_it_has_an_account_or_not() {
    let office = office().await;
    let mut told = Vec::new();
    for phone in [KNOWN, UNKNOWN] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            let answer = office.sign_in(phone, "Wrong-Pass7").await;
            let mut body = answer.body;
            body["request_id"] = "".into();
            answers.push((answer.status, answer.retry_after, body));
        }
        told.push(answers);
    }
    assert_eq!(told[0], told[1], "nobody learns who works here");
    let statuses: Vec<_> = told[0].iter().map(|(status, _, _)| *status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 423]);

    let locked = office.sign_in(KNOWN, PASSWORD).await;
    assert_eq!((locked.told(), locked.retry_after), ((423, "locked"), Some(1800)));
    office.pass(1799);
    assert_eq!(office.sign_in(KNOWN, PASSWORD).await.retry_after, Some(1));
    office.pass(1);
    assert_eq!(office.sign_in(KNOWN, PASSWORD).await.status, 200);
    assert_eq!((office.audited("session.refuse"), office.audited("session.open")), (10, 1));
}

#[actix_web::test]
async fn a_right_password_forgives_the_wrong_ones_before_it() {
    let office = office().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(office.sign_in(KNOWN, "Wrong-Pass7").await.status, 401);
        }
        assert_eq!(office.sign_in(KNOWN, PASSWORD).await.status, 200);
    }
}

#[actix_web::test]
async fn guesses_sent_side_by_side_are_all_counted() {
    let office = office().await;
    let device = serde_json::json!({ "kind": "phone", "name": "示例手机" });
    let body = serde_json::json!({ "phone": KNOWN, "password": "Wrong-Pass7", "device": device });
    let guess = |_| actix_web::test::TestRequest::post().uri("/api/v1/auth/password").set_json(&body);
    office.ask_all((0..8).map(guess).collect()).await;
    assert_eq!(office.sign_in(KNOWN, PASSWORD).await.told(), (423, "locked"));
}

#[actix_web::test]
async fn an_access_token_ends_after_a_quarter_of_an_hour_and_a_forged_one_never_begins() {
    let office = office().await;
    let token = office.token(KNOWN).await;
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (_, payload) = message.split_once('.').unwrap();
    // {"alg":"none"}
    let forged =
        [format!("eyJhbGciOiJub25lIn0.{payload}."), format!("{message}.{}", &signature[1..]), "x".into()];
    for forged in forged {
        assert_eq!(office.get(&forged, "/me").await.told(), (401, "unauthenticated"), "{forged}");
    }
    office.pass(15 * 60 + 59);
    assert_eq!(office.get(&token, "/me").await.status, 200);
    office.pass(2);
    assert_eq!(office.get(&token, "/me").await.told(), (401, "unauthenticated"));
}
