//! All gateways of a town but the mini-program: those that it has no settings for are not there.

use std::sync::Arc;

use secrecy::SecretString;

use super::sms::Sms;
use super::webhook::Webhook;
use super::wechat::OfficialAccount;
use super::wechat::callback::Callback;
use super::wecom::WeCom;

/// The gateways. None of them in a town that sets nothing.
#[derive(Default)]
pub struct Gateways {
    /// For text messages, in the order in which they are tried.
    pub sms: Vec<Arc<Sms>>,
    /// The official account.
    pub official: Option<Official>,
    /// The group robots.
    pub wecom: Option<WeCom>,
    /// Devices and other programs.
    pub webhook: Option<Webhook>,
    /// Where WeChat pushes the events of our accounts to.
    pub callbacks: Vec<Callback>,
    /// What the addresses for receipts of text messages end in.
    pub sms_callback: Option<SecretString>,
}

/// The official account and what it sends.
pub struct Official {
    /// The client.
    pub client: Arc<OfficialAccount>,
    /// The template of a notice, its keys and what stands in each; without one nothing is sent.
    pub notice: Option<(String, Vec<(String, String)>)>,
}
