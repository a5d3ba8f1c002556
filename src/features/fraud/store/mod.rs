//! The only files that name `fraud_leads`, `dissuasions` and `dissuasion_versions`.

pub mod dissuasions;
pub mod leads;
