//! Safety hazards (安全隐患): found, graded, ordered to be put right, put right, inspected again, cancelled; or put
//! right on the spot and confirmed by another, or found to be none.
//!
//! The reference slice: each file imports only those below it here — routes (HTTP) and wire (JSON) on top,
//! then actions (verbs, one transaction each), store (the only file that names the table), model (states
//! and rules; `order`: what an order must say). The file itself — number, place, photos, lists — is `cases`' business.
//! Law: 安全生产法 (2021) 9, 41, 65; 重庆市安全生产条例 (2015) 23.

mod actions;
mod conversion;
mod inspectors;
mod model;
pub mod offline;
mod order;
mod routes;
mod store;
mod wire;
mod words;

pub use actions::HazardFile;
pub use conversion::open_out_of;
pub use model::{Grade, Hazard, HazardField, HazardState, HazardStep, NotHazardReason};
pub use routes::routes;
pub use wire::HazardView;
pub use words::followed;
