//! The shapes of WeChat's answers. Numbers may arrive as texts, and success may omit `errcode`.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::identity::{OpenId, UnionId};

/// What every answer carries.
#[derive(Deserialize)]
pub(super) struct Status {
    /// 0, or absent, is success.
    #[serde(default)]
    pub errcode: Integer,
    #[serde(default)]
    pub errmsg: Option<String>,
}

/// The answer of `jscode2session`, without the `session_key`.
#[derive(Deserialize)]
pub(super) struct Session {
    pub openid: OpenId,
    pub unionid: Option<UnionId>,
}

/// The answer of `user/info`.
#[derive(Deserialize)]
pub(super) struct UserInfo {
    /// 1 for whoever follows.
    pub subscribe: Integer,
    pub unionid: Option<UnionId>,
}

/// The answer of `stable_token`.
#[derive(Deserialize)]
pub(super) struct AccessToken {
    pub access_token: SecretString,
    /// Seconds.
    pub expires_in: Integer,
}

/// The answer of `getuserphonenumber`.
#[derive(Deserialize)]
pub(super) struct PhoneAnswer {
    pub phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhoneInfo {
    pub pure_phone_number: String,
    pub country_code: Integer,
    pub watermark: Watermark,
}

/// Whom WeChat told the number to.
#[derive(Deserialize)]
pub(super) struct Watermark {
    pub appid: String,
}

/// The answer of a send. `msgid` is seen in practice but not promised, so no form of it may turn a message
/// that was taken into one of unknown fate.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    msgid: Option<serde_json::Value>,
}

impl Sent {
    /// WeChat's number for the message.
    pub fn provider_ref(self) -> Option<String> {
        match self.msgid? {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// A whole number, written as a number or as a text of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Integer(pub i64);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Text(String),
        }
        match Written::deserialize(from)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Text(text) => text.trim().parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_written_as_text() -> serde_json::Result<()> {
        for json in [r#"{"errcode":-1}"#, r#"{"errcode":"-1","errmsg":null}"#] {
            assert_eq!(serde_json::from_str::<Status>(json)?.errcode, Integer(-1), "{json}");
        }
        assert!(serde_json::from_str::<Status>(r#"{"errcode":"busy"}"#).is_err());
        Ok(())
    }

    #[test]
    fn an_answer_without_errcode_is_success() -> serde_json::Result<()> {
        assert_eq!(serde_json::from_str::<Status>(r#"{"openid":"o"}"#)?.errcode, Integer(0));
        Ok(())
    }
}
