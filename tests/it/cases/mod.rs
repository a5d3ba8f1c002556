//! The list of cases and the search over it.

mod filing;
mod property;
mod search;
pub mod shelf;
mod ways;
