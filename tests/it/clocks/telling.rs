//! At the points of a clock's way something is told: once, to whom it concerns, also when the server was away.

use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::Id;
use wangge::features::clocks::{Change, Rule};
use wangge::features::deadlines::tell_due;
use wangge::platform::access::{Role, Staff};
use wangge::platform::db::Db;
use wangge::platform::db::schema::{clock_alerts, clocks};

use super::scene::{accept_private, alerts, dawn, levels, open_alerts, order, submit, tell};
use super::{VILLAGE, changes};
use crate::town::{EAST, TOWN, Town};

fn rows(town: &Town) -> i64 {
    clock_alerts::table.count().get_result(&mut town.connect()).unwrap()
}

#[actix_web::test]
async fn the_handler_is_warned_before_the_end_and_each_level_is_told_after_it() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [leader, dispatcher, approver, district] = levels(&town);
    let ordered = order(&town, &officer, EAST, "2026-03-07").await;
    assert_eq!(tell(&town).await, 0, "nothing is to be told yet");
    dawn(&town, "2026-03-05");
    assert_eq!((tell(&town).await, tell(&town).await), (1, 0));
    let told = open_alerts(&town, &officer).await;
    assert_eq!((told.len(), &told[0]["kind"], told[0].get("level")), (1, &"warning".into(), None));
    assert_eq!(told[0]["text"], "“完成整改”将于 2026-03-07 到期,请及时办理");
    assert_eq!(told[0]["at"], "2026-03-04T16:00:00.000Z");
    assert_eq!((&told[0]["late"], &told[0]["basis"]["article"]), (&false.into(), &"第六十五条".into()));
    assert_eq!(told[0]["case"]["no"].as_str(), Some(ordered.text("no").as_str()));
    for (day, level, who) in
        [("2026-03-08", "L2", &dispatcher), ("2026-03-09", "L3", &approver), ("2026-03-11", "L4", &district)]
    {
        assert_eq!(alerts(&town, who).await.len(), 0, "{level} is not told before its time");
        dawn(&town, day);
        assert_eq!((tell(&town).await, tell(&town).await), (1, 0), "{level}");
        let told = open_alerts(&town, who).await;
        assert_eq!((told.len(), &told[0]["level"]), (1, &level.into()), "{told:?}");
        assert_eq!(told[0]["text"], "“完成整改”已过期限 2026-03-07,尚未办结");
    }
    assert_eq!(alerts(&town, &leader).await.len(), 0, "this rule does not tell the village");
    dawn(&town, "2026-06-01");
    assert_eq!(tell(&town).await, 0, "there is nothing more to tell");
}

#[actix_web::test]
async fn two_who_tell_at_once_tell_each_point_once() {
    let town = Town::new();
    // More than one batch.
    for _ in 0..250 {
        let named = Change::Name(Rule::Rectify, "2026-03-07".parse().unwrap());
        changes::open(&town, vec![named]).await.unwrap();
    }
    let here = town.house.app.db.clone();
    // A file has no other node, so there the two share the way to it.
    let there = if here.is_shared() {
        Db::open(&town.settings.database, town.clock.clone()).unwrap()
    } else {
        here.clone()
    };
    let mut told = 0;
    for day in ["2026-03-05", "2026-03-08", "2026-03-12"] {
        dawn(&town, day);
        let (a, b) = tokio::join!(tell_due(&here), tell_due(&there));
        told += a.unwrap() + b.unwrap();
    }
    assert_eq!((told, rows(&town)), (1000, 1000), "a warning and three levels for each");
    let each = clock_alerts::table
        .group_by(clock_alerts::clock_id)
        .select((clock_alerts::clock_id, diesel::dsl::count_star()));
    let each: Vec<(Id<Staff>, i64)> = each.load(&mut town.connect()).unwrap();
    assert!(each.len() == 250 && each.iter().all(|(_, n)| *n == 4));
}

