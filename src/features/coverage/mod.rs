//! Coverage (触达): which households a notice has reached, and which it has not.
//!
//! Measured against the counts that were frozen when the notice was published: per grid, village and town, the
//! households in which someone has read or acknowledged it or was told at the door or by phone. Something sent is not
//! something read; nobody at home, refused and moved are accounted for and not reached; households without a smartphone
//! stand apart as well. The rows and their counters belong to `notices`, which changes them in the transaction of the
//! cause; this slice asks and never writes. What was shown on outlets is `outlets`' to report, never a part of this.
//! Callers: the office, grid workers, the board.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
