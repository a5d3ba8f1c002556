//! Alerts are acknowledged by who holds them, are closed when the time ends, and are counted while they are open.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::features::clocks;
use wangge::platform::access::Role;
use wangge::platform::db::schema::audit_entries;
use wangge::platform::db::{DbConnection, DbSettings};

use super::scene::{alerts, dawn, levels, open_alerts, order, submit, tell};
use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town};

async fn acknowledge(town: &Town, who: &Person, alert: &Value) -> crate::town::Answer {
    let url = format!("/api/v1/alerts/{}/acknowledgement", alert["id"].as_str().unwrap());
    who.post(town, &url, json!({})).await
}

/// The open escalations of an area by level, as the dashboard shows them.
async fn counted(town: &Town, area: &str) -> Vec<i64> {
    let viewer = town.staff(Role::DistrictViewer, "500114");
    let summary = viewer.get(town, &format!("/api/v1/dashboard?area={area}")).await;
    let levels = summary.body["escalations"].as_array().unwrap_or_else(|| panic!("{summary:?}"));
    levels.iter().map(|level| level["n"].as_i64().unwrap()).collect()
}

/// That the counters are what counting gives.
async fn proven(town: &Town) {
    assert_eq!(town.house.app.db.read(clocks::compare).await.unwrap(), vec![]);
}

#[actix_web::test]
async fn an_alert_is_acknowledged_once_by_whoever_holds_it_and_by_nobody_else() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [leader, dispatcher, approver, district] = levels(&town);
    order(&town, &officer, EAST, "2026-03-07").await;
    dawn(&town, "2026-03-08");
    assert_eq!(tell(&town).await, 2);
    assert_eq!(counted(&town, TOWN).await, [0, 1, 0, 0], "warnings are not counted");
    assert_eq!(
        (counted(&town, EAST).await, counted(&town, "500114").await),
        (vec![0, 1, 0, 0], vec![0, 1, 0, 0])
    );
    let (warning, escalation) = (&alerts(&town, &officer).await[0], &alerts(&town, &dispatcher).await[0]);
    let strangers = [
        town.staff(Role::StationOfficer, TOWN),
        town.staff(Role::Dispatcher, &NEXT_TOWN[..9]),
        leader,
        approver,
        district,
    ];
    for stranger in &strangers {
        assert_eq!(acknowledge(&town, stranger, warning).await.told(), (404, "not_found"));
        assert_eq!(acknowledge(&town, stranger, escalation).await.told(), (404, "not_found"));
    }
    let auditor = town.staff(Role::Auditor, TOWN);
    assert_eq!(acknowledge(&town, &auditor, escalation).await.told(), (403, "forbidden"));
    let first = acknowledge(&town, &dispatcher, escalation).await;
    assert_eq!((first.status, &first.body["open"]), (200, &false.into()), "{first:?}");
    town.pass(chrono::TimeDelta::hours(1));
    let colleague = town.staff(Role::Dispatcher, TOWN);
    let second = acknowledge(&town, &colleague, escalation).await;
    assert_eq!((second.status, second.body), (200, first.body), "the first one stays");
    assert_eq!(counted(&town, TOWN).await, [0, 0, 0, 0]);
    proven(&town).await;
    assert_eq!(acknowledge(&town, &officer, warning).await.status, 200);
    let audited = audit_entries::table.filter(audit_entries::action.eq("alert.acknowledge")).count();
    assert_eq!(audited.get_result(&mut town.connect()), Ok(2));
}

#[actix_web::test]
async fn what_was_told_of_a_time_that_ended_needs_nobodys_note() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [_, dispatcher, approver, _] = levels(&town);
    let late = order(&town, &officer, EAST, "2026-03-07").await;
    let later = order(&town, &officer, NEXT_VILLAGE, "2026-03-07").await;
    dawn(&town, "2026-03-09");
    assert_eq!(tell(&town).await, 6);
    assert_eq!(counted(&town, TOWN).await, [0, 2, 2, 0]);
    submit(&town, &officer, &late).await;
    assert_eq!(counted(&town, TOWN).await, [0, 1, 1, 0]);
    proven(&town).await;
    let told = alerts(&town, &dispatcher).await;
    let open: Vec<_> = told.iter().map(|alert| alert["open"].as_bool().unwrap()).collect();
    assert_eq!(open, [true, false], "the open one comes first");
    assert_eq!(told[0]["case"]["no"].as_str(), Some(later.text("no").as_str()));
    assert_eq!((&told[1]["clock"], told[1].get("acknowledged_at")), (&"missed".into(), None));
    let noted = acknowledge(&town, &dispatcher, &told[1]).await;
    assert!(noted.body["acknowledged_at"].is_string(), "one may still take note: {noted:?}");
    assert_eq!(counted(&town, TOWN).await, [0, 1, 1, 0], "and it is not counted out twice");
    proven(&town).await;
    assert_eq!(open_alerts(&town, &approver).await.len(), 1);
    dawn(&town, "2026-05-01");
    assert_eq!(alerts(&town, &dispatcher).await.len(), 1, "closed ones are listed for thirty days");
}

