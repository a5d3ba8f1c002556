//! The JSON of leads, dissuasions and figures. No type that holds a suspect or a person prints itself.

mod dissuasion;
mod figures;
mod lead;
mod lead_view;
mod ledger;
mod reveal;

pub use dissuasion::{
    CorrectDissuasion, DissuasionQuery, DissuasionRecord, DissuasionVersions, RecordDissuasion,
};
pub use figures::{FiguresQuery, FraudFigures};
pub use lead::{
    CorrectLead, LeadAnswerBody, LeadDismissalBody, LeadForwardingBody, LeadQuery, ReportLeadBody,
};
pub use lead_view::LeadRecord;
pub use ledger::LedgerFilter;
pub use reveal::{FraudRevealBody, RevealedDissuasion, RevealedLead};
