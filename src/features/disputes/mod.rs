//! Disputes (矛盾纠纷): registered, accepted when both sides want it, mediated, agreed on, performed, archived;
//! or refused, withdrawn, not settled or not performed, and then the parties are told what else they can do.
//!
//! The file itself — number, place, lists, timeline — is `cases`' business; photos are `attachments`'. Parties'
//! names, phones and the agreement are stored sealed, shown masked or not at all, and plain only through
//! `reveal.rs`, which takes a purpose and writes audit; so are photos of the signed paper. The slice refuses to mediate
//! against anybody's will, to let anyone take a step in their own dispute, and to score or list people.
//! Law: 人民调解法 17, 23, 26-33.

mod actions;
mod mediator;
mod model;
pub mod offline;
mod reveal;
mod routes;
mod store;
mod wire;

pub use actions::DisputeFile;
pub use model::{
    AgreementForm, Dispute, DisputeLevel, DisputeOutcome, DisputeState, DisputeStep, DisputeType,
    MediationMode, PartySide,
};
pub use reveal::DisputeField;
pub use routes::routes;
pub use wire::DisputeView;
