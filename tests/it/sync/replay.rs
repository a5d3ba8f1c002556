//! Whatever a phone does offline, and however often and in whatever order of its records the network delivers it, the
//! town ends in the same state.

use std::collections::BTreeMap;

use diesel::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{audit_entries, cases, sync_conflicts, sync_ops, timeline_entries};

use super::phone::{Deed, Phone, picture, report, told};
use crate::town::{EAST, NEXT_VILLAGE, Town};

/// What is done with one record.
#[derive(Debug, Clone, Copy)]
enum Script {
    /// Reported.
    Report,
    /// Reported and put right at once.
    Fixed,
    /// Reported in a grid that is not the worker's, and then fixed.
    Outside,
    /// Reported twice under one id with two contents.
    TwoDrafts,
    /// Reported, and a step taken on a version that never was the newest.
    Stale,
}

fn deeds(script: Script, n: usize) -> Vec<Deed> {
    let place = if matches!(script, Script::Outside) { NEXT_VILLAGE } else { EAST };
    let mut found = report(place);
    found.say("title", format!("示例隐患{n}"));
    let mut fixed = Deed::step("hazard.fix_on_spot", &found.record, 1, json!({ "note": "示例" }));
    fixed.show("before", &picture(n as u8));
    fixed.show("photos", &picture(n as u8 + 1));
    match script {
        Script::Report => vec![found],
        Script::Fixed | Script::Outside => vec![found, fixed],
        Script::TwoDrafts => {
            let mut other = found.again();
            other.say("title", format!("示例隐患{n}的另一稿"));
            vec![found, other]
        }
        Script::Stale => {
            let stale = Deed::step("hazard.rectify", &found.record, 1, json!({}));
            vec![found, fixed, stale]
        }
    }
}

/// All that a town knows of its cases, without what differs from clock to clock.
#[derive(Debug, PartialEq)]
struct State {
    cases: BTreeMap<String, (String, String, i32, bool)>,
    steps: i64,
    audited: i64,
    conflicts: i64,
    outcomes: BTreeMap<String, i64>,
}

fn state(town: &Town) -> State {
    let mut c = town.connect();
    let rows: Vec<(String, String, i32, Option<wangge::platform::db::Doc>)> = cases::table
        .select((cases::title, cases::phase, cases::version, cases::awaiting_media))
        .load(&mut c)
        .unwrap();
    let outcomes: Vec<String> = sync_ops::table.select(sync_ops::outcome).load(&mut c).unwrap();
    let mut counted = BTreeMap::new();
    outcomes.into_iter().for_each(|outcome| *counted.entry(outcome).or_default() += 1);
    State {
        cases: rows
            .into_iter()
            .map(|(title, phase, version, media)| (title.clone(), (title, phase, version, media.is_some())))
            .collect(),
        steps: timeline_entries::table.count().get_result(&mut c).unwrap(),
        audited: audit_entries::table.count().get_result(&mut c).unwrap(),
        conflicts: sync_conflicts::table.count().get_result(&mut c).unwrap(),
        outcomes: counted,
    }
}

/// A day of two hundred operations at most, and the order in which another phone delivers its records.
fn days() -> impl Strategy<Value = (Vec<Script>, Vec<usize>)> {
    let script = prop_oneof![
        4 => Just(Script::Report),
        3 => Just(Script::Fixed),
        1 => Just(Script::Outside),
        1 => Just(Script::TwoDrafts),
        1 => Just(Script::Stale),
    ];
    proptest::collection::vec(script, 60..=66).prop_flat_map(|scripts| {
        let order: Vec<usize> = (0..scripts.len()).collect();
        (Just(scripts), Just(order).prop_shuffle())
    })
}

/// The records' operations, each record's own in their order, dealt out in turns so that records lie between.
fn dealt(records: &[Vec<Deed>], order: &[usize]) -> Vec<Deed> {
    let longest = records.iter().map(Vec::len).max().unwrap_or(0);
    let turns =
        (0..longest).flat_map(|turn| order.iter().filter_map(move |&n| records[n].get(turn).cloned()));
    turns.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn a_day_that_is_sent_three_times_or_in_another_order_ends_in_the_same_state((scripts, order) in days()) {
        actix_web::rt::System::new().block_on(async {
            let records: Vec<_> = scripts.iter().enumerate().map(|(n, script)| deeds(*script, n)).collect();
            let day: Vec<Deed> = records.iter().flatten().cloned().collect();
            let (once, shuffled) = (Town::new(), Town::new());
            let phone = Phone::of(once.staff(Role::GridWorker, EAST));
            let first = phone.push(&once, &day).await;
            assert_eq!(first.status, 200, "{first:?}");
            let after = state(&once);
            let conflicts = told(&first).iter().filter(|word| *word == "conflict").count();
            assert_eq!(after.conflicts, conflicts as i64, "each conflict that was answered waits for a person");
            for _ in 0..2 {
                let again = phone.push(&once, &day).await;
                let expected: Vec<_> = told(&first).into_iter().map(|word| word.replace("applied", "duplicate")).collect();
                assert_eq!(told(&again), expected);
            }
            assert_eq!(state(&once), after);

            let other = Phone::of(shuffled.staff(Role::GridWorker, EAST));
            let answer = other.push(&shuffled, &dealt(&records, &order)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(state(&shuffled), after);
        });
    }
}

#[actix_web::test]
async fn a_batch_that_broke_off_anywhere_is_finished_by_sending_it_again() {
    let scripts =
        [Script::Report, Script::Fixed, Script::TwoDrafts, Script::Stale, Script::Outside, Script::Fixed];
    let records: Vec<_> = scripts.iter().enumerate().map(|(n, script)| deeds(*script, n)).collect();
    let day: Vec<Deed> = records.iter().flatten().cloned().collect();
    let whole = Town::new();
    Phone::of(whole.staff(Role::GridWorker, EAST)).push(&whole, &day).await;
    let expected = state(&whole);
    for broke_off in 0..day.len() {
        let town = Town::new();
        let phone = Phone::of(town.staff(Role::GridWorker, EAST));
        if broke_off > 0 {
            // What was done before the crash; its answer never came.
            phone.push(&town, &day[..broke_off]).await;
        }
        let answer = phone.push(&town, &day).await;
        let results = answer.body["results"].as_array().unwrap();
        assert!(results.iter().all(|result| result["op_id"] != Value::Null));
        assert_eq!(state(&town), expected, "broken off after {broke_off}");
    }
}
