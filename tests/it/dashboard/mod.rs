//! The dashboard: its numbers against the cases, its stream against the timeline.

mod numbers;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpMessage};
use wangge::base::area_code::AreaCode;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::base::problem::Result;
use wangge::features::cases::{
    self, Advance, CaseFile, CaseKind, Confidential, Desk, NewCase, Phase, Place, Settled, Source, Urgency,
};
use wangge::platform::access::policy::{ReportHazard, SeeDashboard};
use wangge::platform::access::{
    ActorKind, Granted, Identity, Permission, Post, Principal, Principals, Role, Roster, Session, system,
};
use wangge::platform::db::{Db, DbConnection, Tx};

use crate::town::database::Database;

const TOWN: &str = "500114119";
const VILLAGE: &str = "500114119201";
const GRID: &str = "500114119201001";
const NEIGHBOUR: &str = "500114119202001";

/// A roster of one person who holds one role in an area, as long as nobody revokes the session.
struct OnePerson {
    role: Role,
    area: AreaCode,
    revoked: AtomicBool,
}

impl OnePerson {
    fn new(role: Role, area: &str) -> Arc<Self> {
        Arc::new(Self { role, area: area.parse().unwrap(), revoked: AtomicBool::new(false) })
    }
}

impl Roster for OnePerson {
    fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        if self.revoked.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok(Some(Principal {
            kind: ActorKind::Staff,
            id: uuid::Uuid::now_v7(),
            session,
            household: None,
            home: self.area.town(),
            posts: vec![Post { role: self.role, area: self.area.clone() }],
            expires_at: Timestamp::from_millis(i64::MAX),
        }))
    }
}

/// The permission, held by whoever the roster knows.
async fn granted<P: Permission>(db: &Db, roster: Arc<OnePerson>) -> (Principals, Granted<P>) {
    let principals = Principals::new(roster);
    let actor = principals.actor(db, Id::new()).await.unwrap().unwrap();
    let request = TestRequest::get().to_http_request();
    request.extensions_mut().insert(Identity::Known(actor));
    let granted = Granted::from_request(&request, &mut Payload::None).into_inner().unwrap();
    (principals, granted)
}

/// Someone who may see the dashboard of `area`.
async fn viewer(db: &Db, area: &str) -> (Principals, Granted<SeeDashboard>) {
    granted(db, OnePerson::new(Role::Dashboard, area)).await
}

/// Someone who reports cases.
async fn worker(db: &Db) -> Granted<ReportHazard> {
    granted(db, OnePerson::new(Role::GridWorker, TOWN)).await.1
}

/// A township with its areas.
fn township() -> Database {
    let town = Database::new();
    let areas = [
        ("50", ""),
        ("500114", "50"),
        (TOWN, "500114"),
        (VILLAGE, TOWN),
        ("500114119202", TOWN),
        (GRID, VILLAGE),
        (NEIGHBOUR, "500114119202"),
    ];
    for (code, parent) in areas {
        let level = code.parse::<AreaCode>().unwrap().level();
        let parent = if parent.is_empty() { "NULL".to_owned() } else { format!("'{parent}'") };
        town.tamper(&format!(
            "INSERT INTO areas (code, name, level, parent, version, updated_at) \
             VALUES ('{code}', '示例', '{level}', {parent}, 1, '2026-03-02T01:00:00.000Z')"
        ));
    }
    town
}

/// Opens a case in `area`.
fn open(
    tx: &mut Tx,
    by: &Granted<ReportHazard>,
    area: &str,
    kind: CaseKind,
    category: &'static str,
) -> Result<CaseFile> {
    open_for(tx, by, area, kind, category, Confidential::Internal)
}

fn open_for(
    tx: &mut Tx,
    by: &Granted<ReportHazard>,
    area: &str,
    kind: CaseKind,
    category: &'static str,
    confidential: Confidential,
) -> Result<CaseFile> {
    let id = Id::new();
    let new = NewCase {
        id,
        kind,
        area: None,
        category,
        title: "示例".to_owned(),
        detail: "示例".to_owned(),
        source: Source::GridPatrol,
        urgency: Urgency::Normal,
        confidential,
        place: Place::default(),
        occurred_at: tx.now(),
        reported_at: tx.now(),
        state: "found",
        content_hash: [0; 32],
    };
    let settled = Settled::given(area.parse().unwrap(), format!("示例-{id}"));
    let opened = cases::open(tx, by, &settled, &new, &[])?;
    Ok(opened.file().clone())
}

/// Takes a case to `phase`.
fn advance(tx: &mut Tx, file: &CaseFile, phase: Phase) -> Result<CaseFile> {
    let by = system::<ReportHazard>("a test goes on");
    let step = Advance {
        step: "grade",
        states: ("found", "graded"),
        phase,
        desk: Desk::Stays,
        clocks: &[],
        note: None,
        note_internal: None,
        news: None,
        confidential: None,
        device_at: None,
    };
    cases::advance(tx, &by, file, step)
}
