//! The figures, against counting by hand.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use proptest::prelude::*;
use serde_json::{Value, json};
use wangge::features::fraud;
use wangge::platform::access::Role;
use wangge::platform::counters::fold_all;

use super::{entry, lead_in, records, reports};
use crate::town::{EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

const FIGURES: &str = "/api/v1/fraud_figures";

async fn counts_are_right(town: &Town) {
    let differences = town.house.app.db.read(fraud::compare).await.unwrap();
    assert_eq!(differences, []);
}

#[actix_web::test]
async fn weeks_and_years_are_counted_as_people_in_china_count_them() {
    let town = Town::new();
    let office = town.staff(Role::StationOfficer, TOWN);
    assert_eq!(reports(&town, &office, lead_in(EAST, "13800000001")).await.status, 201);
    // Monday 2 March 2026 is week 10; half past midnight on that day in China is Sunday evening in Greenwich.
    for (at, area, at_risk, saved) in [
        ("2026-03-01T16:30:00.000Z", EAST, 700, 600),
        ("2026-03-01T15:30:00.000Z", WEST, 50, 40),
        ("2025-12-31T16:30:00.000Z", NEXT_VILLAGE, 9, 8),
        ("2025-12-31T15:30:00.000Z", NEXT_VILLAGE, 5, 4),
    ] {
        let mut body = entry(area, at_risk, saved);
        body["happened_at"] = json!(at);
        assert_eq!(records(&town, &office, body).await.status, 201);
    }
    let asked = async || office.get(&town, &format!("{FIGURES}?weeks=2")).await.body;
    let by_week = json!([
        {
            "week": "2026-W09", "from": "2026-02-23", "leads": 0, "dissuasions": 1,
            "by_fraud_type": [{ "fraud_type": "fake_authority", "leads": 0, "dissuasions": 1 }]
        },
        {
            "week": "2026-W10", "from": "2026-03-02", "leads": 1, "dissuasions": 1,
            "by_fraud_type": [
                { "fraud_type": "fake_customer_service", "leads": 1, "dissuasions": 0 },
                { "fraud_type": "fake_authority", "leads": 0, "dissuasions": 1 }
            ]
        }
    ]);
    let years = json!([
        { "year": 2026, "leads": 1, "dissuasions": 3, "at_risk_fen": 759, "saved_fen": 648 },
        { "year": 2025, "leads": 0, "dissuasions": 1, "at_risk_fen": 5, "saved_fen": 4 }
    ]);
    for folded in [false, true] {
        let answer = asked().await;
        assert_eq!((&answer["weeks"], &answer["years"]), (&by_week, &years), "folded: {folded}");
        let village = &answer["by_area"][0];
        assert_eq!(
            (&village["area"]["code"], &village["year"]["saved_fen"]),
            (&json!("500114119201"), &json!(640))
        );
        counts_are_right(&town).await;
        fold_all(&town.house.app.db).await.unwrap();
    }
    let leader = town.staff(Role::GridLeader, "500114119201");
    let village = leader.get(&town, FIGURES).await;
    let last = village.body["weeks"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["leads"], &last["by_fraud_type"]), (&json!(1), &Value::Null), "no fraud by village");
    assert_eq!(village.body["weeks"].as_array().unwrap().len(), 12);
    assert_eq!(leader.get(&town, &format!("{FIGURES}?area={TOWN}")).await.told(), (404, "not_found"));
    assert_eq!(leader.get(&town, &format!("{FIGURES}?weeks=54")).await.fields(), ["weeks"]);
    assert_eq!(town.staff(Role::GridWorker, EAST).get(&town, FIGURES).await.told(), (403, "forbidden"));
}

const AREAS: [&str; 3] = [EAST, WEST, NEXT_VILLAGE];
const FRAUDS: [&str; 3] = ["romance", "fake_loan", "other"];

#[derive(Debug, Clone)]
enum Deed {
    Lead { area: usize, fraud: usize },
    CorrectLead { which: usize, fraud: usize },
    Dissuade { area: usize, fraud: usize, days: i64, fen: (i64, i64) },
    Correct { which: usize, fraud: usize, days: i64, fen: (i64, i64) },
    Fold,
}

fn deed() -> impl Strategy<Value = Deed> {
    let fen = || (0..1000_i64, 0..1000_i64).prop_map(|(a, b)| (a.max(b), a.min(b)));
    let (area, fraud, days) = (|| 0..AREAS.len(), || 0..FRAUDS.len(), || 0..400_i64);
    prop_oneof![
        2 => (area(), fraud()).prop_map(|(area, fraud)| Deed::Lead { area, fraud }),
        1 => (any::<usize>(), fraud()).prop_map(|(which, fraud)| Deed::CorrectLead { which, fraud }),
        3 => (area(), fraud(), days(), fen()).prop_map(|(area, fraud, days, fen)| Deed::Dissuade { area, fraud, days, fen }),
        3 => (any::<usize>(), fraud(), days(), fen()).prop_map(|(which, fraud, days, fen)| Deed::Correct { which, fraud, days, fen }),
        1 => Just(Deed::Fold),
    ]
}

