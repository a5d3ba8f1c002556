//! Adding, suspending, passwords.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::base::problem::Code;
use wangge::base::sensitive::Phone;
use wangge::features::staff;
use wangge::platform::access::Role;

use crate::office::{GRID, Office, PASSWORD, TOWN, signed};

const ADMIN: &str = "13800000001";
const WORKER: &str = "13800000009";

async fn office() -> (Office, String) {
    let office = Office::new().await;
    office.first(Role::Admin, ADMIN, TOWN).await.unwrap();
    let admin = office.token(ADMIN).await;
    (office, admin)
}

#[actix_web::test]
async fn an_account_is_added_once_per_key_and_shown_masked() {
    let (office, admin) = office().await;
    let body = json!({ "area": GRID, "name": "示例网格员", "phone": "138 0000 0009", "org": "示例镇派出所" });
    let request = || {
        let request = signed(TestRequest::post(), &admin, "/staff").insert_header(("Idempotency-Key", "k1"));
        request.set_json(&body)
    };
    let (first, again) = (office.ask(request()).await, office.ask(request()).await);
    assert_eq!(first.status, 201);
    assert_eq!(first.body, again.body);
    assert_eq!((first.text("name").as_str(), first.text("phone").as_str()), ("示****", "138****0009"));
    let other = json!({ "area": TOWN, "name": "示例乙", "phone": WORKER });
    assert_eq!(office.post_as(&admin, "/staff", other).await.told(), (409, "already_exists"));
    assert_eq!(office.audited("staff.add"), 1);
}

#[actix_web::test]
async fn an_area_of_another_town_is_a_wrong_field_and_its_staff_are_not_found() {
    let (office, admin) = office().await;
    let body = json!({ "area": "500114120", "name": "示例甲", "phone": WORKER });
    let refused = office.post_as(&admin, "/staff", body).await;
    assert_eq!(
        (refused.told(), &refused.body["errors"][0]["field"]),
        ((422, "invalid_fields"), &json!("area"))
    );
    office.first(Role::Admin, "13800000002", "500114120").await.unwrap();
    let neighbour = office.token("13800000002").await;
    let id = office.add(&admin, WORKER).await;
    assert_eq!(office.get(&neighbour, &format!("/staff/{id}")).await.told(), (404, "not_found"));
    assert_eq!(office.get(&neighbour, "/staff").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(office.get(&neighbour, &format!("/staff?area={TOWN}")).await.status, 404);
}

#[actix_web::test]
async fn only_an_empty_town_takes_a_first_administrator() {
    let (office, _) = office().await;
    let again = office.first(Role::Admin, WORKER, TOWN).await.unwrap_err();
    assert_eq!(again.code(), Code::GuardRefused);
    let worker = office.first(Role::GridWorker, WORKER, TOWN).await.unwrap_err();
    assert_eq!(worker.code(), Code::InvalidFields);
}

#[actix_web::test]
async fn a_suspended_member_is_out_at_once_and_signs_in_anew_afterwards() {
    let (office, admin) = office().await;
    let id = office.worker(&admin, WORKER).await;
    let signed_in = office.sign_in(WORKER, PASSWORD).await;
    let (access, refresh) = (signed_in.text("access_token"), signed_in.text("refresh_token"));
    assert_eq!(office.get(&access, "/me").await.status, 200);
    office.pass(1);
    let step = |path: &'static str, version: &'static str| {
        let request = signed(TestRequest::post(), &admin, &format!("/staff/{id}/{path}"));
        request.insert_header(("If-Match", version))
    };
    assert_eq!(office.ask(step("suspension", "\"1\"")).await.told(), (412, "stale_version"));
    assert_eq!(office.ask(step("suspension", "\"3\"")).await.text("status"), "suspended");
    assert_eq!(office.get(&access, "/me").await.told(), (401, "unauthenticated"));
    assert_eq!(office.refresh(&refresh).await.told(), (401, "unauthenticated"));
    assert_eq!(office.sign_in(WORKER, PASSWORD).await.told(), (403, "forbidden"));
    assert_eq!(office.ask(step("suspension", "\"4\"")).await.told(), (409, "step_not_allowed"));
    assert_eq!(office.ask(step("reactivation", "\"4\"")).await.text("status"), "active");
    assert_eq!(office.refresh(&refresh).await.told(), (401, "unauthenticated"));
    assert_eq!(office.sign_in(WORKER, PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn a_password_that_somebody_else_chose_opens_nothing_until_it_is_changed() {
    let (office, admin) = office().await;
    let id = office.add(&admin, WORKER).await;
    let weak =
        office.post_as(&admin, &format!("/staff/{id}/password"), json!({ "password": "13800000009" })).await;
    assert_eq!(weak.told(), (422, "invalid_fields"));
    let initial = json!({ "password": "Start4-Here" });
    assert_eq!(office.post_as(&admin, &format!("/staff/{id}/password"), initial).await.status, 200);
    assert_eq!(office.sign_in(WORKER, "Start4-Here").await.told(), (403, "password_expired"));
    let change = |new: &str| json!({ "phone": WORKER, "password": "Start4-Here", "new_password": new });
    assert_eq!(office.post("/auth/password/change", change("Start4-Here")).await.status, 422, "used before");
    assert_eq!(office.post("/auth/password/change", change(PASSWORD)).await.status, 204);
    assert_eq!(office.sign_in(WORKER, PASSWORD).await.status, 200);
    office.pass(90 * 24 * 3600);
    assert_eq!(office.sign_in(WORKER, PASSWORD).await.told(), (403, "password_expired"), "after 90 days");
}

#[actix_web::test]
async fn an_old_password_that_is_still_being_proven_opens_nothing_after_a_reset() {
    let (office, admin) = office().await;
    let id = office.worker(&admin, WORKER).await;
    let phone = Phone::parse(WORKER).unwrap();
    let verified = staff::verify(&office.app, &phone, PASSWORD.into()).await.ok().unwrap();
    let reset = signed(TestRequest::post(), &admin, &format!("/staff/{id}/password"));
    let reset = reset.insert_header(("If-Match", "\"3\"")).set_json(json!({ "password": "Other5-Here" }));
    assert_eq!(office.ask(reset).await.status, 200);
    let admitted = office.base.db.write(move |tx| staff::admit(tx, &verified).map(drop));
    assert_eq!(admitted.await.unwrap_err().code(), Code::SignInFailed);
}

#[actix_web::test]
async fn a_name_and_a_phone_are_plain_for_a_purpose_that_is_audited() {
    let (office, admin) = office().await;
    let id = office.add(&admin, WORKER).await;
    let path = format!("/staff/{id}/reveal");
    let without = office.post_as(&admin, &path, json!({ "purpose": " ", "fields": ["phone"] })).await;
    assert_eq!((without.status, office.audited("personal.reveal")), (422, 0));
    let asked = json!({ "purpose": "核对登记的手机号码", "fields": ["phone"] });
    let shown = office.post_as(&admin, &path, asked.clone()).await;
    assert_eq!((shown.status, &shown.body), (200, &json!({ "id": id, "phone": WORKER })));
    office.first(Role::Auditor, "13800000004", TOWN).await.unwrap();
    let auditor = office.token("13800000004").await;
    assert_eq!(office.post_as(&auditor, &path, asked.clone()).await.told(), (403, "forbidden"));
    office.first(Role::Admin, "13800000005", "500114120").await.unwrap();
    let neighbour = office.token("13800000005").await;
    assert_eq!(office.post_as(&neighbour, &path, asked).await.told(), (404, "not_found"));
    assert_eq!(office.audited("personal.reveal"), 1);
}
