//! The JSON of hazards; turning input into values.

mod report;
mod steps;
mod view;

pub use report::HazardBody;
pub use steps::{DismissalBody, GradingBody, OrderBody, ReinspectionBody, SpotFixBody, evidence};
pub use view::{HazardView, buttons};
