//! The JSON of outlets.

mod inputs;
mod views;

pub use inputs::{BroadcastBody, ChangeOutlet, CreateOutlet, ExposureBody, OutletQuery, PhotoQuery};
pub use views::{BroadcastView, ExposureSummary, ExposureView, OutletView};
