//! The dashboard (看板): how many cases there are, where and how far, and what is happening right now.
//!
//! Numbers come from counters that are kept in the transactions which change them, never from a scan, so an
//! answer costs the same at a thousand cases and at a million. Events follow the timeline as it is
//! committed. It shows aggregates only and refuses personal data; it also refuses to cross villages with
//! categories, because a number in such a cell points at a household. It writes nothing.
//!
//! Callers: `app` mounts [`routes`], starts one [`Live`] for the node and stops it before the server.

mod actions;
mod frame;
mod live;
mod position;
mod routes;
mod subscription;
mod summary;

pub use actions::summary;
pub use live::Live;
pub use position::Position;
pub use routes::routes;
pub use subscription::Subscription;
pub use summary::{
    AreaCount, CategoryCount, LevelCount, MonthCount, Overdue, PhaseCount, ShownArea, Summary,
};
