//! Notices (通知、反诈预警): drafted, submitted, approved by another, published to areas, cancelled.
//!
//! A notice is published once: one row, and one count of households per grid that is frozen with it, packed per town.
//! Residents read it in a feed that is asked of the notices themselves; a copy per reader does not exist. What is
//! stored per person or household is what happened: deliveries on outside channels and how far the notice came
//! with a household. Law: 反电信网络诈骗法 (2022) 8, 30.
//!
//! Three ways in: the office (`routes`, `actions`, `publishing`), residents (`feed`), and background work (`fan_out` writes
//! the deliveries, `sending` sends them over one of the `lines`, `receipts` hears what became of them; `app` starts all). It may ask `sessions` for WeChat names and tickets, see
//! `docs/decisions/0003-notices-ask-sessions.md`. It refuses to aim a notice at single
//! persons: what goes to less than a whole grid must reach at least twenty.

mod actions;
mod counts;
mod course;
mod delivery;
mod fan_out;
mod feed;
mod handing_on;
mod lines;
mod model;
mod open;
mod pace;
mod pauses;
mod publishing;
mod reach;
mod receipts;
mod routes;
mod sending;
mod steps;
mod store;
mod texts;
mod waves;
mod ways;
mod wire;

pub use actions::read;
pub use counts::{ByStatus, Reached, by_grid, by_state, compare, compare_all};
pub use delivery::DeliveryState;
pub use fan_out::{FanOutNotice, StopDeliveries, fan_out, stop};
pub use lines::{Line, Misfit, Shown, Subscribe, Template, TextMessages};
pub use model::{Channel, FraudType, Frozen, Notice, NoticeKind, NoticeState, NoticeStep, WarningLevel};
pub use pauses::Pauses;
pub use publishing::keep_time;
pub use reach::{Reach, ReachStatus, VisitMark};
pub use receipts::{hear_subscribe, hear_template, hear_texts, time_out};
pub use routes::routes;
pub use sending::{Sender, SenderSettings};
pub use store::Stored;
pub use store::brief::{Brief, of as briefs};
pub use store::deliveries::end_holds;
pub use store::fan_out::finished_at as fanned_out_at;
pub use store::frozen::of_notice as frozen;
pub use store::reach::{of_households as reached, visited};
pub use texts::{Said, Texts};
pub use ways::{Manners, Ways};
