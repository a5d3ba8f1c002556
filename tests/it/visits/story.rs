//! From the opening to the last household.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::{audit_entries, households as homes, visits};

use super::{counted, coverage, home_of, households, opened, published, record, result, tasks, write_tasks};
use crate::contract::places::Visit;
use crate::town::database::take_census;
use crate::town::{EAST, Person, TOWN, Town, WEST};

async fn reads(town: &Town, resident: &Person, notice: &str) {
    let path = format!("/api/v1/me/feed/{notice}/read");
    assert_eq!(resident.post(town, &path, json!({})).await.status, 200);
}

/// Says what a household is like: its number in the town, and whether there is a smartphone.
fn known_as(town: &Town, home: &Person, code: &str, smartphone: &str) {
    let row = homes::table.find(home.household.unwrap());
    let set = (homes::code.eq(code), homes::smartphone.eq(smartphone));
    let mut c = town.connect();
    diesel::update(row).set(set).execute(&mut c).unwrap();
    take_census(&mut c);
}

#[actix_web::test]
async fn each_household_that_was_not_reached_is_visited_once_and_the_number_follows() {
    let town = Town::new();
    let [reader, told, gone, shy] = [(); 4].map(|()| town.resident(EAST));
    let elsewhere = town.resident(WEST);
    let notice = published(&town, &[TOWN]).await;
    reads(&town, &reader, &notice).await;
    let round = &opened(&town, &notice).await.body["rounds"][0];
    assert_eq!((&round["area_code"], &round["due_on"]), (&json!(TOWN), &json!("2026-03-20")));

    let worker = town.staff(Role::GridWorker, EAST);
    let open = tasks(&town, &worker, &notice, "open").await;
    let mut expected = [&told, &gone, &shy].map(home_of);
    expected.sort();
    let mut found = households(&open);
    found.sort_unstable();
    assert_eq!(found, expected, "whoever read it needs no visit, and the next grid is another's");
    assert_eq!((&open[0]["state"], &open[0]["tries"]), (&json!("open"), &json!(0)));
    let shown = open[0]["household"].to_string();
    assert!(shown.contains("示***") && !shown.contains("1号"), "masked: {shown}");
    let list = format!("/api/v1/notices/{notice}/households?area={EAST}&status=uncovered");
    let uncovered = worker.get(&town, &list).await.body;
    assert_eq!(uncovered["items"].as_array().map(Vec::len), Some(3));

    record(&town, &worker, result(&notice, &told, "visited")).await;
    record(&town, &worker, result(&notice, &gone, "moved")).await;
    record(&town, &worker, result(&notice, &shy, "absent")).await;
    let open = tasks(&town, &worker, &notice, "open").await;
    assert_eq!(households(&open), [home_of(&shy)], "nobody was there: another try");
    assert_eq!((&open[0]["tries"], &open[0]["result"]), (&json!(1), &json!("absent")));
    assert_eq!(tasks(&town, &worker, &notice, "done").await.len(), 2);

    let uncovered = worker.get(&town, &list).await.body;
    assert_eq!(uncovered["items"], json!([]), "it is known how it stands with all of them");
    let all = coverage(&town, &notice).await;
    let words = ["households", "none", "read", "visited", "moved", "absent", "reached", "accounted_for"];
    assert_eq!(counted(&all, words), [5, 1, 1, 1, 1, 1, 2, 4]);
    assert_eq!((&all["rate"], &all["accounted_rate"]), (&json!(0.4), &json!(0.8)));
    record(&town, &worker, result(&notice, &shy, "phoned")).await;
    assert!(tasks(&town, &worker, &notice, "open").await.is_empty());
    let west = town.staff(Role::GridWorker, WEST);
    assert_eq!(households(&tasks(&town, &west, &notice, "open").await), [home_of(&elsewhere)]);
    assert_eq!(counted(&coverage(&town, &notice).await, ["phoned", "absent", "reached"]), [1, 0, 3]);
}