#[actix_web::test]
async fn pages_show_the_open_ones_first_and_lose_nothing() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [_, dispatcher, ..] = levels(&town);
    let mut cases = vec![];
    for day in ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"] {
        cases.push(order(&town, &officer, EAST, day).await);
    }
    for day in ["2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07"] {
        dawn(&town, day);
        tell(&town).await;
    }
    submit(&town, &officer, &cases[1]).await;
    submit(&town, &officer, &cases[3]).await;
    let (mut shown, mut next) = (vec![], String::new());
    loop {
        let page = dispatcher.get(&town, &format!("/api/v1/me/alerts?limit=1{next}")).await;
        for alert in page.body["items"].as_array().unwrap() {
            shown.push((alert["open"].as_bool().unwrap(), alert["case"]["no"].as_str().unwrap().to_owned()));
        }
        let Some(cursor) = page.body["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    let no = |n: usize| cases[n].text("no");
    assert_eq!(shown, [(true, no(2)), (true, no(0)), (false, no(3)), (false, no(1))]);
    for cursor in ["o", "x", "cAAAA", "网"] {
        let page = dispatcher.get(&town, &format!("/api/v1/me/alerts?cursor={}", urlencoded(cursor))).await;
        assert_eq!((page.status, page.fields()), (422, vec!["cursor"]), "{cursor}");
    }
}

fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[actix_web::test]
async fn what_one_holds_in_several_posts_comes_in_one_order() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    town.appoint(&officer, Role::Dispatcher, TOWN);
    town.appoint(&officer, Role::Approver, TOWN);
    order(&town, &officer, EAST, "2026-03-06").await;
    order(&town, &officer, NEXT_VILLAGE, "2026-03-07").await;
    for day in ["2026-03-04", "2026-03-05", "2026-03-07", "2026-03-08", "2026-03-09"] {
        dawn(&town, day);
        tell(&town).await;
    }
    let told = alerts(&town, &officer).await;
    assert_eq!(told.len(), 6, "a warning and two levels of each: {told:?}");
    assert!(told.iter().map(|alert| alert["told_at"].as_str().unwrap()).rev().is_sorted(), "{told:?}");
    let (mut paged, mut next) = (vec![], String::new());
    loop {
        let page = officer.get(&town, &format!("/api/v1/me/alerts?limit=2{next}")).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(paged, told);
}

/// As the store asks, with values in place of the parameters: the planner sees none either way.
#[test]
fn pages_are_handed_out_by_indexes() {
    let (url, _place) = crate::town::database::fresh();
    let mut c = DbSettings { url, replica: None, connections: 1 }.connect().unwrap();
    if c.is_postgres() {
        return; // which plans by its statistics
    }
    let seen = "(case_area || '' >= '5' AND case_area || '' < '6' AND (reporter_id = x'01' OR confidential = 'public'))";
    let level = "(level = 'L2' AND (area_code >= '5' AND area_code < '6'))";
    let (open, closed) = ("closed_at IS NULL", "closed_at IS NOT NULL AND told_at > '2026'");
    for (held, state, index) in [
        ("handler_id = x'02'", open, "ix_clock_alerts__handler (handler_id=?"),
        ("handler_id = x'02'", closed, "ix_clock_alerts__handler_closed (handler_id=?"),
        (level, open, "ix_clock_alerts__level (level=?"),
        (level, closed, "ix_clock_alerts__level_closed (level=?"),
    ] {
        let query = format!(
            "SELECT * FROM shown_alerts WHERE ({held} AND {seen}) AND {state} AND (told_at, id) < ('2026', x'01') \
             ORDER BY told_at DESC, id DESC LIMIT 21"
        );
        handed_out(&mut c, &query, index, true);
    }
    let seen = "(area_code || '' >= '5' AND area_code || '' < '6' AND (reporter_id = x'01' OR confidential = 'public'))";
    let due =
        |more: &str| format!("SELECT * FROM open_clocks WHERE {seen} {more} ORDER BY due_at, id LIMIT 21");
    handed_out(&mut c, &due("AND handler_id = x'02'"), "ix_cases__desk (handler_id=?", false);
    handed_out(
        &mut c,
        &due("AND (due_at, id) > ('2026', x'01')"),
        "ix_clocks__due ((due_at,id)>(?,?))",
        true,
    );
    let desk = "SELECT * FROM cases WHERE area_code >= '5' AND area_code < '6' AND handler_id = x'02' AND closed_at IS NULL \
         ORDER BY received_at DESC, id DESC LIMIT 21";
    handed_out(&mut c, desk, "ix_cases__desk (handler_id=?", true);
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

fn handed_out(c: &mut DbConnection, query: &str, index: &str, in_order: bool) {
    let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(c).unwrap();
    let plan: Vec<_> = plan.into_iter().map(|line| line.detail).collect();
    assert!(plan[0].contains(index), "{query}: {plan:#?}");
    assert_eq!(in_order, plan.iter().all(|line| !line.contains("ORDER BY")), "{query}: {plan:#?}");
}
