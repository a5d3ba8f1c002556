//! What a test stands on: a small township of its own, with the real router and a real database.
//!
//! District 500114 > town 500114119 (villages 201 and 202; grids 201001, 201002, 202001) and its neighbour
//! 500114120 (village 201, grid 201001). People are made with one post each and are signed in already.

pub mod database;
mod people;
mod router;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, read_body};
use diesel::prelude::*;
use serde_json::Value;
use wangge::app::House;
use wangge::base::clock::{Clock, Timestamp};
use wangge::platform::config::Settings;
use wangge::platform::db::DbConnection;
use wangge::platform::db::schema::areas;
use wangge::platform::telemetry::Measurements;

use router::Router;

pub use people::{Person, unused_phone, upload};

/// The town that most things happen in.
pub const TOWN: &str = "500114119";
/// Two grids of one village, one of the next village, one of the next town.
pub const EAST: &str = "500114119201001";
pub const WEST: &str = "500114119201002";
pub const NEXT_VILLAGE: &str = "500114119202001";
pub const NEXT_TOWN: &str = "500114120201001";

const AREAS: [(&str, &str); 10] = [
    ("500114", "district"),
    (TOWN, "town"),
    ("500114120", "town"),
    ("500114119201", "village"),
    ("500114119202", "village"),
    ("500114120201", "village"),
    (EAST, "grid"),
    (WEST, "grid"),
    (NEXT_VILLAGE, "grid"),
    (NEXT_TOWN, "grid"),
];

/// A township of one's own.
pub struct Town {
    pub house: House,
    pub clock: Clock,
    pub settings: Settings,
    router: Router,
    _folder: tempfile::TempDir,
    _place: database::Place, // dropped last
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    /// The media type, without its parameters.
    pub media: String,
    pub body: Value,
}

impl Answer {
    /// The status and, of a failure, its code.
    pub fn told(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// The names of the fields that a 422 complains of.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }

    /// A text member of the body.
    pub fn text(&self, member: &str) -> String {
        self.body[member].as_str().unwrap_or_else(|| panic!("no {member} in {self:?}")).to_owned()
    }

    /// The version that the answer names.
    pub fn version(&self) -> i64 {
        self.body["version"].as_i64().unwrap_or_else(|| panic!("no version in {self:?}"))
    }
}

impl Town {
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// A township with these settings besides.
    pub fn with(more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, place) = database::fresh();
        let dir = folder.path().display().to_string();
        let plenty = [
            ("ACCOUNT", "PER_MINUTE"),
            ("ACCOUNT", "BURST"),
            ("ADDRESS", "PER_MINUTE"),
            ("ADDRESS", "BURST"),
            ("AUTH", "PER_MINUTE"),
            ("AUTH", "BURST"),
        ];
        let plenty =
            plenty.map(|(whose, what)| (format!("WANGGE_LIMITS__{whose}_{what}"), "1000000".to_owned()));
        let mut environment =
            vec![("WANGGE_DATA_DIR".to_owned(), dir), ("DATABASE_URL".to_owned(), database::shown(&url))];
        environment.extend(plenty);
        let mut environment: Vec<_> = environment.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        environment.extend(crate::nodes::KEYS);
        environment.extend(more);
        let settings = Settings::from_parts("", &environment).unwrap();
        let clock = Clock::manual(Timestamp::from_millis(database::MORNING));
        let house = House::build(&settings, clock.clone(), Measurements::none()).unwrap();
        let town = Self { house, clock, settings, router: Router::new(), _folder: folder, _place: place };
        town.survey();
        town
    }

    fn survey(&self) {
        let mut c = self.connect();
        for (code, level) in AREAS {
            let parent = AREAS.iter().rev().find(|(p, _)| code.starts_with(p) && p.len() < code.len());
            let row = (
                areas::code.eq(code),
                areas::name.eq("示例"),
                areas::level.eq(level),
                areas::parent.eq(parent.map(|(p, _)| *p)),
                areas::version.eq(1),
                areas::updated_at.eq(self.clock.now()),
            );
            diesel::insert_into(areas::table).values(row).execute(&mut c).unwrap();
        }
    }

    /// A connection beside the program's own, for what the program never does.
    pub fn connect(&self) -> DbConnection {
        self.settings.database.connect().unwrap()
    }

    /// Sends one request and answers as the router did.
    pub async fn send(&self, request: TestRequest) -> ServiceResponse<BoxBody> {
        self.router.send(&self.house, request).await
    }

    /// Sends the requests one after another and answers in their order; a stream of events is left
    /// unread, as it has no end.
    pub async fn ask_all(&self, requests: Vec<TestRequest>) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = self.send(request).await;
            let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
            let (etag, location) = (header("ETag"), header("Location"));
            let media = header("Content-Type").unwrap_or_default();
            let media = media.split(';').next().unwrap_or_default().to_owned();
            let status = answer.status().as_u16();
            let endless = media == "text/event-stream";
            let body = if endless { Default::default() } else { read_body(answer).await };
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            answers.push(Answer { status, etag, location, media, body });
        }
        answers
    }

    /// Sends one request.
    pub async fn ask(&self, request: TestRequest) -> Answer {
        self.ask_all(vec![request]).await.remove(0)
    }

    /// Lets time pass.
    pub fn pass(&self, span: chrono::TimeDelta) {
        self.clock.set(self.clock.now().plus(span));
    }
}
