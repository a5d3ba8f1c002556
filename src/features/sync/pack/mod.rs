//! The offline pack (离线包): what a worker needs for a day without a signal, in one signed file below 5 MB.
//!
//! Their areas, the campaigns that run there with their checklists, the open cases, the households behind their doors
//! (masked, as online), and what was closed in the last month. When the room ends it is the oldest closed matter that is
//! left out, and said so. The pack carries a cursor, so that a pull goes on from it.

mod build;
mod file;
mod read;

pub use build::{LARGEST, PackDocument, build};
