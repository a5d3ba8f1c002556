//! A database of one's own for each test: a copy of a migrated template, gone afterwards.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use wangge::base::clock::{Clock, Timestamp};
use wangge::platform::db::{DatabaseUrl, Db, DbConnection, DbSettings, migrations};

/// 2026-03-02T01:00:00Z, a Monday morning in China.
pub const MORNING: i64 = 1_772_413_200_000;

/// A migrated, empty database.
pub struct Database {
    /// The way to it, stamped by [`Self::clock`].
    pub db: Db,
    /// Stands still until a test sets it.
    pub clock: Clock,
    settings: DbSettings,
    _place: Place, // dropped last
}

/// A migrated, empty database that nobody has opened yet, and what keeps it there.
pub fn fresh() -> (DatabaseUrl, Place) {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => on_server(server),
        Err(_) => in_file(),
    }
}

/// The URL as the settings take it.
pub fn shown(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    }
}

/// Keeps a test's database until it is dropped.
pub enum Place {
    File { _folder: tempfile::TempDir },
    Server { url: String, name: String },
}

impl Database {
    /// On PostgreSQL when `TEST_DATABASE_URL` is set, otherwise on SQLite.
    pub fn new() -> Self {
        let (url, place) = fresh();
        let settings = DbSettings { url, replica: None, connections: 4 };
        let clock = Clock::manual(Timestamp::from_millis(MORNING));
        let db = Db::open(&settings, clock.clone()).unwrap();
        Self { db, clock, settings, _place: place }
    }

    /// The same database as another node sees it; a file has no other node, so there it is the same way.
    pub fn another_node(&self) -> Db {
        if self.db.is_shared() {
            return Db::open(&self.settings, self.clock.clone()).unwrap();
        }
        self.db.clone()
    }

    /// A connection beside the program's own, for what the program never does.
    pub fn connect(&self) -> DbConnection {
        self.settings.connect().unwrap()
    }

    /// Runs SQL that the program never would.
    pub fn tamper(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// Lets time pass.
    pub fn pass(&self, span: chrono::TimeDelta) {
        self.clock.set(self.clock.now().plus(span));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Server { url, name } = self {
            let dropped = server(url).batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
            assert!(dropped.is_ok() || std::thread::panicking(), "{name} is left behind");
        }
    }
}

/// Takes the census anew, as the migration did: for households that a test wrote down by SQL.
pub fn take_census(c: &mut DbConnection) {
    // What SQLite runs PostgreSQL runs, too.
    const TAKE_BACK: &str = include_str!("../../../migrations/sqlite/2026-11-26-002300_census/down.sql");
    const TAKE: &str = include_str!("../../../migrations/sqlite/2026-11-26-002300_census/up.sql");
    c.batch_execute(&format!("BEGIN;{TAKE_BACK}{TAKE}COMMIT;")).unwrap();
}

fn in_file() -> (DatabaseUrl, Place) {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        let url = DatabaseUrl::Sqlite(path.clone());
        let mut c = DbSettings { url, replica: None, connections: 1 }.connect().unwrap();
        migrations::migrate(&mut c).unwrap();
        drop(c); // the last connection brings the write-ahead log home
        std::fs::read(path).unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.db");
    std::fs::write(&path, template).unwrap();
    (DatabaseUrl::Sqlite(path), Place::File { _folder: folder })
}

fn on_server(url: String) -> (DatabaseUrl, Place) {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let template = TEMPLATE.get_or_init(|| migrated_template(&url));
    let name = format!("town_{}_{}", std::process::id(), COPIES.fetch_add(1, Ordering::Relaxed));
    server(&url).batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
    (DatabaseUrl::Postgres(beside(&url, &name)), Place::Server { url, name })
}

/// The template of these migrations; made once per server and kept for the next run.
fn migrated_template(url: &str) -> String {
    let name = format!("template_{:016x}", fingerprint(Path::new("migrations/postgres")));
    let mut c = server(url);
    c.batch_execute("SELECT pg_advisory_lock(20260302)").unwrap();
    let known = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    if diesel::sql_query(known).execute(&mut c).unwrap() == 0 {
        // Named at the end, so that one whose migration failed is never copied.
        c.batch_execute("DROP DATABASE IF EXISTS template_unfinished").unwrap();
        c.batch_execute("CREATE DATABASE template_unfinished").unwrap();
        let unfinished = DatabaseUrl::Postgres(beside(url, "template_unfinished"));
        let settings = DbSettings { url: unfinished, replica: None, connections: 1 };
        migrations::migrate(&mut settings.connect().unwrap()).unwrap();
        c.batch_execute(&format!("ALTER DATABASE template_unfinished RENAME TO {name}")).unwrap();
    }
    name
}

fn server(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap()
}

/// `url` with another database's name.
fn beside(url: &str, name: &str) -> String {
    let (start, _) = url.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}

fn fingerprint(folder: &Path) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hash = DefaultHasher::new();
    for folder in files {
        folder.hash(&mut hash);
        std::fs::read(folder.join("up.sql")).unwrap().hash(&mut hash);
    }
    hash.finish()
}
