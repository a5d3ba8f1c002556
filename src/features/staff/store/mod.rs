//! The only files that name `staff_members`, `posts` and `sign_in_failures`.
//!
//! Names and phones are sealed on the way in and opened on the way out.

pub mod credentials;
pub mod members;
pub mod posts;
pub mod stations;
