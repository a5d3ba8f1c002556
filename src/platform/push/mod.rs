//! How we reach phones through gateways that are not ours.
//!
//! Each gateway has a client of its own; all of them say how a message fared in the words of
//! [`Outcome`], so that the loop which sends deliveries knows no gateway. Nothing here keeps messages,
//! retries a send or decides who is told: the delivery rows of `notices` do. Called by delivery jobs and
//! by sign-in.

mod gateways;
mod http;
pub mod outcome;
pub mod sms;
pub mod template;
pub mod webhook;
pub mod wechat;
pub mod wecom;

pub use gateways::{Gateways, Official};
pub use http::Patience;
pub use outcome::Outcome;
pub use sms::Sms;
pub use webhook::Webhook;
pub use wechat::{OfficialAccount, WeChat, WeChatSettings};
pub use wecom::WeCom;
