//! What a phone carries along, and how it keeps up.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::timeline_entries;

use super::phone::{Phone, made, report};
use crate::town::{EAST, Person, TOWN, Town, WEST};

/// A phone's copy of its areas' cases.
#[derive(Default)]
struct Copy {
    cases: BTreeMap<String, Value>,
    cursor: Option<String>,
    resets: usize,
}

impl Copy {
    /// One pull; whether there is more.
    async fn pull(&mut self, town: &Town, who: &Person, limit: u32) -> bool {
        let cursor = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let answer = who.get(town, &format!("/api/v1/sync/pull?limit={limit}{cursor}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body["reset"] == true {
            self.cases.clear();
            self.resets += 1;
        }
        let list = |name: &str| answer.body[name].as_array().unwrap().clone();
        assert!(list("cases").len() <= limit as usize);
        for case in list("cases") {
            self.cases.insert(case["id"].as_str().unwrap().to_owned(), case);
        }
        for gone in list("tombstones") {
            self.cases.remove(gone["id"].as_str().unwrap());
        }
        self.cursor = Some(answer.text("next"));
        answer.body["more"] == true
    }

    /// Pulls to the end of all that has been written.
    async fn catch_up(&mut self, town: &Town, who: &Person, limit: u32) {
        town.settle();
        self.keep_up(town, who, limit).await;
    }

    /// Pulls to the end of what can be seen by now.
    async fn keep_up(&mut self, town: &Town, who: &Person, limit: u32) {
        for _ in 0..100 {
            if !self.pull(town, who, limit).await {
                return;
            }
        }
        panic!("the pull has no end");
    }

    fn ids(&self) -> Vec<&str> {
        self.cases.keys().map(String::as_str).collect()
    }
}

async fn reported(town: &Town, who: &Person, grid: &str) -> String {
    let deed = report(grid);
    assert_eq!(who.post(town, "/api/v1/hazards", deed.payload).await.status, 201);
    deed.record
}

#[actix_web::test]
async fn a_phone_has_the_open_cases_first_and_then_what_changes() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(reported(&town, &worker, EAST).await);
    }
    reported(&town, &town.staff(Role::GridWorker, WEST), WEST).await;
    ids.sort();
    let mut copy = Copy::default();
    copy.catch_up(&town, &worker, 3).await;
    assert_eq!((copy.ids(), copy.resets), (ids.iter().map(String::as_str).collect(), 1));
    let case = &copy.cases[&ids[0]];
    assert_eq!(
        (&case["kind"], &case["detail"], &case["state"]),
        (&json!("hazard"), &json!("示例:护栏松动"), &json!("found"))
    );
    assert_eq!(case["actions"][0]["step"], "fix_on_spot", "its buttons can be drawn without a signal");
    let online = worker.get(&town, &format!("/api/v1/hazards/{}", ids[0])).await.body;
    assert!(online.as_object().unwrap().iter().all(|(name, value)| case[name] == *value));

    let grading = format!("/api/v1/hazards/{}/grading", ids[0]);
    assert_eq!(officer.step(&town, &grading, 1, json!({ "grade": "key" })).await.status, 200);
    let new = reported(&town, &worker, EAST).await;
    copy.catch_up(&town, &worker, 3).await;
    assert_eq!((copy.cases.len(), copy.resets), (8, 1));
    assert_eq!(copy.cases[&ids[0]]["state"], "graded");
    assert!(copy.cases.contains_key(&new));
}

#[actix_web::test]
async fn what_was_closed_is_told_and_dropped_a_month_later() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let id = reported(&town, &worker, EAST).await;
    let stays = reported(&town, &worker, EAST).await;
    let mut copy = Copy::default();
    copy.catch_up(&town, &worker, 50).await;
    let dismissal = json!({ "reason": "harmless", "note": "示例:护栏牢固" });
    let url = format!("/api/v1/hazards/{id}/dismissal");
    assert_eq!(officer.step(&town, &url, 1, dismissal).await.status, 200);
    copy.catch_up(&town, &worker, 50).await;
    assert_eq!((&copy.cases[&id]["phase"], copy.cases.len()), (&json!("closed"), 2));
    for _ in 0..2 {
        town.pass(TimeDelta::days(16));
        copy.catch_up(&town, &town.anew(&worker), 50).await;
    }
    assert_eq!((copy.ids(), copy.resets), (vec![stays.as_str()], 1));
    town.pass(TimeDelta::days(40));
    copy.catch_up(&town, &town.anew(&worker), 50).await;
    assert_eq!(
        (copy.ids(), copy.resets),
        (vec![stays.as_str()], 2),
        "after a month of silence it begins anew"
    );
}

