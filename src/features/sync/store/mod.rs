//! The tables of synchronisation.

pub mod conflicts;
pub mod devices;
pub mod receipts;
