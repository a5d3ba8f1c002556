//! Appointing, and the three administrations.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::platform::access::Role;

use crate::office::{GRID, Office, TOWN, signed};

const WORKER: &str = "13800000009";

struct Scene {
    office: Office,
    admin: String,
    security: String,
    security_id: String,
    worker: String,
}

async fn scene() -> Scene {
    let office = Office::new().await;
    office.first(Role::Admin, "13800000001", TOWN).await.unwrap();
    let security_id = office.first(Role::SecurityAdmin, "13800000002", TOWN).await.unwrap();
    let (admin, security) = (office.token("13800000001").await, office.token("13800000002").await);
    let worker = office.worker(&admin, WORKER).await;
    Scene { office, admin, security, security_id, worker }
}

impl Scene {
    async fn appoint(&self, by: &str, whom: &str, role: &str, area: &str) -> crate::office::Answer {
        let body = json!({ "role": role, "area": area });
        self.office.post_as(by, &format!("/staff/{whom}/posts"), body).await
    }
}

#[actix_web::test]
async fn the_three_administrations_exclude_each_other() {
    let scene = scene().await;
    let (by, whom) = (scene.security.as_str(), scene.worker.as_str());
    assert_eq!(scene.appoint(by, whom, "auditor", TOWN).await.status, 201);
    for other in ["admin", "security_admin"] {
        assert_eq!(scene.appoint(by, whom, other, TOWN).await.told(), (409, "role_excluded"), "{other}");
    }
    assert_eq!(scene.appoint(by, whom, "auditor", TOWN).await.told(), (409, "already_exists"));
    assert_eq!(scene.appoint(by, whom, "grid_worker", GRID).await.status, 201);
}

#[actix_web::test]
async fn nobody_appoints_themselves_and_only_the_security_administrator_appoints() {
    let scene = scene().await;
    let own = scene.appoint(&scene.security, &scene.security_id, "approver", TOWN).await;
    assert_eq!(own.told(), (403, "same_person"));
    let other = scene.appoint(&scene.admin, &scene.worker, "approver", TOWN).await;
    assert_eq!(other.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_post_lies_in_an_existing_area_and_no_deeper_than_a_grid() {
    let scene = scene().await;
    let refused = [
        ("grid_worker", "50011411920100101"),
        ("grid_worker", "500114119201999"),
        ("grid_worker", "500114120"),
        ("admin", GRID),
        ("resident", TOWN),
    ];
    for (role, area) in refused {
        let told = scene.appoint(&scene.security, &scene.worker, role, area).await;
        assert_eq!(told.told(), (422, "invalid_fields"), "{role} in {area}");
    }
}

#[actix_web::test]
async fn an_ended_post_loses_its_rights_at_once_and_stays_in_the_history() {
    let scene = scene().await;
    let token = scene.office.token(WORKER).await;
    let post = scene.appoint(&scene.security, &scene.worker, "grid_worker", GRID).await.text("id");
    let me = scene.office.get(&token, "/me").await;
    assert_eq!(me.body["posts"][0]["role"], "grid_worker");
    scene.office.pass(60);
    for _ in 0..2 {
        let end = signed(TestRequest::delete(), &scene.security, &format!("/posts/{post}"));
        assert_eq!(scene.office.ask(end).await.status, 204);
    }
    let me = scene.office.get(&token, "/me").await;
    assert_eq!((me.status, &me.body["posts"]), (200, &json!([])));
    let history = scene.office.get(&scene.admin, &format!("/staff/{}/posts", scene.worker)).await;
    let ended = &history.body[0];
    assert_eq!((&ended["id"], &ended["ended_by"]), (&json!(post), &json!(scene.security_id)));
    assert!(ended["ended_at"].is_string());
    assert_eq!(scene.office.audited("staff.end_post"), 1, "ending it again is nothing new");
}

#[actix_web::test]
async fn whoever_becomes_an_administrator_signs_in_anew() {
    let scene = scene().await;
    let signed_in = scene.office.sign_in(WORKER, crate::office::PASSWORD).await;
    scene.office.pass(1);
    assert_eq!(scene.appoint(&scene.security, &scene.worker, "grid_worker", GRID).await.status, 201);
    let again = scene.office.refresh(&signed_in.text("refresh_token")).await;
    assert_eq!(again.status, 200, "a grid worker stays signed in");
    scene.office.pass(1);
    assert_eq!(scene.appoint(&scene.security, &scene.worker, "auditor", TOWN).await.status, 201);
    let void = scene.office.refresh(&again.text("refresh_token")).await;
    assert_eq!(void.told(), (401, "unauthenticated"));
    assert_eq!(scene.office.get(&again.text("access_token"), "/me").await.told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn the_same_post_given_twice_at_once_is_held_once() {
    let scene = scene().await;
    let body = json!({ "role": "grid_worker", "area": GRID });
    let path = format!("/staff/{}/posts", scene.worker);
    let request = |n: usize| {
        let request = signed(TestRequest::post(), &scene.security, &path);
        request.insert_header(("Idempotency-Key", format!("k{n}"))).set_json(&body)
    };
    let answers = scene.office.ask_all((0..4).map(request).collect()).await;
    let mut told: Vec<_> = answers.iter().map(crate::office::Answer::told).collect();
    told.sort_unstable();
    let taken = (409, "already_exists");
    assert_eq!(told, [(201, ""), taken, taken, taken]);
}
