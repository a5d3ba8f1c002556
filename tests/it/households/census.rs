//! The census is what counting the households gives, whatever was done to them.

use std::collections::BTreeMap;

use actix_web::test::TestRequest;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use proptest::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::households;
use wangge::platform::access::policy::SeeHouseholds;
use wangge::platform::access::{Household, Resident, Role, system};
use wangge::platform::counters;

use super::ledger::ledger;
use crate::counter::{Answer, Counter, TOWN, get, patch, post};
use crate::town::database::take_census;

const LEADER: Role = Role::GridLeader;
const GRIDS: [&str; 2] = ["500114119201001", "500114119201002"];
const STAIR: &str = "50011411920100101";

#[derive(Debug, Clone)]
enum Deed {
    Make { area: usize, members: usize, smartphone: usize },
    Change { home: usize, to: Change },
    Join { home: usize },
    Leave { home: usize },
    Import { homes: Vec<(usize, usize, usize, usize)> },
    Fold(i64),
}

#[derive(Debug, Clone)]
enum Change {
    Area(usize),
    Smartphone(usize),
    Away(bool),
    Address,
}

const PLACES: [&str; 3] = [GRIDS[0], GRIDS[1], STAIR];
const WORDS: [&str; 3] = ["yes", "no", "unknown"];

fn deed() -> impl Strategy<Value = Deed> {
    let change = prop_oneof![
        (0..3_usize).prop_map(Change::Area),
        (0..3_usize).prop_map(Change::Smartphone),
        any::<bool>().prop_map(Change::Away),
        Just(Change::Address),
    ];
    let listed = (0..6_usize, 0..3_usize, 1..4_usize, 0..3_usize);
    prop_oneof![
        3 => (0..3_usize, 1..4_usize, 0..3_usize)
            .prop_map(|(area, members, smartphone)| Deed::Make { area, members, smartphone }),
        4 => (0..6_usize, change).prop_map(|(home, to)| Deed::Change { home, to }),
        2 => (0..6_usize).prop_map(|home| Deed::Join { home }),
        1 => (0..6_usize).prop_map(|home| Deed::Leave { home }),
        2 => prop::collection::vec(listed, 1..5).prop_map(|homes| Deed::Import { homes }),
        1 => (1..9_i64).prop_map(Deed::Fold),
    ]
}

fn resident(name: usize, relation: &str) -> Value {
    json!({ "id": Id::<Resident>::new(), "name": format!("示例{name}"), "relation": relation })
}

async fn ask(counter: &Counter, request: TestRequest) -> Answer {
    counter.ask(LEADER, TOWN, request).await
}

