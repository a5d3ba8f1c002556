//! The only files that name `fraud_leads`, `dissuasions` and `dissuasion_versions`.

pub mod dissuasions;
pub mod leads;

use crate::base::clock::Timestamp;

/// A stretch of time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this one.
    pub until: Option<Timestamp>,
}
