//! Notices from the draft to the phone.

mod audience;
mod channels;
mod feed;
mod lines;
mod municipality;
mod open;
mod publishing;
pub mod scene;
mod sending;
mod timing;
