//! One test program; folders mirror the building.
//!
//! `TEST_DATABASE_URL` unset means SQLite; set to a PostgreSQL server (a role that may create databases),
//! the same tests run there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../fakes/mod.rs"]
mod fakes;
mod coverage;
mod house;
mod notices;
mod platform;
mod push;
mod town;