#[actix_web::test]
async fn whoever_reads_it_meanwhile_needs_no_visit_from_that_moment_on() {
    let town = Town::new();
    let (home, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    record(&town, &worker, result(&notice, &home, "absent")).await;
    assert_eq!(tasks(&town, &worker, &notice, "open").await.len(), 1);
    reads(&town, &home, &notice).await;
    assert!(tasks(&town, &worker, &notice, "open").await.is_empty());
    let task = &tasks(&town, &worker, &notice, "not_needed").await[0];
    assert_eq!((&task["reach"], &task["result"]), (&json!("read"), &json!("absent")));
    // Whom somebody met all the same is visited, whatever was read before.
    record(&town, &worker, result(&notice, &home, "visited")).await;
    assert_eq!(counted(&coverage(&town, &notice).await, ["read", "visited", "reached"]), [0, 1, 1]);
    let feed = home.get(&town, &format!("/api/v1/me/feed/{notice}")).await.body;
    assert_eq!(feed["status"], "read", "a reader is told how far messages came");
}

#[actix_web::test]
async fn opening_again_adds_who_is_missing_and_nobody_twice() {
    let town = Town::new();
    let first = town.resident(EAST);
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    town.pass(chrono::TimeDelta::minutes(1));
    let newcomer = town.resident(EAST);
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let path = format!("/api/v1/notices/{notice}/visit_tasks");
    let again = dispatcher.post(&town, &path, json!({ "due_on": "2026-03-25" })).await;
    assert_eq!(again.status, 202);
    write_tasks(&town).await;
    write_tasks(&town).await;
    let worker = town.staff(Role::GridWorker, EAST);
    let open = tasks(&town, &worker, &notice, "open").await;
    assert_eq!(households(&open), [home_of(&first)]);
    assert!(
        !households(&open).contains(&home_of(&newcomer).as_str()),
        "came after publication: not measured"
    );
    assert_eq!(open[0]["due_on"], "2026-03-25", "the day is moved for all");
    let rounds = dispatcher.get(&town, "/api/v1/visit_rounds").await.body;
    assert_eq!(
        (rounds["items"].as_array().map(Vec::len), &rounds["items"][0]["tasks"]),
        (Some(1), &json!(1))
    );
    assert_eq!(rounds["items"][0]["title"], "(示例)警惕冒充客服");
}

#[actix_web::test]
async fn whoever_moves_away_after_publication_was_counted_and_is_accounted_for() {
    let town = Town::new();
    let [gone, _stays, before] = [(); 3].map(|()| town.resident(EAST));
    let leader = town.staff(Role::GridLeader, "500114119201");
    let moves = async |home: &Person| {
        let path = format!("/api/v1/households/{}", home_of(home));
        let request = leader.signs(TestRequest::patch(), &path).insert_header(("If-Match", "\"1\""));
        assert_eq!(town.ask(request.set_json(json!({ "status": "moved" }))).await.status, 200);
    };
    moves(&before).await;
    town.pass(chrono::TimeDelta::minutes(1));
    let notice = published(&town, &[EAST]).await;
    town.pass(chrono::TimeDelta::minutes(1));
    moves(&gone).await;
    opened(&town, &notice).await;
    let worker = town.staff(Role::GridWorker, EAST);
    let open = tasks(&town, &worker, &notice, "open").await;
    let task = open.iter().find(|task| task["household_id"] == json!(home_of(&gone))).unwrap();
    assert_eq!((open.len(), &task["household"]["status"]), (2, &json!("moved")));
    record(&town, &worker, result(&notice, &gone, "moved")).await;
    let counts = coverage(&town, &notice).await;
    assert_eq!(counted(&counts, ["households", "moved", "none", "accounted_for"]), [2, 1, 1, 1]);
}

#[actix_web::test]
async fn the_way_goes_to_those_without_a_smartphone_first_and_then_by_number() {
    let town = Town::new();
    let homes: Vec<_> = (0..6).map(|_| town.resident(EAST)).collect();
    for (home, code, smartphone) in [
        (0, "1-10", "yes"),
        (1, "1-9", "yes"),
        (2, "2-1", "no"),
        (3, "1-12", "no"),
        (4, "1-3", "unknown"),
        (5, "1-2", "yes"),
    ] {
        known_as(&town, &homes[home], code, smartphone);
    }
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    let worker = town.staff(Role::GridWorker, EAST);
    let way = tasks(&town, &worker, &notice, "open").await;
    let codes: Vec<_> = way.iter().map(|task| task["household"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["2-1", "1-12", "1-3", "1-2", "1-9", "1-10"]);
    let apart: Vec<_> = way.iter().map(|task| task["no_smartphone"] == true).collect();
    assert_eq!(apart, [true, true, false, false, false, false]);
    record(&town, &worker, result(&notice, &homes[2], "visited")).await;
    let all = coverage(&town, &notice).await;
    assert_eq!(counted(&all["without_smartphone"], ["households", "reached", "accounted_for"]), [2, 1, 1]);
    assert_eq!(all["without_smartphone"]["rate"], json!(0.5));
}

#[actix_web::test]
async fn a_wrong_result_is_corrected_with_a_reason_and_the_counters_follow() {
    let town = Town::new();
    let (home, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    record(&town, &worker, result(&notice, &home, "absent")).await;
    let mut wrong = result(&notice, &home, "visited");
    wrong["pledge_signed"] = json!(true);
    wrong["note"] = json!("示例:已讲解");
    let wrong = record(&town, &worker, wrong).await;
    assert_eq!(counted(&coverage(&town, &notice).await, ["visited", "absent", "reached"]), [1, 0, 1]);

    let path = format!("/api/v1/visits/{wrong}/correction");
    let unreasoned = json!({ "id": Id::<Visit>::new(), "result": "refused", "reason": " " });
    assert_eq!(worker.post(&town, &path, unreasoned).await.fields(), ["reason"]);
    let taken_back = json!({ "id": Id::<Visit>::new(), "reason": "示例:登记错了户" });
    let corrected = worker.post(&town, &path, taken_back.clone()).await;
    assert_eq!(corrected.status, 201, "{corrected:?}");
    assert_eq!(worker.post(&town, &path, taken_back).await.status, 200, "a resend");
    let twice = json!({ "id": Id::<Visit>::new(), "result": "phoned", "reason": "示例" });
    assert_eq!(worker.post(&town, &path, twice).await.told(), (409, "guard_refused"));
    let counts = coverage(&town, &notice).await;
    assert_eq!(counted(&counts, ["visited", "absent", "reached", "accounted_for"]), [0, 1, 0, 1]);
    assert_eq!(tasks(&town, &worker, &notice, "open").await[0]["tries"], 1, "what otherwise stands");

    let file =
        worker.get(&town, &format!("/api/v1/notices/{notice}/visit_tasks/{}", home_of(&home))).await.body;
    let results = file["results"].as_array().unwrap();
    assert_eq!(results.len(), 3, "nothing was changed, one was added");
    assert_eq!(
        (&results[1]["note"], &results[1]["corrected_by"]),
        (&json!("示例:已讲解"), &results[2]["id"])
    );
    assert_eq!((&results[2]["corrects"], &results[2]["reason"]), (&json!(wrong), &json!("示例:登记错了户")));
    let mut c = town.connect();
    let audited: Vec<String> = audit_entries::table
        .filter(audit_entries::object_kind.eq("visit"))
        .order(audit_entries::id)
        .select(audit_entries::action)
        .load(&mut c)
        .unwrap();
    assert_eq!(audited, ["visit.record", "visit.record", "visit.correct"]);
    let sealed: Vec<Option<Vec<u8>>> = visits::table.select(visits::note_sealed).load(&mut c).unwrap();
    assert!(sealed.iter().flatten().all(|note| !String::from_utf8_lossy(note).contains("示例")));
}

#[actix_web::test]
async fn a_household_to_which_nothing_happened_after_all_stands_where_it_stood() {
    let town = Town::new();
    let (home, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    let wrong = record(&town, &worker, result(&notice, &home, "refused")).await;
    let path = format!("/api/v1/visits/{wrong}/correction");
    let taken_back = json!({ "id": Id::<Visit>::new(), "reason": "示例:登记错了户" });
    assert_eq!(worker.post(&town, &path, taken_back).await.status, 201);
    assert_eq!(counted(&coverage(&town, &notice).await, ["none", "refused", "accounted_for"]), [1, 0, 0]);
    reads(&town, &home, &notice).await;
    assert_eq!(counted(&coverage(&town, &notice).await, ["none", "read"]), [0, 1]);
}

#[actix_web::test]
async fn the_same_id_is_the_same_visit_and_other_content_is_refused() {
    let town = Town::new();
    let (home, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    let body = result(&notice, &home, "absent");
    record(&town, &worker, body.clone()).await;
    assert_eq!(worker.post(&town, "/api/v1/visits", body.clone()).await.status, 200);
    let mut other = body.clone();
    other["result"] = json!("visited");
    assert_eq!(worker.post(&town, "/api/v1/visits", other).await.told(), (409, "id_reused"));
    let colleague = town.staff(Role::GridWorker, EAST);
    assert_eq!(colleague.post(&town, "/api/v1/visits", body).await.told(), (409, "id_reused"));
    let mut unmet = result(&notice, &home, "phoned");
    unmet["pledge_signed"] = json!(true);
    assert_eq!(worker.post(&town, "/api/v1/visits", unmet).await.fields(), ["pledge_signed"]);
    assert_eq!(tasks(&town, &worker, &notice, "open").await[0]["tries"], 1);
}
