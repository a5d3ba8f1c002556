//! Both databases have the tables of `schema.rs`, and migrations can be taken back and applied anew.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use wangge::platform::db::{DbConnection, DbSettings, migrations};

use super::sources::below;
use crate::town::database::fresh;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// `table.column` or `table.column?` when it may be null.
const COLUMNS_SQLITE: &str = "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE '?' END \
    AS line FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'";
const COLUMNS_POSTGRES: &str = "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END \
    AS line FROM information_schema.columns WHERE table_schema = 'public'";
/// Every index, trigger and table as the database words it.
const OBJECTS_SQLITE: &str =
    "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS line FROM sqlite_master";
const OBJECTS_POSTGRES: &str = "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' \
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid) FROM pg_constraint \
    WHERE connamespace = 'public'::regnamespace UNION ALL SELECT tgname || ': ' || pg_get_triggerdef(oid) \
    FROM pg_trigger WHERE NOT tgisinternal";

fn lines(c: &mut DbConnection, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let query = if c.is_postgres() { postgres } else { sqlite };
    let lines: Vec<Line> = diesel::sql_query(query).load(c).unwrap();
    // Diesel's own table stays when everything else is taken back.
    lines
        .into_iter()
        .map(|line| line.line)
        .filter(|line| !line.contains("diesel_schema") && !line.contains("sqlite_"))
        .collect()
}

fn columns(c: &mut DbConnection) -> BTreeSet<String> {
    lines(c, COLUMNS_SQLITE, COLUMNS_POSTGRES)
}

/// The columns that `schema.rs` declares, written as [`columns`] writes them.
fn declared() -> BTreeSet<String> {
    let text = std::fs::read_to_string("src/platform/db/schema.rs").unwrap();
    let (mut table, mut found) = (String::new(), BTreeSet::new());
    for line in text.lines().map(str::trim) {
        if let Some((column, kind)) = line.split_once(" -> ") {
            // `#[sql_name]` is not in use, so the name in Rust is the name in SQL.
            let optional = if kind.starts_with("Nullable<") { "?" } else { "" };
            found.insert(format!("{table}.{column}{optional}"));
        } else if let Some((name, _)) = line.split_once(" (").filter(|(_, rest)| rest.ends_with(") {")) {
            table = name.to_owned();
        }
    }
    assert!(found.len() > 150, "only {} columns: the reading is broken", found.len());
    found
}

#[test]
fn the_database_has_the_columns_of_the_schema_file() {
    let (url, _place) = fresh();
    let mut c = DbSettings { url, replica: None, connections: 1 }.connect().unwrap();
    let (found, declared) = (columns(&mut c), declared());
    let missing: Vec<_> = declared.difference(&found).collect();
    let undeclared: Vec<_> = found.difference(&declared).collect();
    assert!(
        missing.is_empty() && undeclared.is_empty(),
        "schema.rs says what the database has, on both databases (`?`: may be null).\nonly in schema.rs: {missing:?}\n\
         only in the database: {undeclared:?}"
    );
}

#[test]
fn migrations_are_taken_back_and_applied_anew() {
    let (url, _place) = fresh();
    let mut c = DbSettings { url, replica: None, connections: 1 }.connect().unwrap();
    let before = (columns(&mut c), lines(&mut c, OBJECTS_SQLITE, OBJECTS_POSTGRES));
    migrations::revert_all(&mut c).unwrap();
    assert_eq!(columns(&mut c), BTreeSet::new(), "down.sql leaves these behind");
    assert_eq!(
        lines(&mut c, OBJECTS_SQLITE, OBJECTS_POSTGRES),
        BTreeSet::new(),
        "down.sql leaves these behind"
    );
    assert!(!migrations::migrate(&mut c).unwrap().is_empty());
    assert_eq!((columns(&mut c), lines(&mut c, OBJECTS_SQLITE, OBJECTS_POSTGRES)), before);
    assert_eq!(migrations::pending(&mut c).unwrap(), 0);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let of = |folder: &str| -> BTreeSet<String> {
        let files = below(&format!("migrations/{folder}"), "sql");
        files.into_iter().map(|file| file.path.replace(folder, "")).collect()
    };
    assert_eq!(of("sqlite"), of("postgres"));
}

/// SQLite fills a temporary table for such a list each time that it checks a row: four of them were a tenth of the cost
/// of a report.
#[test]
fn no_check_compares_with_a_list_of_more_than_two_words() {
    let (url, _place) = fresh();
    let mut c = DbSettings { url, replica: None, connections: 1 }.connect().unwrap();
    if c.is_postgres() {
        return; // which rewrites such a list by itself
    }
    let tables = lines(&mut c, OBJECTS_SQLITE, OBJECTS_POSTGRES);
    let lists = tables.iter().flat_map(|table| {
        let lists = table.split("CHECK (").skip(1).filter_map(|check| check.split_once(" IN (")).filter(
            |(column, list)| {
                !column.contains(')')
                    && list.split_once(')').is_some_and(|(words, _)| words.matches(',').count() > 1)
            },
        );
        lists.map(|(column, _)| format!("{}: {column}", table.split('(').next().unwrap_or_default()))
    });
    let lists: Vec<_> = lists.collect();
    assert!(lists.is_empty(), "write `x = 'a' OR x = 'b' OR …` in the SQLite migration instead: {lists:#?}");
}
