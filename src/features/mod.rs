//! Floor 3: what the township does. A slice is used through its face, never through its rooms.

pub mod areas;
pub mod attachments;
pub mod audit_log;
pub mod callbacks;
pub mod campaigns;
pub mod cases;
pub mod clocks;
pub mod coverage;
pub mod dashboard;
pub mod deadlines;
pub mod disputes;
pub mod duplicates;
pub mod events;
pub mod exports;
pub mod hazards;
pub mod households;
pub mod messages;
pub mod notices;
pub mod places;
pub mod progress;
pub mod sessions;
pub mod staff;
pub mod sync;
pub mod timeline;
