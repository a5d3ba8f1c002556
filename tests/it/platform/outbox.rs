//! The outbox.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::base::problem::{Code, Problem};
use wangge::platform::db::{Db, Node};
use wangge::platform::outbox::{
    Handlers, Job, OutboxSettings, Outcome, Runner, add, add_at, end_holds, given_up, purge, retry,
};

use crate::town::database::Database;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ring {
    bell: u32,
    urgent: bool,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Answer {
    Done,
    Retry,
    GiveUp,
    Panic,
    Hang,
}

impl Job for Ring {
    const KIND: &'static str = "test.ring";
    fn urgent(&self) -> bool {
        self.urgent
    }
}

#[derive(Serialize)]
struct FromTheFuture;

impl Job for FromTheFuture {
    const KIND: &'static str = "test.future";
}

/// The bells that rang, in order.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u32>>>);

impl Heard {
    fn all(&self) -> Vec<u32> {
        self.0.lock().unwrap().clone()
    }
}

fn runner(db: Db, heard: &Heard, at_once: usize) -> Runner<Heard> {
    let handlers = Handlers::new().on(|job: Ring, heard: Heard| async move {
        heard.0.lock().unwrap().push(job.bell);
        match job.answer {
            Answer::Done => Outcome::Done,
            Answer::Retry => Outcome::Retry("nobody is at home".to_owned()),
            Answer::GiveUp => Outcome::GaveUp("there is no bell".to_owned()),
            Answer::Panic => panic!("the bell fell down"),
            Answer::Hang => std::future::pending().await,
        }
    });
    let retries = vec![Duration::from_secs(10), Duration::from_secs(60)];
    let settings =
        OutboxSettings { at_once, drain: Duration::from_millis(50), ..OutboxSettings::new(retries) };
    Runner::new(db, handlers, heard.clone(), settings)
}

fn ring(bell: u32, answer: Answer) -> Ring {
    Ring { bell, urgent: false, answer }
}

async fn put(db: &Db, job: Ring) {
    db.write(move |tx| add(tx, &job)).await.unwrap();
}

#[derive(diesel::QueryableByName)]
struct State {
    #[diesel(sql_type = diesel::sql_types::Text)]
    state: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    last_error: Option<String>,
}

/// State, tries and last error of each job.
fn states(town: &Database) -> Vec<(String, i32, Option<String>)> {
    use diesel::RunQueryDsl;
    let query = "SELECT state, attempts, last_error FROM outbox_jobs ORDER BY id";
    let rows: Vec<State> = diesel::sql_query(query).load(&mut town.connect()).unwrap();
    rows.into_iter().map(|row| (row.state, row.attempts, row.last_error)).collect()
}

fn is(state: &str, attempts: i32, error: &str) -> (String, i32, Option<String>) {
    (state.to_owned(), attempts, (!error.is_empty()).then(|| error.to_owned()))
}

#[tokio::test]
async fn a_job_whose_transaction_did_not_commit_never_runs() {
    let (town, heard) = (Database::new(), Heard::default());
    let failed = town.db.write(|tx| {
        add(tx, &ring(1, Answer::Done))?;
        Err::<(), _>(Problem::new(Code::GuardRefused))
    });
    assert!(failed.await.is_err());
    put(&town.db, ring(2, Answer::Done)).await;
    assert_eq!(runner(town.db.clone(), &heard, 4).run_due().await.unwrap(), 1);
    assert_eq!(heard.all(), [2]);
    assert_eq!(states(&town), [is("done", 1, "")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runners_run_each_job_once() {
    let (town, heard) = (Database::new(), Heard::default());
    for bell in 0..60 {
        put(&town.db, ring(bell, Answer::Done)).await;
    }
    let (here, there) = (runner(town.db.clone(), &heard, 4), runner(town.another_node(), &heard, 4));
    let (here, there) = tokio::join!(here.run_due(), there.run_due());
    assert_eq!(here.unwrap() + there.unwrap(), 60);
    let mut bells = heard.all();
    bells.sort_unstable();
    assert_eq!(bells, (0..60).collect::<Vec<_>>());
}

#[tokio::test]
async fn urgent_jobs_go_first_and_later_ones_wait_for_their_time() {
    let (town, heard) = (Database::new(), Heard::default());
    let later = town.clock.now().plus(TimeDelta::hours(1));
    town.db.write(move |tx| add_at(tx, &ring(4, Answer::Done), later)).await.unwrap();
    for (bell, urgent) in [(1, false), (2, false), (3, true)] {
        put(&town.db, Ring { bell, urgent, answer: Answer::Done }).await;
    }
    let runner = runner(town.db.clone(), &heard, 1);
    runner.run_due().await.unwrap();
    assert_eq!(heard.all(), [3, 1, 2]);
    town.pass(TimeDelta::hours(1));
    runner.run_due().await.unwrap();
    assert_eq!(heard.all(), [3, 1, 2, 4]);
}

#[tokio::test]
async fn a_job_is_tried_again_by_the_timetable_and_then_given_up() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Retry)).await;
    let runner = runner(town.db.clone(), &heard, 4);
    for (pause, runs, state) in [
        (0, 1, "waiting"),
        (9, 0, "waiting"),
        (1, 1, "waiting"),
        (59, 0, "waiting"),
        (1, 1, "gave_up"),
        (9999, 0, "gave_up"),
    ] {
        town.pass(TimeDelta::seconds(pause));
        assert_eq!(runner.run_due().await.unwrap(), runs, "{pause} s later");
        assert_eq!(states(&town), [is(state, heard.all().len() as i32, "nobody is at home")]);
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_a_panic_is_not() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::GiveUp)).await;
    put(&town.db, ring(2, Answer::Panic)).await;
    runner(town.db.clone(), &heard, 4).run_due().await.unwrap();
    let expected = [is("gave_up", 1, "there is no bell"), is("waiting", 1, "the handler panicked")];
    assert_eq!(states(&town), expected);
}

