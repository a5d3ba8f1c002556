//! The only files that name `sessions`, `displays`, `wx_identities` and `wx_tickets`.
//!
//! Displays are kept within somebody's areas. Nothing else here takes an area scope: a session is found by its own id or by its own subject, before or without
//! anybody's areas, and is never listed for others.

pub mod displays;
pub mod identities;
pub mod sessions;
pub mod tickets;
