//! The three column types that each database keeps in its own native form.
//!
//! Only markers stand here, so that every floor may name them; how they are written and read is in
//! `platform/db/columns.rs`.

use diesel::query_builder::QueryId;
use diesel::sql_types::{SqlOrd, SqlType};

/// An id: `uuid` in PostgreSQL, a 16-byte BLOB in SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Uid;

/// A point in time: `timestamptz` in PostgreSQL, fixed-width RFC 3339 UTC text in SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Instant;

impl SqlOrd for Instant {}

/// A JSON document: `jsonb` in PostgreSQL, text in SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct JsonDoc;
