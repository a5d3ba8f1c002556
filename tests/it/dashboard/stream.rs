//! The stream against the timeline.

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use wangge::base::id::Id;
use wangge::base::problem::{Code, Problem};
use wangge::features::cases::{CaseKind, Confidential, Phase};
use wangge::features::dashboard::{Live, Position, Subscription};
use wangge::features::timeline;
use wangge::platform::access::policy::SeeDashboard;
use wangge::platform::access::{Granted, Principals, Role, system};
use wangge::platform::db::{Db, DbConnection, Tx};

use super::{
    GRID, NEIGHBOUR, OnePerson, TOWN, VILLAGE, advance, granted, open, open_for, township, viewer, worker,
};

/// A client: its stream and the text that it has not yet taken apart.
struct Client {
    stream: Pin<Box<dyn Stream<Item = Result<Bytes, Problem>>>>,
    text: String,
    last: Option<String>,
}

impl Client {
    async fn connect(db: &Db, live: &Live, area: &str, last: Option<&str>) -> Self {
        Self::connect_as(db, live, viewer(db, area).await, last).await
    }

    async fn connect_as(
        db: &Db,
        live: &Live,
        (principals, by): (Principals, Granted<SeeDashboard>),
        last: Option<&str>,
    ) -> Self {
        let resume: Option<Position> = last.map(|last| last.parse().unwrap());
        let stream = Subscription::begin(db, &principals, live, by, resume).await.unwrap().stream();
        let mut client = Self { stream: Box::pin(stream), text: String::new(), last: None };
        assert!(client.block().await.starts_with("retry:"));
        client
    }

    /// The next block, or a failed test after five seconds.
    async fn block(&mut self) -> String {
        loop {
            if let Some((block, rest)) = self.text.clone().split_once("\n\n") {
                self.text = rest.to_owned();
                let id = block.lines().find_map(|line| line.strip_prefix("id: "));
                self.last = id.map(str::to_owned).or(self.last.take());
                return block.to_owned();
            }
            let more = tokio::time::timeout(Duration::from_secs(5), self.stream.next()).await;
            self.text.push_str(std::str::from_utf8(&more.unwrap().unwrap().unwrap()).unwrap());
        }
    }

    /// The ids of the next `n` events.
    async fn events(&mut self, n: usize) -> Vec<String> {
        let mut ids = Vec::new();
        while ids.len() < n {
            let block = self.block().await;
            assert!(block.contains("event: case"), "{block}");
            ids.extend(self.last.clone());
        }
        ids
    }

    async fn is_quiet(&mut self) -> bool {
        self.text.is_empty()
            && tokio::time::timeout(Duration::from_millis(400), self.stream.next()).await.is_err()
    }
}

async fn report(db: &Db, area: &'static str, n: usize) {
    for _ in 0..n {
        let by = worker(db).await;
        db.write(move |tx| open(tx, &by, area, CaseKind::Hazard, "fire")).await.unwrap();
    }
}

/// Waits until the `n` entries are history; on a server that other tests use too, a transaction of theirs
/// may keep them from being settled for a moment.
async fn settle(db: &Db, n: usize) {
    let settled = |c: &mut DbConnection| {
        let everywhere = system::<SeeDashboard>("a test looks at all entries");
        Ok(timeline::follow(c, everywhere.scope(), (0, Id::from_uuid(uuid::Uuid::nil())), 10)?.len())
    };
    while db.read(settled).await.unwrap() < n {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_stream_begins_now_and_brings_each_step_in_order() {
    let town = township();
    let live = Live::start(town.db.clone());
    report(&town.db, GRID, 2).await;
    settle(&town.db, 2).await;
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    let by = worker(&town.db).await;
    let file = town.db.write(move |tx| open(tx, &by, GRID, CaseKind::Hazard, "fire")).await.unwrap();
    town.db.write(move |tx| advance(tx, &file, Phase::Accepted)).await.unwrap();
    assert!(client.block().await.contains("\"step\":\"report\",\"phase\":\"reported\""));
    assert!(client.block().await.contains("\"step\":\"grade\",\"phase\":\"accepted\""));
    assert!(client.is_quiet().await);
}

#[tokio::test]
async fn nobody_is_told_of_another_village() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, VILLAGE, None).await;
    report(&town.db, NEIGHBOUR, 2).await;
    report(&town.db, GRID, 1).await;
    assert!(client.block().await.contains(GRID));
    assert!(client.is_quiet().await);
}

