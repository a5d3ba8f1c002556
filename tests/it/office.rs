//! An office to sign in at: the staff and session slices behind the real middleware, with a database and a WeChat
//! of their own and three administrators who were named on the command line.

use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App as Actix, web};
use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};
use wangge::base::area_code::AreaCode;
use wangge::base::id::Id;
use wangge::base::sensitive::{Address, PersonName, Phone};
use wangge::features::{callbacks, households, sessions, staff};
use wangge::platform::access::password::{PasswordGate, PasswordProfile};
use wangge::platform::access::token::TokenMint;
use wangge::platform::access::{Household, Principals, Resident, Role};
use wangge::platform::blobs::{BlobSettings, Blobs};
use wangge::platform::db::schema::{audit_entries, households as homes, residents};
use wangge::platform::photo;
use wangge::platform::privacy::Vault;
use wangge::platform::push::wechat::callback::Callback;
use wangge::platform::push::{Gateways, WeChat, WeChatSettings};
use wangge::platform::secrets::{CipherKind, SecretSettings};
use wangge::platform::web::{
    App, ExportLimits, MessageLimits, NoticeLimits, Templates, authenticate, extractors, request,
};

use crate::fakes::gateway::{AES_KEY, OFFICIAL_APPID, TOKEN};
use crate::fakes::wechat::{self, APPID, Running, SECRET};
use crate::town::database::Database;

pub const TOWN: &str = "500114119";
pub const GRID: &str = "500114119201001";
pub const PASSWORD: &str = "River7-Bend";

pub struct Office {
    pub base: Database,
    pub app: web::Data<App>,
    wechat: Running,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u32>,
    pub body: Value,
    /// The body as it came.
    pub plain: String,
}

impl Answer {
    /// The status and, of a failure, its code.
    pub fn told(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    pub fn text(&self, member: &str) -> String {
        self.body[member].as_str().unwrap_or_else(|| panic!("no {member} in {self:?}")).to_owned()
    }
}

/// What receipts of text messages are pushed to.
pub const CALLBACK: &str = "fake-callback-0123456789";

/// Addresses for the events of both accounts and for receipts.
pub fn gateways() -> Gateways {
    let key = SecretString::from(AES_KEY);
    let callback = |appid| Callback::new(appid, SecretString::from(TOKEN), Some(&key)).unwrap();
    let callbacks = vec![callback(APPID), callback(OFFICIAL_APPID)];
    Gateways { callbacks, sms_callback: Some(SecretString::from(CALLBACK)), ..Gateways::default() }
}

impl Office {
    pub async fn new() -> Self {
        let base = Database::new();
        let wechat = wechat::start(wechat::Settings { demo: true, ..Default::default() }).await.unwrap();
        let client = WeChatSettings {
            base_url: format!("http://{}", wechat.addr),
            appid: APPID.into(),
            secret: SecretString::from(SECRET),
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
        };
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().ok().unwrap();
        let tokens = Arc::new(TokenMint::new(&secrets.token_keys, "wangge", "wangge-api").unwrap());
        let clock = base.clock.clone();
        let app = App {
            db: base.db.clone(),
            principals: Principals::new(Arc::new(sessions::SessionRoster::new(clock.clone()))),
            tokens,
            vault: Arc::new(Vault::new(&secrets).unwrap()),
            passwords: PasswordGate::new().unwrap(),
            password_profile: PasswordProfile::Dengbao,
            wechat: Some(Arc::new(WeChat::new(client, clock.clone()).unwrap())),
            templates: Arc::new(Templates {
                long: vec!["示例长期模板".to_owned()], ..Templates::default()
            }),
            blobs: Blobs::open(&BlobSettings::Local { dir: std::env::temp_dir() }).unwrap(),
            photo_limits: photo::Limits::default(),
            uploads: std::env::temp_dir(),
            public_url: "http://127.0.0.1:8080".into(),
            export_limits: ExportLimits::default(),
            message_limits: MessageLimits { keep_days: 365 },
            notice_limits: NoticeLimits::default(),
            gateways: Arc::new(gateways()),
            clock,
        };
        for (code, level, parent) in [
            ("500114", "district", None),
            (TOWN, "town", Some("500114")),
            ("500114120", "town", Some("500114")),
            ("500114119201", "village", Some(TOWN)),
            (GRID, "grid", Some("500114119201")),
            ("50011411920100101", "micro_grid", Some(GRID)),
        ] {
            let parent = parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
            base.tamper(&format!(
                "INSERT INTO areas (code, name, level, parent, version, updated_at) \
                 VALUES ('{code}', '示例', '{level}', {parent}, 1, '2026-01-01T00:00:00.000Z')"
            ));
        }
        Self { base, app: web::Data::new(app), wechat, http: reqwest::Client::new() }
    }

    /// Names the first administrator of a kind; answers the account.
    pub async fn first(&self, role: Role, phone: &str, town: &str) -> wangge::base::Result<String> {
        let first = staff::FirstMember {
            role,
            town: town.parse().unwrap(),
            name: PersonName::parse("示例管理").unwrap(),
            phone: Phone::parse(phone).unwrap(),
            password: PASSWORD.into(),
        };
        staff::add_first(&self.app, first).await.map(|id| id.to_string())
    }

