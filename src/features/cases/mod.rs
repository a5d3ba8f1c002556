//! The file (案卷) that every matter has: number, place, photos, reporter, phase, timeline, lists.
//!
//! Procedures (`hazards`, `disputes`, `events`) settle where a case lies ([`Intake`]), open it with [`open`] and take it
//! further with [`advance`]; both
//! write the row, its timeline entry, its audit entry and its counters in the caller's transaction. This
//! slice knows phases and refuses to know any procedure's states. Whoever has met the same adds themselves to a case in
//! place of reporting it again ([`me_too`]).

mod actions;
mod assignment;
mod counts;
mod intake;
mod late_clocks;
mod list;
pub mod me_too;
mod model;
mod moving;
mod named;
mod numbers;
mod origin;
mod progress;
mod ratings;
mod routes;
pub mod search;
mod sight;
mod site;
mod store;
mod telling;
mod wire;

pub use actions::{Advance, Opened, advance, among, expect, open, remark, timeline_of};
pub use assignment::{AssignedBy, Assignment};
pub use counts::{BOOK, compare};
pub use intake::{Intake, Settled};
pub use late_clocks::{StartClocks, start_clocks};
pub use list::files_page;
pub use model::{
    Awaited, Case, CaseFile, CaseKind, Confidential, Desk, NewCase, Phase, Place, Reporter, Source, Urgency,
    shown_id,
};
pub use moving::move_into_grid;
pub use named::{OtherCase, PathCase};
pub use origin::{Successor, open_out_of};
pub use progress::{Followed, News, Progress};
pub use ratings::{
    Rating, RatingBody, RatingRow, RatingView, Satisfaction, bar as rating_bar, rate, rating_of, satisfaction,
};
pub use routes::routes;
pub use sight::shown_to;
pub use store::following::{closed_between, newest_closed, of_ids, open_page};
pub use store::near::{Near, Nearby, near, those_near};
pub use store::{await_media, find, hold_by_no, of_same_id, overdue};
pub use wire::{Action, CaseBody, CaseFilter, CaseQuery, CaseSummary, CaseView, PlaceBody, PlaceView, View};