#[actix_web::test]
async fn what_the_server_slept_through_is_told_once_and_says_that_it_is_late() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [_, dispatcher, approver, district] = levels(&town);
    order(&town, &officer, EAST, "2026-03-07").await;
    dawn(&town, "2026-03-20");
    assert_eq!((tell(&town).await, tell(&town).await), (4, 0));
    for who in [&officer, &dispatcher, &approver, &district] {
        let told = open_alerts(&town, who).await;
        assert_eq!((told.len(), &told[0]["late"]), (1, &true.into()), "{told:?}");
        assert!(told[0]["text"].as_str().unwrap().contains("现补发"), "{told:?}");
    }
    let warning = &open_alerts(&town, &officer).await[0];
    assert!(warning["text"].as_str().unwrap().contains("本应于 2026-03-05 00:00 提醒"), "{warning}");
}

#[actix_web::test]
async fn a_paused_clock_tells_nothing_and_goes_on_with_the_time_that_was_left() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let file = changes::open(&town, vec![Change::Start(Rule::HandleEvent)]).await.unwrap();
    let file = changes::step(&town, &file, vec![Change::Pause(Rule::HandleEvent)]).await.unwrap();
    dawn(&town, "2026-03-20");
    assert_eq!(tell(&town).await, 0);
    changes::step(&town, &file, vec![Change::Resume(Rule::HandleEvent)]).await.unwrap();
    assert_eq!(tell(&town).await, 0, "three working days are left from Friday the 20th");
    dawn(&town, "2026-03-24");
    assert_eq!(tell(&town).await, 1, "the warning");
    dawn(&town, "2026-03-26");
    assert_eq!(tell(&town).await, 2, "the village and the town");
    assert_eq!(open_alerts(&town, &dispatcher).await.len(), 1);
}

#[actix_web::test]
async fn a_pause_just_before_the_warning_is_told_puts_it_off_and_loses_nothing() {
    let town = Town::new();
    let file = changes::open(&town, vec![Change::Start(Rule::HandleEvent)]).await.unwrap();
    dawn(&town, "2026-03-04");
    // The warning's moment was at midnight; nobody has come round to tell it.
    let file = changes::step(&town, &file, vec![Change::Pause(Rule::HandleEvent)]).await.unwrap();
    assert_eq!(tell(&town).await, 0, "while it is paused nothing is told");
    dawn(&town, "2026-03-11");
    assert_eq!(tell(&town).await, 0);
    changes::step(&town, &file, vec![Change::Resume(Rule::HandleEvent)]).await.unwrap();
    assert_eq!((tell(&town).await, tell(&town).await), (1, 0), "one working day is left, and that is told");
    dawn(&town, "2026-03-13");
    assert_eq!((tell(&town).await, rows(&town)), (2, 3), "the village and the town");
}

#[actix_web::test]
async fn a_pause_after_the_warning_was_told_does_not_tell_it_again() {
    let town = Town::new();
    let file = changes::open(&town, vec![Change::Start(Rule::HandleEvent)]).await.unwrap();
    dawn(&town, "2026-03-04");
    assert_eq!(tell(&town).await, 1);
    let file = changes::step(&town, &file, vec![Change::Pause(Rule::HandleEvent)]).await.unwrap();
    dawn(&town, "2026-03-11");
    changes::step(&town, &file, vec![Change::Resume(Rule::HandleEvent)]).await.unwrap();
    assert_eq!((tell(&town).await, rows(&town)), (0, 1));
    dawn(&town, "2026-03-13");
    assert_eq!((tell(&town).await, rows(&town)), (2, 3), "the village and the town");
}

#[actix_web::test]
async fn a_pause_on_the_last_day_leaves_a_day_and_its_escalation() {
    let town = Town::new();
    let file = changes::open(&town, vec![Change::Start(Rule::VerifyEvent)]).await.unwrap();
    dawn(&town, "2026-03-04"); // two working days after Monday: its last
    assert_eq!(tell(&town).await, 1, "the warning of Tuesday");
    let file = changes::step(&town, &file, vec![Change::Pause(Rule::VerifyEvent)]).await.unwrap();
    dawn(&town, "2026-03-18");
    let file = changes::step(&town, &file, vec![Change::Resume(Rule::VerifyEvent)]).await.unwrap();
    assert_eq!(file.due_on, "2026-03-18".parse().ok());
    assert_eq!(tell(&town).await, 0);
    dawn(&town, "2026-03-19");
    assert_eq!((tell(&town).await, rows(&town)), (1, 2), "the town is told that it was not kept");
}

