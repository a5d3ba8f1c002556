//! A town with households, people who act, and a WeChat.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{Error, HttpMessage, web};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::base::id::Id;
use wangge::base::sensitive::Address;
use wangge::features::notices::{
    FanOutNotice, Line, Manners, Notice, Sender, SenderSettings, StopDeliveries, Subscribe, Ways, fan_out,
    stop,
};
use wangge::features::{coverage, households, notices};
use wangge::platform::access::password::{PasswordGate, PasswordProfile};
use wangge::platform::access::token::TokenMint;
use wangge::platform::access::{
    ActorKind, Household, Identity, Post, Principal, Principals, Role, Roster, Session,
};
use wangge::platform::blobs::{BlobSettings, Blobs};
use wangge::platform::db::{Db, DbConnection};
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};
use wangge::platform::photo;
use wangge::platform::privacy::Vault;
use wangge::platform::push::{WeChat, WeChatSettings};
use wangge::platform::secrets::{CipherKind, SecretSettings};
use wangge::platform::web::{App, ExportLimits, MessageLimits, NoticeLimits, Templates, request};

use crate::fakes::wechat::{self, APPID, Running, SECRET};
use crate::town::database::{Database, take_census};

/// The town.
pub const TOWN: &str = "500114119";
/// Two of its grids.
pub const GRIDS: [&str; 2] = ["500114119201001", "500114119202001"];

wangge::id_kind! {
    /// A delivery, as gateways know it.
    DeliveryId = "delivery";
}

/// Who acts, by session.
struct People(HashMap<Uuid, Principal>);

impl Roster for People {
    fn principal(
        &self,
        _: &mut DbConnection,
        session: Id<Session>,
    ) -> wangge::base::Result<Option<Principal>> {
        Ok(self.0.get(&session.uuid()).cloned())
    }
}

/// The person of this name, always with the same id.
fn id_of(name: &str) -> Uuid {
    name.bytes().fold(Uuid::from_u128(0x7000), |id, b| Uuid::from_u128(id.as_u128() * 257 + u128::from(b)))
}

/// The `n`th household; its one resident and their WeChat name have the same number.
pub fn household(n: usize) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n as u128)
}

/// The channels of the town.
fn ways() -> Ways {
    Ways { subscribe: Some(APPID.to_owned()), ..Ways::default() }
}

fn people() -> People {
    let mut people = HashMap::new();
    let mut add = |name: &str, kind, role, area: &str, household: Option<Uuid>| {
        let principal = Principal {
            kind,
            id: household.unwrap_or_else(|| id_of(name)),
            session: Id::from_uuid(id_of(name)),
            household: household.map(Id::<Household>::from_uuid),
            home: area.parse().unwrap(),
            posts: vec![Post { role, area: area.parse().unwrap() }],
            expires_at: wangge::base::clock::Timestamp::from_millis(i64::MAX),
        };
        people.insert(id_of(name), principal);
    };
    add("writer", ActorKind::Staff, Role::PublicityOfficer, TOWN, None);
    add("other_writer", ActorKind::Staff, Role::PublicityOfficer, TOWN, None);
    add("approver", ActorKind::Staff, Role::Approver, TOWN, None);
    add("worker", ActorKind::Staff, Role::GridWorker, GRIDS[0], None);
    add("elsewhere", ActorKind::Staff, Role::GridWorker, GRIDS[0], None);
    add("townwide", ActorKind::Staff, Role::GridWorker, GRIDS[0], None);
    for n in 0..8 {
        let grid = GRIDS[n % GRIDS.len()];
        add(&format!("resident{n}"), ActorKind::Resident, Role::Resident, grid, Some(household(n)));
    }
    // In a small town one person may hold both posts; the rule of two persons must hold all the same.
    for name in ["writer", "other_writer"] {
        let post = Post { role: Role::Approver, area: TOWN.parse().unwrap() };
        people.get_mut(&id_of(name)).unwrap().posts.push(post);
    }
    for (name, role, area) in
        [("elsewhere", Role::PublicityOfficer, GRIDS[1]), ("townwide", Role::PublicityOfficer, TOWN)]
    {
        let post = Post { role, area: area.parse().unwrap() };
        people.get_mut(&id_of(name)).unwrap().posts.push(post);
    }
    People(people)
}

