//! Counters against a model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wangge::base::area_code::{AreaCode, AreaLevel};
use wangge::platform::counters::{self, Difference};
use wangge::platform::db::Tx;

use crate::town::database::Database;

const AREAS: [&str; 6] = [
    "500114119201001",
    "500114119201002",
    "500114119202001",
    "500114120001001",
    "500115001001001",
    "500114119", // a count that belongs to no village
];
const KEYS: [&str; 3] = ["open", "closed", "hazard.major"];
const LEVELS: [Option<AreaLevel>; 6] = [
    None,
    Some(AreaLevel::Province),
    Some(AreaLevel::District),
    Some(AreaLevel::Town),
    Some(AreaLevel::Village),
    Some(AreaLevel::Grid),
];

#[derive(Debug, Clone)]
enum Event {
    Add { area: usize, keys: Vec<usize>, n: i64 },
    Fold(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let keys = proptest::sample::subsequence(vec![0, 1, 2], 1..=3);
    prop_oneof![
        4 => (0..AREAS.len(), keys, -2..3_i64).prop_map(|(area, keys, n)| Event::Add { area, keys, n }),
        1 => (1..6_i64).prop_map(Event::Fold),
    ]
}

fn code(code: &str) -> AreaCode {
    if code.is_empty() { AreaCode::country() } else { code.parse().unwrap() }
}

type Truth = BTreeMap<(&'static str, &'static str), i64>;

/// What reading `area` by `level` must answer.
fn expected(truth: &Truth, area: &str, level: Option<AreaLevel>) -> Vec<(String, String, i64)> {
    let digits = level.map_or(area.len(), AreaLevel::digits);
    let mut sums = BTreeMap::new();
    for ((code, key), n) in truth {
        // Each area is held by those whose digits it begins with.
        if code.starts_with(area) && digits >= area.len() && code.len() >= digits {
            *sums.entry((code[..digits].to_owned(), (*key).to_owned())).or_insert(0) += n;
        }
    }
    sums.into_iter().filter(|(_, n)| *n != 0).map(|((area, key), n)| (area, key, n)).collect()
}

async fn play(events: Vec<Event>) -> Result<(), TestCaseError> {
    let town = Database::new();
    let mut truth = Truth::new();
    town.db.write(|tx| counters::add(tx, "another", &code(AREAS[0]), &["open"], 7)).await.unwrap();
    for event in events {
        match event {
            Event::Fold(at_most) => drop(town.db.write(move |tx| counters::fold(tx, at_most)).await.unwrap()),
            Event::Add { area, keys, n } => {
                let keys: Vec<&'static str> = keys.iter().map(|key| KEYS[*key]).collect();
                for key in &keys {
                    *truth.entry((AREAS[area], key)).or_default() += n;
                }
                let add = move |tx: &mut Tx| counters::add(tx, "cases", &code(AREAS[area]), &keys, n);
                town.db.write(add).await.unwrap();
            }
        }
    }
    for area in ["", "50", "500114", "500114119", "500114119201", "500114119201001", "500116"] {
        for level in LEVELS {
            let read = town.db.read(move |c| counters::read(c, "cases", &code(area), level)).await.unwrap();
            let read: Vec<_> =
                read.into_iter().map(|count| (count.area.to_string(), count.key, count.n)).collect();
            prop_assert_eq!(read, expected(&truth, area, level), "{} by {:?}", area, level);
        }
    }
    let rows = truth.into_iter().map(|((area, key), n)| (code(area), vec![key.to_owned()], n));
    let rows: Vec<_> = rows.collect();
    let wrong = town.db.read(move |c| counters::compare(c, "cases", rows.iter().cloned())).await.unwrap();
    prop_assert_eq!(wrong, vec![]);
    Ok(())
}

/// A database of its own per case costs a server half a second.
fn cases() -> u32 {
    if std::env::var_os("TEST_DATABASE_URL").is_some() { 4 } else { 24 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..Default::default() })]
    #[test]
    fn a_reading_is_what_was_added_whenever_it_was_folded(events in prop::collection::vec(event(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(play(events))?;
    }
}

#[tokio::test]
async fn two_folders_at_once_count_nothing_twice_and_keep_no_zero() {
    let town = Database::new();
    let grid = code(AREAS[0]);
    for n in [1, 1, 1, -1, 5, -5, 2, 3] {
        let grid = grid.clone();
        town.db.write(move |tx| counters::add(tx, "cases", &grid, &["open"], n)).await.unwrap();
        let grid = code(AREAS[1]);
        let key = if n < 0 { "closed" } else { "open" };
        town.db.write(move |tx| counters::add(tx, "cases", &grid, &[key], 5 * n / n.abs())).await.unwrap();
    }
    let other = town.another_node();
    loop {
        let fold = |tx: &mut Tx| counters::fold(tx, 3);
        let (here, there) = tokio::join!(town.db.write(fold), other.write(fold));
        if here.unwrap() + there.unwrap() == 0 {
            break;
        }
    }
    let read = town.db.read(move |c| counters::read(c, "cases", &grid, None)).await.unwrap();
    assert_eq!(read.iter().map(|count| count.n).collect::<Vec<_>>(), [7]);
    let (village, out) = (code("500114119201"), code(AREAS[1]));
    town.db.write(move |tx| counters::add(tx, "cases", &out, &["closed"], 10)).await.unwrap();
    town.db.write(|tx| counters::fold(tx, 10)).await.unwrap();
    let read = town.db.read(move |c| counters::read(c, "cases", &village, None)).await.unwrap();
    assert_eq!(read.iter().map(|count| (count.key.as_str(), count.n)).collect::<Vec<_>>(), [("open", 37)]);
    let kept = "SELECT 1 FROM counters WHERE n = 0 OR key = 'closed'";
    assert_eq!(rows(&town, kept), 0, "a count that falls to 0 leaves no row");
}

fn rows(town: &Database, query: &str) -> usize {
    use diesel::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = format!("SELECT COUNT(*) AS n FROM ({query}) AS found");
    diesel::sql_query(query).get_result::<Number>(&mut town.connect()).unwrap().n as usize
}

#[tokio::test]
async fn a_count_that_was_meddled_with_is_named() {
    let town = Database::new();
    town.db.write(|tx| counters::add(tx, "cases", &code(AREAS[0]), &["open"], 2)).await.unwrap();
    town.db.write(|tx| counters::fold(tx, 10)).await.unwrap();
    town.tamper("UPDATE counters SET n = 3 WHERE area_code = '500114119'");
    let truth = [(code(AREAS[0]), vec!["open".to_owned()], 2)];
    let wrong = town.db.read(move |c| counters::compare(c, "cases", truth.iter().cloned())).await.unwrap();
    let named = Difference { area: code("500114119"), key: "open".to_owned(), kept: 3, counted: 2 };
    assert_eq!(wrong, [named]);
}

#[tokio::test]
async fn an_area_coarser_than_a_district_and_a_key_with_a_semicolon_are_refused() {
    let town = Database::new();
    assert!(town.db.write(|tx| counters::add(tx, "cases", &code("50"), &["open"], 1)).await.is_err());
    assert!(town.db.write(|tx| counters::add(tx, "cases", &code(AREAS[0]), &["a;b"], 1)).await.is_err());
}
