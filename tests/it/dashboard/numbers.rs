//! Numbers against COUNT(*).

use proptest::prelude::*;
use wangge::base::problem::Code;
use wangge::features::cases::{self, CaseFile, CaseKind, Phase};
use wangge::features::dashboard::{self, Summary};
use wangge::platform::counters;
use wangge::platform::db::Tx;

use super::{GRID, NEIGHBOUR, TOWN, VILLAGE, advance, open, township, viewer, worker};
use crate::town::database::Database;

#[derive(Debug, Clone)]
enum Event {
    Report { place: usize, dispute: bool, category: usize },
    Step { case: prop::sample::Index, phase: usize },
    Fold(i64),
    Month,
}

const PLACES: [&str; 3] = [GRID, NEIGHBOUR, VILLAGE];
const CATEGORIES: [&str; 2] = ["fire", "gas"];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..PLACES.len(), any::<bool>(), 0..CATEGORIES.len())
            .prop_map(|(place, dispute, category)| Event::Report { place, dispute, category }),
        4 => (any::<prop::sample::Index>(), 0..Phase::ALL.len()).prop_map(|(case, phase)| Event::Step { case, phase }),
        1 => (1..9_i64).prop_map(Event::Fold),
        1 => Just(Event::Month),
    ]
}

fn total(summary: &Summary) -> i64 {
    summary.by_phase.iter().map(|count| count.n).sum()
}

async fn look(town: &Database, area: &str) -> Summary {
    let (_, by) = viewer(&town.db, area).await;
    dashboard::summary(&town.db, by, None, town.clock.now()).await.unwrap()
}

async fn play(events: Vec<Event>) -> Result<(), TestCaseError> {
    let town = township();
    let by = worker(&town.db).await;
    let mut files: Vec<CaseFile> = Vec::new();
    for event in events {
        match event {
            Event::Report { place, dispute, category } => {
                let kind = if dispute { CaseKind::Dispute } else { CaseKind::Hazard };
                let by = by.clone();
                let report = move |tx: &mut Tx| open(tx, &by, PLACES[place], kind, CATEGORIES[category]);
                files.push(town.db.write(report).await.unwrap());
            }
            Event::Step { .. } if files.is_empty() => {}
            Event::Step { case, phase } => {
                let case = case.index(files.len());
                let file = files[case].clone();
                files[case] = town.db.write(move |tx| advance(tx, &file, Phase::ALL[phase])).await.unwrap();
            }
            Event::Fold(at_most) => drop(town.db.write(move |tx| counters::fold(tx, at_most)).await.unwrap()),
            Event::Month => town.pass(chrono::TimeDelta::days(31)),
        }
    }
    prop_assert_eq!(town.db.read(cases::compare).await.unwrap(), vec![]);
    for area in [TOWN, VILLAGE, GRID] {
        let here: Vec<&CaseFile> =
            files.iter().filter(|file| file.area_code.as_str().starts_with(area)).collect();
        let summary = look(&town, area).await;
        for count in &summary.by_phase {
            let counted =
                here.iter().filter(|file| (file.kind, file.phase) == (count.kind, count.phase)).count();
            prop_assert_eq!(count.n, counted as i64, "{} {:?}", area, count);
        }
        for count in summary.by_category.iter().flatten() {
            let of = here.iter().filter(|file| file.kind == count.kind && file.category == count.category);
            let open = of.clone().filter(|file| file.phase != Phase::Closed).count();
            prop_assert_eq!(
                (count.total, count.open),
                (of.count() as i64, open as i64),
                "{} {:?}",
                area,
                count
            );
        }
        for count in &summary.by_month {
            let of = here.iter().filter(|file| {
                (file.kind, file.received_at.local_month()) == (count.kind, count.month.clone())
            });
            prop_assert_eq!(count.n, of.count() as i64, "{} {:?}", area, count);
        }
        for inside in &summary.by_area {
            let code = inside.area.code.as_str();
            let counted = here.iter().filter(|file| file.area_code.as_str().starts_with(code)).count();
            prop_assert_eq!(
                inside.by_phase.iter().map(|count| count.n).sum::<i64>(),
                counted as i64,
                "{}",
                code
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]
    #[test]
    fn after_any_history_the_dashboard_shows_what_counting_the_cases_gives(
        events in prop::collection::vec(event(), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(play(events))?;
    }
}

#[tokio::test]
async fn another_village_is_not_found_and_neither_is_the_town_around_ones_own() {
    let town = township();
    for area in [NEIGHBOUR, TOWN, "500114119201009"] {
        let (_, by) = viewer(&town.db, VILLAGE).await;
        let area = Some(area.parse().unwrap());
        let refused = dashboard::summary(&town.db, by, area, town.clock.now()).await;
        assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    }
}

#[tokio::test]
async fn a_province_is_the_sum_of_its_districts() {
    let town = township();
    let by = worker(&town.db).await;
    town.db.write(move |tx| open(tx, &by, GRID, CaseKind::Hazard, "fire")).await.unwrap();
    let summary = look(&town, "50").await;
    assert_eq!((total(&summary), summary.by_area.len()), (1, 1));
}