pub struct Scene {
    pub base: Database,
    pub app: App,
    pub wechat: Running,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// A town where `households` households live, spread over the grids; everybody has a WeChat name and a ticket.
    pub async fn with(households: usize) -> Self {
        let base = Database::new();
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().ok().unwrap();
        let vault = Vault::new(&secrets).unwrap();
        settle(&base, &vault, households);
        let wechat = wechat::start(wechat::Settings { demo: true, ..Default::default() }).await.unwrap();
        let client = WeChatSettings {
            base_url: format!("http://{}", wechat.addr),
            appid: APPID.into(),
            secret: SecretString::from(SECRET),
            connect_timeout: std::time::Duration::from_secs(2),
            timeout: std::time::Duration::from_secs(5),
        };
        let folder = tempfile::tempdir().unwrap();
        let app = App {
            db: base.db.clone(),
            clock: base.clock.clone(),
            principals: Principals::new(Arc::new(people())),
            tokens: Arc::new(TokenMint::new(&secrets.token_keys, "town", "town").unwrap()),
            vault: Arc::new(vault),
            passwords: PasswordGate::new().unwrap(),
            password_profile: PasswordProfile::default(),
            blobs: Blobs::open(&BlobSettings::Local { dir: folder.path().into() }).unwrap(),
            photo_limits: photo::Limits::default(),
            uploads: std::env::temp_dir(),
            public_url: "http://127.0.0.1:8080".into(),
            export_limits: ExportLimits::default(),
            message_limits: MessageLimits { keep_days: 365 },
            notice_limits: NoticeLimits::default(),
            gateways: Arc::default(),
            wechat: Some(Arc::new(WeChat::new(client, base.clock.clone()).unwrap())),
            templates: Arc::new(Templates { notice: Some("T1".into()), ..Templates::default() }),
        };
        Self { base, app, wechat, _folder: folder }
    }

    /// Asks as `who`; status and body.
    pub async fn ask(
        &self,
        who: &str,
        method: &str,
        path: &str,
        version: Option<i32>,
        body: Value,
    ) -> (u16, Value) {
        let asked = TestRequest::default().method(method.parse().unwrap()).uri(path);
        let asked = match version {
            Some(version) => asked.insert_header(("If-Match", format!("\"{version}\""))),
            None => asked,
        };
        let asked = if body.is_null() { asked } else { asked.set_json(body) };
        let (status, _, body) = self.send(who, asked).await;
        (status, body)
    }

