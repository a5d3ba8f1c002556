//! Floor 2: how we reach databases, clients and phones.

pub mod blobs;
pub mod photo;
pub mod sheet;
