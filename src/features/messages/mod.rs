//! Messages (消息): what somebody is told about a case of theirs, in the transaction of the step that it is about.
//!
//! One message goes to one account, once: whoever tells names a key, and the same key tells nothing twice. It is read in
//! the app; a resident who gave WeChat a ticket also gets it there, at most once (`sending`, a job of the outbox that
//! draws on the ledger of `sessions`). Slices tell by [`tell`] and say what happened in Chinese; this slice knows no
//! case and no procedure, shows nobody another's messages, and keeps no list of whom to tell.

mod actions;
mod channel;
mod model;
mod purge;
mod routes;
mod sending;
mod store;
mod wire;

pub use actions::tell;
pub use channel::{Channel, Shown};
pub use model::{About, Addressee, Message, MessageKind};
pub use purge::forget_old;
pub use routes::routes;
pub use sending::{SendMessage, send};
