//! Where grids lie on the earth: their boundaries (边界), and which grid a point lies in.
//!
//! A boundary is put with the day from which it holds. A grid has one at a time; the older ones are kept and answer for
//! their days, so that "which grid was it then" has an answer after the grids were drawn anew. What is put is checked
//! as a shape (`shape`, `rings`) and against its neighbours (`conflicts`); a point is looked up in memory ([`GridMap`],
//! [`locate`]), on every node within a second or two of a change ([`LiveMap`]). `docs/decisions/0017` says why.
//!
//! It refuses to guess: a point near a border has candidates, and whoever asks decides what to do with them.

mod actions;
mod conflicts;
mod import;
mod live;
mod locate;
mod map;
mod plan;
mod rings;
mod routes;
mod sentence;
mod shape;
pub(super) mod store;
mod wire;

pub use actions::import;
pub(super) use actions::{check_kind, hold};
pub use live::LiveMap;
pub use locate::{Asked, Candidate, Confidence, Finding, Placing, locate};
pub use map::{Boundary, Days, GridMap};
pub use plan::{Fault, Judged};
pub(super) use routes::{routes, routes_of_one};
pub use shape::Shape;
