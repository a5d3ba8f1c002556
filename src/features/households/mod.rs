//! Households and those who live in them.

mod store;

pub use store::sign_in::{FoundResident, Own, find_by_phone, find_resident, own};
