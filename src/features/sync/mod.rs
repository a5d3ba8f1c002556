//! Synchronisation (离线同步): the phone's offline work, in and out. A grid worker in a mountain village without a signal
//! does a whole day's work, and nothing of it is lost or done twice.
//!
//! In: a push does each operation as its own slice does it online (`registry` is the table of them), with its receipt in
//! the same transaction. Where two values stand against each other both are kept, and a person decides (`conflicts`).
//! Photos may come later, in parts (`attachments`). Out: a signed pack for the day (`pack`), and what has changed since
//! (`pull`). It refuses to check anything that the slices check, to decide between two people, and to delete.
//! See docs/offline.md; decisions 0028 to 0030.

mod carried;
mod conflicts;
mod cursor;
mod model;
mod pack;
mod pull;
mod purge;
mod push;
mod registry;
mod routes;
mod settlement;
mod store;
mod wire;

pub use purge::forget_old;
pub use routes::routes;