#[actix_web::test]
async fn a_point_that_came_back_is_not_told_again() {
    let town = Town::new();
    order(&town, &town.staff(Role::StationOfficer, TOWN), EAST, "2026-03-07").await;
    let before: Option<wangge::base::clock::Timestamp> =
        clocks::table.select(clocks::next_at).first(&mut town.connect()).unwrap();
    dawn(&town, "2026-03-05");
    assert_eq!(tell(&town).await, 1);
    // As a step would leave it that had read the row before it was told.
    diesel::update(clocks::table).set(clocks::next_at.eq(before)).execute(&mut town.connect()).unwrap();
    assert_eq!((tell(&town).await, rows(&town)), (0, 1));
    dawn(&town, "2026-03-08");
    assert_eq!(tell(&town).await, 1, "it went on to the next point");
}

#[actix_web::test]
async fn a_clock_that_was_extended_is_warned_of_again_before_its_new_end() {
    let town = Town::new();
    let file = changes::open(&town, vec![Change::Start(Rule::HandleEvent)]).await.unwrap();
    dawn(&town, "2026-03-04");
    assert_eq!(tell(&town).await, 1);
    changes::step(&town, &file, vec![Change::Extend(Rule::HandleEvent, 3)]).await.unwrap();
    assert_eq!(tell(&town).await, 0);
    dawn(&town, "2026-03-09"); // Monday; it ends on Tuesday
    assert_eq!((tell(&town).await, rows(&town)), (1, 2));
}

#[actix_web::test]
async fn a_case_on_nobodys_desk_is_warned_of_to_the_leader_of_the_village() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [leader, ..] = levels(&town);
    let ordered = order(&town, &officer, EAST, "2026-03-07").await;
    submit(&town, &officer, &ordered).await; // to be inspected by somebody else until 12 March
    dawn(&town, "2026-03-09");
    assert_eq!(tell(&town).await, 1);
    let told = open_alerts(&town, &leader).await;
    assert_eq!((&told[0]["kind"], &told[0]["rule"]), (&"warning".into(), &"YH-REINSPECT".into()));
    let elsewhere = town.staff(Role::GridLeader, "500114119202");
    assert_eq!(alerts(&town, &elsewhere).await.len(), 0);
}

#[actix_web::test]
async fn what_is_late_when_it_begins_is_told_once_and_to_the_highest() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let [leader, dispatcher, approver, district] = levels(&town);
    let ordered = order(&town, &officer, EAST, "2026-03-07").await;
    submit(&town, &officer, &ordered).await; // in time
    dawn(&town, "2026-03-10");
    tell(&town).await; // that it is to be inspected soon
    let before = rows(&town);
    let url = format!("/api/v1/hazards/{}/reinspection", ordered.text("id"));
    let back = leader.step(&town, &url, 5, json!({ "passed": false, "note": "示例:仍有松动" })).await;
    assert_eq!((back.status, back.text("due_on")), (200, "2026-03-07".into()), "{back:?}");
    assert_eq!((tell(&town).await, tell(&town).await, rows(&town)), (1, 0, before + 1));
    assert_eq!(open_alerts(&town, &approver).await.len(), 1, "a day after the day of the order");
    for who in [&officer, &dispatcher] {
        assert!(open_alerts(&town, who).await.is_empty(), "what was passed over is not told");
    }
    dawn(&town, "2026-03-11");
    assert_eq!((tell(&town).await, open_alerts(&town, &district).await.len()), (1, 1), "and it goes on");
}

#[actix_web::test]
async fn what_few_may_see_is_told_to_those_few() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let [leader, dispatcher, approver, district] = levels(&town);
    accept_private(&town, &mediator, EAST).await;
    dawn(&town, "2026-03-28");
    assert_eq!(tell(&town).await, 2, "a warning after 20 days, and the village after 25");
    assert_eq!(open_alerts(&town, &mediator).await.len(), 1);
    let told = open_alerts(&town, &approver).await;
    assert_eq!(
        (told.len(), &told[0]["level"], &told[0]["case"]["title"]),
        (1, &"L3".into(), &"示例家庭纠纷".into())
    );
    assert_eq!(told[0]["text"], "“调解”应于 2026-04-01 前完成,尚未办结");
    for who in [&leader, &dispatcher, &district] {
        assert_eq!(alerts(&town, who).await.len(), 0, "they may not see the case");
    }
}
