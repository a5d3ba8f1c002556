//! Cases by the hundred, written past the routes in the shape that the routes leave.

use std::time::Duration;

use actix_web::test::{TestRequest, read_body};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::each;
use wangge::features::cases::search::{Sizes, keep_up};
use wangge::platform::access::Staff;
use wangge::platform::db::DbConnection;
use wangge::platform::db::lots;
use wangge::platform::db::schema::{cases, timeline_entries};

use crate::town::database::MORNING;
use crate::town::{EAST, Person, Town};

/// What of a case a search depends on.
#[derive(Debug, Clone)]
pub struct Shelved {
    pub id: Uuid,
    pub no: String,
    pub title: String,
    pub detail: String,
    pub address: Option<String>,
    pub area: &'static str,
    pub kind: &'static str,
    pub category: &'static str,
    pub confidential: &'static str,
    pub phase: &'static str,
    pub due_on: Option<NaiveDate>,
    pub reporter: Uuid,
    pub handler: Option<Uuid>,
    /// Seconds after the morning.
    pub received: i64,
}

impl Shelved {
    /// The `n`th case: an internal hazard in the east, received `n` seconds after the morning.
    pub fn new(n: usize, title: &str) -> Self {
        Self {
            id: Uuid::now_v7(),
            no: format!("YH-{n:05}"),
            title: title.to_owned(),
            detail: "示例".to_owned(),
            address: None,
            area: EAST,
            kind: "hazard",
            category: "fire",
            confidential: "internal",
            phase: "reported",
            due_on: None,
            reporter: Uuid::nil(),
            handler: None,
            received: n as i64,
        }
    }

    pub fn received_at(&self) -> Timestamp {
        Timestamp::from_millis(MORNING + self.received * 1000)
    }

    /// Its id as clients know it.
    pub fn shown(&self) -> String {
        let id = Id::<Staff>::from_uuid(self.id).to_string();
        id.replace("staff_", &format!("{}_", self.kind))
    }
}

/// Waits until all that is in the timeline may be filed or pulled: on a server, transactions of other databases hold it
/// back.
fn settle(c: &mut DbConnection) {
    let open = |c: &mut DbConnection| {
        let horizon = lots::horizon(c).unwrap();
        let open = timeline_entries::table.filter(timeline_entries::lot.ge(horizon)).count();
        open.get_result::<i64>(c).unwrap()
    };
    while open(c) > 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Puts the cases on the shelf, each with the entry of the timeline that opens it.
pub fn shelve(c: &mut DbConnection, shelved: &[Shelved]) {
    for some in shelved.chunks(200) {
        let rows = some.iter().map(|case| {
            let at = case.received_at();
            (
                (
                    cases::id.eq(Id::<Staff>::from_uuid(case.id)),
                    cases::no.eq(&case.no),
                    cases::kind.eq(case.kind),
                ),
                (cases::area_code.eq(case.area), cases::category.eq(case.category)),
                (
                    cases::title.eq(&case.title),
                    cases::detail.eq(&case.detail),
                    cases::address.eq(&case.address),
                ),
                (cases::source.eq("visit"), cases::urgency.eq("normal"), cases::phase.eq(case.phase)),
                (cases::confidential.eq(case.confidential), cases::due_on.eq(case.due_on)),
                (
                    cases::reporter_kind.eq("staff"),
                    cases::reporter_id.eq(Id::<Staff>::from_uuid(case.reporter)),
                    cases::handler_id.eq(case.handler.map(Id::<Staff>::from_uuid)),
                ),
                (cases::occurred_at.eq(at), cases::reported_at.eq(at), cases::received_at.eq(at)),
                cases::closed_at.eq((case.phase == "closed").then_some(at)),
                (cases::content_hash.eq(vec![0_u8; 32]), cases::version.eq(1), cases::updated_at.eq(at)),
            )
        });
        let rows: Vec<_> = rows.collect();
        each!(&mut *c, c => diesel::insert_into(cases::table).values(rows).execute(c)).unwrap();
        let opened = some.iter().map(|case| {
            (
                timeline_entries::id.eq(Id::<Staff>::new()),
                timeline_entries::case_id.eq(Id::<Staff>::from_uuid(case.id)),
                (timeline_entries::case_kind.eq(case.kind), timeline_entries::area_code.eq(case.area)),
                (timeline_entries::version.eq(1), timeline_entries::at.eq(case.received_at())),
                (timeline_entries::actor_kind.eq("staff"), timeline_entries::step.eq("report")),
                (timeline_entries::to_state.eq("found"), timeline_entries::phase.eq("reported")),
                timeline_entries::hidden.eq(false),
            )
        });
        let opened: Vec<_> = opened.collect();
        each!(&mut *c, c => diesel::insert_into(timeline_entries::table).values(opened).execute(c)).unwrap();
    }
    settle(c);
}

impl Town {
    pub fn shelve(&self, shelved: &[Shelved]) {
        shelve(&mut self.connect(), shelved);
    }

    /// Waits until whoever follows the timeline sees all of it.
    pub fn settle(&self) {
        settle(&mut self.connect());
    }

    /// Files all cases that there are; answers how many that were.
    pub async fn files(&self, sizes: Sizes) -> u64 {
        self.settle();
        keep_up(&self.house.app.db, sizes, |_| ()).await.unwrap()
    }

    /// Runs SQL that the program never would.
    pub fn meddle(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// Everything that each finds with a query, page by page, and how many pages that took.
    pub async fn all_pages_of(&self, asked: Vec<(&Person, String)>) -> Vec<(Vec<String>, usize)> {
        let mut answers = Vec::with_capacity(asked.len());
        for (who, query) in asked {
            let (mut found, mut pages, mut cursor) = (Vec::new(), 0, String::new());
            loop {
                let path = format!("/api/v1/cases?{query}{cursor}");
                let page = self.send(who.signs(TestRequest::get(), &path)).await;
                assert_eq!(page.status(), 200, "{path}");
                let page: Value = serde_json::from_slice(&read_body(page).await).unwrap();
                pages += 1;
                found.extend(ids(&page));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            answers.push((found, pages));
        }
        answers
    }

    /// Everything that `who` finds with `query`, and in how many pages.
    pub async fn all_pages(&self, who: &Person, query: &str) -> (Vec<String>, usize) {
        self.all_pages_of(vec![(who, query.to_owned())]).await.remove(0)
    }

    /// Everything that `who` finds with the words `q`.
    pub async fn finds(&self, who: &Person, q: &str) -> Vec<String> {
        self.all_pages(who, &format!("q={}", escaped(q))).await.0
    }
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// `text` as a part of a query.
pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
