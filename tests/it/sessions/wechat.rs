//! WeChat: the first time by phone number, then at once; and every way it can fail.

use actix_web::test::TestRequest;
use serde_json::json;
use wangge::platform::access::Role;

use crate::office::{Answer, GRID, Office, PASSWORD, TOWN, signed};

const STAFF: &str = "13800000001";
const HOME: &str = "13700000001";

async fn office() -> Office {
    let office = Office::new().await;
    office.first(Role::Admin, STAFF, TOWN).await.unwrap();
    office
}

async fn arrive(office: &Office, openid: &str) -> Answer {
    office.post("/auth/wechat", json!({ "code": format!("demo-login-{openid}") })).await
}

async fn tell(office: &Office, link: &str, phone: &str) -> Answer {
    office.post("/auth/wechat/phone", json!({ "link": link, "code": format!("demo-phone-{phone}") })).await
}

async fn who(office: &Office, answer: &Answer) -> (String, String) {
    let me = office.get(&answer.text("access_token"), "/me").await;
    (me.text("kind"), me.text("id"))
}

#[actix_web::test]
async fn the_first_sign_in_tells_the_phone_and_the_next_ones_are_direct() {
    let office = office().await;
    let resident = office.resident(HOME, "spouse");
    let link = arrive(&office, "o-home").await.text("link");
    let linked = tell(&office, &link, HOME).await;
    assert_eq!(who(&office, &linked).await, ("resident".to_owned(), resident.clone()));
    let direct = arrive(&office, "o-home").await;
    assert_eq!(who(&office, &direct).await.1, resident);

    let link = arrive(&office, "o-work").await.text("link");
    assert_eq!(who(&office, &tell(&office, &link, STAFF).await).await.0, "staff");
    assert_eq!(who(&office, &arrive(&office, "o-work").await).await.0, "staff");
}

#[actix_web::test]
async fn of_several_with_one_phone_the_head_of_a_household_wins_then_the_first_entered() {
    let office = office().await;
    let first = office.resident(HOME, "child");
    let head = office.resident(HOME, "head");
    office.resident(HOME, "head");
    let link = arrive(&office, "o-1").await.text("link");
    assert_eq!(who(&office, &tell(&office, &link, HOME).await).await.1, head);

    office.resident("13700000002", "child");
    let other = "13700000003";
    let (oldest, _) = (office.resident(other, "parent"), office.resident(other, "child"));
    let link = arrive(&office, "o-2").await.text("link");
    assert_eq!(who(&office, &tell(&office, &link, other).await).await.1, oldest);
    assert_ne!(first, head);
}

#[actix_web::test]
async fn a_phone_that_nobody_is_entered_with_is_told_whom_to_ask() {
    let office = office().await;
    let link = arrive(&office, "o-new").await.text("link");
    let unknown = tell(&office, &link, "13700000009").await;
    assert_eq!(unknown.told(), (404, "not_found"));
    assert!(unknown.text("detail").contains("网格员"));
    assert!(arrive(&office, "o-new").await.body["link"].is_string(), "still unlinked");
}

#[actix_web::test]
async fn a_household_that_moved_away_is_signed_out_and_unlinked() {
    let office = office().await;
    office.resident(HOME, "head");
    let link = arrive(&office, "o-home").await.text("link");
    let linked = tell(&office, &link, HOME).await;
    office.base.tamper("UPDATE households SET status = 'moved'");
    assert_eq!(office.refresh(&linked.text("refresh_token")).await.told(), (401, "unauthenticated"));
    assert!(arrive(&office, "o-home").await.body["link"].is_string());
}

/// Somebody who keeps the households of [`GRID`]; answers the access token.
async fn keeper(office: &Office) -> String {
    office.first(Role::SecurityAdmin, "13800000002", TOWN).await.unwrap();
    let (admin, security) = (office.token(STAFF).await, office.token("13800000002").await);
    let id = office.worker(&admin, "13800000003").await;
    let post = json!({ "role": "grid_worker", "area": GRID });
    assert_eq!(office.post_as(&security, &format!("/staff/{id}/posts"), post).await.status, 201);
    office.token("13800000003").await
}

