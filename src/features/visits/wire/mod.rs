//! The JSON of visits.

mod inputs;
mod views;

pub use inputs::{CorrectionBody, OpeningBody, TaskQuery, VisitBody, VisitRevealBody};
pub use views::{OpenedVisits, PackedNotice, RoundView, TaskFileView, TaskView, VisitView};
