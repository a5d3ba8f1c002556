//! Attacks on the access token (RFC 8725), through the real router.

use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use wangge::platform::access::Role;

use crate::town::{Answer, EAST, Person, Town};

/// A protected operation.
const PATH: &str = "/api/v1/me";

fn part(token: &str, n: usize) -> Value {
    let part = token.split('.').nth(n).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// `token` with members of one of its parts replaced and its signature as it was.
fn edited(token: &str, n: usize, changes: &Value) -> String {
    let mut value = part(token, n);
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[n] = encoded(&value);
    parts.join(".")
}

/// The claims of `token`, signed anew with a key that is not ours.
fn signed_by_another(token: &str, algorithm: Algorithm) -> String {
    let kid = part(token, 0)["kid"].as_str().map(str::to_owned);
    let header = Header { typ: Some("at+jwt".into()), kid, ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, &part(token, 1), &EncodingKey::from_secret(&[7; 64])).unwrap()
}

async fn ask(town: &Town, authorization: &[String]) -> Vec<Answer> {
    let ask = |value: &String| TestRequest::get().uri(PATH).insert_header(("Authorization", value.as_str()));
    town.ask_all(authorization.iter().map(ask).collect()).await
}

fn attacks(worker: &Person, other: &Person) -> Vec<String> {
    let token = worker.token();
    let (unsigned, signature) = token.rsplit_once('.').unwrap();
    let none = json!({ "alg": "none" });
    let stranger = part(other.token(), 1);
    let mut attacks = vec![
        format!("{}.", edited(unsigned, 0, &none)),
        edited(token, 0, &none),
        edited(token, 0, &json!({ "alg": "None" })),
        edited(token, 0, &json!({ "alg": "HS512" })),
        edited(token, 0, &json!({ "alg": "RS256" })),
        edited(token, 0, &json!({ "typ": "JWT" })),
        edited(token, 0, &json!({ "kid": "../../../../dev/null" })),
        edited(token, 0, &json!({ "kid": "' OR 1=1 --" })),
        edited(token, 0, &json!({ "jwk": { "kty": "oct", "k": "AAAA" } })),
        edited(token, 0, &json!({ "jku": "http://127.0.0.1/keys" })),
        edited(token, 1, &json!({ "sub": stranger["sub"] })),
        edited(token, 1, &json!({ "sid": stranger["sid"] })),
        edited(token, 1, &json!({ "kind": "resident" })),
        edited(token, 1, &json!({ "exp": 4_000_000_000_i64 })),
        edited(token, 1, &json!({ "exp": "never" })),
        edited(token, 1, &json!({ "role": "admin" })),
        signed_by_another(token, Algorithm::HS256),
        signed_by_another(token, Algorithm::HS384),
        signed_by_another(token, Algorithm::HS512),
        format!("{unsigned}."),
        format!("{unsigned}.{}", &signature[1..]),
        format!("{token}.{signature}"),
        format!("{token}A"),
        unsigned.to_owned(),
        String::new(),
        ".".repeat(5000),
        "a".repeat(7000),
    ];
    attacks = attacks.iter().map(|token| format!("Bearer {token}")).collect();
    attacks.extend([token.to_owned(), format!("Basic {token}"), format!("Bearer  {token} {token}")]);
    attacks
}

#[actix_web::test]
async fn a_token_that_is_not_quite_ours_is_refused() {
    let town = Town::new();
    let (worker, other) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Admin, EAST));
    let genuine = [format!("Bearer {}", worker.token())];
    assert_eq!(ask(&town, &genuine).await[0].status, 200);
    let attacks = attacks(&worker, &other);
    for (attack, answer) in attacks.iter().zip(ask(&town, &attacks).await) {
        assert_eq!(answer.told(), (401, "unauthenticated"), "{attack}");
        assert_eq!(answer.media, "application/problem+json", "{attack}");
    }
    println!("{} forged tokens refused", attacks.len());
}

#[actix_web::test]
async fn a_token_ends_after_its_quarter_of_an_hour_and_the_leeway() {
    let town = Town::new();
    let genuine = [format!("Bearer {}", town.staff(Role::GridWorker, EAST).token())];
    town.pass(TimeDelta::minutes(15) + TimeDelta::seconds(59));
    assert_eq!(ask(&town, &genuine).await[0].status, 200);
    town.pass(TimeDelta::seconds(1));
    assert_eq!(ask(&town, &genuine).await[0].told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn a_token_counts_from_when_it_was_issued_and_not_before() {
    let town = Town::new();
    let genuine = [format!("Bearer {}", town.staff(Role::GridWorker, EAST).token())];
    town.pass(-TimeDelta::seconds(61));
    assert_eq!(ask(&town, &genuine).await[0].told(), (401, "unauthenticated"));
}
