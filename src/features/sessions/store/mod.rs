//! The only files that name `sessions`, `wx_identities` and `wx_tickets`.
//!
//! None of them takes an area scope: a session is found by its own id or by its own subject, before or without
//! anybody's areas, and is never listed for others.

pub mod identities;
pub mod sessions;
pub mod tickets;
