//! What the drills of sending share: a town whose people can be reached, the server under test, the gateway with its
//! ledger, and how deliveries are compared with that; for the outage also a steady load and what is seen meanwhile.
#![allow(dead_code, reason = "each drill uses a part")]

pub mod gate;
pub mod latency;
pub mod ledger;
pub mod load;
pub mod people;
pub mod server;
pub mod town;
pub mod verdict;
pub mod watch;

#[path = "../../tests/fakes/gateway/mod.rs"]
mod fake;

/// Why a drill ends early.
pub type Failure = Box<dyn std::error::Error>;
