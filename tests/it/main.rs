//! One test program; folders mirror the building.
//!
//! `TEST_DATABASE_URL` unset means SQLite; set to a PostgreSQL server (a role that may create databases),
//! the same tests run there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod dashboard;
#[path = "../fakes/mod.rs"]
mod fakes;
mod house;
mod platform;
mod push;
mod town;
