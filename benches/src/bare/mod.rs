//! The ceiling: a bare actix-web + rusqlite server that does the seven works with a token check and durable
//! group commit, and nothing else: no roles, no scope, no audit, no counters. It is the yardstick of what
//! this kind of machine allows, never a product. `routes` serves, `writer` writes, `seed` fills.

pub mod routes;
pub mod seed;
pub mod store;
pub mod target;
pub mod token;
pub mod writer;
