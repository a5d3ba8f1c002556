//! What the drills of sending share: a town whose people can be reached, the server under test, the gateway with its
//! ledger, and how deliveries are compared with that; for the outage also a steady load and what is seen meanwhile.

pub mod gate;
pub mod latency;
pub mod ledger;
pub mod load;
pub mod people;
pub mod server;
pub mod town;
pub mod verdict;
pub mod watch;

#[allow(dead_code, reason = "a town of a drill has no group robot")]
#[path = "../../../tests/fakes/gateway/mod.rs"]
mod fake;

use crate::Failure;
