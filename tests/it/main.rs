//! One test program; folders mirror the building.
//!
//! `TEST_DATABASE_URL` unset means SQLite; set to a PostgreSQL server (a role that may create databases),
//! the same tests run there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod areas;
mod attachments;
mod audit_log;
mod callbacks;
mod campaigns;
mod cases;
mod clocks;
mod contract;
mod counter;
mod coverage;
mod dashboard;
mod disputes;
mod duplicates;
mod events;
mod exports;
#[path = "../fakes/mod.rs"]
mod fakes;
mod fraud;
mod hazards;
mod house;
mod households;
mod messages;
mod nodes;
mod notices;
mod office;
mod outlets;
mod places;
mod platform;
mod procedures;
mod progress;
mod push;
mod sessions;
mod staff;
mod sync;
mod town;
mod visits;
