//! Periodic tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use wangge::platform::db::Db;
use wangge::platform::timetable::Timetable;

use crate::town::database::Database;

#[tokio::test]
async fn a_task_that_panics_comes_round_again() {
    let town = Database::new();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let timetable = Timetable::new(town.db.clone()).every(Duration::from_millis(5), "falls", move |_: Db| {
        let counted = Arc::clone(&counted);
        async move {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            panic!("a test panics here on purpose")
        }
    });
    let seen = Arc::clone(&runs);
    let enough = async move {
        while seen.load(Ordering::SeqCst) < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), timetable.run(enough))
        .await
        .expect("it came round once only");
}
