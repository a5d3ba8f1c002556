//! The subscribe message. WeChat offers no idempotency key: a second send is a second message.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::WeChat;
use super::identity::OpenId;
use super::wire::Sent;
use crate::platform::push::outcome::Outcome;

/// Which build of the mini-program the message opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MiniProgramVersion {
    /// The published one.
    #[default]
    Formal,
    /// The one under trial.
    Trial,
    /// A developer's.
    Developer,
}

/// One message to one person.
#[derive(Debug, Clone, Serialize)]
pub struct SubscribeMessage {
    /// To whom.
    #[serde(rename = "touser")]
    pub to: OpenId,
    /// The template's id at WeChat.
    pub template_id: String,
    /// The page that a tap opens, with its query, without leading slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The build that it opens.
    #[serde(rename = "miniprogram_state")]
    pub version: MiniProgramVersion,
    /// Template keys and texts, each text as [`fit`](crate::platform::push::template::fit) gave it.
    #[serde(serialize_with = "values")]
    pub data: BTreeMap<String, String>,
}

/// WeChat wraps each text: `{"thing1":{"value":"…"}}`.
pub(super) fn values<S: Serializer>(data: &BTreeMap<String, String>, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Value<'a> {
        value: &'a str,
    }
    to.collect_map(data.iter().map(|(key, value)| (key, Value { value })))
}

impl WeChat {
    /// Sends one message. Every fate is an [`Outcome`]; the cause of a failure goes to the log here,
    /// since the outcome has no room for it.
    pub async fn send_subscribe(&self, message: &SubscribeMessage) -> Outcome {
        match self.account.authorised::<Sent>("/cgi-bin/message/subscribe/send", message).await {
            Ok(sent) => Outcome::Accepted { provider_ref: sent.provider_ref() },
            Err(fault) => {
                // A person's no is the ordinary course of things and would drown the rest.
                if !matches!(fault.outcome, Outcome::Refused { .. }) {
                    tracing::warn!(%fault, "subscribe message not accepted");
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
        let message = SubscribeMessage {
            to: OpenId::new("o1"),
            template_id: "T1".into(),
            page: Some("pages/alert/detail?n=1".into()),
            version: MiniProgramVersion::Formal,
            data: BTreeMap::from([("thing1".into(), "示例".into())]),
        };
        let expected = serde_json::json!({
            "touser": "o1", "template_id": "T1", "page": "pages/alert/detail?n=1",
            "miniprogram_state": "formal", "data": {"thing1": {"value": "示例"}},
        });
        assert_eq!(serde_json::to_value(&message).ok(), Some(expected));
    }
}
