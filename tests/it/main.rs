//! One test program; folders mirror the features.

#[path = "../fakes/mod.rs"]
mod fakes;
mod push;
