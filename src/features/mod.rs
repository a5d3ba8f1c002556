//! Floor 3: what the township does.

pub mod areas;
