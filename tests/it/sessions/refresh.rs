//! Rotation, reuse, lost replies.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::platform::access::Role;

use crate::office::{Office, PASSWORD, TOWN};

const ADMIN: &str = "13800000001";

/// An office, and the access and refresh tokens of somebody who is signed in.
async fn signed_in() -> (Office, String, String) {
    let office = Office::new().await;
    office.first(Role::Admin, ADMIN, TOWN).await.unwrap();
    let answer = office.sign_in(ADMIN, PASSWORD).await;
    let tokens = (answer.text("access_token"), answer.text("refresh_token"));
    (office, tokens.0, tokens.1)
}

#[actix_web::test]
async fn a_used_token_ends_the_whole_family() {
    let (office, access, first) = signed_in().await;
    let second = office.refresh(&first).await.text("refresh_token");
    office.pass(11);
    assert_eq!(office.refresh(&first).await.told(), (401, "refresh_reused"));
    assert_eq!(office.refresh(&second).await.told(), (401, "unauthenticated"));
    assert_eq!(office.get(&access, "/me").await.told(), (401, "unauthenticated"));
    assert_eq!(office.audited("session.end"), 1);
}

#[actix_web::test]
async fn a_token_from_two_generations_ago_ends_the_family_too() {
    let (office, _, first) = signed_in().await;
    let second = office.refresh(&first).await.text("refresh_token");
    let third = office.refresh(&second).await.text("refresh_token");
    assert_eq!(office.refresh(&first).await.told(), (401, "refresh_reused"));
    assert_eq!(office.refresh(&third).await.told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn two_phones_of_one_mind_get_the_same_successor() {
    let (office, _, first) = signed_in().await;
    let request = |_| {
        let body = json!({ "refresh_token": first });
        TestRequest::post().uri("/api/v1/auth/refresh").set_json(body)
    };
    let answers = office.ask_all((0..4).map(request).collect()).await;
    let next: Vec<_> = answers.iter().map(|answer| answer.text("refresh_token")).collect();
    assert!(next.iter().all(|token| *token == next[0] && *token != first), "{next:?}");
    assert_eq!(office.refresh(&next[0]).await.status, 200);
}

#[actix_web::test]
async fn a_lost_reply_is_given_again_for_ten_seconds() {
    let (office, _, first) = signed_in().await;
    let second = office.refresh(&first).await.text("refresh_token");
    office.pass(10);
    assert_eq!(office.refresh(&first).await.text("refresh_token"), second);
    let third = office.refresh(&second).await;
    assert_eq!(office.get(&third.text("access_token"), "/me").await.status, 200);
}

#[actix_web::test]
async fn a_session_of_an_administrator_ends_after_a_working_day() {
    let (office, _, first) = signed_in().await;
    office.pass(12 * 3600 - 1);
    let second = office.refresh(&first).await.text("refresh_token");
    office.pass(1);
    assert_eq!(office.refresh(&second).await.told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn what_is_no_token_of_ours_ends_nothing() {
    let (office, access, first) = signed_in().await;
    let (session, secret) = first.split_once('.').unwrap();
    let foreign = format!("session_01h455vb4pex5vsknk084sn02q.{secret}");
    for token in ["", "x", session, secret, &first[..first.len() - 1], &foreign] {
        assert_eq!(office.refresh(token).await.told(), (401, "unauthenticated"), "{token}");
    }
    assert_eq!(office.get(&access, "/me").await.status, 200);
}
