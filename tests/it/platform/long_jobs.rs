//! Jobs of the outbox that are done part by part.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use wangge::base::problem::Problem;
use wangge::platform::db::Db;
use wangge::platform::outbox::{Handlers, Job, OutboxSettings, Outcome, Place, Runner, add, in_parts};

use crate::town::database::Database;

/// Paints the planks of a fence one after the other.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Paint {
    next: u32,
}

impl Job for Paint {
    const KIND: &'static str = "test.paint";
}

/// What was painted, in order, and after which planks something happens.
#[derive(Clone)]
struct Fence {
    db: Db,
    painted: Arc<Mutex<Vec<u32>>>,
    planks: u32,
    /// So many in one run.
    at_once: u32,
    /// A brush that breaks here, once.
    breaks: Arc<Mutex<Option<u32>>>,
}

async fn paint(job: Paint, place: Place, fence: Fence) -> Outcome {
    for plank in job.next..(job.next + fence.at_once).min(fence.planks) {
        if fence.breaks.lock().unwrap().take_if(|breaks| *breaks == plank).is_some() {
            return Outcome::Retry("the brush broke".to_owned());
        }
        let noted = fence.db.write(move |tx| place.note(tx, &Paint { next: plank + 1 }));
        if noted.await.is_err() {
            return Outcome::Retry("somebody else paints".to_owned());
        }
        fence.painted.lock().unwrap().push(plank);
    }
    if job.next + fence.at_once < fence.planks { Outcome::More } else { Outcome::Done }
}

impl Fence {
    async fn of(db: &Db, planks: u32, at_once: u32) -> Self {
        db.write(|tx| add(tx, &Paint { next: 0 })).await.unwrap();
        Self { db: db.clone(), painted: Arc::default(), planks, at_once, breaks: Arc::default() }
    }

    fn runner(&self, db: Db) -> Runner<Self> {
        let retries = vec![Duration::from_secs(10)];
        let handlers = Handlers::new().on_long(paint);
        Runner::new(db, handlers, self.clone(), OutboxSettings::new(retries))
    }

    fn painted(&self) -> Vec<u32> {
        self.painted.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn what_is_left_of_a_long_job_goes_on_at_once() {
    let town = Database::new();
    let fence = Fence::of(&town.db, 5, 2).await;
    assert_eq!(fence.runner(town.db.clone()).run_due().await.unwrap(), 3, "two, two and one");
    assert_eq!(fence.painted(), [0, 1, 2, 3, 4]);
    assert_eq!(fence.runner(town.db.clone()).run_due().await.unwrap(), 0);
}

#[tokio::test]
async fn a_long_job_that_failed_goes_on_where_it_had_come_and_has_all_its_tries_again() {
    let town = Database::new();
    let fence = Fence::of(&town.db, 6, 9).await;
    let runner = fence.runner(town.db.clone());
    // One further try each, and it is tried four times in all.
    for breaks in [1, 3, 5] {
        *fence.breaks.lock().unwrap() = Some(breaks);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(fence.painted(), (0..breaks).collect::<Vec<_>>());
        town.pass(TimeDelta::seconds(10));
    }
    assert_eq!(runner.run_due().await.unwrap(), 1);
    assert_eq!(fence.painted(), [0, 1, 2, 3, 4, 5]);
}

/// How many jobs somebody holds.
fn held(town: &Database) -> i64 {
    use diesel::prelude::*;
    use wangge::platform::db::schema::outbox_jobs::dsl;
    let held = dsl::outbox_jobs.filter(dsl::lease_token.is_not_null());
    held.count().get_result(&mut town.connect()).unwrap()
}

#[tokio::test]
async fn whoever_lost_a_long_job_does_no_further_part_of_it() {
    let town = Database::new();
    let fence = Fence::of(&town.db, 4, 9).await;
    let (lost, go) = (fence.clone(), Arc::new(tokio::sync::Notify::new()));
    let stalled = {
        let (go, other) = (Arc::clone(&go), town.another_node());
        let handlers = Handlers::new().on_long(move |job: Paint, place, fence: Fence| {
            let go = Arc::clone(&go);
            async move {
                go.notified().await;
                paint(job, place, fence).await
            }
        });
        let settings = OutboxSettings::new(vec![Duration::from_secs(10)]);
        let runner = Runner::new(other, handlers, lost, settings);
        tokio::spawn(async move { runner.run_due().await })
    };
    let next = fence.runner(town.db.clone());
    while held(&town) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    town.pass(TimeDelta::seconds(20));
    assert_eq!(next.run_due().await.unwrap(), 1, "the lease of the stalled one is over");
    go.notify_one();
    stalled.await.unwrap().unwrap();
    assert_eq!(fence.painted(), [0, 1, 2, 3], "each once");
}

#[tokio::test]
async fn in_parts_each_part_is_done_once_and_a_part_that_fails_is_begun_anew() {
    let town = Database::new();
    let fence = Fence::of(&town.db, 250, 0).await;
    let handlers = Handlers::new().on_long(|job: Paint, place, fence: Fence| async move {
        let db = fence.db.clone();
        in_parts(&db, place, job, move |_, job| {
            if fence.breaks.lock().unwrap().take_if(|breaks| *breaks == job.next).is_some() {
                return Err(Problem::not_found());
            }
            fence.painted.lock().unwrap().push(job.next);
            Ok((job.next + 1 < fence.planks).then(|| Paint { next: job.next + 1 }))
        })
        .await
    });
    *fence.breaks.lock().unwrap() = Some(170);
    let settings = OutboxSettings::new(vec![Duration::from_secs(10)]);
    let runner = Runner::new(town.db.clone(), handlers, fence.clone(), settings);
    assert_eq!(runner.run_due().await.unwrap(), 2, "a hundred, and what came before the brush broke");
    assert_eq!(fence.painted().len(), 170);
    town.pass(TimeDelta::seconds(10));
    assert_eq!(runner.run_due().await.unwrap(), 1);
    assert_eq!(fence.painted(), (0..250).collect::<Vec<_>>());
}
