//! Notices (通知、反诈预警): drafted, submitted, approved by another, published to areas, cancelled.
//!
//! A notice is published once: one row, and one count of households per grid that is frozen with it.
//! Residents read it in a feed that is asked of the notices themselves; a copy per reader does not exist. What is
//! stored per person or household is what happened: deliveries on outside channels and how far the notice came
//! with a household. Law: 反电信网络诈骗法 (2022) 8, 30.
//!
//! Three ways in: the office (`routes`, `actions`), residents (`feed`), and background work (`fan_out` writes the
//! deliveries, `sending` sends them; `app` starts both). It may ask `sessions` for WeChat names and tickets, see
//! `docs/decisions/0003-notices-ask-sessions.md`. It refuses to aim a notice at single
//! persons: what goes to less than a whole grid must reach at least twenty.

mod actions;
mod channel;
mod counts;
mod delivery;
mod fan_out;
mod feed;
mod model;
mod reach;
mod routes;
mod sending;
mod store;
mod wire;

pub use actions::{read, retire_expired};
pub use channel::{Channel, Shown};
pub use counts::{ByStatus, Reached, by_grid, by_state, compare, compare_all};
pub use delivery::DeliveryState;
pub use fan_out::{FanOutNotice, StopDeliveries, fan_out, stop};
pub use model::{Notice, NoticeKind, NoticeState, NoticeStep, WarningLevel};
pub use reach::{Reach, ReachStatus, VisitMark};
pub use routes::routes;
pub use sending::Sender;
pub use store::Stored;
pub use store::brief::{Brief, of as briefs};
pub use store::fan_out::finished_at as fanned_out_at;
pub use store::frozen::{Frozen, of_notice as frozen};
pub use store::reach::{of_households as reached, visited};
