//! Cases that are older than the clocks have theirs after the upgrade: reckoned from their records, once, and told of once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use wangge::base::clock::Timestamp;
use wangge::features::cases::{self, CaseKind, StartClocks};
use wangge::features::{disputes, hazards};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{cases as files, clock_alerts, clocks, hazards as rows, outbox_jobs};
use wangge::platform::db::{Cols, Db, Doc};
use wangge::platform::outbox::{Outcome, Place};

use super::scene::{accept_private, dawn, levels, open_alerts, order, submit, tell};
use super::{VILLAGE, changes, shown};
use crate::town::{EAST, Person, TOWN, Town};

/// Takes from every case what it would not have if it were older than the clocks, and upgrades.
fn upgrade(town: &Town) {
    const SQLITE: &str = include_str!("../../../migrations/sqlite/2026-11-26-005400_late_clocks/up.sql");
    const POSTGRES: &str = include_str!("../../../migrations/postgres/2026-11-26-005400_late_clocks/up.sql");
    let mut c = town.connect();
    c.batch_execute(
        "DELETE FROM clock_alerts; DELETE FROM clocks; UPDATE cases SET clocks = '[]', due_on = NULL",
    )
    .unwrap();
    let migration = if c.is_postgres() { POSTGRES } else { SQLITE };
    c.batch_execute(migration).unwrap();
}

/// The jobs that the upgrade left behind.
fn jobs(town: &Town) -> Vec<StartClocks> {
    let jobs = outbox_jobs::table
        .filter(outbox_jobs::kind.eq("case.start_clocks"))
        .select(outbox_jobs::payload)
        .load::<Doc>(&mut town.connect());
    jobs.unwrap().into_iter().map(|job| serde_json::from_value(job.0).unwrap()).collect()
}

/// Runs them.
async fn start(db: &Db, jobs: &[StartClocks]) {
    for job in jobs {
        let owing = match job.kind {
            CaseKind::Hazard => hazards::owing,
            CaseKind::Dispute => disputes::owing,
            CaseKind::Event => panic!("no event is older than the clocks"),
        };
        assert!(matches!(cases::start_clocks(db, *job, owing, Place::NOWHERE).await, Outcome::Done));
    }
}

async fn upgraded(town: &Town) {
    upgrade(town);
    start(&town.house.app.db, &jobs(town)).await;
}

fn clock_rows(town: &Town) -> i64 {
    clocks::table.count().get_result(&mut town.connect()).unwrap()
}

fn alert_rows(town: &Town) -> i64 {
    clock_alerts::table.count().get_result(&mut town.connect()).unwrap()
}

/// A dispute that was agreed on, to be performed by 5 May.
async fn agree(town: &Town, mediator: &Person) -> String {
    let accepted = accept_private(town, mediator, EAST).await;
    let url = format!("/api/v1/disputes/{}", accepted.text("id"));
    mediator.step(town, &format!("{url}/mediation"), 2, json!({ "mode": "on_site" })).await;
    let session = json!({
        "at": "2026-03-02T00:00:00.000Z", "place": "示例村委会", "mode": "on_site", "open": false, "summary": "示例",
        "mediators": [wangge::base::id::Id::<wangge::platform::access::Staff>::from_uuid(mediator.id).to_string()],
        "attendees": [accepted.body["parties"][0]["id"]], "result": "agreed"
    });
    mediator.step(town, &format!("{url}/sessions"), 3, session).await;
    let oral = json!({
        "form": "oral_agreement", "items": ["示例:赔付"], "personal_status": "none", "effective_on": "2026-03-02", "performance_due_on": "2026-05-05"
    });
    let agreed = mediator.step(town, &format!("{url}/agreement"), 4, oral).await;
    assert_eq!(agreed.status, 200, "{agreed:?}");
    url
}

#[actix_web::test]
async fn a_new_town_gets_no_job() {
    assert!(jobs(&Town::new()).is_empty());
}

#[actix_web::test]
async fn an_old_hazard_is_due_as_it_was_ordered_and_is_warned_of() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let auditor = town.staff(Role::Auditor, TOWN);
    let ordered = order(&town, &officer, EAST, "2026-03-07").await;
    let url = format!("/api/v1/hazards/{}", ordered.text("id"));
    let began: Timestamp = clocks::table.select(clocks::started_at).first(&mut town.connect()).unwrap();
    dawn(&town, "2026-03-04");
    upgrade(&town);
    assert_eq!(officer.get(&town, &url).await.body.get("due_on"), None, "it has no clock");
    let jobs = jobs(&town);
    assert_eq!(jobs.len(), 1, "one for the hazards, none for disputes, of which there are none");
    start(&town.house.app.db, &jobs).await;
    let now = officer.get(&town, &url).await;
    assert_eq!(shown(&now), shown(&ordered));
    assert_eq!(now.body["clocks"][0]["legal_due_on"], "2026-03-07");
    assert_eq!((now.text("due_on"), now.version()), ("2026-03-07".into(), ordered.version()));
    let since: Timestamp = clocks::table.select(clocks::started_at).first(&mut town.connect()).unwrap();
    assert_eq!(since, began, "since the order");
    start(&town.house.app.db, &jobs).await;
    assert_eq!(clock_rows(&town), 1, "twice is harmless");

    let timeline = officer.get(&town, &format!("{url}/timeline")).await.body;
    let last = timeline.as_array().and_then(|entries| entries.last()).cloned().unwrap_or_default();
    assert_eq!((&last["step"], &last["state"]), (&json!("start_clocks"), &json!("ordered")), "{timeline}");
    assert_eq!(last["note_internal"], "立案时系统尚无时限,按起算之日补计:“完成整改”至 2026-03-07");
    let audit = auditor.get(&town, &format!("/api/v1/audit?object_id={}", ordered.text("id"))).await;
    let entry = &audit.body["items"][0];
    assert_eq!((&entry["actor_kind"], &entry["details"]["step"]), (&json!("system"), &json!("start_clocks")));

    assert_eq!(tell(&town).await, 0, "its first point is to come");
    dawn(&town, "2026-03-05");
    assert_eq!((tell(&town).await, open_alerts(&town, &officer).await.len()), (1, 1));
    submit_and_see(&town, &officer, &ordered).await;
}

