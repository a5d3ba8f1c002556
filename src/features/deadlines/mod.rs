//! Deadlines (期限): what is due on whose desk, who is told when it draws near or is late, and the same in a calendar.
//!
//! Clocks know when, cases know where and on whose desk; this slice brings the two together, in views that it only reads. It tells
//! (`telling`, on the timetable), lists, lets alerts be acknowledged and hands the times of an officer to their calendar
//! program (`ics`). It changes no case, stops no clock and shows no case that the reader may not see.

mod actions;
mod feeds;
mod ics;
mod model;
mod routes;
mod store;
mod telling;
mod wire;

pub use model::DueScope;
pub use routes::routes;
pub use telling::tell_due;
