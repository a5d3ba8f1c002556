//! The phone's offline work, in and out.

mod conflicts;
mod day;
mod media;
pub mod pack;
pub mod phone;
mod pull;
mod push;
mod replay;
mod uploads;