    /// Sends the requests side by side and answers in their order.
    pub async fn ask_all(&self, requests: Vec<TestRequest>) -> Vec<Answer> {
        let app = Actix::new()
            .configure(staff::routes)
            .configure(sessions::routes)
            .configure(callbacks::routes)
            .configure(households::routes)
            .app_data(self.app.clone())
            .configure(extractors)
            .wrap(from_fn(authenticate::authenticate))
            .wrap(from_fn(request::request));
        let service = init_service(app).await;
        let asked = requests.into_iter().map(|request| async {
            let answer = call_service(&service, request.to_request()).await;
            let retry_after = answer.headers().get("Retry-After");
            let retry_after = retry_after.map(|seconds| seconds.to_str().unwrap().parse().unwrap());
            let status = answer.status().as_u16();
            let body = read_body(answer).await;
            let plain = String::from_utf8_lossy(&body).into_owned();
            Answer { status, retry_after, body: serde_json::from_slice(&body).unwrap_or(Value::Null), plain }
        });
        futures_util::future::join_all(asked).await
    }

    pub async fn ask(&self, request: TestRequest) -> Answer {
        self.ask_all(vec![request]).await.remove(0)
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(TestRequest::post().uri(&format!("/api/v1{path}")).set_json(body)).await
    }

    pub async fn sign_in(&self, phone: &str, password: &str) -> Answer {
        let device = json!({ "kind": "phone", "name": "示例手机" });
        let body = json!({ "phone": phone, "password": password, "device": device });
        self.post("/auth/password", body).await
    }

    /// Signs in and answers the access token.
    pub async fn token(&self, phone: &str) -> String {
        self.sign_in(phone, PASSWORD).await.text("access_token")
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/auth/refresh", json!({ "refresh_token": token })).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask(signed(TestRequest::get(), token, path)).await
    }

    /// Posts as the holder of `token`, with a key of its own and the version 1.
    pub async fn post_as(&self, token: &str, path: &str, body: Value) -> Answer {
        let key = Id::<Resident>::new().to_string();
        let request = signed(TestRequest::post(), token, path);
        let request = request.insert_header(("Idempotency-Key", key)).insert_header(("If-Match", "\"1\""));
        self.ask(request.set_json(body)).await
    }

    /// Adds an account; answers its id.
    pub async fn add(&self, admin: &str, phone: &str) -> String {
        let body = json!({ "area": TOWN, "name": "示例网格员", "phone": phone });
        self.post_as(admin, "/staff", body).await.text("id")
    }

    /// An account whose owner has chosen [`PASSWORD`].
    pub async fn worker(&self, admin: &str, phone: &str) -> String {
        let id = self.add(admin, phone).await;
        let initial = json!({ "password": "Start4-Here" });
        assert_eq!(self.post_as(admin, &format!("/staff/{id}/password"), initial).await.status, 200);
        let change = json!({ "phone": phone, "password": "Start4-Here", "new_password": PASSWORD });
        assert_eq!(self.post("/auth/password/change", change).await.status, 204);
        id
    }

    /// Enters somebody who lives in [`GRID`]; later calls are entered later.
    pub fn resident(&self, phone: &str, relation: &str) -> String {
        let vault = &self.app.vault;
        let (household, resident) = (Id::<Household>::new(), Id::<Resident>::new());
        let now = self.base.clock.now();
        let grid: AreaCode = GRID.parse().unwrap();
        let name = PersonName::parse("示例居民").unwrap();
        let phone = Phone::parse(phone).unwrap();
        let address = vault.seal_value(&Address::parse("示例村1组1号").unwrap()).unwrap();
        let mut c = self.base.connect();
        diesel::insert_into(homes::table)
            .values((
                (homes::id.eq(household), homes::area_code.eq(&grid), homes::town_code.eq(TOWN)),
                (homes::code.eq(household.to_string()), homes::address_sealed.eq(address)),
                (homes::smartphone.eq("yes"), homes::members.eq(1), homes::status.eq("living")),
                (homes::version.eq(1), homes::created_at.eq(now), homes::updated_at.eq(now)),
            ))
            .execute(&mut c)
            .unwrap();
        diesel::insert_into(residents::table)
            .values((
                (
                    residents::id.eq(resident),
                    residents::household_id.eq(household),
                    residents::area_code.eq(&grid),
                ),
                (
                    residents::name_sealed.eq(vault.seal_value(&name).unwrap()),
                    residents::name_index.eq(vault.index_value(&name)),
                ),
                (
                    residents::phone_sealed.eq(Some(vault.seal_value(&phone).unwrap())),
                    residents::phone_index.eq(Some(vault.index_value(&phone))),
                ),
                (residents::relation.eq(relation), residents::version.eq(1)),
                (residents::created_at.eq(now), residents::updated_at.eq(now)),
            ))
            .execute(&mut c)
            .unwrap();
        self.pass(1);
        resident.to_string()
    }

    /// Where the stand-in for WeChat is.
    pub fn wechat_url(&self) -> String {
        format!("http://{}", self.wechat.addr)
    }

    /// Sets the stand-in for WeChat.
    pub async fn wechat(&self, path: &str, body: Value) {
        let url = format!("http://{}{path}", self.wechat.addr);
        assert_eq!(self.http.post(url).json(&body).send().await.unwrap().status(), 204, "{path}");
    }

    /// How often the audit log has `action`.
    pub fn audited(&self, action: &str) -> i64 {
        let entries = audit_entries::table.filter(audit_entries::action.eq(action));
        entries.count().get_result(&mut self.base.connect()).unwrap()
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.base.pass(TimeDelta::seconds(seconds));
    }
}

pub fn signed(request: TestRequest, token: &str, path: &str) -> TestRequest {
    request.uri(&format!("/api/v1{path}")).insert_header(("Authorization", format!("Bearer {token}")))
}
