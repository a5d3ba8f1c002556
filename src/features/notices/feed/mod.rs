//! The feed: what a household's residents read, and what they tell us by reading it.
//!
//! Bounded by the reader's own home, not by areas of an office: a notice outside of it is 404. What has expired
//! leaves the list but may still be opened, since a message may lead to it.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
