//! Coverage (触达): which households a notice has reached, and which it has not.
//!
//! Measured against the counts that were frozen when the notice was published: per grid, the
//! households in which someone has read or acknowledged it. Something sent is not something read. The rows and
//! their counters belong to `notices`, which changes them in the transaction of the cause; this slice asks and
//! never writes. Callers: the office, the board.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
