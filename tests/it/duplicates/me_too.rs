//! "Me too": in place of one more report.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::base::area_code::AreaCode;
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Resident, Role};
use wangge::platform::db::schema::me_toos;

use super::{case, delete, merged, messages_in, public, put, run_jobs, see_through, told};
use crate::events::{Crew, Matter, new_id, report};
use crate::town::{EAST, NEXT_VILLAGE, Person, Town, WEST};

enum Event {}
impl Kind for Event {
    const PREFIX: &'static str = "event";
}

/// The rows of a list: number, and whether it is another's report.
async fn listed(town: &Town, who: &Person, query: &str) -> Vec<(String, bool)> {
    let answer = town.signed_in_anew(who).get(town, &format!("/api/v1/cases{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let row = |item: &Value| (item["no"].as_str().unwrap().to_owned(), item["me_too"] == true);
    answer.body["items"].as_array().unwrap().iter().map(row).collect()
}

#[actix_web::test]
async fn a_neighbour_follows_what_is_public_and_is_told_once_when_it_is_over() {
    let town = Town::new();
    let (crew, neighbour) = (Crew::of(&town), town.resident(WEST));
    let mut event = Matter::reported(&town, &town.resident(EAST), public(EAST)).await;
    let me_too = case(&event.url, "me_too");
    for _ in 0..3 {
        let answer = put(&town, &neighbour, &me_too).await;
        assert_eq!(
            (answer.status, &answer.body["people"], &answer.body["mine"]),
            (200, &json!(1), &json!(true))
        );
    }
    put(&town, &crew.worker, &me_too).await;
    let seen = crew.dispatcher.get(&town, &me_too).await;
    assert_eq!((&seen.body["people"], &seen.body["mine"]), (&json!(2), &json!(false)));
    assert_eq!(listed(&town, &neighbour, "?view=mine").await, [(event.no.clone(), true)]);
    let record = town.signed_in_anew(&neighbour).get(&town, &event.url).await;
    assert_eq!(record.told(), (404, "not_found"), "it is still another's report");

    see_through(&crew, &mut event, "示例:王家门口的路灯已修复").await;
    for _ in 0..2 {
        run_jobs(&town).await;
    }
    for follower in [&neighbour, &crew.worker] {
        let [(kind, text)] = &told(&town, follower).await[..] else { panic!("not told once") };
        assert_eq!(kind, "concluded");
        assert!(
            text.contains(&event.no) && !text.contains("王家"),
            "what the reporter was told is theirs: {text}"
        );
    }
    assert_eq!(listed(&town, &neighbour, "?view=mine&phase=closed").await, [(event.no, true)]);
}

#[actix_web::test]
async fn it_shows_how_far_the_case_is_and_nothing_of_whoever_reported_it() {
    let town = Town::new();
    let neighbour = town.resident(WEST);
    let event = Matter::reported(&town, &town.resident(EAST), public(EAST)).await;
    let seen = put(&town, &neighbour, &case(&event.url, "me_too")).await;
    let mut members: Vec<_> = seen.body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["id", "mine", "more", "people", "phase", "state", "title"]);
    assert_eq!((seen.text("phase"), seen.text("state")), ("reported".into(), "已上报".into()));
}

#[actix_web::test]
async fn it_is_taken_back_while_the_case_is_open() {
    let town = Town::new();
    let (crew, neighbour) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &crew.worker, public(EAST)).await;
    let me_too = case(&event.url, "me_too");
    put(&town, &neighbour, &me_too).await;
    for _ in 0..2 {
        let answer = delete(&town, &neighbour, &me_too).await;
        assert_eq!(
            (answer.status, &answer.body["people"], &answer.body["mine"]),
            (200, &json!(0), &json!(false))
        );
    }
    assert_eq!(listed(&town, &neighbour, "?view=mine").await, []);
    see_through(&crew, &mut event, "示例:已修复").await;
    assert_eq!((run_jobs(&town).await, messages_in(&town)), (0, 0), "there is nobody to tell");
    assert_eq!(delete(&town, &neighbour, &me_too).await.told(), (409, "guard_refused"));
    assert_eq!(put(&town, &neighbour, &me_too).await.told(), (409, "guard_refused"));
}

