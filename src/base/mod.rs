//! Floor 1: words every file may use. Imports nothing of ours.

pub mod area_code;
pub mod check;
pub mod clock;
pub mod column;
pub mod day;
pub mod geo;
pub mod hex;
pub mod id;
pub mod masking;
pub mod page;
pub mod problem;
pub mod sensitive;
pub mod spelt;
pub mod text_enum;

pub use problem::{Problem, Result};
