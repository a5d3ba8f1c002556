//! What is due, on one's desk and in one's areas.

use serde_json::Value;
use wangge::features::clocks::{Change, Rule};
use wangge::platform::access::Role;

use super::scene::{accept_private, dawn, levels, order};
use super::{VILLAGE, changes};
use crate::town::{EAST, NEXT_VILLAGE, Person, TOWN, Town};

async fn due(town: &Town, who: &Person, query: &str) -> Vec<Value> {
    let page = who.get(town, &format!("/api/v1/me/due{query}")).await;
    page.body["items"].as_array().unwrap_or_else(|| panic!("{page:?}")).clone()
}

fn days(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["due_on"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn ones_desk_shows_what_is_due_first_first_and_how_many_days_are_left() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    for day in ["2026-03-09", "2026-03-06", "2026-03-07"] {
        order(&town, &officer, EAST, day).await;
    }
    order(&town, &town.staff(Role::StationOfficer, TOWN), EAST, "2026-03-03").await;
    let items = due(&town, &officer, "").await;
    assert_eq!(days(&items), ["2026-03-06", "2026-03-07", "2026-03-09"], "another's desk is another's");
    let left: Vec<_> = items
        .iter()
        .map(|item| (item["days_left"].as_i64().unwrap(), item["working_days_left"].as_i64().unwrap()))
        .collect();
    assert_eq!(left, [(4, 4), (5, 4), (7, 5)], "from Monday the 2nd; the 7th is a Saturday");
    let first = &items[0];
    assert_eq!((&first["rule"], &first["label"]), (&"YH-RECTIFY".into(), &"完成整改".into()));
    assert_eq!((&first["basis"]["law"], &first["overdue"]), (&"安全生产法".into(), &false.into()));
    assert_eq!(
        (&first["case"]["title"], &first["case"]["area_code"]),
        (&"弯道护栏松动".into(), &EAST.into())
    );
    assert!(first["case"]["id"].as_str().unwrap().starts_with("hazard_"));
    dawn(&town, "2026-03-09");
    let items = due(&town, &officer, "").await;
    let left: Vec<_> = items
        .iter()
        .map(|item| (item["overdue"].as_bool().unwrap(), item["days_left"].as_i64().unwrap()))
        .collect();
    assert_eq!(left, [(true, -3), (true, -2), (false, 0)]);
    assert_eq!(items[0]["working_days_left"], -1, "the weekend between does not count");
    assert_eq!(days(&due(&town, &officer, "?until=2026-03-07").await).len(), 2);
    let (mut paged, mut next) = (vec![], String::new());
    loop {
        let page = officer.get(&town, &format!("/api/v1/me/due?limit=1{next}")).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(paged, items);
}

#[actix_web::test]
async fn leaders_see_what_is_due_in_their_areas_and_workers_do_not() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [leader, dispatcher, _, district] = levels(&town);
    order(&town, &officer, EAST, "2026-03-07").await;
    order(&town, &officer, NEXT_VILLAGE, "2026-03-06").await;
    for (who, expected) in [
        (&leader, vec!["2026-03-07"]),
        (&dispatcher, vec!["2026-03-06", "2026-03-07"]),
        (&district, vec!["2026-03-06", "2026-03-07"]),
        (&town.staff(Role::Dispatcher, "500114120"), vec![]),
    ] {
        assert_eq!(days(&due(&town, who, "?scope=areas").await), expected);
        assert_eq!(due(&town, who, "").await.len(), 0, "nothing is on their own desks");
    }
    for who in [&officer, &town.staff(Role::GridWorker, EAST)] {
        let refused = who.get(&town, "/api/v1/me/due?scope=areas").await;
        assert_eq!(refused.told(), (403, "forbidden"));
    }
    let nobody = town.resident(EAST);
    assert_eq!(nobody.get(&town, "/api/v1/me/due").await.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_private_case_is_due_only_to_those_who_may_see_it() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let [leader, dispatcher, approver, district] = levels(&town);
    accept_private(&town, &mediator, EAST).await;
    for (who, query, expected) in [
        (&mediator, "", 1),
        (&approver, "?scope=areas", 1),
        (&town.staff(Role::Auditor, TOWN), "?scope=areas", 1),
        (&leader, "?scope=areas", 0),
        (&dispatcher, "?scope=areas", 0),
        (&district, "?scope=areas", 0),
    ] {
        assert_eq!(due(&town, who, query).await.len(), expected);
    }
}

#[actix_web::test]
async fn a_paused_time_is_listed_without_days_and_one_that_ended_is_not() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let both = vec![Change::Start(Rule::HandleEvent), Change::Start(Rule::Mediate)];
    let file = changes::open(&town, both).await.unwrap();
    let next = vec![Change::Pause(Rule::HandleEvent), Change::Stop(Rule::Mediate)];
    changes::step(&town, &file, next).await.unwrap();
    let items = due(&town, &dispatcher, "?scope=areas").await;
    assert_eq!((items.len(), &items[0]["state"]), (1, &"paused".into()));
    assert_eq!((items[0].get("days_left"), items[0].get("working_days_left")), (None, None));
}

#[actix_web::test]
async fn a_day_that_no_calendar_has_and_a_scope_that_nobody_knows_are_refused() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    for query in ["?until=2026-02-30", "?until=%2B10000-01-01", "?scope=everywhere", "?what=else"] {
        let refused = officer.get(&town, &format!("/api/v1/me/due{query}")).await;
        assert_eq!(refused.told(), (400, "bad_request"), "{query}");
    }
    assert_eq!(officer.get(&town, "/api/v1/me/due?limit=0").await.fields(), ["limit"]);
}
