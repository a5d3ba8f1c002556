//! The dashboard: its numbers against the cases, its stream against the timeline.

mod numbers;
mod stream;

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpMessage};
use wangge::base::area_code::AreaCode;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::base::problem::Result;
use wangge::features::cases::{
    self, Advance, CaseFile, CaseKind, Confidential, NewCase, Phase, Place, Source, Urgency,
};
use wangge::platform::access::policy::{ReportHazard, SeeDashboard};
use wangge::platform::access::{
    Actor, ActorKind, AreaInScope, Granted, Identity, Post, Principal, Principals, Role, Roster, Session,
    system,
};
use wangge::platform::db::{Db, DbConnection, Tx};

use crate::town::database::Database;

const TOWN: &str = "500114119";
const VILLAGE: &str = "500114119201";
const GRID: &str = "500114119201001";
const NEIGHBOUR: &str = "500114119202001";

/// A roster of one person who holds one role in an area.
struct OnePerson(Role, AreaCode);

impl Roster for OnePerson {
    fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        let post = Post { role: self.0, area: self.1.clone() };
        Ok(Some(Principal {
            kind: ActorKind::Staff,
            id: uuid::Uuid::now_v7(),
            session,
            household: None,
            home: self.1.town(),
            posts: vec![post],
            expires_at: Timestamp::from_millis(i64::MAX),
        }))
    }
}

/// Someone who may see the dashboard of `area`.
async fn viewer(db: &Db, area: &str) -> (Principals, Granted<SeeDashboard>) {
    let principals = Principals::new(Arc::new(OnePerson(Role::Dashboard, area.parse().unwrap())));
    let actor = principals.actor(db, Id::new()).await.unwrap().unwrap();
    let request = TestRequest::get().to_http_request();
    request.extensions_mut().insert(Identity::Known(actor));
    let granted = Granted::from_request(&request, &mut Payload::None).await.unwrap();
    (principals, granted)
}

/// Someone who reports cases.
async fn worker(db: &Db) -> Actor {
    let principals = Principals::new(Arc::new(OnePerson(Role::GridWorker, TOWN.parse().unwrap())));
    principals.actor(db, Id::new()).await.unwrap().unwrap()
}

/// Makes the township's areas.
fn make_areas(town: &Database) {
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
}

/// Opens a case in `area`.
fn open(tx: &mut Tx, by: &Actor, area: &str, kind: CaseKind, category: &'static str) -> Result<CaseFile> {
    let everywhere = system::<ReportHazard>("a test reports anywhere");
    let area = AreaInScope::found(everywhere.scope(), &area.parse().unwrap()).unwrap();
    let id = Id::new();
    let new = NewCase {
        id,
        kind,
        category,
        title: "示例".to_owned(),
        detail: "示例".to_owned(),
        source: Source::GridPatrol,
        urgency: Urgency::Normal,
        confidential: Confidential::Internal,
        place: Place::default(),
        occurred_at: tx.now(),
        reported_at: tx.now(),
        state: "found",
        content_hash: [0; 32],
    };
    let opened = cases::open(tx, by, &area, &format!("示例-{id}"), &new)?;
    Ok(opened.file().clone())
}

/// Takes a case to `phase`.
fn advance(tx: &mut Tx, file: &CaseFile, phase: Phase) -> Result<CaseFile> {
    let by = system::<ReportHazard>("a test goes on");
    let step = Advance {
        step: "grade",
        states: ("found", "graded"),
        phase,
        handler: None,
        due_on: None,
        note: None,
        note_internal: None,
        device_at: None,
    };
    cases::advance(tx, by.actor(), by.scope(), file, step)
}
