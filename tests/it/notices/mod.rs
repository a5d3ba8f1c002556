//! Notices from the draft to the phone.

mod feed;
mod publishing;
pub mod scene;
mod sending;