#[actix_web::test]
async fn a_change_of_posts_begins_anew_with_what_they_show_now() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let here = reported(&town, &worker, EAST).await;
    let there = reported(&town, &town.staff(Role::GridWorker, WEST), WEST).await;
    let mut copy = Copy::default();
    copy.catch_up(&town, &worker, 50).await;
    assert_eq!(copy.ids(), [here.as_str()]);
    town.appoint(&worker, Role::GridWorker, WEST);
    tokio::time::sleep(std::time::Duration::from_millis(1000)).await; // posts are read anew
    copy.catch_up(&town, &worker, 50).await;
    assert_eq!((copy.cases.len(), copy.resets), (2, 2));
    assert!(copy.cases.contains_key(&there));
}

#[actix_web::test]
async fn a_private_quarrel_comes_to_those_who_may_see_it_and_names_come_masked() {
    let town = Town::new();
    let (worker, other) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridWorker, EAST));
    let mediator = town.staff(Role::Mediator, TOWN);
    let mut copies = [Copy::default(), Copy::default(), Copy::default()];
    for (copy, who) in copies.iter_mut().zip([&worker, &other, &mediator]) {
        copy.catch_up(&town, who, 50).await;
    }
    let id = report(EAST).record.replace("hazard_", "dispute_");
    let quarrel = json!({
        "id": id, "area_code": EAST, "dispute_type": "marriage_family", "title": "示例", "detail": "示例",
        "parties": [{ "side": "applicant", "name": "示例甲某", "phone": "13800005678" },
                    { "side": "respondent", "name": "示例乙" }]
    });
    assert_eq!(
        Phone::of(worker.clone()).outcomes(&town, &[made("dispute.register", quarrel)]).await,
        ["applied"]
    );
    for (copy, who) in copies.iter_mut().zip([&worker, &other, &mediator]) {
        copy.catch_up(&town, who, 50).await;
    }
    assert_eq!(copies.each_ref().map(|copy| copy.cases.len()), [1, 0, 1]);
    let parties = copies[2].cases[&id]["parties"].to_string();
    assert!(parties.contains("138****5678") && !parties.contains("甲某"), "{parties}");
}

#[actix_web::test]
async fn what_commits_late_is_not_missed() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let late = reported(&town, &worker, EAST).await;
    let mut copy = Copy::default();
    copy.catch_up(&town, &worker, 50).await;
    let mut c = town.connect();
    if !c.is_postgres() {
        return; // one writer: what commits later has a later lot
    }
    // A step that has begun before another and commits after it, as on another node.
    c.batch_execute("BEGIN").unwrap();
    c.batch_execute("SELECT wangge_lot()").unwrap();
    let copied = "INSERT INTO timeline_entries (id, case_id, case_kind, area_code, version, at, actor_kind, step, to_state, \
                  phase, hidden) SELECT gen_random_uuid(), case_id, case_kind, area_code, 2, at, actor_kind, 'x', to_state, \
                  phase, hidden FROM timeline_entries";
    c.batch_execute(copied).unwrap();
    copy.cases.clear();
    let soon = reported(&town, &worker, EAST).await;
    copy.keep_up(&town, &worker, 50).await;
    c.batch_execute("COMMIT").unwrap();
    copy.catch_up(&town, &worker, 50).await;
    assert!(copy.cases.contains_key(&soon) && copy.cases.contains_key(&late), "{:?}", copy.ids());
}

#[actix_web::test]
async fn a_phone_that_pulls_while_others_work_ends_with_everything() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let deeds: Vec<_> = (0..60).map(|_| report(EAST)).collect();
    let phones: Vec<_> = (0..4).map(|_| Phone::of(town.staff(Role::GridWorker, EAST))).collect();
    let working = futures_util::future::join_all(deeds.chunks(5).enumerate().map(|(n, some)| {
        let sent = town.send(phones[n % 4].request(&town, some));
        async move { assert_eq!(sent.await.status(), 200) }
    }));
    let mut copy = Copy::default();
    let pulling = async {
        for _ in 0..20 {
            copy.pull(&town, &worker, 4).await;
        }
    };
    futures_util::future::join(working, pulling).await;
    copy.catch_up(&town, &worker, 4).await;
    let mut expected: Vec<_> = deeds.iter().map(|deed| deed.record.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(copy.ids(), expected);
    let entries: i64 = timeline_entries::table.count().get_result(&mut town.connect()).unwrap();
    assert_eq!(entries, 60);
}

#[actix_web::test]
async fn a_cursor_that_is_none_is_refused() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for query in ["cursor=x", "cursor=AAAA", "limit=0", "limit=101"] {
        let answer = worker.get(&town, &format!("/api/v1/sync/pull?{query}")).await;
        assert_eq!(answer.told(), (422, "invalid_fields"), "{query}");
    }
}
