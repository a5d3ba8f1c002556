//! The JSON of hazards; turning input into values.

mod actions;
mod asides;
mod list;
mod order;
mod report;
mod reveal;
mod steps;
mod view;

pub use actions::actions;
pub use asides::{HazardReturnBody, HazardRewardBody, HazardSupervisionBody, HazardTransferBody};
pub use list::{HazardQuery, HazardSummary};
pub use order::{HazardExtensionBody, OrderBody};
pub use report::HazardBody;
pub use reveal::{HazardRevealBody, RevealedHazard, RevealedReporter};
pub use steps::{DismissalBody, GradingBody, ReinspectionBody, SpotFixBody, evidence};
pub use view::HazardView;
