//! What a test stands on.

pub mod database;
