//! The JSON of disputes; turning input into values. No type that holds people's names prints itself.

mod agreement;
mod consent;
mod registration;
mod reveal;
mod steps;
mod view;

pub use agreement::AgreementBody;
pub use consent::{AcceptanceBody, ConsentBody, RefusalBody};
pub use registration::DisputeBody;
pub use reveal::{DisputeRevealBody, PaperRevealBody, RevealedDispute};
pub use steps::{ArchiveBody, MediationBody, PerformanceBody, UnsettledBody, WithdrawalBody};
pub use view::DisputeView;
