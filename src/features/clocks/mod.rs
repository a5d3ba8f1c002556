//! Clocks (时限): by when something must be done, reckoned as the law reckons.
//!
//! Pure parts: which days are working days (`calendar`), which times the law and the township set (`rules`), when
//! such a time ends (`reckoning`). A running one is a `clock`: a row of a case, started, stopped, paused and
//! extended by the [`Change`]s that a step of a procedure brings along; `cases` applies them in the step's own
//! transaction and shows the [`Faces`]. At the points of its way something is told (`telling`), once: an `alert`, open until
//! somebody takes note or the clock ends. The slice knows no case and no procedure. It refuses to guess: a year
//! without the State Council's notice is an error, not Monday to Friday.
//! Law: 民法典 201 (the day on which a time starts is not counted), 203 (a time that ends on a rest day ends on the
//! next working day).

mod alert;
pub mod calendar;
mod change;
mod clock;
mod counts;
mod faces;
mod late;
mod preview;
mod reckoning;
mod regular;
mod routes;
mod rules;
mod store;
mod telling;
mod wire;

pub use alert::{Alert, AlertKind, Officer, Whom};
pub use change::{Beginning, Change, Of, apply, begin};
pub use clock::{Clock, ClockState, Matter};
pub use counts::{compare, open_escalations};
pub use faces::{ClockView, Faces};
pub use late::{Owed, begin_late};
pub use reckoning::{Due, Point, Tells};
pub use regular::Regular;
pub use routes::routes;
pub use rules::{Level, Minimum, Rule, Terms, Unit};
pub use telling::{Ripe, acknowledge, tell};
