//! The shape of the dashboard, without a database.

use super::*;

fn area(code: &str) -> ShownArea {
    let code: AreaCode = code.parse().unwrap();
    ShownArea { level: code.level(), code, name: "示例".to_owned() }
}

fn count(area: &str, key: &str, n: i64) -> Count {
    Count { area: area.parse().unwrap(), key: key.to_owned(), n }
}

const TOWN: &str = "500114119";
const VILLAGE: &str = "500114119201";

fn numbers(of: &str, counts: Vec<Count>) -> Numbers {
    Numbers {
        as_of: Timestamp::from_millis(1_767_576_600_000), // 2026-01-05
        area: area(of),
        counts,
        inside: vec![],
        counts_inside: vec![],
        overdue: 0,
        escalations: vec![],
        satisfaction: vec![],
    }
}

#[test]
fn every_kind_has_every_phase_even_without_cases() {
    let summary = Summary::of(numbers(TOWN, vec![count(TOWN, "p:dispute:working", 3)])).unwrap();
    assert_eq!(summary.by_phase.len(), CaseKind::ALL.len() * Phase::ALL.len());
    let working = PhaseCount { kind: CaseKind::Dispute, phase: Phase::Working, n: 3 };
    assert!(summary.by_phase.contains(&working));
    assert_eq!(summary.by_phase.iter().map(|count| count.n).sum::<i64>(), 3);
}

#[test]
fn a_category_counts_all_phases_and_apart_those_that_are_open() {
    let counts = vec![
        count(TOWN, "c:hazard:closed:fire", 5),
        count(TOWN, "c:hazard:resolved:fire", 2),
        count(TOWN, "c:hazard:reported:fire", 1),
    ];
    let summary = Summary::of(numbers(TOWN, counts)).unwrap();
    let fire = CategoryCount { kind: CaseKind::Hazard, category: "fire".to_owned(), total: 8, open: 3 };
    assert_eq!(summary.by_category, Some(vec![fire]));
}

#[test]
fn a_village_is_not_crossed_with_categories() {
    let summary = Summary::of(numbers(VILLAGE, vec![count(VILLAGE, "c:hazard:closed:fire", 1)])).unwrap();
    assert_eq!(summary.by_category, None);
}

#[test]
fn two_years_of_months_are_there_and_older_ones_are_not() {
    let counts = vec![
        count(TOWN, "m:hazard:2026-01", 4),
        count(TOWN, "m:hazard:2024-02", 2),
        count(TOWN, "m:hazard:2024-01", 9),
    ];
    let summary = Summary::of(numbers(TOWN, counts)).unwrap();
    assert_eq!(summary.by_month.len(), MONTHS * CaseKind::ALL.len());
    let (first, last) = (summary.by_month.first().unwrap(), summary.by_month.last().unwrap());
    assert_eq!((first.month.as_str(), first.n, last.month.as_str()), ("2024-02", 2, "2026-01"));
    assert_eq!(summary.by_month.iter().map(|count| count.n).sum::<i64>(), 6);
}

#[test]
fn the_months_of_a_31st_are_each_there_once() {
    let march = Timestamp::from_millis(1_774_929_600_000); // 2026-03-31
    let mut months = months_until(march);
    months.dedup();
    assert_eq!((months.len(), months[MONTHS - 2].as_str()), (MONTHS, "2026-02"));
}

#[test]
fn an_area_inside_shows_its_own_cases_and_an_empty_one_shows_none() {
    let mut numbers = numbers(TOWN, vec![]);
    numbers.inside = vec![area(VILLAGE), area("500114119202")];
    numbers.counts_inside = vec![count(VILLAGE, "p:hazard:reported", 7)];
    let summary = Summary::of(numbers).unwrap();
    let shown: Vec<i64> =
        summary.by_area.iter().map(|a| a.by_phase.iter().map(|count| count.n).sum()).collect();
    assert_eq!(shown, [7, 0]);
}

#[test]
fn beyond_a_thousand_overdue_only_says_that_there_are_more() {
    assert_eq!(Overdue::counted(1000), Overdue { n: 1000, more: false });
    assert_eq!(Overdue::counted(1001), Overdue { n: 1000, more: true });
}

#[test]
fn a_key_that_nobody_writes_is_our_fault_and_not_a_zero() {
    for key in ["x:hazard:closed", "p:hazard", "p:petition:closed", "p:hazard:lost", ""] {
        assert!(Summary::of(numbers(TOWN, vec![count(TOWN, key, 1)])).is_err(), "{key}");
    }
}
