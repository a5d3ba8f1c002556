//! Files of cases: asked for, written, downloaded, gone.

mod endings;
mod files;
mod ledgers;
mod limits;

use actix_web::test::{TestRequest, read_body};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::exports::{self, WriteExport};
use wangge::platform::access::Staff;
use wangge::platform::db::schema::{audit_entries, export_parts};
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};
use wangge::platform::web::App;

use crate::town::{Answer, Person, Town};

/// What came back of a download.
pub struct File {
    status: u16,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl File {
    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }

    /// The code of a failure.
    fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.bytes).unwrap();
        body["code"].as_str().unwrap().to_owned()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// The lines of a CSV below its headers, cell by cell.
    fn rows(&self) -> Vec<Vec<String>> {
        let mut lines =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&self.bytes[..]);
        let all = lines.records().map(|line| line.unwrap().iter().map(str::to_owned).collect());
        all.skip(2).collect()
    }
}

/// Asks for a file under a key of its own.
async fn asks(town: &Town, who: &Person, body: Value) -> Answer {
    asks_under(town, who, &Id::<Staff>::new().to_string(), body).await
}

async fn asks_under(town: &Town, who: &Person, key: &str, body: Value) -> Answer {
    let request = who.signs(TestRequest::post(), "/api/v1/exports").insert_header(("Idempotency-Key", key));
    town.ask(request.set_json(body)).await
}

pub fn csv_of(filter: Value) -> Value {
    json!({ "format": "csv", "purpose": "示例:月度会商", "filter": filter })
}

/// The path of an export that was taken down.
fn path(asked: &Answer) -> String {
    assert_eq!(asked.status, 202, "{asked:?}");
    asked.location.clone().unwrap()
}

/// Does what waits in the outbox; answers how many runs that were.
async fn work(town: &Town) -> usize {
    let handlers =
        Handlers::new().on(|job: WriteExport, app: App| async move { exports::write(app, job).await });
    let app = town.house.app.as_ref().clone();
    Runner::new(app.db.clone(), handlers, app, OutboxSettings::new(vec![])).run_due().await.unwrap()
}

async fn download(town: &Town, who: &Person, path: &str) -> File {
    let request = who.signs(TestRequest::get(), &format!("{path}/file"));
    let answer = town.send(request).await;
    let headers = answer.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    File { status: answer.status().as_u16(), headers, bytes: read_body(answer).await.to_vec() }
}

/// Asks for a file, has it written and downloads it.
pub async fn exports_file(town: &Town, who: &Person, body: Value) -> File {
    let path = path(&asks(town, who, body).await);
    work(town).await;
    let file = download(town, who, &path).await;
    assert_eq!(file.status, 200, "{}", String::from_utf8_lossy(&file.bytes));
    file
}

/// What the audit log says of exports, oldest first.
fn audited(town: &Town) -> Vec<String> {
    let entries = audit_entries::table.filter(audit_entries::object_kind.eq("export"));
    let actions = entries.order((audit_entries::lot, audit_entries::id)).select(audit_entries::action);
    actions.load(&mut town.connect()).unwrap()
}

/// How many parts lie in the store for a file.
fn parts(town: &Town) -> i64 {
    export_parts::table.count().get_result(&mut town.connect()).unwrap()
}

/// How many files lie in the blob store.
fn blobs(town: &Town) -> usize {
    fn files(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
    }
    files(&town.settings.data_dir.join("photos"))
}

fn tamper(town: &Town, sql: &str) {
    town.connect().batch_execute(sql).unwrap();
}
