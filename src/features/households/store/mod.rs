//! The only files that name `households` and `residents`.

pub mod sign_in;
