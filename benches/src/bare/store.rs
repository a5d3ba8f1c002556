//! The tables, how they are opened, and the statements of the seven works.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::typeid;

/// Tables without indexes, so that seeding may add those afterwards.
pub const TABLES: &str = "
CREATE TABLE report (id BLOB PRIMARY KEY, area_code TEXT NOT NULL, status TEXT NOT NULL, version INTEGER NOT NULL,
  title TEXT NOT NULL, detail TEXT NOT NULL, field TEXT NOT NULL, address TEXT NOT NULL, lat REAL NOT NULL,
  lng REAL NOT NULL, occurred_at TEXT NOT NULL, reporter TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE history (report_id BLOB NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, by TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (report_id, version)) STRICT, WITHOUT ROWID;
CREATE TABLE household (id INTEGER PRIMARY KEY, area_code TEXT NOT NULL) STRICT;
CREATE TABLE notice (id BLOB PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, published_at INTEGER) STRICT;
CREATE TABLE delivery (household_id INTEGER NOT NULL, notice_id BLOB NOT NULL, state TEXT NOT NULL,
  read_at INTEGER, PRIMARY KEY (household_id, notice_id)) STRICT, WITHOUT ROWID;
";

/// The indexes of the lists.
pub const INDEXES: &str = "
CREATE INDEX report__page ON report (area_code, status, created_at);
CREATE INDEX delivery__notice ON delivery (notice_id);
";

/// Opens for writing: WAL, and each commit on disk before it returns.
///
/// # Errors
/// Those of SQLite.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Runs `query` on this thread's own reading connection.
///
/// # Errors
/// Those of SQLite.
pub fn read<T>(path: &Path, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    thread_local! { static OPEN: RefCell<Option<(PathBuf, Connection)>> = const { RefCell::new(None) } }
    OPEN.with_borrow_mut(|open| {
        let connection = match open {
            Some((of, connection)) if of == path => connection,
            _ => {
                let connection = self::open(path)?;
                connection.execute_batch("PRAGMA query_only = ON")?;
                &mut open.insert((path.to_owned(), connection)).1
            }
        };
        query(connection)
    })
}

/// A place as it is sent and shown.
#[derive(Debug, Serialize, Deserialize)]
pub struct Place<S> {
    address: S,
    lat: f64,
    lng: f64,
    datum: S,
}

/// A report as it is sent.
#[derive(Debug, Deserialize)]
pub struct NewReport {
    id: String,
    area_code: String,
    title: String,
    detail: String,
    field: String,
    place: Place<String>,
    occurred_at: String,
}

/// A report as it is shown, borrowed from the row.
#[derive(Serialize)]
struct ReportView<'a> {
    id: String,
    version: i64,
    area_code: &'a str,
    status: &'a str,
    title: &'a str,
    detail: &'a str,
    field: &'a str,
    place: Place<&'a str>,
    occurred_at: &'a str,
    reporter: &'a str,
    created_at: i64,
}

const REPORT: &str =
    "SELECT id, version, area_code, status, title, detail, field, address, lat, lng, occurred_at,
    reporter, created_at FROM report";

fn write_report(row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
    let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
    let view = ReportView {
        id: typeid::encode("hazard", uuid(row, 0)?),
        version: row.get(1)?,
        area_code: text(2)?,
        status: text(3)?,
        title: text(4)?,
        detail: text(5)?,
        field: text(6)?,
        place: Place { address: text(7)?, lat: row.get(8)?, lng: row.get(9)?, datum: "wgs84" },
        occurred_at: text(10)?,
        reporter: text(11)?,
        created_at: row.get(12)?,
    };
    write_json(out, &view)
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_slice(row.get_ref(column)?.as_blob()?).unwrap_or_default())
}

fn write_json(out: &mut Vec<u8>, value: &impl Serialize) -> rusqlite::Result<()> {
    serde_json::to_writer(out, value).map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))
}

/// What became of a created report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New,
    /// It was there with the same content.
    Same,
    /// Its id holds something else.
    Other,
}

/// W1. The id decides: a resend is the same row.
///
/// # Errors
/// Those of SQLite.
pub fn create(db: &Connection, id: Uuid, new: &NewReport, by: &str, now: i64) -> rusqlite::Result<Created> {
    let written = db
        .prepare_cached(
            "INSERT INTO report (id, area_code, status, version, title, detail, field, address, lat, lng, occurred_at,
             reporter, created_at) VALUES (?, ?, 'reported', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            id.as_bytes(),
            new.area_code,
            new.title,
            new.detail,
            new.field,
            new.place.address,
            new.place.lat,
            new.place.lng,
            new.occurred_at,
            by,
            now,
        ])?;
    if written == 1 {
        return Ok(Created::New);
    }
    let same = "SELECT title = ? AND detail = ? AND area_code = ? FROM report WHERE id = ?";
    let same: bool = db
        .prepare_cached(same)?
        .query_row(params![new.title, new.detail, new.area_code, id.as_bytes()], |row| row.get(0))?;
    Ok(if same { Created::Same } else { Created::Other })
}

