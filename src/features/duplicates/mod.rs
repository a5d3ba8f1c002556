//! Duplicates (重复、并案、关联): what may be the same matter as another, before and after it is reported; links between
//! cases that have to do with each other; and those who have met the same, who are told when it is over.
//!
//! It suggests and never decides: two reports are one matter when an officer merges them, which is a step of `events`. A
//! suggestion shows what is needed to judge it, and no more than whoever asks may see: of the cases of others a resident
//! is shown those that are public in their own village, without words, photos or people.

mod actions;
mod closing;
mod likeness;
mod links;
mod reach;
mod routes;
mod store;
mod wire;

pub use closing::tell_followers;
pub use reach::{Reach, reach_of};
pub use routes::routes;
