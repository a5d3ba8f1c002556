//! Campaigns (排查整治行动): in some areas and for some time everybody looks for hazards of one field, by a checklist.
//!
//! An inspection answers each item of the checklist at a place of the ledger or at a spot; an item that fails is a
//! hazard, which goes the hazards' own way from there. Inspection, hazards and the day of the place's last check are
//! written in one transaction, under ids that the phone made, so that a resend is the same inspection and the same
//! hazards. A checklist is frozen once an inspection was answered by it, an inspection for ever. What a campaign came
//! to is counted as it happens (`statistics`).
//! Enforcement is strict as the law is: two officers with that post at least, a record that the other side signed or
//! refused to sign, and no fine but the small one that may be imposed on the spot.
//! Law: 安全生产法 (2021) 68; 行政处罚法 (2021) 42, 51, 52.

mod actions;
mod model;
pub mod offline;
mod routes;
mod statistics;
mod store;
mod wire;

pub use routes::routes;
pub use statistics::compare;