async fn submit_and_see(town: &Town, officer: &Person, ordered: &crate::town::Answer) {
    let done = submit(town, officer, ordered).await;
    assert_eq!(shown(&done)[0], ("YH-RECTIFY", "met", "2026-03-07"), "the steps go on as with any other");
}

#[actix_web::test]
async fn what_is_long_past_is_told_once_for_each_case_to_the_highest() {
    let town = Town::new();
    let (officer, mediator) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Mediator, VILLAGE));
    let [_, dispatcher, approver, district] = levels(&town);
    order(&town, &officer, EAST, "2026-03-07").await;
    let dispute = agree(&town, &mediator).await;
    dawn(&town, "2026-04-20");
    upgraded(&town).await;
    let agreed = mediator.get(&town, &dispute).await;
    assert_eq!(
        shown(&agreed),
        [("TJ-PERFORM", "running", "2026-05-05"), ("TJ-VISIT", "running", "2026-04-01")],
        "the time to ask a court is over, and nobody was late for it"
    );
    assert_eq!((tell(&town).await, tell(&town).await), (2, 0), "one of each case");
    assert_eq!(open_alerts(&town, &district).await.len(), 1, "the hazard is late for long");
    assert_eq!(
        open_alerts(&town, &approver).await.len(),
        1,
        "the visit, of a case that the village may not see"
    );
    for who in [&officer, &dispatcher, &mediator] {
        assert_eq!(open_alerts(&town, who).await.len(), 0, "no flood");
    }
    dawn(&town, "2026-05-02");
    assert_eq!((tell(&town).await, open_alerts(&town, &mediator).await.len()), (1, 1), "and then as ever");
    dawn(&town, "2026-05-20");
    tell(&town).await;
    assert_eq!(alert_rows(&town), 5, "that the agreement was not performed, told to the leader twice");
}

#[actix_web::test]
async fn a_dispute_that_is_mediated_runs_since_it_was_accepted() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let accepted = accept_private(&town, &mediator, EAST).await;
    dawn(&town, "2026-03-10");
    upgraded(&town).await;
    let now = mediator.get(&town, &format!("/api/v1/disputes/{}", accepted.text("id"))).await;
    assert_eq!(now.body["clocks"], accepted.body["clocks"]);
}

#[actix_web::test]
async fn two_nodes_start_the_clocks_of_many_cases_once() {
    let town = Town::new();
    const CASES: i64 = 230; // more than two slices
    for _ in 0..CASES {
        let file = changes::open(&town, vec![]).await.unwrap();
        let row = (
            rows::case_id.eq(file.id),
            rows::area_code.eq(EAST),
            rows::state.eq("ordered"),
            rows::field.eq("fire"),
            rows::rework_count.eq(0),
            rows::order_due.eq(Some("2026-03-07".parse::<chrono::NaiveDate>().unwrap())),
        );
        diesel::insert_into(rows::table).values(row).execute(&mut town.connect()).unwrap();
    }
    // One that has lost its hazard holds up nobody.
    changes::open(&town, vec![]).await.unwrap();
    upgrade(&town);
    let (here, jobs) = (town.house.app.db.clone(), jobs(&town));
    let there = if here.is_shared() {
        Db::open(&town.settings.database, town.clock.clone()).unwrap()
    } else {
        here.clone()
    };
    tokio::join!(start(&here, &jobs), start(&there, &jobs));
    assert_eq!(clock_rows(&town), CASES);
    let due: i64 =
        files::table.filter(files::due_on.is_not_null()).count().get_result(&mut town.connect()).unwrap();
    assert_eq!(due, CASES);
}

#[actix_web::test]
async fn a_step_that_had_read_the_case_before_does_not_take_its_clocks_away() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    order(&town, &officer, EAST, "2026-03-07").await;
    upgrade(&town);
    let read = file(&town);
    start(&town.house.app.db, &jobs(&town)).await;
    let refused = changes::step(&town, &read, vec![]).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "stale_version");
    let now = file(&town);
    assert_eq!(now.version, read.version);
    changes::step(&town, &now, vec![]).await.unwrap();
    assert_eq!(clock_rows(&town), 1);
}

fn file(town: &Town) -> cases::CaseFile {
    files::table.select(cases::CaseFile::cols()).first(&mut town.connect()).unwrap()
}
