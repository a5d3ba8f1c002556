//! The JSON of outlets.

mod inputs;
mod views;

pub use inputs::{BroadcastBody, ChangeOutlet, CreateOutlet, ExposureBody, OutletQuery};
pub use views::{BroadcastView, ExposureSummary, ExposureView, OutletView};
