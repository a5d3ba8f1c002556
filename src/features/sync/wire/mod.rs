//! The JSON of synchronisation; turning input into values.

mod conflicts;
mod devices;
mod keys;
mod pull;
mod push;

pub use conflicts::{
    ConflictQuery, ConflictRevealBody, ConflictView, Decision, RevealedConflict, SettlementBody,
};
pub use devices::DeviceView;
pub use keys::PackKeys;
pub use pull::{PullQuery, PullView};
pub use push::{Answer, Batch, PushAnswer, PushBody, ResultView, Todo};
