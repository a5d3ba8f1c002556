//! Text messages through the gateways of the carriers' resellers.
//!
//! A gateway takes one message for one number under our reference, and tells later by a receipt what became of
//! it; what it has heard it also tells when it is asked. Neither gateway knows an idempotency key, so nothing is
//! sent again here: after an unknown fate the caller asks first. Numbers go into the body of a request and into
//! nothing else; they stand in no log line.

mod acs3;
mod aliyun;
mod codes;
mod receipt;
mod tc3;
mod template;
mod tencent;

use secrecy::SecretString;

use super::http::{self, Failure, Patience};
use super::outcome::Outcome;
use crate::base::Result;
use crate::base::clock::{Clock, Timestamp};
use crate::base::sensitive::Phone;
use aliyun::Aliyun;
use tencent::Tencent;

pub use receipt::SmsReceipt;
pub use template::SmsTemplate;

crate::text_enum! {
    /// Whose gateway a text message goes through.
    pub enum SmsGateway {
        Aliyun = "aliyun" "阿里云短信",
        Tencent = "tencent" "腾讯云短信",
    }
}

crate::text_enum! {
    /// What the carrier says became of a text message.
    pub enum SmsResult {
        Delivered = "delivered" "已送达",
        /// The phone is off or out of service, or the carrier failed.
        Failed = "failed" "未送达",
        /// The person, or their carrier for them, does not take it.
        Refused = "refused" "对方拒收",
    }
}

/// How a gateway is reached, who we are there, and what we send.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// `https://dysmsapi.aliyuncs.com` or `https://sms.tencentcloudapi.com`, or a stand-in.
    pub endpoint: String,
    /// AccessKey ID or SecretId.
    pub key_id: String,
    /// AccessKey secret or SecretKey.
    pub key_secret: SecretString,
    /// The sign name, without brackets.
    pub sign_name: String,
    /// The template of every message.
    pub template: SmsTemplate,
    /// How long an exchange may take.
    pub patience: Patience,
}

/// What only Tencent wants to know.
#[derive(Debug, Clone)]
pub struct TencentApp {
    /// The SdkAppId.
    pub id: String,
    /// The region whose servers are asked, such as `ap-guangzhou`.
    pub region: String,
}

/// One message to one number.
#[derive(Debug, Clone)]
pub struct SmsMessage {
    /// What we call it; receipts come back under it. At most 128 bytes.
    pub reference: String,
    /// To whom.
    pub to: Phone,
    /// What may stand in the template, by the words that its fields name.
    pub values: Vec<(&'static str, String)>,
}

/// A message whose fate we want to know.
#[derive(Debug, Clone)]
pub struct SmsQuestion {
    /// What we called it.
    pub reference: String,
    /// To whom.
    pub to: Phone,
    /// When we sent it.
    pub sent_at: Timestamp,
}

/// What a gateway knows of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsKnown {
    /// The carrier has spoken.
    Reported(SmsReceipt),
    /// The gateway took it; the carrier has not spoken yet.
    Waiting {
        /// The gateway's number for it.
        gateway_no: String,
    },
    /// The gateway lists what it took, and this is not among it. Asked sooner than a minute after the send, it may
    /// still be taking it.
    Absent,
    /// The gateway lists only what the carrier has spoken of, and this is not among it: it may be on its way.
    Silent,
    /// The gateway could not be asked; the outcome says why, and nothing about the message.
    Unclear(Outcome),
}

/// A client of one gateway.
pub enum Sms {
    /// Alibaba Cloud, SendSms of 2017-05-25.
    Aliyun(Aliyun),
    /// Tencent Cloud, SendSms of 2021-01-11.
    Tencent(Tencent),
}

impl Sms {
    /// A client of Alibaba Cloud that has not spoken to it yet.
    ///
    /// # Errors
    /// `internal` when the endpoint is none or TLS finds no root certificates on this machine.
    pub fn aliyun(settings: SmsSettings, clock: Clock) -> Result<Self> {
        Aliyun::new(settings, clock).map(Self::Aliyun)
    }

    /// A client of Tencent Cloud that has not spoken to it yet.
    ///
    /// # Errors
    /// As [`Sms::aliyun`].
    pub fn tencent(settings: SmsSettings, app: TencentApp, clock: Clock) -> Result<Self> {
        Tencent::new(settings, app, clock).map(Self::Tencent)
    }

    /// Whose gateway this is.
    pub fn gateway(&self) -> SmsGateway {
        match self {
            Self::Aliyun(_) => SmsGateway::Aliyun,
            Self::Tencent(_) => SmsGateway::Tencent,
        }
    }

    /// The template of every message, for whoever looks at start whether its fields can be filled.
    pub fn template(&self) -> &SmsTemplate {
        match self {
            Self::Aliyun(aliyun) => aliyun.template(),
            Self::Tencent(tencent) => tencent.template(),
        }
    }

    /// Sends one message, once. `Accepted` means that the gateway took it; a receipt tells the rest.
    pub async fn send(&self, message: &SmsMessage) -> Outcome {
        let outcome = match self {
            Self::Aliyun(aliyun) => aliyun.send(message).await,
            Self::Tencent(tencent) => tencent.send(message).await,
        };
        // A person's no is the ordinary course of things and would drown the rest.
        if !matches!(outcome, Outcome::Accepted { .. } | Outcome::Refused { .. }) {
            tracing::warn!(gateway = self.gateway().as_str(), ?outcome, "text message not accepted");
        }
        outcome
    }

    /// Asks what became of a message.
    pub async fn ask(&self, about: &SmsQuestion) -> SmsKnown {
        let known = match self {
            Self::Aliyun(aliyun) => aliyun.ask(about).await,
            Self::Tencent(tencent) => tencent.ask(about).await,
        };
        if let SmsKnown::Unclear(why) = &known {
            tracing::warn!(
                gateway = self.gateway().as_str(),
                ?why,
                "the gateway cannot be asked for a text message"
            );
        }
        known
    }
}

/// What a failed exchange means for the message.
fn lost(gateway: SmsGateway, failure: Failure) -> Outcome {
    let outcome = Outcome::of_sms_transport(failure.transport);
    tracing::debug!(gateway = gateway.as_str(), cause = failure.cause, "no answer");
    outcome
}

/// The address to post to and its host as a signature names it.
fn endpoint(text: &str) -> Result<(reqwest::Url, String)> {
    use crate::base::Problem;
    let url =
        reqwest::Url::parse(text).map_err(|error| Problem::internal(format!("sms endpoint: {error}")))?;
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Ok((url, host))
}