impl NewReport {
    /// Its id, if it is one.
    pub fn id(&self) -> Option<Uuid> {
        typeid::decode(&self.id)
    }
}

/// W2: the newest 20 of a grid in `status`, as JSON.
///
/// # Errors
/// Those of SQLite.
pub fn page(db: &Connection, area: &str, status: &str) -> rusqlite::Result<Vec<u8>> {
    let sql = format!("{REPORT} WHERE area_code = ? AND status = ? ORDER BY created_at DESC LIMIT 20");
    let mut select = db.prepare_cached(&sql)?;
    items(select.query([area, status])?, write_report)
}

/// W3: one report as JSON.
///
/// # Errors
/// Those of SQLite.
pub fn one(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Vec<u8>>> {
    static SQL: LazyLock<String> = LazyLock::new(|| format!("{REPORT} WHERE id = ?"));
    let mut select = db.prepare_cached(&SQL)?;
    let write = |row: &Row<'_>| {
        let mut out = Vec::with_capacity(1024);
        write_report(row, &mut out).map(|()| out)
    };
    select.query_row([id.as_bytes()], write).optional()
}

/// W4: publishes a notice to every household; `None` where it was published before.
///
/// # Errors
/// Those of SQLite.
pub fn publish(db: &Connection, notice: Uuid, now: i64) -> rusqlite::Result<Option<usize>> {
    let id = notice.as_bytes();
    let mark = "UPDATE notice SET published_at = ? WHERE id = ? AND published_at IS NULL";
    if db.prepare_cached(mark)?.execute(params![now, id])? == 0 {
        return Ok(None);
    }
    let spread =
        "INSERT INTO delivery (household_id, notice_id, state) SELECT id, ?, 'delivered' FROM household";
    db.prepare_cached(spread)?.execute([id]).map(Some)
}

/// W4: the delivery rows of a notice.
///
/// # Errors
/// Those of SQLite.
pub fn deliveries(db: &Connection, notice: Uuid) -> rusqlite::Result<i64> {
    let count = "SELECT COUNT(*) FROM delivery WHERE notice_id = ?";
    db.prepare_cached(count)?.query_row([notice.as_bytes()], |row| row.get(0))
}

/// W5: a household's newest 20 notices, as JSON.
///
/// # Errors
/// Those of SQLite.
pub fn feed(db: &Connection, household: i64) -> rusqlite::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Item<'a> {
        id: String,
        title: &'a str,
        body: &'a str,
        published_at: i64,
        state: &'a str,
        read_at: Option<i64>,
    }
    let mut select = db.prepare_cached(
        "SELECT n.id, n.title, n.body, n.published_at, d.state, d.read_at FROM delivery d JOIN notice n ON n.id =
         d.notice_id WHERE d.household_id = ? ORDER BY d.notice_id DESC LIMIT 20",
    )?;
    items(select.query([household])?, |row, out| {
        let item = Item {
            id: typeid::encode("notice", uuid(row, 0)?),
            title: row.get_ref(1)?.as_str()?,
            body: row.get_ref(2)?.as_str()?,
            published_at: row.get(3)?,
            state: row.get_ref(4)?.as_str()?,
            read_at: row.get(5)?,
        };
        write_json(out, &item)
    })
}

/// W6: reports by village and status, and by field: two scans, as one writes it first.
///
/// # Errors
/// Those of SQLite.
pub fn dashboard(db: &Connection) -> rusqlite::Result<Vec<u8>> {
    let mut counts = Vec::new();
    for sql in [
        "SELECT substr(area_code, 1, 12) || ' ' || status, COUNT(*) FROM report GROUP BY 1",
        "SELECT field, COUNT(*) FROM report GROUP BY 1",
    ] {
        let mut select = db.prepare_cached(sql)?;
        let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        counts.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    let mut out = Vec::new();
    write_json(&mut out, &counts)?;
    Ok(out)
}

/// W7: one step of a report at `version`, and its history row; false where the version has moved on.
///
/// # Errors
/// Those of SQLite.
pub fn step(db: &Connection, id: Uuid, version: i64, by: &str, now: i64) -> rusqlite::Result<bool> {
    let update = "UPDATE report SET status = 'accepted', version = version + 1 WHERE id = ? AND version = ?";
    if db.prepare_cached(update)?.execute(params![id.as_bytes(), version])? == 0 {
        return Ok(false);
    }
    db.prepare_cached(
        "INSERT INTO history (report_id, version, status, by, at) VALUES (?, ?, 'accepted', ?, ?)",
    )?
    .execute(params![id.as_bytes(), version + 1, by, now])?;
    Ok(true)
}

fn items(
    mut rows: rusqlite::Rows<'_>,
    write: impl Fn(&Row<'_>, &mut Vec<u8>) -> rusqlite::Result<()>,
) -> rusqlite::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(16 * 1024);
    out.extend_from_slice(br#"{"items":["#);
    while let Some(row) = rows.next()? {
        if out.last() == Some(&b'}') {
            out.push(b',');
        }
        write(row, &mut out)?;
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}
