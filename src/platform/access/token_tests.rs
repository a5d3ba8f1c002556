//! What an attacker does to an access token, and that each attempt ends in 401.

use secrecy::SecretBox;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://wangge.test";
const AUDIENCE: &str = "wangge-api";

fn now() -> Timestamp {
    Timestamp::from_millis(1_767_576_600_123)
}

fn key(kid: &str, byte: u8) -> TokenKey {
    TokenKey { kid: kid.to_owned(), key: SecretBox::new(Box::new([byte; 32])) }
}

fn mint() -> TokenMint {
    TokenMint::new(&KeyRing { current: key("k2", 2), older: vec![key("k1", 1)] }, ISSUER, AUDIENCE).unwrap()
}

fn subject() -> Subject {
    Subject { kind: SubjectKind::Staff, id: Uuid::from_u128(7), session: Id::from_uuid(Uuid::from_u128(8)) }
}

fn good() -> Value {
    let iat = now().seconds();
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::from_u128(7), "sid": Uuid::from_u128(8),
           "iat": iat, "nbf": iat, "exp": iat + 900, "kind": "staff"})
}

/// A token as the holder of the right key could make it.
fn signed(header: &Header, claims: &Value) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(&[2; 32])).unwrap()
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn reason(token: &str) -> String {
    let problem = mint().read(token, now()).unwrap_err();
    assert_eq!(problem.code(), Code::Unauthenticated);
    problem.cause().unwrap().to_string()
}

#[test]
fn an_issued_token_reads_back_until_sixty_seconds_past_its_end() {
    let (token, expires_at) = mint().issue(subject(), now()).unwrap();
    let claims = mint().read(&token, now()).unwrap();
    assert_eq!((claims.subject, claims.expires_at), (subject(), expires_at));
    let late = |seconds| mint().read(&token, expires_at.plus(TimeDelta::seconds(seconds))).is_ok();
    assert!(late(59) && !late(60) && !late(61));
}

#[test]
fn a_token_of_the_previous_key_is_read_and_one_of_a_dropped_key_is_not() {
    let previous =
        TokenMint::new(&KeyRing { current: key("k1", 1), older: vec![] }, ISSUER, AUDIENCE).unwrap();
    assert!(mint().read(&previous.issue(subject(), now()).unwrap().0, now()).is_ok());
    assert!(previous.read(&mint().issue(subject(), now()).unwrap().0, now()).is_err());
}

#[test]
fn only_a_header_that_we_write_is_looked_at() {
    let ours = header("k2");
    assert!(mint().read(&signed(&ours, &good()), now()).is_ok(), "the yardstick of this test");
    let none = format!("{}.{}.", part(&json!({"typ": "at+jwt", "alg": "none", "kid": "k2"})), part(&good()));
    let wrong = [
        none,
        signed(&Header { alg: Algorithm::HS512, ..ours.clone() }, &good()),
        signed(&header("k3"), &good()),
        signed(&header("../../dev/null"), &good()),
        signed(&Header { typ: Some("JWT".to_owned()), ..ours.clone() }, &good()),
        signed(&Header { jku: Some("https://evil.test".to_owned()), ..ours.clone() }, &good()),
        signed(&Header { kid: None, ..ours }, &good()),
    ];
    for token in &wrong {
        assert_eq!(reason(token), "not a header that we write", "{token}");
    }
}

#[test]
fn a_key_signs_only_under_its_own_kid() {
    assert_eq!(reason(&signed(&header("k1"), &good())), "wrong signature");
}

#[test]
fn every_claim_is_required_and_times_are_whole_numbers() {
    for claim in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "kind"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(claim);
        assert!(reason(&signed(&header("k2"), &claims)).contains("missing"), "{claim}");
    }
    for claim in ["iat", "nbf", "exp"] {
        for wrong in [json!("9999999999"), json!(1e12), json!(null), json!(u64::MAX), json!([1])] {
            let mut claims = good();
            claims[claim] = wrong;
            assert!(reason(&signed(&header("k2"), &claims)).contains("type"), "{claims}");
        }
    }
}

#[test]
fn claims_of_others_and_of_other_times_are_refused() {
    let soon = now().seconds() + 61;
    let changes = [
        ("iss", json!("https://other.test"), "another issuer or audience"),
        ("aud", json!("other-api"), "another issuer or audience"),
        ("aud", json!([AUDIENCE]), "a claim is missing or of another type"),
        ("kind", json!("admin"), "a claim is missing or of another type"),
        ("exp", json!(now().seconds() - 61), "expired"),
        ("exp", json!(i64::MIN), "expired"),
        ("nbf", json!(soon), "not valid yet"),
        ("iat", json!(soon), "not valid yet"),
    ];
    for (claim, value, why) in changes {
        let mut claims = good();
        claims[claim] = value;
        assert_eq!(reason(&signed(&header("k2"), &claims)), why, "{claims}");
    }
}

#[test]
fn a_changed_payload_or_signature_is_refused() {
    let (token, _) = mint().issue(subject(), now()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let mut resident = good();
    resident["kind"] = json!("machine");
    let forged = [
        format!("{}.{}.{}", parts[0], part(&resident), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], &parts[2][1..]),
        format!("{}.{}.{}=", parts[0], parts[1], parts[2]),
        format!("{token}.{}", parts[2]),
    ];
    for token in &forged {
        assert_eq!(reason(token), "wrong signature", "{token}");
    }
    for text in ["", ".", "a.b", "..", "Bearer x"] {
        assert!(mint().read(text, now()).is_err(), "{text}");
    }
}