/// Does it as far as it is allowed, and says whether it was.
async fn happens(counter: &Counter, deed: Deed, homes: &mut Vec<String>) -> bool {
    let known = |home: usize| homes.get(home % homes.len().max(1)).cloned();
    let path = |id: &str| format!("/households/{id}");
    match deed {
        Deed::Make { area, members, smartphone } => {
            let id = Id::<Household>::new().to_string();
            let people: Vec<_> =
                (0..members).map(|n| resident(n, if n == 0 { "head" } else { "child" })).collect();
            let home = json!({ "id": id, "area_code": PLACES[area], "code": format!("H{}", homes.len()),
                "address": "示例村一组1号", "smartphone": WORDS[smartphone], "residents": people });
            let made = ask(counter, post("/households", home)).await.status == 201;
            homes.extend(made.then_some(id));
            made
        }
        Deed::Change { home, to } => {
            let Some(id) = known(home) else { return false };
            let tag = ask(counter, get(&path(&id))).await.etag;
            let change = match to {
                Change::Area(area) => json!({ "area_code": PLACES[area] }),
                Change::Smartphone(word) => json!({ "smartphone": WORDS[word] }),
                Change::Away(away) => json!({ "status": if away { "moved" } else { "living" } }),
                Change::Address => json!({ "address": "示例村二组2号" }),
            };
            ask(counter, patch(&path(&id), &tag, change)).await.status == 200
        }
        Deed::Join { home } => {
            let Some(id) = known(home) else { return false };
            let tag = ask(counter, get(&path(&id))).await.etag;
            let joins = post(&format!("{}/residents", path(&id)), resident(9, "other"));
            ask(counter, joins.insert_header(("If-Match", tag))).await.status < 300
        }
        Deed::Leave { home } => {
            let Some(id) = known(home) else { return false };
            let shown = ask(counter, get(&path(&id))).await;
            let last = shown.body["residents"].as_array().and_then(|all| all.last()).cloned();
            let Some(who) = last.as_ref().and_then(|who| who["id"].as_str()) else { return false };
            let leaves = TestRequest::delete().uri(&format!("/api/v1{}/residents/{who}", path(&id)));
            ask(counter, leaves.insert_header(("If-Match", shown.etag))).await.status < 300
        }
        Deed::Import { homes } => {
            let lines: BTreeMap<_, _> = homes.into_iter().map(|home| (home.0, home)).collect();
            let mut text = String::new();
            for (code, area, members, smartphone) in lines.into_values() {
                let word = ["有", "无", ""][smartphone];
                for n in 0..members {
                    let relation = if n == 0 { "户主" } else { "子女" };
                    text += &format!("{},H{code},示例{n},{relation},,,,,示例村3号,{word}\n", PLACES[area]);
                }
            }
            ask(counter, ledger(&text)).await.status == 200
        }
        Deed::Fold(at_most) => {
            counter.base.db.write(move |tx| counters::fold(tx, at_most)).await.unwrap();
            true
        }
    }
}

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Counted {
    #[diesel(sql_type = Text)]
    grid: String,
    #[diesel(sql_type = BigInt)]
    households: i64,
    #[diesel(sql_type = BigInt)]
    persons: i64,
    #[diesel(sql_type = BigInt)]
    no_smartphone: i64,
}

/// Counted from the rows of persons, without a look at what households say of themselves but where and whether they live.
fn counted(counter: &Counter) -> Vec<Counted> {
    let text = "SELECT substr(h.area_code, 1, 15) AS grid, COUNT(DISTINCT h.id) AS households, COUNT(*) AS persons, \
         COUNT(DISTINCT CASE WHEN h.smartphone = 'no' THEN h.id END) AS no_smartphone \
         FROM households h JOIN residents r ON r.household_id = h.id WHERE h.status = 'living' \
         GROUP BY substr(h.area_code, 1, 15) ORDER BY 1";
    diesel::sql_query(text).load(&mut counter.base.connect()).unwrap()
}

fn census(counter: &Counter, areas: &[&str]) -> Vec<Counted> {
    let by = system::<SeeHouseholds>("a test counts");
    let areas: Vec<_> = areas.iter().map(|area| area.parse().unwrap()).collect();
    let grids = households::denominators(&mut counter.base.connect(), by.scope(), &areas).unwrap();
    let counted = |grid: households::Denominator| Counted {
        grid: grid.area.to_string(),
        households: grid.households.into(),
        persons: grid.persons.into(),
        no_smartphone: grid.no_smartphone.into(),
    };
    grids.into_iter().map(counted).collect()
}

/// A counter of a town that has a micro-grid, too.
fn opened() -> Counter {
    let counter = Counter::new();
    counter.base.tamper(&format!(
        "INSERT INTO areas (code, name, level, parent, version, updated_at) \
         VALUES ('{STAIR}', '示例', 'micro_grid', '{}', 1, '2026-01-01T00:00:00.000Z')",
        GRIDS[0]
    ));
    counter
}

async fn play(deeds: Vec<Deed>) -> Result<(), TestCaseError> {
    let counter = opened();
    let mut homes = Vec::new();
    for deed in deeds {
        happens(&counter, deed, &mut homes).await;
    }
    prop_assert_eq!(counter.base.db.read(households::compare).await.unwrap(), vec![]);
    prop_assert_eq!(census(&counter, &[TOWN]), counted(&counter));
    // The migration counts what is there as the writers did.
    take_census(&mut counter.base.connect());
    prop_assert_eq!(counter.base.db.read(households::compare).await.unwrap(), vec![]);
    prop_assert_eq!(census(&counter, &[TOWN]), counted(&counter));
    Ok(())
}