#[actix_web::test]
async fn a_resident_finds_only_what_is_public_in_their_village() {
    let town = Town::new();
    let (crew, neighbour, elsewhere) = (Crew::of(&town), town.resident(EAST), town.resident(NEXT_VILLAGE));
    let reporter = town.resident(EAST);
    let open = Matter::reported(&town, &reporter, public(EAST)).await;
    let internal = Matter::reported(&town, &reporter, report(&new_id(), EAST)).await;
    for (who, event, expected) in [
        (&neighbour, &open, (200, "")),
        (&neighbour, &internal, (404, "not_found")),
        (&elsewhere, &open, (404, "not_found")),
        (&reporter, &open, (409, "guard_refused")),
        (&crew.leader, &internal, (200, "")),
        (&town.staff(Role::GridWorker, NEXT_VILLAGE), &open, (404, "not_found")),
        (&town.staff(Role::Mediator, EAST), &open, (403, "forbidden")),
    ] {
        assert_eq!(put(&town, who, &case(&event.url, "me_too")).await.told(), expected, "{who:?}");
    }
    let wrong = case(&open.url.replace("event_", "hazard_"), "me_too");
    assert_eq!(put(&town, &neighbour, &wrong).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn one_list_shows_ones_own_and_the_followed_in_their_order_page_by_page() {
    let town = Town::new();
    let (crew, me) = (Crew::of(&town), town.resident(EAST));
    let mut expected = Vec::new();
    for n in 0..9 {
        let own = n % 3 == 1;
        let event = Matter::reported(&town, if own { &me } else { &crew.worker }, public(EAST)).await;
        if !own {
            put(&town, &me, &case(&event.url, "me_too")).await;
        }
        expected.insert(0, (event.no, !own));
        town.pass(TimeDelta::minutes(1));
    }
    assert_eq!(listed(&town, &me, "?view=mine").await, expected);
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("/api/v1/cases?view=mine&limit=2{cursor}");
        let page = town.signed_in_anew(&me).get(&town, &query).await;
        let items = page.body["items"].as_array().unwrap().clone();
        pages.extend(items.iter().map(|i| (i["no"].as_str().unwrap().to_owned(), i["me_too"] == true)));
        let Some(next) = page.body["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(pages, expected);
    assert_eq!(listed(&town, &me, "?view=mine&category=fraud").await, []);
}

#[actix_web::test]
async fn whoever_reported_what_was_merged_and_follows_the_original_too_is_told_once() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut original = Matter::reported(&town, &crew.worker, public(EAST)).await;
    let event = merged(&town, &crew, &resident, &original).await;
    put(&town, &resident, &case(&original.url, "me_too")).await;
    // The leader follows both.
    put(&town, &crew.leader, &case(&original.url, "me_too")).await;
    put(&town, &crew.leader, &case(&event.url, "me_too")).await;
    see_through(&crew, &mut original, "示例:已修复").await;
    run_jobs(&town).await;
    for who in [&resident, &crew.leader] {
        let ends = told(&town, who).await.into_iter().filter(|(kind, _)| kind == "concluded");
        assert_eq!(ends.count(), 1, "{who:?}");
    }
}

#[actix_web::test]
async fn a_case_that_began_again_before_they_were_told_is_told_of_at_its_next_end() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, public(EAST)).await;
    put(&town, &crew.leader, &case(&event.url, "me_too")).await;
    see_through(&crew, &mut event, "示例:已修复").await;
    event.goes(&crew.approver, "reopening", json!({ "reason": "示例:又不亮了" })).await;
    run_jobs(&town).await;
    assert_eq!(messages_in(&town), 0);
    super::finish(&crew, &mut event, "示例:已更换线路").await;
    run_jobs(&town).await;
    assert_eq!(told(&town, &crew.leader).await.len(), 1);
}

#[actix_web::test]
async fn whoever_follows_a_case_follows_what_it_becomes_unless_that_is_for_fewer_eyes() {
    let hazard = json!({ "to": "hazard", "field": "electricity", "note": "示例:线路老化,已转隐患办理" });
    let quarrel = json!({ "to": "dispute", "dispute_type": "marriage_family", "note": "示例:已转调解" });
    for (becomes, followed) in [(hazard, true), (quarrel, false)] {
        let town = Town::new();
        let (crew, neighbour) = (Crew::of(&town), town.resident(WEST));
        let mut event = Matter::reported(&town, &crew.worker, public(EAST)).await;
        put(&town, &neighbour, &case(&event.url, "me_too")).await;
        let end = event.goes(&crew.dispatcher, "conversion", becomes).await;
        run_jobs(&town).await;
        let kinds =
            async || told(&town, &neighbour).await.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        assert_eq!(kinds().await, ["transferred"]);
        // What is private is not listed, and neither is the event that became it.
        let listed = listed(&town, &neighbour, "?view=mine").await;
        assert_eq!(listed.len(), if followed { 2 } else { 0 });
        if followed {
            let dismissal = format!("/api/v1/hazards/{}/dismissal", end.text("became"));
            let answer = crew
                .dispatcher
                .step(&town, &dismissal, 1, json!({ "reason": "harmless", "note": "示例:线路完好" }))
                .await;
            assert_eq!(answer.status, 200, "{answer:?}");
            run_jobs(&town).await;
            assert_eq!(kinds().await.len(), 2);
        }
    }
}

/// People who follow, written beside the program.
fn crowd(town: &Town, event: &str, people: impl Iterator<Item = Uuid>) {
    let id: Id<Event> = event.rsplit('/').next().unwrap().parse().unwrap();
    let mut c = town.connect();
    for person in people {
        let row = (
            me_toos::case_id.eq(id),
            me_toos::person_id.eq(Id::<Resident>::from_uuid(person)),
            me_toos::person_kind.eq("resident"),
            me_toos::area_code.eq(EAST.parse::<AreaCode>().unwrap()),
            me_toos::added_at.eq(town.clock.now()),
        );
        diesel::insert_into(me_toos::table).values(row).execute(&mut c).unwrap();
    }
}

#[actix_web::test]
async fn a_crowd_is_counted_up_to_a_bound_and_everyone_is_told() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Matter::reported(&town, &crew.worker, public(EAST)).await;
    crowd(&town, &event.url, (0..1010_u128).map(|n| Uuid::from_u128(n + 1)));
    let seen = crew.dispatcher.get(&town, &case(&event.url, "me_too")).await;
    assert_eq!((&seen.body["people"], &seen.body["more"]), (&json!(999), &json!(true)));
    see_through(&crew, &mut event, "示例:已修复").await;
    run_jobs(&town).await;
    assert_eq!(messages_in(&town), 1010);
}

#[actix_web::test]
async fn nobody_follows_more_than_two_hundred_cases() {
    let town = Town::new();
    let (crew, neighbour) = (Crew::of(&town), town.resident(EAST));
    for _ in 0..200 {
        let event = Matter::reported(&town, &crew.worker, public(EAST)).await;
        crowd(&town, &event.url, [neighbour.id].into_iter());
    }
    let event = Matter::reported(&town, &crew.worker, public(EAST)).await;
    assert_eq!(put(&town, &neighbour, &case(&event.url, "me_too")).await.told(), (409, "guard_refused"));
}
