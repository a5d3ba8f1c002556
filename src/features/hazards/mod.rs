//! Safety hazards (安全隐患): found, graded, ordered to be put right, put right, inspected again, cancelled; or put
//! right on the spot and confirmed by another, or found to be none, or handed to the district.
//!
//! The reference slice: each file imports only those below it here — routes (HTTP) and wire (JSON) on top,
//! then actions (verbs, one transaction each), store (the only file that names the table), model (states
//! and rules). What is an idea of its own has a file of its own: `order` and `extension` (what they must say),
//! `supervision` and `inspectors` (who may), `owing` (which times run), `anonymous` (who must not be known), `reveal`, `counts` (of campaigns).
//! The file itself — number, place, photos, lists — is `cases`' business. Whoever finds hazards as a part of something
//! greater (`campaigns`) reports them by [`report_in`].
//! Law: 安全生产法 (2021) 9, 41, 65, 69, 73, 74, 76; 安全生产事故隐患排查治理暂行规定 15.

mod actions;
mod anonymous;
mod conversion;
mod counts;
mod extension;
mod inspectors;
mod model;
pub mod offline;
mod order;
mod owing;
mod reveal;
mod routes;
mod store;
mod supervision;
mod wire;
mod words;

pub use actions::{Report, report_in};
pub use conversion::open_out_of;
pub use counts::{Fate, Fates, compare, of_campaign};
pub use model::{
    Campaign, Grade, Hazard, HazardField, HazardFile, HazardState, HazardStep, Inspection, NotHazardReason,
    Origin,
};
pub use owing::owing;
pub use routes::routes;
pub use wire::HazardView;
pub use words::followed;
