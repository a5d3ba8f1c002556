//! Work to do later: a row written in the transaction that causes it, run after the commit,
//! tried again on a timetable until it is done or given up.
//!
//! A slice declares a [`Job`] and calls [`add`]; `app` fills [`Handlers`] and starts a [`Runner`] on every
//! node. Every job runs at least once: whoever writes a handler says why twice is harmless. Nothing here
//! keeps the order of jobs, and nothing here runs inside a transaction.

mod handlers;
mod place;
mod runner;
mod settings;
mod store;

use diesel::prelude::*;
use serde::Serialize;

pub use handlers::{Handlers, Outcome};
pub use place::{Place, in_parts};
pub use runner::Runner;
pub use settings::OutboxSettings;
pub use store::{GivenUp, end_holds, given_up, purge, retry};

use super::db::schema::outbox_jobs;
use super::db::{Doc, Tx};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::insert_along;

crate::id_kind! {
    /// A job in the outbox.
    OutboxJob = "job";
    /// One claim of some jobs; only its holder may say what became of them.
    Claim = "claim";
}

crate::text_enum! {
    /// What became of a job.
    pub enum JobState {
        /// Due now, later, or being run.
        Waiting = "waiting" "待办",
        Done = "done" "已完成",
        /// The handler refused it, or the timetable has come to its end.
        GaveUp = "gave_up" "已放弃",
    }
}

/// Work to do later. The value is the payload; it is stored as JSON, so it holds ids and no personal data.
pub trait Job: Serialize {
    /// Names the handler, in lower-case words: `notice.fan_out`. Never renamed while such jobs wait.
    const KIND: &'static str;

    /// Whether it goes before the jobs that are not urgent.
    fn urgent(&self) -> bool {
        false
    }
}

#[derive(Insertable)]
#[diesel(table_name = outbox_jobs)]
struct NewJob {
    id: Id<OutboxJob>,
    kind: &'static str,
    payload: Doc,
    state: JobState,
    urgent: bool,
    attempts: i32,
    due_at: Timestamp,
    created_at: Timestamp,
}

/// Adds `job`, due at once. It runs when this transaction has committed, and never when it has not.
pub fn add<J: Job>(tx: &mut Tx, job: &J) -> Result<()> {
    let now = tx.now();
    add_at(tx, job, now)
}

/// Adds `job`, not to be run before `due`.
pub fn add_at<J: Job>(tx: &mut Tx, job: &J, due: Timestamp) -> Result<()> {
    let row = NewJob {
        id: Id::new(),
        kind: J::KIND,
        payload: Doc(serde_json::to_value(job).map_err(Problem::internal)?),
        state: JobState::Waiting,
        urgent: job.urgent(),
        attempts: 0,
        due_at: due,
        created_at: tx.now(),
    };
    Ok(insert_along!(tx, outbox_jobs::table, row)?)
}