#[actix_web::test]
async fn a_corrected_number_signs_out_and_unlinks_whoever_came_by_the_wrong_one() {
    let office = office().await;
    let keeper = keeper(&office).await;
    let resident = office.resident(HOME, "head");
    let link = arrive(&office, "o-stranger").await.text("link");
    let stranger = tell(&office, &link, HOME).await;
    let access = stranger.text("access_token");
    let household = office.get(&access, "/me").await.text("household");
    let change = |version: &'static str, body: serde_json::Value| {
        let path = format!("/households/{household}/residents/{resident}");
        let request = signed(TestRequest::patch(), &keeper, &path).insert_header(("If-Match", version));
        office.ask(request.set_json(body))
    };
    office.pass(1);
    assert_eq!(change("\"1\"", json!({ "name": "示例居民乙" })).await.status, 200);
    office.app.principals.forget_all();
    assert_eq!(office.get(&access, "/me").await.status, 200, "another name is no other person");
    assert_eq!(change("\"2\"", json!({ "phone": "13700000002" })).await.status, 200);
    office.app.principals.forget_all(); // which is otherwise done by a second that passes
    assert_eq!(office.get(&access, "/me").await.told(), (401, "unauthenticated"));
    assert_eq!(office.refresh(&stranger.text("refresh_token")).await.told(), (401, "unauthenticated"));
    assert!(arrive(&office, "o-stranger").await.body["link"].is_string());
    office.pass(1);
    let link = arrive(&office, "o-owner").await.text("link");
    let owner = tell(&office, &link, "13700000002").await;
    assert_eq!(who(&office, &owner).await, ("resident".to_owned(), resident.clone()));
    assert_eq!(who(&office, &arrive(&office, "o-owner").await).await.1, resident);
    assert!(arrive(&office, "o-stranger").await.body["link"].is_string(), "still to be told");
}

#[actix_web::test]
async fn a_household_that_comes_back_does_not_find_its_old_sign_ins() {
    let office = office().await;
    let keeper = keeper(&office).await;
    office.resident(HOME, "head");
    let link = arrive(&office, "o-home").await.text("link");
    let linked = tell(&office, &link, HOME).await;
    let household = office.get(&linked.text("access_token"), "/me").await.text("household");
    office.base.tamper("UPDATE households SET code = 'H1'"); // the stand-in's number is too long
    office.pass(1);
    for (version, status) in [("\"1\"", "moved"), ("\"2\"", "living")] {
        let request = signed(TestRequest::patch(), &keeper, &format!("/households/{household}"));
        let request = request.insert_header(("If-Match", version)).set_json(json!({ "status": status }));
        assert_eq!(office.ask(request).await.status, 200);
    }
    assert_eq!(office.refresh(&linked.text("refresh_token")).await.told(), (401, "unauthenticated"));
    assert!(arrive(&office, "o-home").await.body["link"].is_string());
}

#[actix_web::test]
async fn a_used_code_is_401_a_risky_user_403_and_both_leave_nothing_behind() {
    let office = office().await;
    office
        .wechat("/__ctl/people", json!([{ "openid": "o-bad", "risky": true }, { "openid": "o-good" }]))
        .await;
    let codes = json!({ "login": [{ "code": "L1", "openid": "o-good" }], "phone": [{ "code": "P1", "openid": "o-good" }] });
    office.wechat("/__ctl/codes", codes).await;
    let link = office.post("/auth/wechat", json!({ "code": "L1" })).await.text("link");
    for code in ["L1", "never-issued"] {
        let used = office.post("/auth/wechat", json!({ "code": code })).await;
        assert_eq!(used.told(), (401, "code_refused"), "{code}");
    }
    let phone = office.post("/auth/wechat/phone", json!({ "link": link, "code": "never-issued" })).await;
    assert_eq!(phone.told(), (401, "code_refused"));
    assert_eq!(arrive(&office, "o-bad").await.told(), (403, "risky_user"));
    assert_eq!((office.audited("session.refuse"), office.audited("session.open")), (1, 0));
}

#[actix_web::test]
async fn a_link_ends_after_ten_minutes_and_cannot_be_made_up() {
    let office = office().await;
    office.resident(HOME, "head");
    let link = arrive(&office, "o-home").await.text("link");
    assert_eq!(tell(&office, &link[1..], HOME).await.told(), (401, "code_refused"));
    office.pass(600);
    assert_eq!(tell(&office, &link, HOME).await.told(), (401, "code_refused"));
}

#[actix_web::test]
async fn when_wechat_is_down_the_answer_is_502_and_passwords_still_work() {
    let office = office().await;
    office.wechat("/__ctl", json!({ "path": "/sns", "errcodes": { "40013": 100 } })).await;
    assert_eq!(arrive(&office, "o-home").await.told(), (502, "upstream_failed"));
    assert_eq!(office.sign_in(STAFF, PASSWORD).await.status, 200);
}
