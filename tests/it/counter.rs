//! A counter (窗口) at which anybody may stand: the routes of areas and households behind a person of any role in
//! any area, with a database of their own.

use std::sync::{Arc, Mutex};

use actix_web::dev::Service;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App as Actix, HttpMessage};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::features::areas::{self, LiveMap};
use wangge::features::households;
use wangge::platform::access::password::{PasswordGate, PasswordProfile};
use wangge::platform::access::token::TokenMint;
use wangge::platform::access::{ActorKind, Identity, Post, Principal, Principals, Role, Roster, Session};
use wangge::platform::blobs::{BlobSettings, Blobs};
use wangge::platform::db::schema::audit_entries;
use wangge::platform::db::{DbConnection, Doc};
use wangge::platform::photo;
use wangge::platform::privacy::Vault;
use wangge::platform::secrets::{CipherKind, SecretSettings};
use wangge::platform::web::{App, ExportLimits, MessageLimits, NoticeLimits, Templates, extractors};

use crate::town::database::Database;

pub const TOWN: &str = "500114119";
pub const VILLAGE: &str = "500114119201";
pub const GRID: &str = "500114119201001";
pub const CSV: &str = "text/csv";

pub struct Counter {
    pub base: Database,
    pub app: web::Data<App>,
    pub map: web::Data<LiveMap>,
    people: Arc<People>,
    _photos: tempfile::TempDir,
}

/// Who stands at the counter: a session and the posts that its holder has.
#[derive(Default)]
struct People(Mutex<Vec<(Id<Session>, Vec<Post>)>>);

impl Roster for People {
    fn principal(
        &self,
        _: &mut DbConnection,
        session: Id<Session>,
    ) -> wangge::base::Result<Option<Principal>> {
        let people = self.0.lock().unwrap();
        let found = people.iter().find(|(id, ..)| *id == session);
        Ok(found.map(|(session, posts)| Principal {
            kind: ActorKind::Staff,
            id: session.uuid(),
            session: *session,
            household: None,
            home: posts[0].area.clone(),
            posts: posts.clone(),
            expires_at: Timestamp::from_millis(i64::MAX),
        }))
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub etag: String,
    pub body: Value,
    pub text: String,
}

impl Answer {
    /// The status and, of a failure, its code.
    pub fn told(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// The fields that are wrong.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }
}

impl Counter {
    pub fn new() -> Self {
        let base = Database::new();
        let photos = tempfile::tempdir().unwrap();
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().ok().unwrap();
        let people = Arc::new(People::default());
        let app = App {
            db: base.db.clone(),
            clock: base.clock.clone(),
            principals: Principals::new(people.clone()),
            tokens: Arc::new(TokenMint::new(&secrets.token_keys, "wangge", "wangge").unwrap()),
            vault: Arc::new(Vault::new(&secrets).unwrap()),
            passwords: PasswordGate::new().unwrap(),
            password_profile: PasswordProfile::Dengbao,
            blobs: Blobs::open(&BlobSettings::Local { dir: photos.path().to_owned() }).unwrap(),
            photo_limits: photo::Limits::default(),
            uploads: std::env::temp_dir(),
            public_url: "http://127.0.0.1:8080".into(),
            export_limits: ExportLimits::default(),
            message_limits: MessageLimits { keep_days: 365 },
            notice_limits: NoticeLimits::default(),
            gateways: Arc::default(),
            wechat: None,
            templates: Arc::new(Templates::default()),
        };
        let map = web::Data::new(LiveMap::start(base.db.clone()));
        let counter = Self { base, app: web::Data::new(app), map, people, _photos: photos };
        for (code, level, parent) in [
            ("50", "province", None),
            ("500114", "district", Some("50")),
            (TOWN, "town", Some("500114")),
            ("500114120", "town", Some("500114")),
            (VILLAGE, "village", Some(TOWN)),
            (GRID, "grid", Some(VILLAGE)),
            ("500114119201002", "grid", Some(VILLAGE)),
        ] {
            let parent = parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
            counter.base.tamper(&format!(
                "INSERT INTO areas (code, name, level, parent, version, updated_at) \
                 VALUES ('{code}', '示例', '{level}', {parent}, 1, '2026-01-01T00:00:00.000Z')"
            ));
        }
        counter
    }

    /// Sends `request` as somebody who holds `role` in `area`.
    pub async fn ask(&self, role: Role, area: &str, request: TestRequest) -> Answer {
        self.ask_in_posts(&[(role, area)], request).await
    }

    /// Sends `request` as somebody who holds several posts.
    pub async fn ask_in_posts(&self, posts: &[(Role, &str)], request: TestRequest) -> Answer {
        let session = Id::from_uuid(Uuid::now_v7());
        let post = |(role, area): &(Role, &str)| Post { role: *role, area: area.parse().unwrap() };
        self.people.0.lock().unwrap().push((session, posts.iter().map(post).collect()));
        let actor = self.app.principals.actor(&self.base.db, session).await.unwrap().unwrap();
        let mount = |config: &mut ServiceConfig| {
            areas::routes(config);
            households::routes(config);
        };
        let app = Actix::new()
            .configure(mount)
            .app_data(self.app.clone())
            .app_data(self.map.clone())
            .configure(extractors)
            .wrap_fn(move |request, next| {
                request.extensions_mut().insert(Identity::Known(actor.clone()));
                next.call(request)
            });
        let service = init_service(app).await;
        let answer = call_service(&service, request.to_request()).await;
        let status = answer.status().as_u16();
        let etag = answer.headers().get("ETag").map(|tag| tag.to_str().unwrap().to_owned());
        let body = read_body(answer).await;
        let text = String::from_utf8(body.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, etag: etag.unwrap_or_default(), body, text }
    }

    /// What the audit log holds, oldest first.
    pub fn audited(&self) -> Vec<String> {
        let entries = audit_entries::table.order(audit_entries::lot.asc()).select(audit_entries::action);
        entries.load(&mut self.base.connect()).unwrap()
    }

    /// The details of the newest audit entry of `action`.
    pub fn last_details(&self, action: &str) -> Value {
        let entries = audit_entries::table.filter(audit_entries::action.eq(action));
        let details = entries.order(audit_entries::lot.desc()).select(audit_entries::details);
        details.first::<Doc>(&mut self.base.connect()).unwrap().0
    }

    /// How many rows a question of the table counts.
    pub fn count(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let mut c = self.base.connect();
        let sql = format!("SELECT COUNT(*) AS n FROM {sql}");
        wangge::each!(&mut c, c => diesel::sql_query(sql).get_result::<Number>(c)).unwrap().n
    }
}

/// A request to `/api/v1{path}`.
pub fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(&format!("/api/v1{path}"))
}

pub fn post(path: &str, body: Value) -> TestRequest {
    TestRequest::post().uri(&format!("/api/v1{path}")).set_json(body)
}

pub fn patch(path: &str, version: &str, body: Value) -> TestRequest {
    TestRequest::patch().uri(&format!("/api/v1{path}")).insert_header(("If-Match", version)).set_json(body)
}

pub fn upload(path: &str, media: &'static str, file: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/api/v1{path}"))
        .insert_header(("Content-Type", media))
        .set_payload(file)
}
