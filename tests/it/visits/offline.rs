//! Visits out where there is no signal.

use chrono::TimeDelta;
use serde_json::json;
use wangge::platform::access::Role;

use super::{counted, coverage, home_of, opened, published, result, tasks};
use crate::sync::pack::pack;
use crate::sync::phone::{Phone, made};
use crate::town::{EAST, TOWN, Town, WEST};

#[actix_web::test]
async fn a_worker_takes_the_open_tasks_along_and_brings_the_results_back_once() {
    let town = Town::new();
    let [absent, told, reader] = [(); 3].map(|()| town.resident(EAST));
    town.resident(WEST);
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    let path = format!("/api/v1/me/feed/{notice}/read");
    assert_eq!(reader.post(&town, &path, json!({})).await.status, 200);

    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let morning = pack(&town, &phone.who, None).await.document();
    assert_eq!(morning["notices"][0]["instruction"], "先打 96110 核实");
    let carried = morning["visit_tasks"].as_array().unwrap();
    assert_eq!(carried.len(), 2, "not the next grid's, and not of those who have read it");
    let text = morning["visit_tasks"].to_string();
    assert!(text.contains("****") && !text.contains(&told.phone) && !text.contains("1号"), "masked: {text}");

    let mut day = vec![
        made("visit.record", result(&notice, &absent, "absent")),
        made("visit.record", result(&notice, &told, "visited")),
    ];
    day[1].ago = TimeDelta::hours(5);
    let first = phone.outcomes(&town, &day).await;
    assert_eq!(first, ["applied", "applied"]);
    assert_eq!(phone.outcomes(&town, &day).await, ["duplicate", "duplicate"]);
    let again: Vec<_> = day.iter().map(|deed| deed.again()).collect();
    assert_eq!(phone.outcomes(&town, &again).await, ["duplicate", "duplicate"], "the same visits, sent anew");
    let mut other = day[0].again();
    other.say("result", "phoned");
    assert_eq!(phone.outcomes(&town, &[other]).await, ["conflict"], "one id, two contents: a person decides");

    assert_eq!(counted(&coverage(&town, &notice).await, ["absent", "visited", "read", "none"]), [1, 1, 1, 1]);
    let file =
        phone.who.get(&town, &format!("/api/v1/notices/{notice}/visit_tasks/{}", home_of(&told))).await.body;
    let at = town.clock.now().plus(-TimeDelta::hours(5));
    assert_eq!(
        file["results"][0]["visited_at"],
        json!(at),
        "the time on the ground, not that of the sending"
    );
    let evening = pack(&town, &phone.who, None).await.document();
    assert_eq!(evening["visit_tasks"].as_array().map(Vec::len), Some(1), "nobody was there: tomorrow again");
    assert_eq!(tasks(&town, &phone.who, &notice, "open").await[0]["tries"], 1);
}

#[actix_web::test]
async fn two_tries_at_one_door_in_one_push_are_both_counted_and_the_better_stands() {
    let town = Town::new();
    let homes: Vec<_> = (0..8).map(|_| town.resident(EAST)).collect();
    let notice = published(&town, &[EAST]).await;
    opened(&town, &notice).await;
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let deeds: Vec<_> = homes
        .iter()
        .flat_map(|home| ["visited", "absent"].map(|word| made("visit.record", result(&notice, home, word))))
        .collect();
    assert!(phone.outcomes(&town, &deeds).await.iter().all(|word| word == "applied"));
    let done = tasks(&town, &phone.who, &notice, "done").await;
    assert!(done.iter().all(|task| task["tries"] == 2 && task["result"] == "visited"), "{done:?}");
    assert_eq!(counted(&coverage(&town, &notice).await, ["visited", "absent", "none"]), [8, 0, 0]);
}

#[actix_web::test]
async fn a_result_for_a_household_of_others_is_rejected_by_itself() {
    let town = Town::new();
    let (home, far) = (town.resident(EAST), town.resident(WEST));
    let notice = published(&town, &[TOWN]).await;
    opened(&town, &notice).await;
    let phone = Phone::of(town.staff(Role::GridWorker, EAST));
    let deeds = [
        made("visit.record", result(&notice, &far, "visited")),
        made("visit.record", result(&notice, &home, "visited")),
    ];
    assert_eq!(phone.outcomes(&town, &deeds).await, ["invalid_fields", "applied"]);
    let agent = Phone::of(town.staff(Role::VillageAgent, "500114119201"));
    let deed = made("visit.record", result(&notice, &home, "visited"));
    assert_eq!(agent.outcomes(&town, &[deed]).await, ["forbidden"]);
    assert_eq!(pack(&town, &agent.who, None).await.document()["visit_tasks"], json!([]));
}
