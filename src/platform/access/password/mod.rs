//! Passwords: which ones may be chosen ([`PasswordProfile`]) and how they are kept ([`PasswordGate`]).
//!
//! Counting failures and locking accounts is the caller's; it has the rows.

mod blocklist;
mod gate;
mod profile;

pub use gate::PasswordGate;
pub use profile::{About, PasswordProfile};
