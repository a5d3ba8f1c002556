//! What a reporter sees of their own case: the way it has gone in plain words, what comes next and by when, what they
//! can do now; and their rating once it has come to a result.
//!
//! It stands above the procedures, whose words, buttons and rules these are: nothing here knows a state. It shows a case
//! to its reporter and to nobody else, whatever their role, and no person in it. What is said about the reporter to
//! others is nothing at all (`docs/decisions/0034-the-reporters-side.md`).

mod actions;
mod due;
mod routes;
mod wire;

pub use routes::routes;
