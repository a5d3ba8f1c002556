//! Screens on walls: made once, signed in by themselves, ended at once.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use crate::town::{Answer, Person, TOWN, Town};

async fn made(town: &Town, admin: &Person, key: &str) -> Answer {
    made_in(town, admin, key, TOWN).await
}

async fn made_in(town: &Town, admin: &Person, key: &str, area: &str) -> Answer {
    let request =
        admin.signs(TestRequest::post(), "/api/v1/displays").insert_header(("Idempotency-Key", key));
    town.ask(request.set_json(json!({ "name": "示例大屏", "area": area }))).await
}

async fn sign_in(town: &Town, id: &str, secret: &str) -> Answer {
    let request = TestRequest::post().uri("/api/v1/auth/display");
    town.ask(request.set_json(json!({ "id": id, "secret": secret }))).await
}

async fn get(town: &Town, token: &str, path: &str) -> Answer {
    let request = TestRequest::get().uri(path).insert_header(("Authorization", format!("Bearer {token}")));
    town.ask(request).await
}

#[actix_web::test]
async fn a_display_sees_the_numbers_of_its_area_and_nothing_else() {
    let town = Town::new();
    let admin = town.staff(Role::Admin, TOWN);
    let display = made(&town, &admin, "k-1").await;
    assert_eq!(display.status, 201);
    let (id, secret) = (display.text("id"), display.text("secret"));
    let again = made(&town, &admin, "k-1").await;
    assert_eq!((again.status, again.text("id"), &again.body["secret"]), (200, id.clone(), &Value::Null));

    let token = sign_in(&town, &id, &secret).await;
    let (session, token) = (token.text("session"), token.text("access_token"));
    assert_eq!(get(&town, &token, "/api/v1/dashboard").await.status, 200);
    assert_eq!(get(&town, &token, "/api/v1/dashboard?area=500114120").await.status, 404);
    let stream = get(&town, &token, "/api/v1/dashboard/events").await;
    assert_eq!((stream.status, stream.media.as_str()), (200, "text/event-stream"));
    for path in ["/api/v1/cases", "/api/v1/households", "/api/v1/staff", "/api/v1/displays", "/api/v1/audit"]
    {
        assert_eq!(get(&town, &token, path).await.told(), (403, "forbidden"), "{path}");
    }
    let me = get(&town, &token, "/api/v1/me").await;
    assert_eq!(
        (me.text("kind"), me.text("id"), me.text("name")),
        ("machine".into(), id.clone(), "示例大屏".into())
    );
    assert_eq!(sign_in(&town, &id, &secret).await.text("session"), session);
}

#[actix_web::test]
async fn a_display_out_of_service_is_out_at_once() {
    let town = Town::new();
    let admin = town.staff(Role::Admin, TOWN);
    let display = made(&town, &admin, "k-1").await;
    let (id, secret) = (display.text("id"), display.text("secret"));
    let token = sign_in(&town, &id, &secret).await.text("access_token");
    let path = format!("/api/v1/displays/{id}");
    let other = town.staff(Role::Admin, "500114120");
    assert_eq!(town.ask(other.signs(TestRequest::delete(), &path)).await.told(), (404, "not_found"));
    assert_eq!(other.get(&town, "/api/v1/displays").await.body["items"], json!([]));
    assert_eq!(get(&town, &token, "/api/v1/dashboard").await.status, 200);
    for _ in 0..2 {
        assert_eq!(town.ask(admin.signs(TestRequest::delete(), &path)).await.status, 204);
    }
    assert_eq!(get(&town, &token, "/api/v1/dashboard").await.told(), (401, "unauthenticated"));
    assert_eq!(sign_in(&town, &id, &secret).await.told(), (401, "sign_in_failed"));
    let listed = admin.get(&town, "/api/v1/displays").await;
    assert!(listed.body["items"][0]["revoked_at"].is_string() && listed.body["items"][0]["secret"].is_null());
}

#[actix_web::test]
async fn five_wrong_secrets_lock_a_display_whether_there_is_one_or_not() {
    let town = Town::new();
    let admin = town.staff(Role::Admin, TOWN);
    let first = made(&town, &admin, "k-1").await;
    let second = made(&town, &admin, "k-2").await.text("secret");
    for id in [first.text("id"), "display_01h455vb4pex5vsknk084sn02q".to_owned()] {
        let mut statuses = Vec::new();
        for secret in [second.as_str(), "x", "", &second, "x", &first.text("secret")] {
            statuses.push(sign_in(&town, &id, secret).await.status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 401, 423], "{id}");
    }
}

#[actix_web::test]
async fn an_area_stays_open_while_a_display_shows_it() {
    let town = Town::new();
    let admin = town.staff(Role::Admin, TOWN);
    let village = "500114119209";
    let new = admin.signs(TestRequest::post(), "/api/v1/areas");
    let new = town.ask(new.set_json(json!({ "code": village, "name": "示例九村" }))).await;
    let display = made_in(&town, &admin, "k-1", village).await.text("id");
    assert_eq!((new.status, display.is_empty()), (201, false));

    let close = async || {
        let closure = admin.signs(TestRequest::post(), &format!("/api/v1/areas/{village}/closure"));
        town.ask(closure.insert_header(("If-Match", "\"1\""))).await
    };
    assert_eq!(close().await.told(), (409, "in_use"));
    let path = format!("/api/v1/displays/{display}");
    assert_eq!(town.ask(admin.signs(TestRequest::delete(), &path)).await.status, 204);
    assert_eq!(close().await.status, 200);
}