#[tokio::test]
async fn a_kind_that_this_program_does_not_know_waits_for_one_that_does() {
    let (town, heard) = (Database::new(), Heard::default());
    town.db.write(|tx| add(tx, &FromTheFuture)).await.unwrap();
    assert_eq!(runner(town.db.clone(), &heard, 4).run_due().await.unwrap(), 0);
    assert_eq!(states(&town), [is("waiting", 0, "")]);
}

#[tokio::test]
async fn a_crashed_runner_is_followed_by_another_and_cannot_write_when_it_comes_back() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Done)).await;
    let gate = Arc::new(tokio::sync::Notify::new());
    let (opened, slow) = (Arc::clone(&gate), Heard::default());
    let begun = slow.clone();
    let handlers = Handlers::new().on(move |job: Ring, heard: Heard| {
        let opened = Arc::clone(&opened);
        async move {
            heard.0.lock().unwrap().push(job.bell);
            opened.notified().await;
            Outcome::GaveUp("too late to say so".to_owned())
        }
    });
    let stalled = Runner::new(town.another_node(), handlers, slow, OutboxSettings::new(vec![]));
    let stalled = tokio::spawn(async move { stalled.run_due().await });
    while begun.all().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let next = runner(town.db.clone(), &heard, 4);
    assert_eq!(next.run_due().await.unwrap(), 0, "the lease still holds");
    town.pass(TimeDelta::seconds(20));
    assert_eq!(next.run_due().await.unwrap(), 1, "the lease is over");
    gate.notify_one();
    stalled.await.unwrap().unwrap();
    assert_eq!(states(&town), [is("done", 2, "")]);
}

#[tokio::test]
async fn a_job_that_still_runs_is_held_on_to() {
    use diesel::prelude::*;
    use wangge::platform::db::schema::outbox_jobs::dsl;
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Hang)).await;
    let settings = OutboxSettings { lease: Duration::from_secs(2), ..OutboxSettings::new(vec![]) };
    let hangs = Handlers::new().on(|_: Ring, ()| std::future::pending::<Outcome>());
    let held = Runner::new(town.another_node(), hangs, (), settings);
    let held = tokio::spawn(async move { held.run_due().await });
    let until =
        || dsl::outbox_jobs.select(dsl::lease_until).first::<Option<Timestamp>>(&mut town.connect()).unwrap();
    let renewed = async |before: Option<Timestamp>| {
        while until() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    renewed(None).await;
    for _ in 0..2 {
        let before = until();
        town.pass(TimeDelta::milliseconds(1500));
        renewed(before).await;
    }
    let next = runner(town.db.clone(), &heard, 4);
    assert_eq!(next.run_due().await.unwrap(), 0, "three seconds on a lease of two");
    held.abort();
}

