//! All gateways of a town but the mini-program: those that it has no settings for are not there.

use secrecy::SecretString;

use super::sms::Sms;
use super::webhook::{Webhook, WebhookReceiver};
use super::wechat::OfficialAccount;
use super::wechat::callback::Callback;
use super::wecom::{RobotKey, WeCom};
use crate::base::area_code::AreaCode;

/// The gateways. None of them in a town that sets nothing.
#[derive(Default)]
pub struct Gateways {
    /// For text messages, in the order in which they are tried.
    pub sms: Vec<Sms>,
    /// The official account.
    pub official: Option<Official>,
    /// The group robots.
    pub robots: Option<Robots>,
    /// Devices and other programs.
    pub receivers: Option<Receivers>,
    /// Where WeChat pushes the events of our accounts to.
    pub callbacks: Vec<Callback>,
    /// What the addresses for receipts of text messages end in.
    pub sms_callback: Option<SecretString>,
}

/// The official account and what it sends.
pub struct Official {
    /// The client.
    pub client: OfficialAccount,
    /// The template of a notice, its keys and what stands in each; without one nothing is sent.
    pub notice: Option<(String, Vec<(String, String)>)>,
}

/// The group robots and where their groups are at home.
pub struct Robots {
    /// The client.
    pub client: WeCom,
    /// Whose workers are in the group.
    pub groups: Vec<(AreaCode, RobotKey)>,
}

/// The receivers of webhooks and where they stand.
pub struct Receivers {
    /// The client.
    pub client: Webhook,
    /// Whose they are.
    pub receivers: Vec<(AreaCode, WebhookReceiver)>,
}
