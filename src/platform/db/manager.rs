//! How a pool opens a connection: by the scheme of the URL, with the reason kept when it fails.

use std::fmt;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sqlite::SqliteConnection;

use super::connection::DbConnection;

/// Where the data are.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, made when it is missing.
    Sqlite(std::path::PathBuf),
    /// A server; the URL may hold a password and is never printed.
    Postgres(String),
}

impl DatabaseUrl {
    /// Takes `sqlite:PATH`, `postgres://…` or `postgresql://…`; another scheme would otherwise open an
    /// empty file by that name, and a town would start without its data.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        match path {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err("write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME".to_owned()),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://•••"),
        }
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reading only; the database itself refuses a write.
    Reading,
    /// Reading and writing.
    Writing,
}

/// Opens connections for r2d2.
#[derive(Debug)]
pub struct Manager {
    /// Where to.
    pub url: DatabaseUrl,
    /// What for.
    pub purpose: Purpose,
}

/// `synchronous=FULL`: a commit is on the disk when it returns. Of the file itself little is cached here, since reading goes
/// by the system's own cache (`mmap_size`), and each commit of a page that was split walks the whole cache. What is
/// written lies in the log for 8,000 pages before it goes to its place: a page that is written again meanwhile goes once.
const SQLITE: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
                      PRAGMA foreign_keys=ON; PRAGMA cache_size=-8192; PRAGMA mmap_size=268435456; \
                      PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864;";
/// A transaction that hangs must not hold its locks for ever; messages are read by `failure.rs`.
const POSTGRES: &str = "SET lc_messages = 'C'; SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; \
                        SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s';";

impl Manager {
    /// Opens one connection.
    pub fn open(&self) -> Result<DbConnection, diesel::r2d2::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.url {
            DatabaseUrl::Postgres(url) => {
                let mut c = PgConnection::establish(&bounded(url)).map_err(ConnectionError)?;
                c.batch_execute(POSTGRES).map_err(QueryError)?;
                if self.purpose == Purpose::Reading {
                    c.batch_execute("SET default_transaction_read_only = on").map_err(QueryError)?;
                }
                Ok(DbConnection::Postgres(c))
            }
            DatabaseUrl::Sqlite(path) => {
                let path = path.to_string_lossy();
                let mut c = SqliteConnection::establish(&path).map_err(ConnectionError)?;
                c.batch_execute(SQLITE).map_err(QueryError)?;
                if self.purpose == Purpose::Reading {
                    c.batch_execute("PRAGMA query_only=ON").map_err(QueryError)?;
                }
                Ok(DbConnection::Sqlite(c))
            }
        }
    }
}

/// What bounds the wait for a server whose machine is gone without a word: the kernel itself would try for a quarter
/// of an hour, holding every connection of the pool. Seconds, except for the one in milliseconds.
const BOUNDS: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "10000"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
];

/// `url` with the bounds that it does not name itself.
fn bounded(url: &str) -> String {
    let mut bounded = url.to_owned();
    for (name, value) in BOUNDS {
        if !url.contains(&format!("{name}=")) {
            let sign = if bounded.contains('?') { '&' } else { '?' };
            bounded.push_str(&format!("{sign}{name}={value}"));
        }
    }
    bounded
}

/// A connection of a pool.
pub struct Kept {
    /// The connection.
    pub connection: DbConnection,
    /// Set after a failure that may have been the connection's end: outside of a transaction diesel does not notice.
    pub suspect: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Kept;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Kept, Self::Error> {
        Ok(Kept { connection: self.open()?, suspect: false })
    }

    fn is_valid(&self, kept: &mut Kept) -> Result<(), Self::Error> {
        kept.connection.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, kept: &mut Kept) -> bool {
        let dead = |kept: &mut Kept| std::mem::take(&mut kept.suspect) && kept.connection.ping().is_err();
        std::thread::panicking() || kept.connection.is_broken() || dead(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scheme_is_refused_and_a_password_is_not_printed() {
        for url in ["mysql://x/y", "town.db", "sqlite:", ""] {
            assert!(DatabaseUrl::parse(url).is_err(), "{url}");
        }
        let shown = DatabaseUrl::parse("postgres://me:hush@db/town").map(|url| format!("{url:?}"));
        assert_eq!(shown, Ok("postgres://•••".to_owned()));
    }

    #[test]
    fn waiting_for_a_silent_server_is_bounded_unless_the_url_says_otherwise() {
        let url = bounded("postgres://db/town?connect_timeout=60");
        assert!(url.starts_with("postgres://db/town?connect_timeout=60&tcp_user_timeout=10000&"), "{url}");
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(bounded("postgres://db/town").starts_with("postgres://db/town?connect_timeout=5&"));
    }
}
