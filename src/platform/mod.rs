//! Floor 2: how we reach databases, clients and phones.

pub mod access;
pub mod privacy;
pub mod secrets;
