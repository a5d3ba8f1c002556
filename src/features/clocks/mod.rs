//! Clocks (时限): by when something must be done, reckoned as the law reckons.
//!
//! Pure parts: which days are working days (`calendar`), which times the law and the township set (`rules`), when
//! such a time ends (`reckoning`). A running one is a `clock`: a row of a case, started, stopped, paused and
//! extended by the [`Change`]s that a step of a procedure brings along; `cases` applies them in the step's own
//! transaction and shows the [`Faces`]. The slice knows no case and no procedure. It refuses to guess: a year
//! without the State Council's notice is an error, not Monday to Friday.
//! Law: 民法典 201 (the day on which a time starts is not counted), 203 (a time that ends on a rest day ends on the
//! next working day).

pub mod calendar;
mod change;
mod clock;
mod faces;
mod reckoning;
mod rules;
mod store;

pub use change::{Change, Of, apply};
pub use clock::{Clock, ClockState};
pub use faces::{ClockView, Faces};
pub use reckoning::{Due, Point, Tells};
pub use rules::{Level, Rule, Terms, Unit};
