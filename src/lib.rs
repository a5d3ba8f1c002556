//! 网格 (wangge): the backend that a township runs its grid management on.
//!
//! Four floors, imports go downwards only: `app` puts the building together, `features` is what the
//! township does, `platform` is how we reach databases, clients and phones, `base` holds the words
//! that every file may use. `ARCHITECTURE.md` is the map.

pub mod app;
pub mod base;
pub mod features;
pub mod platform;
