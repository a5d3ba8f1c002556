//! The JSON of disputes; turning input into values. No type that holds people's names prints itself.

mod agreement;
mod buttons;
mod consent;
mod court;
mod draft;
mod ending;
mod mediation;
mod performance;
mod registration;
mod reveal;
mod view;
mod violence;

pub use agreement::AgreementBody;
pub use buttons::buttons;
pub use consent::{AcceptanceBody, ConsentBody, RefusalBody};
pub use court::{ApplicationBody, DecisionBody};
pub use draft::{DraftBody, DraftRevealBody, DraftView};
pub use ending::{ArchiveBody, TransferBody, UnsettledBody, WithdrawalBody};
pub use mediation::{ExtensionBody, MediationBody, ReplacementBody, SessionBody, SessionView};
pub use performance::{CheckBody, CheckView, PerformanceBody};
pub use registration::DisputeBody;
pub use reveal::{DisputeRevealBody, PaperRevealBody, RevealedDispute};
pub use view::DisputeView;
pub use violence::{ClearingBody, PoliceReportBody, PoliceReportView, ViolenceBody};
