//! WeCom's group robot: one message to everybody in a group, such as the workers of a village.
//!
//! Whoever holds a robot's key may write into its group, so the key is a secret and the address that carries it
//! stands in no log line. A robot takes 20 messages a minute; we stop at 18 by ourselves. There is no idempotency key:
//! whoever must not say something twice puts a mark of its own into the text.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::http::{self, Patience};
use super::outcome::Outcome;
use crate::base::{Problem, Result};

/// The most bytes of UTF-8 in a text and in Markdown.
const TEXT: usize = 2048;
const MARKDOWN: usize = 4096;
/// What stands at the end of what was cut.
const MORE: &str = "…";
/// Messages a minute to one robot.
const PER_MINUTE: u32 = 18;

/// The key of one robot.
#[derive(Clone)]
pub struct RobotKey(SecretString);

impl RobotKey {
    /// The `key=` of the robot's webhook address.
    pub fn new(key: SecretString) -> Self {
        Self(key)
    }
}

impl fmt::Debug for RobotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RobotKey(•••)")
    }
}

/// What a robot says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotMessage {
    /// Plain text.
    Text(String),
    /// WeCom's Markdown.
    Markdown(String),
}

impl RobotMessage {
    fn body(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "msgtype": "text", "text": { "content": cut(text, TEXT) } }),
            Self::Markdown(text) => {
                json!({ "msgtype": "markdown", "markdown": { "content": cut(text, MARKDOWN) } })
            }
        }
    }
}

/// `text` in at most `bytes` bytes, cut between two characters.
fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes - MORE.len());
    format!("{}{MORE}", &text[..end])
}

/// The client of all robots.
pub struct WeCom {
    http: Client,
    base: Url,
    /// By a digest of the key, so that the key itself is not kept.
    pace: DefaultKeyedRateLimiter<[u8; 32]>,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    errcode: i64,
}

impl WeCom {
    /// A client that has not spoken to WeCom yet; `base_url` is `https://qyapi.weixin.qq.com` or a stand-in.
    ///
    /// # Errors
    /// `internal` when the base URL is none or TLS finds no root certificates on this machine.
    pub fn new(base_url: &str, patience: Patience) -> Result<Self> {
        let base =
            Url::parse(base_url).map_err(|error| Problem::internal(format!("wecom.base_url: {error}")))?;
        let pace = Quota::per_minute(NonZeroU32::new(PER_MINUTE).unwrap_or(NonZeroU32::MIN));
        Ok(Self { http: http::client(patience)?, base, pace: RateLimiter::keyed(pace) })
    }

    /// Lets a robot say something, once.
    pub async fn say(&self, robot: &RobotKey, message: &RobotMessage) -> Outcome {
        let key = robot.0.expose_secret();
        if let Err(over) = self.pace.check_key(&Sha256::digest(key).into()) {
            let wait = over.wait_time_from(DefaultClock::default().now());
            return Outcome::Rate { wait: wait.max(Duration::from_secs(1)) };
        }
        let mut url = self.base.clone();
        url.set_path(&format!("{}/cgi-bin/webhook/send", self.base.path().trim_end_matches('/')));
        url.query_pairs_mut().clear().append_pair("key", key);
        let (outcome, cause) = match http::exchange(self.http.post(url).json(&message.body())).await {
            Ok(reply) => match serde_json::from_slice::<Status>(&reply.body) {
                Ok(status) if reply.status == 200 => {
                    (of_wecom(status.errcode), format!("errcode {}", status.errcode))
                }
                _ => {
                    let failure = reply.garbled("WeCom");
                    (Outcome::of_transport(failure.transport), failure.cause)
                }
            },
            Err(failure) => (Outcome::of_transport(failure.transport), failure.cause),
        };
        if !matches!(outcome, Outcome::Accepted { .. }) {
            tracing::warn!(cause, ?outcome, "a group robot was not heard");
        }
        outcome
    }
}

/// WeCom's codes; they are another namespace than WeChat's.
fn of_wecom(errcode: i64) -> Outcome {
    match errcode {
        0 => Outcome::Accepted { provider_ref: None },
        // Busy; too many at once.
        -1 | 45033 => Outcome::Retry,
        // More than 20 a minute.
        45009 => Outcome::Rate { wait: Duration::from_secs(60) },
        // The robot was removed, or the key is wrong.
        93000 => Outcome::Config { code: errcode.to_string() },
        // Among them 40008, 40058 and 45002: a kind, a member or a length that WeCom does not take.
        _ => Outcome::Permanent { code: errcode.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_and_within_its_bytes() {
        let cut_to = |text: &str, bytes| {
            let cut = cut(text, bytes);
            assert!(cut.len() <= bytes, "{} > {bytes}", cut.len());
            cut
        };
        assert_eq!(cut_to("网格通知", 12), "网格通知");
        assert_eq!(cut_to("网格通知", 11), "网格…");
        assert_eq!(cut_to("网格通知a", 12), "网格通…");
        assert_eq!(cut_to(&"网".repeat(2000), TEXT).chars().count(), 682);
        assert_eq!(cut_to(&"😀".repeat(2000), MARKDOWN).chars().count(), 1024);
    }

    #[test]
    fn a_message_has_the_shape_that_wecom_documents() {
        let text = RobotMessage::Text("示例".into()).body();
        assert_eq!(text, json!({ "msgtype": "text", "text": { "content": "示例" } }));
        let markdown = RobotMessage::Markdown("**示例**".into()).body();
        assert_eq!(markdown, json!({ "msgtype": "markdown", "markdown": { "content": "**示例**" } }));
    }

    #[test]
    fn every_documented_code_has_its_class() {
        let code = |code: i64| code.to_string();
        assert_eq!(of_wecom(0), Outcome::Accepted { provider_ref: None });
        assert_eq!((of_wecom(-1), of_wecom(45033)), (Outcome::Retry, Outcome::Retry));
        assert_eq!(of_wecom(45009), Outcome::Rate { wait: Duration::from_secs(60) });
        assert_eq!(of_wecom(93000), Outcome::Config { code: code(93000) });
        for ours in [40008, 40058, 45002, 12345] {
            assert_eq!(of_wecom(ours), Outcome::Permanent { code: code(ours) });
        }
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = RobotKey::new(SecretString::from("hush"));
        assert!(!format!("{key:?}").contains("hush"));
    }
}
