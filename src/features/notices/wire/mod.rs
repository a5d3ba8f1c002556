//! The JSON of notices as the office writes and sees them.

mod buttons;
mod inputs;
mod views;

pub use inputs::{CancellationBody, NoticeBody, NoticeQuery, ReturnBody, ScheduleBody};
pub use views::{NoticeSummary, NoticeView};