    /// Sends a request as `who`; status, tag and body.
    pub async fn send(&self, who: &str, asked: TestRequest) -> (u16, Option<String>, Value) {
        let service = actix_web::App::new()
            .configure(coverage::routes)
            .configure(notices::routes)
            .configure(households::declared_routes)
            .app_data(web::Data::new(self.app.clone()))
            .wrap(from_fn(recognise))
            .wrap(from_fn(request::request));
        let service = init_service(service).await;
        let answer = call_service(&service, asked.insert_header(("x-who", who)).to_request()).await;
        let status = answer.status().as_u16();
        let tag = answer.headers().get("ETag").map(|tag| tag.to_str().unwrap().to_owned());
        let bytes = read_body(answer).await;
        (status, tag, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Asks for what must succeed.
    pub async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.ask(who, "GET", path, None, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Takes a step that must succeed.
    pub async fn step(&self, who: &str, notice: &str, noun: &str, version: i32, body: Value) -> Value {
        let path = format!("/api/v1/notices/{notice}/{noun}");
        let (status, answer) = self.ask(who, "POST", &path, Some(version), body).await;
        assert_eq!(status, 200, "{noun}: {answer}");
        answer
    }

    /// What `writer` sends to draft a notice for `areas`.
    pub fn body(&self, areas: &[&str], level: &str) -> Value {
        json!({ "id": Id::<Notice>::new(), "kind": "warning", "level": level, "title": "(示例)警惕冒充客服",
            "body": "示例", "areas": areas, "channels": ["wx_subscribe"] })
    }

    /// A draft by `writer` for `areas`.
    pub async fn draft(&self, areas: &[&str], level: &str) -> String {
        let body = self.body(areas, level);
        let id = body["id"].as_str().unwrap().to_owned();
        let (status, answer) = self.ask("writer", "POST", "/api/v1/notices", None, body).await;
        assert_eq!(status, 201, "{answer}");
        id
    }

    /// A notice that has been published to `areas`; its version is 4.
    pub async fn published(&self, areas: &[&str], level: &str) -> String {
        let id = self.draft(areas, level).await;
        self.publish(&id).await;
        id
    }

    /// Takes a draft all the way; its version is 4 then.
    pub async fn publish(&self, id: &str) {
        self.step("writer", id, "submission", 1, Value::Null).await;
        self.step("approver", id, "approval", 2, Value::Null).await;
        self.step("writer", id, "publication", 3, Value::Null).await;
    }

    /// Runs every job that is due, in a town with the mini-program alone.
    pub async fn work(&self) -> usize {
        self.work_with(ways()).await
    }

    /// Runs every job that is due, in a town with these channels.
    pub async fn work_with(&self, ways: Ways) -> usize {
        let handlers = Handlers::new()
            .on_long(move |job: FanOutNotice, place, db: Db| {
                let ways = ways.clone();
                async move { fan_out(&db, &ways, Manners::default(), job, place).await }
            })
            .on_long(|job: StopDeliveries, place, db: Db| async move { stop(&db, job, place).await });
        let db = self.base.db.clone();
        Runner::new(db.clone(), handlers, db, OutboxSettings::new(vec![])).run_due().await.unwrap()
    }

    /// The deliveries of a notice in the order of their households, as gateways know them.
    pub fn delivery_ids(&self, notice: &str) -> Vec<String> {
        use diesel::prelude::*;
        use wangge::platform::db::schema::deliveries;
        let notice: Id<Notice> = notice.parse().unwrap();
        let rows = deliveries::table.filter(deliveries::notice_id.eq(notice)).order(deliveries::household_id);
        let ids: Vec<Id<DeliveryId>> = rows.select(deliveries::id).load(&mut self.base.connect()).unwrap();
        ids.iter().map(Id::to_string).collect()
    }

    /// A sender on the node `db`.
    pub fn sender(&self, db: Db) -> Sender {
        self.paced_sender(db, 0)
    }

    /// The same, with at most so many messages in a second.
    pub fn paced_sender(&self, db: Db, per_second: u32) -> Sender {
        let look = Subscribe::new(APPID.into(), "T1".into(), Subscribe::usual_fields()).unwrap();
        let line = Line::subscribe(Arc::clone(self.app.wechat.as_ref().unwrap()), look);
        Sender::new(db, line, SenderSettings { ways: ways(), per_second, ..SenderSettings::default() })
    }

    /// What WeChat took: how many messages, and how many of them more than once.
    pub async fn ledger(&self) -> (usize, usize) {
        let url = format!("http://{}/__ledger", self.wechat.addr);
        let rows: Vec<Value> = reqwest::get(url).await.unwrap().json().await.unwrap();
        (rows.len(), rows.iter().filter(|row| row["count"] != 1).count())
    }

    /// Turns the WeChat's faults.
    pub async fn faults(&self, knobs: Value) {
        let url = format!("http://{}/__ctl", self.wechat.addr);
        assert_eq!(reqwest::Client::new().post(url).json(&knobs).send().await.unwrap().status(), 204);
    }

    /// Coverage, after checking that the counters are what counting the rows gives.
    pub async fn coverage(&self, notice: &str) -> Value {
        let id: Id<Notice> = notice.parse().unwrap();
        let wrong = self.base.db.read(move |c| notices::compare(c, id)).await.unwrap();
        assert_eq!(wrong, []);
        self.get("writer", &format!("/api/v1/notices/{notice}/coverage")).await
    }
}

/// Takes whoever the header names for who asks.
async fn recognise(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let who = request.headers().get("x-who").and_then(|who| who.to_str().ok()).map(id_of).unwrap();
    let app = request.app_data::<web::Data<App>>().unwrap().clone();
    let actor = app.principals.actor(&app.db, Id::from_uuid(who)).await.unwrap().unwrap();
    request.extensions_mut().insert(Identity::Known(actor));
    next.call(request).await
}

fn settle(base: &Database, vault: &Vault, households: usize) {
    let postgres = base.db.is_shared();
    let uid = |id: Uuid| if postgres { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
    let address = vault.seal_value(&Address::parse("示例村一组1号").unwrap()).unwrap();
    let hex: String = address.iter().map(|b| format!("{b:02x}")).collect();
    let sealed = if postgres { format!("'\\x{hex}'") } else { format!("X'{hex}'") };
    let at = "'2026-03-01T00:00:00.000Z'";
    let mut sql = String::new();
    let lineage = ["50", "500114", TOWN, "500114119201", "500114119202", GRIDS[0], GRIDS[1]];
    for (place, code) in lineage.iter().enumerate() {
        let code: wangge::base::area_code::AreaCode = code.parse().unwrap();
        let parent = code.parent().map_or("NULL".to_owned(), |parent| format!("'{parent}'"));
        sql += &format!(
            "INSERT INTO areas (code, name, level, parent, version, updated_at) VALUES ('{code}', '示例{place}', '{}', {parent}, 1, {at});",
            code.level()
        );
    }
    for n in 0..households {
        let (id, grid) = (uid(household(n)), GRIDS[n % GRIDS.len()]);
        let smartphone = if n % 4 == 3 { "no" } else { "yes" };
        sql += &format!(
            "INSERT INTO households (id, area_code, town_code, code, address_sealed, smartphone, members, status, version, created_at, updated_at) \
             VALUES ({id}, '{grid}', '{TOWN}', 'H{n}', {sealed}, '{smartphone}', 3, 'living', 1, {at}, {at});\
             INSERT INTO residents (id, household_id, area_code, name_sealed, name_index, relation, version, created_at, updated_at) \
             VALUES ({id}, {id}, '{grid}', {sealed}, {sealed}, 'child', 1, {at}, {at});\
             INSERT INTO wx_identities (id, appid, openid, subject_kind, subject_id, linked_at, last_visit_at, created_at) \
             VALUES ({id}, '{APPID}', 'o{n}', 'resident', {id}, {at}, {at}, {at});\
             INSERT INTO wx_tickets (identity_id, template_id, kind, state, remaining, last_event_at) \
             VALUES ({id}, 'T1', 'once', 'accept', 1, {at});"
        );
    }
    base.tamper(&format!("BEGIN;{sql}COMMIT;"));
    take_census(&mut base.connect());
}
