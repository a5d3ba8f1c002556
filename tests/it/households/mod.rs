//! The township knows who lives where, and shows it to nobody without a reason.

mod census;
mod ledger;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use crate::counter::{Counter, GRID, TOWN, VILLAGE, get, patch, post};

const WORKER: Role = Role::GridWorker;
const HOME: &str = "/households/household_01h455vb4pex5vsknk084sn02q";
const CITIZEN: &str = "11010519491231002X";

fn home() -> Value {
    json!({
        "id": "household_01h455vb4pex5vsknk084sn02q", "area_code": GRID, "code": "H001",
        "address": "示例村一组一号院", "smartphone": "no",
        "residents": [
            {"id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示例甲", "relation": "head",
             "phone": "+86 138-0000-5678", "citizen_id": CITIZEN},
            {"id": "resident_01h455vb4pex5vsknk084sn02r", "name": "示例乙", "relation": "spouse", "gender": "male"}
        ]
    })
}

#[actix_web::test]
async fn a_household_is_written_down_once_and_shown_masked() {
    let counter = Counter::new();
    let made = counter.ask(WORKER, GRID, post("/households", home())).await;
    assert_eq!((made.status, made.etag.as_str()), (201, "\"1\""), "{made:?}");
    assert_eq!(counter.ask(WORKER, GRID, post("/households", home())).await.status, 200);
    let mut other = home();
    other["address"] = json!("示例村二组");
    assert_eq!(counter.ask(WORKER, GRID, post("/households", other)).await.told(), (409, "id_reused"));

    let shown = counter.ask(WORKER, GRID, get(HOME)).await;
    assert_eq!(shown.body["address"], "示例村一组一***");
    let head = &shown.body["residents"][0];
    let masked = json!({
        "id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示**", "relation": "head", "gender": "female",
        "birth_year": 1949, "phone": "138****5678", "citizen_id": "110105**********2X"
    });
    assert_eq!(head, &masked);
    let listed = counter.ask(Role::Dispatcher, TOWN, get(&format!("/households?area={GRID}"))).await;
    assert_eq!(listed.body["items"][0]["head"]["name"], "示**");
    for answer in [made, shown, listed] {
        for plain in ["示例甲", "13800005678", CITIZEN, "一号院"] {
            assert!(!answer.text.contains(plain), "{plain} in {}", answer.text);
        }
    }
}

#[actix_web::test]
async fn a_household_elsewhere_is_not_found_and_not_listed() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let neighbour = "500114119201002";
    assert_eq!(counter.ask(WORKER, neighbour, get(HOME)).await.told(), (404, "not_found"));
    let change = patch(HOME, "\"1\"", json!({"smartphone": "yes"}));
    assert_eq!(counter.ask(WORKER, neighbour, change).await.told(), (404, "not_found"));
    let listed = counter.ask(WORKER, neighbour, get("/households")).await;
    assert_eq!(listed.body["items"], json!([]));
    let elsewhere = counter.ask(WORKER, neighbour, post("/households", home())).await;
    assert_eq!(elsewhere.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn a_citizen_and_a_household_number_are_registered_once() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let other = |code: &str, person: Value| {
        post(
            "/households",
            json!({
                "id": "household_01h455vb4pex5vsknk084sn03q", "area_code": GRID, "code": code,
                "address": "示例村二组", "residents": [person]
            }),
        )
    };
    let id = "resident_01h455vb4pex5vsknk084sn03q";
    let citizen = json!({"id": id, "name": "示例丙", "relation": "head", "citizen_id": CITIZEN});
    assert_eq!(counter.ask(WORKER, GRID, other("H002", citizen)).await.told(), (409, "already_exists"));
    let person = || json!({"id": id, "name": "示例丙", "relation": "head"});
    assert_eq!(counter.ask(WORKER, GRID, other("H001", person())).await.told(), (409, "already_exists"));
    assert_eq!(counter.ask(WORKER, GRID, other("H002", person())).await.status, 201);
}

#[actix_web::test]
async fn what_contradicts_itself_is_named_field_by_field() {
    let counter = Counter::new();
    let mut wrong = home();
    wrong["residents"][0]["birth_year"] = json!(1950);
    wrong["residents"][0]["gender"] = json!("male");
    wrong["residents"][1]["relation"] = json!("head");
    let refused = counter.ask(WORKER, GRID, post("/households", wrong)).await;
    assert_eq!(refused.fields(), ["residents[0].gender", "residents[0].birth_year", "residents"]);
    let mut wrong = home();
    wrong["area_code"] = json!(TOWN);
    assert_eq!(counter.ask(WORKER, GRID, post("/households", wrong)).await.fields(), ["area_code"]);
}

