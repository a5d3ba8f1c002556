//! The JSON of disputes; turning input into values. No type that holds people's names prints itself.

mod agreement;
mod consent;
mod registration;
mod reveal;
mod steps;
mod view;

pub use agreement::AgreementBody;
pub use consent::{AcceptanceBody, ConsentBody};
pub use registration::DisputeBody;
pub use reveal::{DisputeRevealBody, RevealedDispute};
pub use steps::{ArchiveBody, FailureBody, MediationBody, PerformanceBody};
pub use view::DisputeView;
