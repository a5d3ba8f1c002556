//! The oracle: each delivery compared with what the gateway says that it took.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;
use wangge::base::clock::Timestamp;
use wangge::base::column::{Instant as At, Uid};
use wangge::base::id::Id;
use wangge::features::notices::Notice;
use wangge::platform::db::DbConnection;

use super::Failure;

wangge::id_kind! {
    /// A delivery, as the gateway knows it by its id.
    Delivered = "delivery";
}

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many deliveries of a notice are in each state.
pub fn states(c: &mut DbConnection, notice: Id<Notice>) -> Result<BTreeMap<String, i64>, Failure> {
    let rows =
        diesel::sql_query("SELECT state, COUNT(*) AS n FROM deliveries WHERE notice_id = $1 GROUP BY state");
    let rows: Vec<State> = rows.bind::<Uid, _>(notice).load(c)?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

/// A delivery as the server sees it.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Uid)]
    id: Id<Delivered>,
    /// By which channel.
    #[diesel(sql_type = Text)]
    pub channel: String,
    /// Its state.
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<String>,
    #[diesel(sql_type = At)]
    due_at: Timestamp,
}

impl Row {
    /// What the gateway knows it by.
    pub fn key(&self) -> String {
        self.id.to_string()
    }

    /// Whether it waits for nothing but its turn.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state == "queued" && self.due_at <= now
    }
}

/// The deliveries of a notice.
pub fn rows(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<Row>, Failure> {
    let rows =
        diesel::sql_query("SELECT id, channel, state, outcome, due_at FROM deliveries WHERE notice_id = $1");
    Ok(rows.bind::<Uid, _>(notice).load(c)?)
}

/// What came of the comparison.
pub struct Agreement {
    /// How many deliveries there are by channel and state.
    pub by_state: BTreeMap<(String, String), u64>,
    /// Deliveries that say what the ledger does not.
    pub lost: Vec<String>,
    /// Messages of keys that nobody knows.
    pub strange: usize,
    /// By channel, how often a message was taken again.
    pub twice: BTreeMap<String, u64>,
    /// Messages that were taken, and keys.
    pub taken: (u64, usize),
}

impl Agreement {
    /// Compares `rows` with `ledger`.
    pub fn of(rows: &[Row], ledger: &[Value]) -> Self {
        let mut taken = BTreeMap::<&str, u64>::new();
        for row in ledger {
            let key = row["key"].as_str().unwrap_or_default();
            *taken.entry(key).or_default() += row["count"].as_u64().unwrap_or_default();
        }
        let (mut lost, mut twice, mut by_state) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut known = BTreeSet::new();
        for row in rows {
            let key = row.key();
            let count = taken.get(key.as_str()).copied().unwrap_or_default();
            let says = row.state.as_str();
            *by_state.entry((row.channel.clone(), row.state.clone())).or_default() += 1;
            let told = matches!(says, "sent" | "delivered");
            let failed =
                matches!(says, "refused" | "permanent_failure" | "technical_failure" | "temporary_failure");
            if (told && count == 0) || (failed && count > 0) {
                lost.push(format!("{key} {} {says} {:?}: taken {count} times", row.channel, row.outcome));
            }
            *twice.entry(row.channel.clone()).or_default() += count.saturating_sub(1);
            known.insert(key);
        }
        let strange = taken.keys().filter(|key| !known.contains(**key)).count();
        let taken = (taken.values().sum(), taken.len());
        Self { by_state, lost, strange, twice, taken }
    }

    /// How many deliveries are in `state`, by any channel.
    pub fn count(&self, state: &str) -> u64 {
        self.by_state.iter().filter(|((_, one), _)| one == state).map(|(_, n)| n).sum()
    }

    /// Prints it.
    pub fn print(&self) {
        println!(
            "deliveries: {}, by channel and state: {:?}",
            self.by_state.values().sum::<u64>(),
            self.by_state
        );
        println!("the gateway took {} messages under {} keys", self.taken.0, self.taken.1);
        let (lost, strange, twice) = (self.lost.len(), self.strange, &self.twice);
        println!("lost or misreported: {lost}, of unknown keys: {strange}, told twice: {twice:?}");
        self.lost.iter().take(10).for_each(|one| println!("  {one}"));
    }
}

/// Each message that the gateway took, by channel of the ledger: when, in milliseconds since 1970, and under which key;
/// the earliest first.
pub fn taken(ledger: &[Value]) -> BTreeMap<String, Vec<(i64, String)>> {
    let mut all = BTreeMap::<String, Vec<(i64, String)>>::new();
    for row in ledger {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let times = row["at"].as_array().into_iter().flatten().filter_map(Value::as_i64);
        all.entry(text("channel")).or_default().extend(times.map(|at| (at, text("key"))));
    }
    all.values_mut().for_each(|times| times.sort());
    all
}