#[tokio::test]
async fn what_a_process_had_claimed_that_is_no_more_is_run_at_once() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Done)).await;
    let (killed, stranger) = (town.another_node(), Id::<Node>::new());
    let hangs = Handlers::new().on(|_: Ring, ()| std::future::pending::<Outcome>());
    let hanging = Runner::new(killed.clone(), hangs, (), OutboxSettings::new(vec![]));
    let hanging = tokio::spawn(async move { hanging.run_due().await });
    while states(&town) != [is("waiting", 1, "")] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    hanging.abort();
    let next = runner(town.db.clone(), &heard, 4);
    town.db.write(move |tx| end_holds(tx, stranger)).await.unwrap();
    assert_eq!(next.run_due().await.unwrap(), 0, "it was not the stranger's");
    let gone = killed.node().id();
    town.db.write(move |tx| end_holds(tx, gone)).await.unwrap();
    assert_eq!((next.run_due().await.unwrap(), heard.all()), (1, vec![1]));
}

#[tokio::test]
async fn a_job_that_no_try_came_back_from_is_given_up_unrun() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Done)).await;
    town.tamper("UPDATE outbox_jobs SET attempts = 3");
    runner(town.db.clone(), &heard, 4).run_due().await.unwrap();
    assert_eq!((heard.all(), states(&town)), (vec![], vec![is("gave_up", 4, "no try has come to an end")]));
}

#[tokio::test]
async fn a_running_runner_wakes_on_a_commit_and_ends_when_told() {
    let (town, heard) = (Database::new(), Heard::default());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = runner(town.db.clone(), &heard, 4);
    let running = tokio::spawn(running.run(async move { drop(stopped.await) }));
    tokio::time::sleep(Duration::from_millis(60)).await;
    let began = std::time::Instant::now();
    put(&town.db, ring(1, Answer::Done)).await;
    while heard.all().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(began.elapsed() < Duration::from_millis(700), "it waited for its next look");
    put(&town.db, ring(2, Answer::Hang)).await;
    while heard.all().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(2), running).await.unwrap().unwrap();
    assert_eq!(states(&town)[1], is("waiting", 1, ""), "cut off, to be run again after the lease");
}

#[tokio::test]
async fn done_jobs_are_removed_after_seven_days_and_given_up_ones_stay() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::Done)).await;
    put(&town.db, ring(2, Answer::GiveUp)).await;
    runner(town.db.clone(), &heard, 4).run_due().await.unwrap();
    town.pass(TimeDelta::days(7));
    purge(&town.db).await.unwrap();
    assert_eq!(states(&town).len(), 2, "not yet");
    town.pass(TimeDelta::milliseconds(1));
    purge(&town.db).await.unwrap();
    assert_eq!(states(&town), [is("gave_up", 1, "there is no bell")]);
}

#[tokio::test]
async fn what_was_given_up_is_listed_and_may_be_tried_again() {
    let (town, heard) = (Database::new(), Heard::default());
    put(&town.db, ring(1, Answer::GiveUp)).await;
    put(&town.db, ring(2, Answer::GiveUp)).await;
    put(&town.db, ring(3, Answer::Done)).await;
    let runner = runner(town.db.clone(), &heard, 4);
    runner.run_due().await.unwrap();
    let listed = town.db.read(given_up).await.unwrap();
    let why: Vec<_> = listed.iter().map(|job| (job.kind.as_str(), job.last_error.as_deref())).collect();
    assert_eq!(why, [("test.ring", Some("there is no bell")); 2]);
    let one = listed[0].id;
    assert_eq!(town.db.write(move |tx| retry(tx, Some(one))).await.unwrap(), 1);
    assert_eq!(town.db.write(move |tx| retry(tx, Some(one))).await.unwrap(), 0, "it waits already");
    assert_eq!(runner.run_due().await.unwrap(), 1);
    assert_eq!(town.db.write(|tx| retry(tx, None)).await.unwrap(), 2);
    assert_eq!(runner.run_due().await.unwrap(), 2);
}
