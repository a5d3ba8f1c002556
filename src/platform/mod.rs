//! Floor 2: how we reach databases, clients and phones.

pub mod push;
