//! The file (案卷) that every matter has: number, place, photos, reporter, phase, timeline, lists.
//!
//! Procedures (`hazards`, `disputes`) open a case with [`open`] and take it further with [`advance`]; both
//! write the row, its timeline entry, its audit entry and its counters in the caller's transaction. This
//! slice knows phases and refuses to know any procedure's states.

mod actions;
mod counts;
mod model;
mod numbers;
mod routes;
mod site;
mod store;
mod wire;

pub use actions::{Advance, Opened, advance, expect, open, timeline_of};
pub use counts::{BOOK, compare};
pub use model::{
    Awaited, Case, CaseFile, CaseKind, Confidential, Desk, NewCase, Phase, Place, Reporter, Source, Urgency,
    shown_id,
};
pub use numbers::Numbers;
pub use routes::routes;
pub use store::following::{closed_between, newest_closed, of_ids, open_page};
pub use store::{await_media, find, of_same_id, overdue};
pub use wire::{Action, CaseBody, CaseSummary, CaseView, PlaceBody, PlaceView};
