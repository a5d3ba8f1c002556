//! What became of messages, for whoever sent them. Whoever runs these jobs must expect each of them more than once, late
//! and in any order, and for messages that they do not know.

use serde::{Deserialize, Serialize};

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::sessions::WxIdentity;
use crate::platform::outbox::Job;
use crate::platform::push::sms::{SmsGateway, SmsResult};

/// WeChat has delivered subscribe messages to one person, or has not (`subscribe_msg_sent_event`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribeReported {
    /// Who they were for; none when we never met the person.
    pub user: Option<Id<WxIdentity>>,
    /// What became of each.
    pub reports: Vec<SubscribeReport>,
    /// When WeChat says that it was.
    pub at: Timestamp,
}

/// What became of one subscribe message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribeReport {
    /// WeChat's number of the message, which the send was answered with; empty when it is not told. A send of
    /// unknown fate has none on our side: look for it by person and template.
    pub msgid: String,
    /// The template.
    pub template: String,
    /// WeChat's code; `0` is that it arrived.
    pub error_code: String,
}

impl Job for SubscribeReported {
    const KIND: &'static str = "wechat.subscribe_reported";
}

crate::text_enum! {
    /// What became of a template message of the official account.
    pub enum TemplateFate {
        Delivered = "delivered" "已送达",
        /// The person has blocked the account: use another channel.
        Blocked = "blocked" "用户已屏蔽",
        /// WeChat failed: one more try is worth it.
        Failed = "failed" "微信发送失败",
    }
}

/// WeChat has delivered a template message, or has not (`TEMPLATESENDJOBFINISH`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateReported {
    /// WeChat's number of the message, which the send was answered with.
    pub msgid: String,
    /// What became of it.
    pub fate: TemplateFate,
    /// When WeChat says that it was.
    pub at: Timestamp,
}

impl Job for TemplateReported {
    const KIND: &'static str = "wechat.template_reported";
}

/// A gateway has told what became of text messages; the receipts of one push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsReported {
    /// Whose gateway.
    pub gateway: SmsGateway,
    /// What became of each.
    pub reports: Vec<SmsReport>,
}

/// What became of one text message. Whom it was for is not here: our reference names the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsReport {
    /// What we called the message; empty when the gateway does not say.
    pub reference: String,
    /// What the gateway calls it.
    pub gateway_no: String,
    /// What became of it.
    pub result: SmsResult,
    /// The carrier's code, such as `DELIVRD`.
    pub code: String,
    /// When the carrier spoke.
    pub at: Timestamp,
}

impl Job for SmsReported {
    const KIND: &'static str = "sms.reported";
}
