//! Callbacks (回调): what gateways tell by themselves, at addresses that need no sign-in.
//!
//! WeChat's events are believed by their signature and cipher, receipts of text messages by the secret in the address.
//! What is believed is noted with a digest by which the same is known again, in the one transaction that does what it
//! calls for: consents, withdrawals and who follows go to the ledger of `sessions`, and what became of a message goes on as a job
//! ([`SubscribeReported`], [`TemplateReported`], [`SmsReported`]) to whoever sent it. Then, and only then, the gateway hears that
//! it may stop telling. It refuses to know messages, and keeps of nobody a name, a number or an openid (decision 0040).

mod actions;
mod jobs;
mod routes;
mod store;

pub use jobs::{SmsReport, SmsReported, SubscribeReport, SubscribeReported, TemplateFate, TemplateReported};
pub use routes::routes;
pub use store::forget_old as forget_old_pushes;