#[actix_web::test]
async fn persons_join_change_lead_and_leave() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let version = |n: u8| ("If-Match", format!("\"{n}\""));
    let child = json!({"id": "resident_01h455vb4pex5vsknk084sn02s", "name": "示例丁", "relation": "child"});
    let joined = post(&format!("{HOME}/residents"), child).insert_header(version(1));
    let joined = counter.ask(WORKER, GRID, joined).await;
    assert_eq!((joined.etag.as_str(), &joined.body["members"]), ("\"2\"", &json!(3)), "{joined:?}");

    let second = "resident_01h455vb4pex5vsknk084sn02r";
    let path = format!("{HOME}/residents/{second}");
    let changed = counter.ask(WORKER, GRID, patch(&path, "\"2\"", json!({"phone": "13900005678"}))).await;
    assert_eq!(changed.body["residents"][1]["phone"], "139****5678", "{changed:?}");
    let forgotten = counter.ask(WORKER, GRID, patch(&path, "\"3\"", json!({"phone": null}))).await;
    assert!(forgotten.body["residents"][1]["phone"].is_null(), "{forgotten:?}");

    let head = post(&format!("{HOME}/head"), json!({"resident_id": second, "former_becomes": "spouse"}));
    let headed = counter.ask(WORKER, GRID, head.insert_header(version(4))).await;
    assert_eq!(headed.body["residents"][0]["id"], second, "{headed:?}");
    let leave = |id: &str| TestRequest::delete().uri(&format!("/api/v1{HOME}/residents/{id}"));
    let stays = counter.ask(WORKER, GRID, leave(second).insert_header(version(5))).await;
    assert_eq!(stays.told(), (409, "guard_refused"));
    let left = leave("resident_01h455vb4pex5vsknk084sn02q").insert_header(version(5));
    assert_eq!(counter.ask(WORKER, GRID, left).await.body["members"], 2);
    let moved = patch(HOME, "\"6\"", json!({"area_code": "500114119201002"}));
    assert_eq!(counter.ask(Role::GridLeader, TOWN, moved).await.status, 200);
    assert_eq!(counter.count("residents WHERE area_code = '500114119201002'"), 2);
}

#[actix_web::test]
async fn plain_text_is_shown_for_a_purpose_and_audited() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let path = format!("{HOME}/reveal");
    let without = counter.ask(WORKER, GRID, post(&path, json!({"purpose": " ", "fields": ["phone"]}))).await;
    assert_eq!(without.fields(), ["purpose"]);
    let asked = json!({"purpose": "上门走访前电话联系", "fields": ["phone"]});
    let shown = counter.ask(WORKER, GRID, post(&path, asked.clone())).await;
    let expected = json!({
        "id": "household_01h455vb4pex5vsknk084sn02q",
        "residents": [
            {"id": "resident_01h455vb4pex5vsknk084sn02q", "phone": "13800005678"},
            {"id": "resident_01h455vb4pex5vsknk084sn02r"}
        ]
    });
    assert_eq!(shown.body, expected);
    let auditor = counter.ask(Role::Auditor, TOWN, post(&path, asked)).await;
    assert_eq!(auditor.told(), (403, "forbidden"));
    assert_eq!(counter.audited(), ["household.create", "personal.reveal"]);
}

#[actix_web::test]
async fn nobody_reveals_a_household_that_they_may_not_see() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let neighbour = "500114119201002";
    // Mediators may reveal in the whole village but see no households; grid workers see those of their grid.
    let posts = [(WORKER, neighbour), (Role::Mediator, VILLAGE)];
    assert_eq!(counter.ask_in_posts(&posts, get(HOME)).await.told(), (404, "not_found"));
    let asked = || post(&format!("{HOME}/reveal"), json!({"purpose": "示例走访", "fields": ["phone"]}));
    assert_eq!(counter.ask_in_posts(&posts, asked()).await.told(), (404, "not_found"));
    assert_eq!(counter.ask_in_posts(&[(WORKER, GRID), posts[1]], asked()).await.status, 200);
    assert_eq!(counter.audited(), ["household.create", "personal.reveal"]);
}

#[actix_web::test]
async fn the_audit_log_names_what_was_changed_of_a_person_and_not_into_what() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let path = format!("{HOME}/residents/resident_01h455vb4pex5vsknk084sn02r");
    let change = json!({"name": "示例乙", "gender": "female", "phone": "13900005678"});
    assert_eq!(counter.ask(WORKER, GRID, patch(&path, "\"1\"", change)).await.status, 200);
    let details = counter.last_details("resident.change");
    assert_eq!(details["fields"], json!(["gender", "phone"]));
    assert!(!details.to_string().contains("13900005678"));
}

#[actix_web::test]
async fn nothing_personal_is_plain_in_the_database() {
    let counter = Counter::new();
    counter.ask(WORKER, GRID, post("/households", home())).await;
    let sealed =
        "residents WHERE name_index IS NOT NULL AND LENGTH(name_sealed) > 28 AND LENGTH(name_index) = 16";
    assert_eq!(counter.count(sealed), 2);
    let mut c = counter.base.connect();
    let phone = wangge::base::sensitive::Phone::parse("13800005678").unwrap();
    let index = counter.app.vault.index_value(&phone);
    let found = wangge::features::households::find_by_phone(&mut c, &index).unwrap().unwrap();
    assert_eq!(found.household.to_string(), HOME.trim_start_matches("/households/"));
}
