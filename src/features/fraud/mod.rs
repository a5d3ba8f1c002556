//! Fraud (反诈): leads that people report (涉诈线索), dissuasions (劝阻台账), and the figures of both.
//!
//! A lead says with what somebody cheats: it goes to the police, whose answer the reporter reads; from then on what it
//! says does not change. A dissuasion says who was kept from sending money, and how much of it stayed; it is corrected
//! by a new version with a reason, never deleted. Suspects and persons are sealed, masked, and revealed for a purpose.
//! Whoever only reports or writes down sees their own ([`sight`]); the office and the police see what lies in their areas.
//! It investigates nothing, publishes no suspect and blocks no number: that is the police's.
//! Law: 反电信网络诈骗法 (2022) 5 (secrecy), 30 (anyone may report), 34 (预警劝阻).

mod actions;
mod counts;
mod figures;
mod lines;
mod model;
pub mod offline;
mod reveal;
mod routes;
mod sight;
mod store;
mod wire;
mod words;

pub use counts::compare;
pub use lines::{DISSUASION_COLUMNS, LEAD_COLUMNS, dissuasion_lines, lead_lines};
pub use model::{
    ContactWay, DismissReason, Dissuasion, DissuasionMethod, DissuasionResult, FraudLead, LeadState,
    LeadStep, SuspectKind, Verdict,
};
pub use routes::routes;
pub use wire::LedgerFilter;
