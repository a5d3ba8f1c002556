//! Who did what to which case, when, and why: one row per step, appended with it and never changed.
//!
//! Every procedure appends by way of `cases`; the phone shows a case's timeline, the dashboard follows all
//! of them as they come, and the search learns from them which cases there are. It refuses to know what a step means.

mod model;
mod store;

pub use model::{Entry, EntryView, Follow, Passed, TimelineEntry, Touch, last_words};
pub use store::{append, follow, latest_lot, of_case, opened_after, passed, touched};
