//! What a step of a procedure may do to the clocks of its case, tried on a case without a procedure.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpMessage};
use chrono::TimeDelta;
use diesel::prelude::*;
use wangge::base::area_code::AreaCode;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::base::problem::{Code, Result};
use wangge::features::cases::Settled;
use wangge::features::cases::{
    self, Advance, CaseFile, CaseKind, Confidential, Desk, NewCase, Phase, Place, Source, Urgency,
};
use wangge::features::clocks::{Change, ClockState, Rule};
use wangge::platform::access::policy::ReportHazard;
use wangge::platform::access::{
    ActorKind, Granted, Identity, Post, Principal, Principals, Role, Roster, Session, system,
};
use wangge::platform::db::DbConnection;
use wangge::platform::db::schema::clocks;

use crate::town::{EAST, Town};

/// A roster of one grid worker.
struct Worker;

impl Roster for Worker {
    fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        let area: AreaCode = EAST.parse().unwrap();
        Ok(Some(Principal {
            kind: ActorKind::Staff,
            id: uuid::Uuid::now_v7(),
            session,
            household: None,
            home: area.town(),
            posts: vec![Post { role: Role::GridWorker, area }],
            expires_at: Timestamp::from_millis(i64::MAX),
        }))
    }
}

/// Opens a case with these clocks, as a grid worker.
pub async fn open(town: &Town, starts: Vec<Change>) -> Result<CaseFile> {
    let actor = Principals::new(Arc::new(Worker)).actor(&town.house.app.db, Id::new()).await?.unwrap();
    let request = TestRequest::get().to_http_request();
    request.extensions_mut().insert(Identity::Known(actor));
    let by = Granted::<ReportHazard>::from_request(&request, &mut Payload::None).into_inner()?;
    let opening = town.house.app.db.write(move |tx| {
        let new = NewCase {
            id: Id::new(),
            kind: CaseKind::Hazard,
            area: Some(EAST.parse().unwrap()),
            category: "fire",
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
        let settled = Settled::given(EAST.parse().unwrap(), format!("示例-{}", new.id));
        let opened = cases::open(tx, &by, &settled, &new, &starts)?;
        Ok(opened.file().clone())
    });
    opening.await
}

/// Takes a step that was written down on a phone at `device_at`.
async fn step_at(
    town: &Town,
    file: &CaseFile,
    changes: Vec<Change>,
    device_at: Option<Timestamp>,
    phase: Phase,
) -> Result<CaseFile> {
    let file = file.clone();
    let taking = town.house.app.db.write(move |tx| {
        let step = Advance {
            step: "grade",
            states: ("found", "graded"),
            phase,
            desk: Desk::Stays,
            clocks: &changes,
            note: None,
            note_internal: None,
            news: None,
            confidential: None,
            device_at,
        };
        cases::advance(tx, &system::<ReportHazard>("a test"), &file, step)
    });
    taking.await
}

pub async fn step(town: &Town, file: &CaseFile, changes: Vec<Change>) -> Result<CaseFile> {
    step_at(town, file, changes, None, Phase::Working).await
}

/// What the table holds of the case's clocks, the earliest first.
fn stored(town: &Town, file: &CaseFile) -> Vec<(Rule, ClockState, String, bool, bool)> {
    let rows = clocks::table.filter(clocks::case_id.eq(file.id)).order(clocks::id).select((
        clocks::rule,
        clocks::state,
        clocks::due_on,
        clocks::happened_at.is_not_null(),
        clocks::next_at.is_not_null(),
    ));
    let rows: Vec<(Rule, ClockState, chrono::NaiveDate, bool, bool)> =
        rows.load(&mut town.connect()).unwrap();
    rows.into_iter()
        .map(|(rule, state, due, told, next)| (rule, state, due.to_string(), told, next))
        .collect()
}

#[actix_web::test]
async fn a_report_may_start_a_clock_and_the_case_is_due_with_it() {
    let town = Town::new();
    let file = open(&town, vec![Change::Start(Rule::AcceptEvent)]).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-03-03");
    let day = || "2026-03-03".to_owned();
    assert_eq!(stored(&town, &file), [(Rule::AcceptEvent, ClockState::Running, day(), false, true)]);
    let next = vec![Change::Stop(Rule::AcceptEvent), Change::Start(Rule::HandleEvent)];
    let file = step(&town, &file, next).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-03-05");
    assert_eq!(
        stored(&town, &file),
        [
            (Rule::AcceptEvent, ClockState::Met, day(), false, false),
            (Rule::HandleEvent, ClockState::Running, "2026-03-05".to_owned(), false, true)
        ]
    );
}

#[actix_web::test]
async fn a_case_is_due_on_the_earliest_day_of_what_runs() {
    let town = Town::new();
    let both = vec![Change::Start(Rule::Mediate), Change::Start(Rule::HandleEvent)];
    let file = open(&town, both).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-03-05");
    let file = step(&town, &file, vec![Change::Pause(Rule::HandleEvent)]).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-04-01", "what is paused is not due");
    town.pass(TimeDelta::days(7));
    let file = step(&town, &file, vec![Change::Resume(Rule::HandleEvent)]).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-03-12", "three working days were left");
    let file = step(&town, &file, vec![Change::Extend(Rule::HandleEvent, 2)]).await.unwrap();
    assert_eq!(file.due_on.unwrap().to_string(), "2026-03-16");
    let again = step(&town, &file, vec![Change::Extend(Rule::HandleEvent, 1)]).await.unwrap_err();
    assert_eq!(again.code(), Code::GuardRefused);
}

#[actix_web::test]
async fn what_the_phone_wrote_down_in_time_is_met_when_the_signal_comes_back() {
    let town = Town::new();
    let file = open(&town, vec![Change::Start(Rule::AcceptEvent)]).await.unwrap();
    let on_site = town.clock.now().plus(TimeDelta::hours(20));
    town.pass(TimeDelta::days(3));
    let stop = vec![Change::Stop(Rule::AcceptEvent)];
    let file = step_at(&town, &file, stop, Some(on_site), Phase::Working).await.unwrap();
    let day = "2026-03-03".to_owned();
    assert_eq!(stored(&town, &file), [(Rule::AcceptEvent, ClockState::Met, day, true, false)]);
}

#[actix_web::test]
async fn a_phone_that_thinks_it_was_before_the_beginning_is_not_believed() {
    let town = Town::new();
    let file = open(&town, vec![Change::Start(Rule::AcceptEvent)]).await.unwrap();
    let before = town.clock.now().plus(TimeDelta::days(-400));
    town.pass(TimeDelta::days(3));
    let stop = vec![Change::Stop(Rule::AcceptEvent)];
    let file = step_at(&town, &file, stop, Some(before), Phase::Working).await.unwrap();
    assert_eq!(stored(&town, &file)[0].1, ClockState::Missed);
}

#[actix_web::test]
async fn closing_a_case_ends_all_of_its_clocks() {
    let town = Town::new();
    let both = vec![Change::Start(Rule::Mediate), Change::Start(Rule::HandleEvent)];
    let file = open(&town, both).await.unwrap();
    let stop = vec![Change::Stop(Rule::HandleEvent)];
    let file = step_at(&town, &file, stop, None, Phase::Closed).await.unwrap();
    let states: Vec<_> = stored(&town, &file).into_iter().map(|clock| clock.1).collect();
    assert_eq!((states, file.due_on), (vec![ClockState::Waived, ClockState::Met], None));
}

#[actix_web::test]
async fn a_clock_that_does_not_run_cannot_be_extended_but_may_be_stopped() {
    let town = Town::new();
    let file = open(&town, vec![]).await.unwrap();
    let refusal = step(&town, &file, vec![Change::Extend(Rule::Mediate, 1)]).await.unwrap_err();
    assert_eq!((refusal.code(), refusal.body("").basis.is_some()), (Code::GuardRefused, true));
    let nothing =
        vec![Change::Stop(Rule::Mediate), Change::Pause(Rule::Mediate), Change::Miss(Rule::Mediate)];
    let file = step(&town, &file, nothing).await.unwrap();
    assert_eq!((stored(&town, &file), file.due_on), (vec![], None));
}

#[actix_web::test]
async fn a_second_clock_of_one_rule_is_a_mistake_of_ours_and_changes_nothing() {
    let town = Town::new();
    let file = open(&town, vec![Change::Start(Rule::Mediate)]).await.unwrap();
    let refusal = step(&town, &file, vec![Change::Start(Rule::Mediate)]).await.unwrap_err();
    assert_eq!((refusal.code(), stored(&town, &file).len()), (Code::Internal, 1));
    let restart = vec![Change::Stop(Rule::Mediate), Change::Start(Rule::Mediate)];
    let file = step(&town, &file, restart).await.unwrap();
    assert_eq!((stored(&town, &file).len(), file.clocks.view().len()), (2, 1), "the latest is shown");
}