#[tokio::test]
async fn whoever_comes_back_misses_nothing_and_sees_nothing_twice() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    // Cut off before the first event: the position of the opening is enough to go on from.
    report(&town.db, GRID, 3).await;
    let mut seen = Vec::new();
    let (db, writing) = (town.db.clone(), 450); // more than two readings, written while clients come and go
    let writer = tokio::spawn(async move { report(&db, GRID, writing).await });
    while seen.len() < 3 + writing {
        let last = client.last.clone();
        client = Client::connect(&town.db, &live, TOWN, last.as_deref()).await;
        seen.extend(client.events(37.min(3 + writing - seen.len())).await);
    }
    writer.await.unwrap();
    assert!(client.is_quiet().await);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 3 + writing);
    assert!(seen.is_sorted_by_key(|id| id.parse::<Position>().unwrap()));
}

#[tokio::test]
async fn a_slow_listener_reads_up_from_the_database() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    report(&town.db, GRID, 1).await;
    client.events(1).await;
    let by = worker(&town.db).await;
    let all = move |tx: &mut Tx| {
        (0..1500).try_for_each(|_| open(tx, &by, GRID, CaseKind::Hazard, "fire").map(drop))
    };
    town.db.write(all).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await; // the follower runs far ahead of the listener
    let ids = client.events(1500).await;
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1500);
    assert!(client.is_quiet().await);
}

#[tokio::test]
async fn what_another_node_writes_arrives() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    report(&town.another_node(), GRID, 1).await;
    assert!(client.block().await.contains("event: case"));
}

#[tokio::test]
async fn an_id_from_before_a_restore_does_not_wait_for_ever() {
    let town = township();
    let live = Live::start(town.db.clone());
    let ahead = "9000000000-00000000-0000-0000-0000-000000000000";
    let mut client = Client::connect(&town.db, &live, TOWN, Some(ahead)).await;
    report(&town.db, GRID, 1).await;
    assert!(client.block().await.contains("event: case"));
}

#[tokio::test]
async fn a_full_house_says_when_to_come_back_and_a_free_seat_is_taken_again() {
    let town = township();
    let live = Live::with_seats(town.db.clone(), 1);
    let client = Client::connect(&town.db, &live, TOWN, None).await;
    let (principals, by) = viewer(&town.db, TOWN).await;
    let refused = Subscription::begin(&town.db, &principals, &live, by.clone(), None).await.err().unwrap();
    assert_eq!((refused.code(), refused.retry_seconds()), (Code::Busy, Some(30)));
    drop(client);
    assert!(Subscription::begin(&town.db, &principals, &live, by, None).await.is_ok());
}

#[tokio::test]
async fn a_stream_ends_when_the_node_stops() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    live.stop();
    assert!(tokio::time::timeout(Duration::from_secs(2), client.stream.next()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_quarrel_in_a_family_hangs_on_no_wall_neither_live_nor_on_catching_up() {
    let town = township();
    let live = Live::start(town.db.clone());
    let mut client = Client::connect(&town.db, &live, TOWN, None).await;
    for confidential in [Confidential::Private, Confidential::Sealed] {
        let by = worker(&town.db).await;
        let quarrel =
            move |tx: &mut Tx| open_for(tx, &by, GRID, CaseKind::Dispute, "marriage_family", confidential);
        let file = town.db.write(quarrel).await.unwrap();
        town.db.write(move |tx| advance(tx, &file, Phase::Accepted)).await.unwrap();
    }
    report(&town.db, GRID, 1).await;
    assert!(client.block().await.contains("\"kind\":\"hazard\""));
    assert!(client.is_quiet().await);
    let beginning = "0-00000000-0000-0000-0000-000000000000";
    let mut late = Client::connect(&town.db, &live, TOWN, Some(beginning)).await;
    assert!(late.block().await.contains("\"kind\":\"hazard\""));
    assert!(late.is_quiet().await);
}

#[tokio::test]
async fn a_stream_ends_within_a_second_of_its_session() {
    let town = township();
    let live = Live::start(town.db.clone());
    let roster = OnePerson::new(Role::Dashboard, TOWN);
    let who = granted(&town.db, roster.clone()).await;
    let mut client = Client::connect_as(&town.db, &live, who, None).await;
    roster.revoked.store(true, Ordering::Relaxed);
    // And a second more for a machine that has other things to do.
    let end = tokio::time::timeout(Duration::from_secs(2), client.stream.next()).await;
    assert!(end.expect("the stream goes on").is_none());
}

#[tokio::test]
async fn the_number_of_listeners_falls_when_one_leaves() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _measured = metrics::set_default_local_recorder(&recorder);
    let listeners = || {
        let shown = recorder.handle().render();
        let line = shown.lines().find(|line| line.starts_with("wangge_dashboard_listeners ")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let town = township();
    let live = Live::start(town.db.clone());
    let first = Client::connect(&town.db, &live, TOWN, None).await;
    let second = Client::connect(&town.db, &live, TOWN, None).await;
    assert_eq!(listeners(), 2.0);
    drop((first, second));
    assert_eq!(listeners(), 0.0);
}
