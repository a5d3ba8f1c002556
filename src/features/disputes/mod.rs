//! Disputes (矛盾纠纷): registered, accepted when both sides want it, mediated in sessions, agreed on, confirmed by a
//! court if both sides ask it, performed, archived; or refused, withdrawn, handed on, not settled or not performed, and
//! then the parties are told what else they can do. A risk of violence may be raised at any time, and goes to the police.
//!
//! The file itself — number, place, lists, timeline — is `cases`' business; photos are `attachments`'. Parties'
//! names, phones, what they said and what they agreed on are stored sealed, shown masked or not at all, and plain only
//! through `reveal.rs`, which takes a purpose and writes audit; so are photos of the signed paper, and `paper`, which
//! prints agreements. The slice refuses to mediate against anybody's will, to let anyone take a step in their own
//! dispute, and to score or list people.
//! Law: 人民调解法 17, 19, 23, 25-33; 民事诉讼法 (2023) 205; 最高人民法院关于人民调解协议司法确认程序的若干规定 4, 5, 8.

mod actions;
mod conversion;
mod mediator;
mod model;
pub mod offline;
mod owing;
mod paper;
mod reveal;
mod routes;
mod store;
mod wire;
mod words;

pub use actions::DisputeFile;
pub use conversion::open_out_of;
pub use model::{
    AgreementForm, CheckFinding, CheckKind, CourtResult, Dispute, DisputeLevel, DisputeOutcome, DisputeState,
    DisputeStep, DisputeType, JudicialState, MediationMode, PartySide, PersonalStatus, Remedy, SessionResult,
    TransferTarget,
};
pub use owing::owing;
pub use paper::{HintKind, PaperFormat};
pub use reveal::DisputeField;
pub use routes::routes;
pub use wire::DisputeView;
pub use words::followed;
