//! Visits: a notice is brought to those whom it has not reached.

mod areas;
mod offline;
mod pledges;
mod simulation;
mod story;

use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::notices;
use wangge::features::visits::{self, WriteVisits};
use wangge::platform::access::Role;
use wangge::platform::db::Db;
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};

use crate::contract::places::{Notice, Visit};
use crate::town::{Answer, Person, TOWN, Town};

/// Writes the tasks of every round that was opened.
pub async fn write_tasks(town: &Town) -> usize {
    let handlers = Handlers::new()
        .on_long(|job: WriteVisits, place, db: Db| async move { visits::write(&db, job, place).await });
    let db = town.house.app.db.clone();
    Runner::new(db.clone(), handlers, db, OutboxSettings::new(vec![])).run_due().await.unwrap()
}

/// A notice to `areas` that was published by the office of the town.
pub async fn published(town: &Town, areas: &[&str]) -> String {
    let (officer, approver) = (town.staff(Role::PublicityOfficer, TOWN), town.staff(Role::Approver, TOWN));
    let id = Id::<Notice>::new().to_string();
    let body = json!({
        "id": id, "kind": "warning", "level": "red", "title": "(示例)警惕冒充客服", "body": "示例:不共享屏幕",
        "instruction": "先打 96110 核实", "areas": areas
    });
    let url = format!("/api/v1/notices/{id}");
    assert_eq!(officer.post(town, "/api/v1/notices", body).await.status, 201);
    assert_eq!(officer.step(town, &format!("{url}/submission"), 1, json!({})).await.status, 200);
    assert_eq!(approver.step(town, &format!("{url}/approval"), 2, json!({})).await.status, 200);
    assert_eq!(officer.step(town, &format!("{url}/publication"), 3, json!({})).await.status, 200);
    id
}

/// Opens the visits of a notice and writes their tasks.
pub async fn opened(town: &Town, notice: &str) -> Answer {
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let path = format!("/api/v1/notices/{notice}/visit_tasks");
    let answer = dispatcher.post(town, &path, json!({ "due_on": "2026-03-20" })).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    write_tasks(town).await;
    answer
}

/// A result under a new id.
pub fn result(notice: &str, home: &Person, result: &str) -> Value {
    let id = Id::<Visit>::new().to_string();
    json!({ "id": id, "notice_id": notice, "household_id": home.household.unwrap(), "result": result })
}

/// Records a result; answers its id.
async fn record(town: &Town, worker: &Person, body: Value) -> String {
    let answer = worker.post(town, "/api/v1/visits", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("id")
}

/// The households of a worker's tasks in a state, in the order of walking, page by page.
pub async fn tasks(town: &Town, worker: &Person, notice: &str, state: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/notices/{notice}/visit_tasks?state={state}&limit=2{cursor}");
        let page = worker.get(town, &path).await;
        assert_eq!(page.status, 200, "{page:?}");
        found.extend(page.body["items"].as_array().unwrap().iter().cloned());
        match page.body["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

fn households(tasks: &[Value]) -> Vec<&str> {
    tasks.iter().map(|task| task["household_id"].as_str().unwrap()).collect()
}

fn home_of(person: &Person) -> String {
    person.household.unwrap().to_string()
}

/// Coverage as the office sees it, after checking that the counters are what counting the rows gives.
pub async fn coverage(town: &Town, notice: &str) -> Value {
    assert_eq!(town.house.app.db.read(notices::compare_all).await.unwrap(), []);
    let approver = town.staff(Role::Approver, TOWN);
    let answer = approver.get(town, &format!("/api/v1/notices/{notice}/coverage")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// What coverage says of one area or of all, by these words.
fn counted<const N: usize>(counts: &Value, words: [&str; N]) -> [i64; N] {
    words.map(|word| counts[word].as_i64().unwrap_or_else(|| panic!("no {word} in {counts}")))
}
