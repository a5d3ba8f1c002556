//! What the command line does besides serving.

mod database;
mod import;
mod jobs;
mod people;
mod search;
mod verify;

pub use database::{backup, migrate, pending, ready, sealed};
pub use import::{BoundaryFile, areas, boundaries, households};
pub use jobs::{given_up, retry};
pub use people::{NewAdministrator, add_administrator};
pub use search::rebuild;
pub use verify::{audit, counters, recount};

use super::Refusal;
use crate::base::problem::Problem;
use database::existing;

/// Turns a failure into what the person at the keyboard reads: the sentence, and each field.
fn told(what: &'static str) -> impl Fn(Problem) -> Refusal {
    move |problem| {
        let mut text = problem.body("").detail.to_owned();
        for error in problem.errors() {
            text.push_str(&format!("\n  {}:{}", error.field, error.message));
        }
        if let Some(cause) = problem.cause() {
            text.push_str(&format!("\n  原因:{cause}"));
        }
        Refusal::new(what, text)
    }
}
