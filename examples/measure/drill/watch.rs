//! What is seen of the server from outside while it works: messages that stand as being sent, connections to the database,
//! open files, and when a gateway was left alone. The same looks in every phase, so that they cost the same.

use std::collections::BTreeMap;
use std::path::PathBuf;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use wangge::platform::db::{DatabaseUrl, DbConnection};

use super::Failure;

/// The most that was seen in a phase.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Messages that stood as being sent, by channel.
    pub sending: BTreeMap<String, i64>,
    /// Connections to the database; on SQLite open handles of its files.
    pub connections: i64,
    /// Open files of the server, sockets included.
    pub files: usize,
}

/// What `/metrics` says, by channel.
#[derive(Debug, Default, Clone)]
pub struct Told {
    /// How often the channel's gateway was left alone because it seemed to be down.
    pub down: BTreeMap<String, f64>,
    /// Messages that were sent.
    pub sent: BTreeMap<String, f64>,
}

/// Looks at one server.
pub struct Watch {
    http: reqwest::Client,
    metrics: String,
    pid: u32,
    /// The files of a SQLite database.
    file: Option<PathBuf>,
    /// By phase.
    pub seen: BTreeMap<&'static str, Seen>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Watch {
    /// Of the server `pid` at `base` on the database `url`.
    pub fn new(base: &str, pid: u32, url: &DatabaseUrl) -> Self {
        let file = match url {
            DatabaseUrl::Sqlite(path) => Some(path.clone()),
            DatabaseUrl::Postgres(_) => None,
        };
        let metrics = format!("{base}/metrics");
        Self { http: reqwest::Client::new(), metrics, pid, file, seen: BTreeMap::new() }
    }

    /// Looks once, and notes what is more than was seen before in `phase`.
    pub async fn look(&mut self, c: &mut DbConnection, phase: &'static str) -> Result<Told, Failure> {
        let sending = diesel::sql_query(
            "SELECT channel AS word, COUNT(*) AS n FROM deliveries WHERE state = 'sending' GROUP BY channel",
        );
        let sending: Vec<Count> = sending.load(c)?;
        let (handles, files) = self.files()?;
        let connections = if self.file.is_some() { handles } else { backends(c)? };
        let seen = self.seen.entry(phase).or_default();
        for Count { word, n } in sending {
            let most = seen.sending.entry(word).or_default();
            *most = n.max(*most);
        }
        seen.connections = seen.connections.max(connections);
        seen.files = seen.files.max(files);
        self.told().await
    }

    /// What the server counts.
    pub async fn told(&self) -> Result<Told, Failure> {
        let text = self.http.get(&self.metrics).send().await?.error_for_status()?.text().await?;
        let counted = |name: &str, label: &str| {
            let lines = text.lines().filter(|line| line.starts_with(name) && line.contains(label));
            let mut by_channel = BTreeMap::new();
            for line in lines {
                let channel = line.split_once("channel=\"").and_then(|(_, rest)| rest.split_once('"'));
                let value = line.rsplit_once(' ').and_then(|(_, value)| value.parse::<f64>().ok());
                if let Some(((channel, _), value)) = channel.zip(value) {
                    *by_channel.entry(channel.to_owned()).or_default() += value;
                }
            }
            by_channel
        };
        let down = counted("wangge_deliveries_rests_total{", "why=\"down\"");
        Ok(Told { down, sent: counted("wangge_deliveries_total{", "state=\"sent\"") })
    }

    /// Handles of the database's files, and all open files.
    fn files(&self) -> Result<(i64, usize), Failure> {
        let (mut handles, mut files) = (0, 0);
        for entry in std::fs::read_dir(format!("/proc/{}/fd", self.pid))? {
            let Ok(target) = std::fs::read_link(entry?.path()) else { continue }; // closed meanwhile
            files += 1;
            // The file itself, one handle for each connection; not its `-wal` and `-shm`.
            handles += i64::from(self.file.as_ref().is_some_and(|file| target.ends_with(file)));
        }
        Ok((handles, files))
    }
}

/// Connections of others to this database of PostgreSQL.
fn backends(c: &mut DbConnection) -> Result<i64, Failure> {
    let text = "SELECT 'all' AS word, COUNT(*) AS n FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    Ok(diesel::sql_query(text).get_result::<Count>(c)?.n)
}

/// Whether no delivery waits or is being sent.
pub fn is_idle(c: &mut DbConnection) -> Result<bool, Failure> {
    let text = "SELECT 'any' AS word, COUNT(*) AS n FROM (SELECT 1 AS one FROM deliveries \
                WHERE state = 'queued' LIMIT 1) AS queued";
    let sending = "SELECT 'any' AS word, COUNT(*) AS n FROM deliveries WHERE state = 'sending'";
    let queued: Count = diesel::sql_query(text).get_result(c)?;
    Ok(queued.n == 0 && diesel::sql_query(sending).get_result::<Count>(c)?.n == 0)
}
