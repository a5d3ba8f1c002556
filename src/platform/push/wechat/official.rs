//! The official account: who follows it, and its template message, the only message of WeChat with an idempotency key.
//!
//! The same `client_msg_id` to the same person is one message for about ten minutes. Within that time a message of
//! unknown fate may be sent again; after it, the event `TEMPLATESENDJOBFINISH` has told what became of it.
//! Openids of the official account are others than those of the mini-program.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::WeChatSettings;
use super::account::Account;
use super::identity::{OpenId, UnionId};
use super::message::values;
use super::wire::{Sent, UserInfo};
use crate::base::clock::Clock;
use crate::base::problem::Code;
use crate::base::{Problem, Result};
use crate::platform::push::outcome::Outcome;

/// How long WeChat takes the same `client_msg_id` for the same message, with a minute to spare.
pub const SAME_MESSAGE: Duration = Duration::from_secs(9 * 60);

/// A page of our mini-program that a tap opens.
#[derive(Debug, Clone, Serialize)]
pub struct MiniProgramPage {
    /// The mini-program, which must be bound to the official account.
    pub appid: String,
    /// The page with its query, without leading slash.
    pub pagepath: String,
}

/// One message to one follower.
#[derive(Debug, Clone, Serialize)]
pub struct TemplateMessage {
    /// To whom, by the name of the official account.
    #[serde(rename = "touser")]
    pub to: OpenId,
    /// The template's id at WeChat.
    pub template_id: String,
    /// What makes a second send the same message; at most 32 characters.
    pub client_msg_id: String,
    /// What a tap opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<MiniProgramPage>,
    /// Template keys and texts, each text as [`fit`](crate::platform::push::template::fit) gave it.
    #[serde(serialize_with = "values")]
    pub data: BTreeMap<String, String>,
}

/// Somebody who follows the official account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The person over all apps of our account; only when the official account is bound to one.
    pub unionid: Option<UnionId>,
}

/// The client of an official account (服务号).
pub struct OfficialAccount {
    account: Account,
}

impl OfficialAccount {
    /// A client that has not spoken to WeChat yet.
    ///
    /// # Errors
    /// `internal` when the base URL is none or TLS finds no root certificates on this machine.
    pub fn new(settings: WeChatSettings, clock: Clock) -> Result<Self> {
        Ok(Self { account: Account::new(settings, clock)? })
    }

    /// The app id of our official account.
    pub fn appid(&self) -> &str {
        self.account.appid()
    }

    /// Who the follower `openid` is; none when they do not follow, or no longer.
    ///
    /// # Errors
    /// `upstream_failed` when WeChat does not say.
    pub async fn follower(&self, openid: &OpenId) -> Result<Option<Follower>> {
        let query = [("openid", openid.expose()), ("lang", "zh_CN")];
        match self.account.read::<UserInfo>("/cgi-bin/user/info", &query).await {
            Ok(info) if info.subscribe.0 == 0 => Ok(None),
            Ok(info) => {
                Ok(Some(Follower { unionid: info.unionid.filter(|union| !union.expose().is_empty()) }))
            }
            // Nobody of this account has that name.
            Err(fault) if fault.errcode == Some(40003) => Ok(None),
            Err(fault) => Err(Problem::new(Code::UpstreamFailed).caused_by(fault)),
        }
    }

    /// Sends one message. `Accepted` means that WeChat will deliver it and tell by an event how that went.
    pub async fn send(&self, message: &TemplateMessage) -> Outcome {
        match self.account.authorised::<Sent>("/cgi-bin/message/template/send", message).await {
            Ok(sent) => Outcome::Accepted { provider_ref: sent.provider_ref() },
            Err(fault) => {
                if !matches!(fault.outcome, Outcome::Refused { .. }) {
                    tracing::warn!(%fault, "template message not accepted");
                }
                fault.outcome
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_shape_that_wechat_documents() {
        let message = TemplateMessage {
            to: OpenId::new("o1"),
            template_id: "T1".into(),
            client_msg_id: "m1".into(),
            miniprogram: Some(MiniProgramPage { appid: "wx1".into(), pagepath: "pages/index?n=1".into() }),
            data: BTreeMap::from([("thing1".into(), "示例".into())]),
        };
        let expected = serde_json::json!({
            "touser": "o1", "template_id": "T1", "client_msg_id": "m1",
            "miniprogram": {"appid": "wx1", "pagepath": "pages/index?n=1"},
            "data": {"thing1": {"value": "示例"}},
        });
        assert_eq!(serde_json::to_value(&message).ok(), Some(expected));
    }
}