/// What was sent of an entry last, its version, and the day in China.
struct Known {
    body: Value,
    version: i64,
    day: NaiveDate,
}

fn filled(town: &Town, mut body: Value, fraud: usize, days: i64, fen: (i64, i64)) -> (Value, NaiveDate) {
    let at = town.clock.now().plus(-TimeDelta::days(days));
    body["happened_at"] = json!(at);
    body["fraud_type"] = json!(FRAUDS[fraud]);
    (body["at_risk_fen"], body["saved_fen"]) = (json!(fen.0), json!(fen.1));
    (body, at.local_date())
}

async fn does(
    town: &Town,
    office: &Person,
    deed: Deed,
    leads: &mut Vec<(String, i64, usize)>,
    known: &mut Vec<Known>,
) {
    match deed {
        Deed::Lead { area, fraud } => {
            let mut body = lead_in(AREAS[area], "13800001234");
            body["fraud_type"] = json!(FRAUDS[fraud]);
            leads.push((reports(town, office, body).await.text("id"), 1, fraud));
        }
        Deed::CorrectLead { which, fraud } if !leads.is_empty() => {
            let n = leads.len();
            let (id, version, was) = &mut leads[which % n];
            let body = json!({
                "fraud_type": FRAUDS[fraud], "way": "sms", "suspect": { "kind": "app", "value": "示例" }, "detail": "示例"
            });
            let answer =
                office.step(town, &format!("/api/v1/fraud_leads/{id}/correction"), *version, body).await;
            (*version, *was) = (answer.version(), fraud);
        }
        Deed::Dissuade { area, fraud, days, fen } => {
            let (body, day) = filled(town, entry(AREAS[area], 0, 0), fraud, days, fen);
            assert_eq!(records(town, office, body.clone()).await.status, 201);
            known.push(Known { body, version: 1, day });
        }
        Deed::Correct { which, fraud, days, fen } if !known.is_empty() => {
            let n = known.len();
            let one = &mut known[which % n];
            (one.body, one.day) = filled(town, one.body.clone(), fraud, days, fen);
            let url = format!("/api/v1/dissuasions/{}/correction", one.body["id"].as_str().unwrap());
            let body = json!({ "reason": "示例:更正", "entry": one.body });
            one.version = office.step(town, &url, one.version, body).await.version();
        }
        Deed::Fold => fold_all(&town.house.app.db).await.unwrap(),
        Deed::CorrectLead { .. } | Deed::Correct { .. } => {}
    }
}

async fn play(deeds: Vec<Deed>) {
    let town = Town::new();
    let office = town.staff(Role::PublicityOfficer, TOWN);
    let (mut leads, mut known) = (Vec::new(), Vec::new());
    for deed in deeds {
        does(&town, &office, deed, &mut leads, &mut known).await;
    }
    counts_are_right(&town).await;
    let answer = office.get(&town, &format!("{FIGURES}?weeks=53")).await.body;
    let mut years = BTreeMap::<i64, [i64; 2]>::new();
    let mut weeks = BTreeMap::<(String, String), i64>::new();
    for one in &known {
        let year = years.entry(i64::from(one.day.year())).or_default();
        year[0] += 1;
        year[1] += one.body["saved_fen"].as_i64().unwrap();
        let week = format!("{:04}-W{:02}", one.day.iso_week().year(), one.day.iso_week().week());
        *weeks.entry((week, one.body["fraud_type"].as_str().unwrap().to_owned())).or_default() += 1;
    }
    for year in answer["years"].as_array().unwrap() {
        let counted = [year["dissuasions"].as_i64().unwrap(), year["saved_fen"].as_i64().unwrap()];
        assert_eq!(years.remove(&year["year"].as_i64().unwrap()).unwrap_or_default(), counted);
    }
    assert!(years.is_empty(), "{years:?}");
    for week in answer["weeks"].as_array().unwrap() {
        for count in week["by_fraud_type"].as_array().unwrap() {
            let key =
                (week["week"].as_str().unwrap().to_owned(), count["fraud_type"].as_str().unwrap().to_owned());
            assert_eq!(
                weeks.remove(&key).unwrap_or_default(),
                count["dissuasions"].as_i64().unwrap(),
                "{key:?}"
            );
        }
    }
    let shown: Vec<_> = answer["weeks"].as_array().unwrap().iter().map(|week| week["week"].clone()).collect();
    assert!(weeks.keys().all(|(week, _)| !shown.contains(&json!(week))), "{weeks:?}");
    let of_type = |fraud: usize| leads.iter().filter(|(_, _, is)| *is == fraud).count();
    let last = answer["weeks"].as_array().unwrap().last().unwrap();
    for (n, fraud) in FRAUDS.iter().enumerate() {
        let counts = last["by_fraud_type"].as_array().unwrap();
        let counted = counts
            .iter()
            .find(|count| count["fraud_type"] == *fraud)
            .map_or(0, |c| c["leads"].as_u64().unwrap());
        assert_eq!(counted as usize, of_type(n), "{fraud}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_figures_are_what_counting_by_hand_gives(deeds in prop::collection::vec(deed(), 1..24)) {
        actix_web::rt::System::new().block_on(play(deeds));
    }
}
