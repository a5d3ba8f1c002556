//! Oneself: posts, permissions, sign-ins, tickets.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::features::sessions::{give_back, recipients, refused, reserve_ticket};
use wangge::platform::access::{Resident, Role};

use crate::fakes::wechat::APPID;
use crate::office::{GRID, Office, PASSWORD, TOWN, signed};

const ADMIN: &str = "13800000001";
const HOME: &str = "13700000001";

async fn office() -> Office {
    let office = Office::new().await;
    office.first(Role::Admin, ADMIN, TOWN).await.unwrap();
    office
}

/// Signs a resident in by WeChat; answers the access token.
async fn at_home(office: &Office) -> String {
    let link = office.post("/auth/wechat", json!({ "code": "demo-login-o-home" })).await.text("link");
    let body = json!({ "link": link, "code": format!("demo-phone-{HOME}") });
    office.post("/auth/wechat/phone", body).await.text("access_token")
}

#[actix_web::test]
async fn me_names_what_one_may_do_and_where() {
    let office = office().await;
    let me = office.get(&office.token(ADMIN).await, "/me").await;
    assert_eq!((me.text("name").as_str(), me.text("phone").as_str()), ("示***", "138****0001"));
    let permissions = me.body["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!({ "name": "staff.keep", "label": "维护工作人员账号", "areas": [TOWN] }))
    );
    assert!(!permissions.iter().any(|held| held["name"] == "staff.posts"));

    office.resident(HOME, "head");
    let me = office.get(&at_home(&office).await, "/me").await;
    assert_eq!((me.text("kind").as_str(), me.text("home").as_str()), ("resident", GRID));
    assert!(me.text("household").starts_with("household_") && !me.body.to_string().contains("示例居民"));
    assert_eq!(office.get("", "/me").await.told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn one_ends_ones_own_sign_ins_and_nobody_elses() {
    let office = office().await;
    let other = office.sign_in(ADMIN, PASSWORD).await;
    let token = office.token(ADMIN).await;
    office.resident(HOME, "head");
    let stranger = at_home(&office).await;
    let listed = office.get(&token, "/me/sessions").await;
    let current: Vec<_> = listed.body.as_array().unwrap().iter().map(|one| one["current"] == true).collect();
    assert_eq!(current.iter().filter(|current| **current).count(), 1);
    assert_eq!(current.len(), 2);
    let path = format!("/me/sessions/{}", other.text("session"));
    let end = |by: &str| signed(TestRequest::delete(), by, &path);
    assert_eq!(office.ask(end(&stranger)).await.told(), (404, "not_found"));
    assert_eq!(office.get(&other.text("access_token"), "/me").await.status, 200);
    assert_eq!(office.ask(end(&token)).await.status, 204);
    assert_eq!(office.get(&other.text("access_token"), "/me").await.told(), (401, "unauthenticated"));
    assert_eq!(office.refresh(&other.text("refresh_token")).await.told(), (401, "unauthenticated"));
    assert_eq!(office.ask(end(&token)).await.told(), (404, "not_found"));

    assert_eq!(office.post_as(&token, "/auth/sign-out", json!({})).await.status, 204);
    assert_eq!(office.get(&token, "/me").await.told(), (401, "unauthenticated"));
}

#[actix_web::test]
async fn a_ticket_is_earned_by_an_accept_and_drawn_once() {
    let office = office().await;
    let id = office.resident(HOME, "head");
    let token = at_home(&office).await;
    let report =
        |template: &str, answer: &str| json!({ "answers": [{ "template": template, "answer": answer }] });
    for answer in ["accept", "reject", "filter"] {
        assert_eq!(office.post_as(&token, "/me/wx-tickets", report("T1", answer)).await.status, 204);
    }
    assert_eq!(office.post_as(&token, "/me/wx-tickets", report("示例长期模板", "accept")).await.status, 204);
    let worker = office.token(ADMIN).await;
    let unlinked = office.post_as(&worker, "/me/wx-tickets", report("T1", "accept")).await;
    assert_eq!(unlinked.told(), (409, "guard_refused"));

    let id: wangge::base::id::Id<Resident> = id.parse().unwrap();
    let drawn = office.base.db.write(move |tx| {
        let user = recipients(tx, APPID, &[id.uuid()])?.remove(0).identity;
        let mut drawn = vec![reserve_ticket(tx, user, "T1")?, reserve_ticket(tx, user, "T1")?];
        give_back(tx, user, "T1")?;
        drawn.push(reserve_ticket(tx, user, "T1")?);
        give_back(tx, user, "T1")?;
        refused(tx, user, "T1")?;
        drawn.push(reserve_ticket(tx, user, "T1")?);
        drawn.extend([reserve_ticket(tx, user, "示例长期模板")?, reserve_ticket(tx, user, "示例长期模板")?]);
        refused(tx, user, "示例长期模板")?;
        drawn.push(reserve_ticket(tx, user, "示例长期模板")?);
        Ok(drawn)
    });
    assert_eq!(drawn.await.unwrap(), [true, false, true, false, true, true, false]);
}

#[actix_web::test]
async fn a_phone_that_reports_for_ever_earns_no_more_than_twenty() {
    let office = office().await;
    let id = office.resident(HOME, "head").parse::<wangge::base::id::Id<Resident>>().unwrap();
    let token = at_home(&office).await;
    let one = json!({ "template": "T1", "answer": "accept" });
    for _ in 0..5 {
        let body = json!({ "answers": [one, one, one, one, one] });
        assert_eq!(office.post_as(&token, "/me/wx-tickets", body).await.status, 204);
    }
    let drawn = office.base.db.write(move |tx| {
        let user = recipients(tx, APPID, &[id.uuid()])?.remove(0).identity;
        (0..25).map(|_| reserve_ticket(tx, user, "T1")).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(drawn.await.unwrap().into_iter().filter(|drawn| *drawn).count(), 20);
}

#[actix_web::test]
async fn a_report_that_is_sent_twice_earns_once_and_reports_side_by_side_all_earn() {
    let office = office().await;
    let id = office.resident(HOME, "head").parse::<wangge::base::id::Id<Resident>>().unwrap();
    let token = at_home(&office).await;
    let body = json!({ "answers": [{ "template": "T1", "answer": "accept" }] });
    let report = |key: String| {
        signed(TestRequest::post(), &token, "/me/wx-tickets")
            .insert_header(("Idempotency-Key", key))
            .set_json(&body)
    };
    for _ in 0..3 {
        assert_eq!(office.ask(report("k".to_owned())).await.status, 204);
    }
    let answers = office.ask_all((0..8).map(|n| report(format!("k{n}"))).collect()).await;
    assert!(answers.iter().all(|answer| answer.status == 204), "{answers:?}");
    let drawn = office.base.db.write(move |tx| {
        let user = recipients(tx, APPID, &[id.uuid()])?.remove(0).identity;
        (0..25).map(|_| reserve_ticket(tx, user, "T1")).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(drawn.await.unwrap().into_iter().filter(|drawn| *drawn).count(), 9);
}

#[actix_web::test]
async fn a_sign_in_is_forgotten_half_a_year_after_its_end() {
    let office = office().await;
    assert_eq!(office.sign_in(ADMIN, PASSWORD).await.status, 200);
    let forget = || office.base.db.write(wangge::features::sessions::forget_old_sessions);
    office.pass(180 * 24 * 3600);
    assert_eq!(forget().await.unwrap(), 0);
    office.pass(12 * 3600 + 1);
    assert_eq!(forget().await.unwrap(), 1);
}
