//! Notices for some of a place: by what people say of themselves, and by age.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::db::Doc;
use wangge::platform::db::schema::audit_entries;

use super::scene::{Scene, TOWN};

const WHY: &str = "示例:只按本人申报的标签和年龄段";

/// A draft for those whom `rule` holds.
async fn drafted(scene: &Scene, mut rule: Value) -> String {
    let mut body = scene.body(&[TOWN], "yellow");
    let id = body["id"].as_str().unwrap().to_owned();
    rule["assessment"] = json!(WHY);
    body["audience"] = rule;
    let (status, answer) = scene.ask("writer", "POST", "/api/v1/notices", None, body).await;
    assert_eq!(status, 201, "{answer}");
    id
}

async fn declare(scene: &Scene, who: &str, tags: &[&str], no_targeting: bool) {
    let body = json!({ "tags": tags, "no_targeting": no_targeting });
    let (status, answer) = scene.ask(who, "PUT", "/api/v1/me/declaration", None, body).await;
    assert_eq!(status, 200, "{answer}");
    let declared = answer["tags"].as_array().unwrap().iter().filter(|tag| tag["declared"] == true);
    assert_eq!(declared.count(), tags.len());
}

#[actix_web::test]
async fn a_notice_for_fewer_than_twenty_is_not_even_submitted() {
    let scene = Scene::with(30).await;
    scene.base.tamper("UPDATE residents SET birth_year = 1950");
    let old = drafted(&scene, json!({ "age": { "from": 60, "to": 150 } })).await;
    scene.step("writer", &old, "submission", 1, Value::Null).await;
    declare(&scene, "resident0", &["elder"], false).await;
    let few = drafted(&scene, json!({ "tags": ["elder"] })).await;
    let path = format!("/api/v1/notices/{few}/submission");
    let (status, refused) = scene.ask("writer", "POST", &path, Some(1), Value::Null).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("audience")), "{refused}");
    assert_eq!(refused["basis"]["law"], "个人信息保护法");
}

#[actix_web::test]
async fn it_is_read_sent_and_counted_among_those_whom_it_is_for() {
    let scene = Scene::with(60).await;
    // Every second one is old enough.
    scene.base.tamper("UPDATE residents SET birth_year = 1990");
    scene.base.tamper(
        "UPDATE residents SET birth_year = 1950 WHERE household_id IN \
         (SELECT id FROM households WHERE CAST(substr(code, 2) AS INTEGER) % 4 < 2)",
    );
    let id = drafted(&scene, json!({ "age": { "from": 60, "to": 150 } })).await;
    scene.publish(&id).await;
    scene.work().await;
    let coverage = scene.coverage(&id).await;
    assert_eq!(
        (&coverage["households"], &coverage["persons"], &coverage["deliveries"]),
        (&json!(30), &json!(30), &json!(30))
    );
    let feed = async |who: &str| scene.get(who, "/api/v1/me/feed").await["items"].as_array().unwrap().len();
    assert_eq!((feed("resident0").await, feed("resident2").await), (1, 0));
    let path = format!("/api/v1/me/feed/{id}");
    assert_eq!(scene.ask("resident2", "GET", &path, None, Value::Null).await.0, 404);
    let read = format!("{path}/read");
    assert_eq!(scene.ask("resident2", "POST", &read, None, Value::Null).await.0, 404);
    assert_eq!(scene.ask("resident0", "POST", &read, None, Value::Null).await.0, 200);
}

#[actix_web::test]
async fn whoever_gets_it_is_told_why_and_can_say_no() {
    let scene = Scene::with(24).await;
    scene.base.tamper("UPDATE residents SET birth_year = 1950");
    let id = drafted(&scene, json!({ "tags": [], "age": { "from": 60, "to": 150 } })).await;
    scene.publish(&id).await;
    let why = scene.get("resident0", &format!("/api/v1/me/why/{id}")).await;
    assert_eq!((&why["targeted"], &why["areas"]), (&json!(true), &json!([TOWN])));
    assert!(why["reason"].as_str().unwrap().contains("年龄在 60 岁以上(含)"), "{why}");
    assert_eq!(why["opt_out"], "/api/v1/me/declaration");
    declare(&scene, "resident0", &[], true).await;
    assert_eq!(scene.get("resident0", "/api/v1/me/feed").await["items"], json!([]));
    scene.work().await;
    assert_eq!(scene.coverage(&id).await["deliveries"], 23);
    // What is for everybody reaches them all the same.
    let all = scene.published(&[TOWN], "yellow").await;
    let why = scene.get("resident0", &format!("/api/v1/me/why/{all}")).await;
    assert_eq!((&why["targeted"], why.get("opt_out")), (&json!(false), None));
    scene.work().await;
}

#[actix_web::test]
async fn a_declaration_is_ones_own_and_audited_without_its_content() {
    let scene = Scene::with(2).await;
    declare(&scene, "resident0", &["farmer", "elder"], false).await;
    let other = scene.get("resident1", "/api/v1/me/declaration").await;
    assert!(other["tags"].as_array().unwrap().iter().all(|tag| tag["declared"] == false));
    assert_eq!(scene.ask("writer", "GET", "/api/v1/me/declaration", None, Value::Null).await.0, 403);
    let entries = audit_entries::table.filter(audit_entries::action.eq("resident.declare"));
    let entries: Vec<Doc> = entries.select(audit_entries::details).load(&mut scene.base.connect()).unwrap();
    assert_eq!(entries, [Doc(json!({ "tags": 2, "no_targeting": false }))]);
}

#[actix_web::test]
async fn the_office_sees_the_words_of_each_channel_before_anybody_else() {
    let scene = Scene::with(1).await;
    let id = scene.draft(&[TOWN], "orange").await;
    let texts = scene.get("approver", &format!("/api/v1/notices/{id}/texts")).await;
    assert_eq!(texts["sms"], "橙色预警:(示例)警惕冒充客服");
    assert!(texts["loudspeaker"].as_str().unwrap().contains("现在播报橙色预警"), "{texts}");
    assert_eq!(
        scene.ask("worker", "GET", &format!("/api/v1/notices/{id}/texts"), None, Value::Null).await.0,
        404
    );
}