/// A database of its own per case costs a server half a second.
fn cases() -> u32 {
    if std::env::var_os("TEST_DATABASE_URL").is_some() { 6 } else { 24 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..Default::default() })]
    #[test]
    fn the_census_is_what_counting_gives_whatever_was_done(deeds in prop::collection::vec(deed(), 1..30)) {
        actix_web::rt::System::new().block_on(play(deeds))?;
    }
}

#[actix_web::test]
async fn a_household_is_counted_where_it_lives_and_nowhere_when_it_has_moved_away() {
    let counter = Counter::new();
    let mut homes = Vec::new();
    let to = |to| Deed::Change { home: 0, to };
    for (deed, here, there) in [
        (Deed::Make { area: 0, members: 2, smartphone: 1 }, [1, 2, 1], [0, 0, 0]),
        (Deed::Fold(1), [1, 2, 1], [0, 0, 0]),
        (Deed::Join { home: 0 }, [1, 3, 1], [0, 0, 0]),
        (to(Change::Area(1)), [0, 0, 0], [1, 3, 1]),
        (to(Change::Smartphone(0)), [0, 0, 0], [1, 3, 0]),
        (to(Change::Away(true)), [0, 0, 0], [0, 0, 0]),
        (to(Change::Smartphone(1)), [0, 0, 0], [0, 0, 0]),
        (Deed::Leave { home: 0 }, [0, 0, 0], [0, 0, 0]),
        (to(Change::Away(false)), [0, 0, 0], [1, 2, 1]),
        (Deed::Import { homes: vec![(0, 0, 2, 0), (1, 0, 1, 1)] }, [2, 3, 1], [0, 0, 0]),
        (Deed::Import { homes: vec![(1, 1, 3, 0)] }, [1, 2, 0], [1, 3, 0]),
    ] {
        let said = format!("{deed:?}");
        assert!(happens(&counter, deed, &mut homes).await, "{said}");
        let counts = GRIDS.map(|grid| match census(&counter, &[grid]).as_slice() {
            [one] => [one.households, one.persons, one.no_smartphone],
            none => [none.len() as i64; 3],
        });
        assert_eq!(counts, [here, there], "{said}");
    }
}

#[actix_web::test]
async fn a_ledger_is_counted_by_grids_and_not_by_households() {
    let counter = Counter::new();
    let line = |n: usize| format!("{},H{n},示例甲,户主,,,,,示例村1号,无\n", GRIDS[n % 2]);
    let lines: String = (0..200).map(line).collect();
    assert_eq!(ask(&counter, ledger(&lines)).await.status, 200);
    let counted =
        |grid: &str| Counted { grid: grid.into(), households: 100, persons: 100, no_smartphone: 100 };
    assert_eq!(census(&counter, &[TOWN]), GRIDS.map(counted));
    assert_eq!(counter.count("counter_deltas WHERE book = 'census'"), 2, "one number is added in each grid");
}

#[actix_web::test]
async fn counters_that_were_lost_are_named() {
    let counter = opened();
    let mut homes = Vec::new();
    assert!(happens(&counter, Deed::Make { area: 2, members: 2, smartphone: 1 }, &mut homes).await);
    counter.base.tamper("DELETE FROM counter_deltas WHERE book = 'census' AND keys LIKE '%p%'");
    let wrong = counter.base.db.read(households::compare).await.unwrap();
    let named = |d: &counters::Difference| {
        d.area.as_str() == GRIDS[0] && d.key == "p" && (d.kept, d.counted) == (0, 2)
    };
    assert!(wrong.iter().any(named), "{wrong:?}");
    // A part of a grid has no counters: there the households are counted.
    let part = Counted { grid: GRIDS[0].into(), households: 1, persons: 2, no_smartphone: 1 };
    assert_eq!(census(&counter, &[STAIR, GRIDS[1]]), [part]);
    assert_eq!(counter.base.db.write(households::recount).await.unwrap(), 1);
    assert_eq!(counter.base.db.read(households::compare).await.unwrap(), []);
    assert_eq!(counter.base.db.write(households::recount).await.unwrap(), 0);
}
