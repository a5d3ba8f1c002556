//! What WeChat pushes to us: who consented, who withdrew, what became of a message.
//!
//! A push is believed when it is signed with our token, is young, and, once an EncodingAESKey is set, is encrypted for
//! our own account. Without a key (明文模式) the signature does not cover the body; therefore a town that has a key takes
//! nothing in plain text, and of 兼容模式 reads the encrypted half. That a push comes twice is not noticed here: whoever
//! keeps its [`Push::key`] does.

mod cipher;
mod event;
mod tree;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::base::clock::Timestamp;
use crate::base::hex::{hex, sha256_hex};
use cipher::Key;

pub use event::{Answered, Event, SentReport, Told};

/// How far WeChat's clock and ours may be apart, and how long a push may be on its way.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// The query of a push, and of the check of the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Signed {
    /// Covers token, timestamp and nonce.
    #[serde(default)]
    pub signature: String,
    /// Seconds since 1970.
    #[serde(default)]
    pub timestamp: String,
    /// Chosen by WeChat.
    #[serde(default)]
    pub nonce: String,
    /// What to answer to the check of the address.
    #[serde(default)]
    pub echostr: Option<String>,
    /// Covers the encrypted body as well.
    #[serde(default)]
    pub msg_signature: Option<String>,
}

/// Why a push is not believed. Tells the person who sets the address up; a forger learns nothing by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not signed with our token.
    Signature,
    /// Older than five minutes, or from the future.
    Stale,
    /// In plain text although we have a key.
    Plain,
    /// Not encrypted with our key, or encrypted and we have none.
    Cipher,
    /// Encrypted for another account.
    ForeignApp,
    /// Neither XML nor JSON, or without what every push has.
    Unreadable,
}

/// A push that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// What it says.
    pub event: Event,
    /// Names it: a second one with the same key says the same once more.
    pub key: String,
    /// Names the signature, with which WeChat says one thing only.
    pub seal: String,
}

/// The address that WeChat pushes the events of one account to.
pub struct Callback {
    appid: String,
    token: SecretString,
    key: Option<Key>,
}

impl Callback {
    /// `encoding_aes_key` has 43 characters; `None` is 明文模式. The error is that the key is none.
    pub fn new(
        appid: &str,
        token: SecretString,
        encoding_aes_key: Option<&SecretString>,
    ) -> Result<Self, Refused> {
        let key = encoding_aes_key.map(|key| Key::parse(key.expose_secret())).transpose()?;
        Ok(Self { appid: appid.to_owned(), token, key })
    }

    /// Which account it is of.
    pub fn appid(&self) -> &str {
        &self.appid
    }

    /// What to answer to WeChat's check of the address.
    ///
    /// # Errors
    /// `Signature`, `Stale`; `Unreadable` when there is nothing to answer.
    pub fn greet(&self, asked: &Signed, now: Timestamp) -> Result<String, Refused> {
        self.is_signed(&asked.signature, asked, None)?;
        is_young(asked, now)?;
        asked.echostr.clone().ok_or(Refused::Unreadable)
    }

    /// Reads a push.
    ///
    /// # Errors
    /// Each [`Refused`].
    pub fn open(&self, asked: &Signed, body: &[u8], now: Timestamp) -> Result<Push, Refused> {
        let envelope = tree::read(body)?;
        let (tree, signature) = match (tree::text(&envelope, "Encrypt"), &self.key) {
            (Some(sealed), Some(key)) => {
                let signature = asked.msg_signature.as_deref().ok_or(Refused::Signature)?;
                self.is_signed(signature, asked, Some(&sealed))?;
                is_young(asked, now)?;
                let opened = key.open(&sealed)?;
                if !bool::from(opened.appid.ct_eq(self.appid.as_bytes())) {
                    return Err(Refused::ForeignApp);
                }
                (tree::read(&opened.message)?, signature)
            }
            (None, None) => {
                self.is_signed(&asked.signature, asked, None)?;
                is_young(asked, now)?;
                (envelope, asked.signature.as_str())
            }
            // The signature first: what is forged learns nothing of our settings.
            (sealed, key) => {
                self.is_signed(&asked.signature, asked, None)?;
                return Err(if sealed.is_none() && key.is_some() { Refused::Plain } else { Refused::Cipher });
            }
        };
        let event = Event::read(&tree)?;
        let key = sha256_hex(format!("{}\n{}", self.appid, event.identity()).as_bytes());
        let seal = sha256_hex(format!("{signature}\n{}\n{}", asked.timestamp, asked.nonce).as_bytes());
        Ok(Push { event, key, seal })
    }

    /// Whether `signature` is the SHA-1 of token, timestamp, nonce and, of an encrypted push, its content, in the order
    /// of their bytes.
    fn is_signed(&self, signature: &str, asked: &Signed, sealed: Option<&str>) -> Result<(), Refused> {
        let mut parts = vec![self.token.expose_secret(), asked.timestamp.as_str(), asked.nonce.as_str()];
        parts.extend(sealed);
        parts.sort_unstable();
        let ours = hex(&Sha1::digest(parts.concat()));
        let same = ours.as_bytes().ct_eq(signature.to_ascii_lowercase().as_bytes());
        if bool::from(same) { Ok(()) } else { Err(Refused::Signature) }
    }
}

fn is_young(asked: &Signed, now: Timestamp) -> Result<(), Refused> {
    let seconds: i64 = asked.timestamp.parse().map_err(|_| Refused::Stale)?;
    let apart = now.seconds().saturating_sub(seconds).saturating_abs();
    if apart <= SKEW.num_seconds() { Ok(()) } else { Err(Refused::Stale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    const SEALED: &str =
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==";

    fn signed(signature: &str, timestamp: &str, nonce: &str) -> Signed {
        Signed {
            signature: signature.into(),
            timestamp: timestamp.into(),
            nonce: nonce.into(),
            ..Signed::default()
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn plain() -> Callback {
        Callback::new("wx1", SecretString::from("AAAAA"), None).unwrap()
    }

    /// The example of WeChat's own description of the check.
    #[test]
    fn the_documented_check_of_the_address_is_answered() {
        let mut asked = signed("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492");
        asked.echostr = Some("4375120948345356249".into());
        assert_eq!(plain().greet(&asked, at(1_714_036_504)), Ok("4375120948345356249".into()));
        assert_eq!(plain().greet(&asked, at(1_714_036_804)), Ok("4375120948345356249".into()));
        for late in [1_714_036_805, 1_714_036_203] {
            assert_eq!(plain().greet(&asked, at(late)), Err(Refused::Stale));
        }
        asked.nonce = "1514711493".into();
        assert_eq!(plain().greet(&asked, at(1_714_036_504)), Err(Refused::Signature));
    }

    /// The example of WeChat's own description of a push in plain text.
    #[test]
    fn the_documented_push_in_plain_text_is_believed() {
        let asked = signed("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656");
        let body = br#"{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1714037059,"MsgType":"event","Event":"debug_demo"}"#;
        let push = plain().open(&asked, body, at(1_714_037_060)).unwrap();
        assert_eq!(push.event.told, Told::Other);
        let other =
            plain().open(&signed(&"0".repeat(40), "1714037059", "486452656"), body, at(1_714_037_060));
        assert_eq!(other, Err(Refused::Signature));
    }

    /// The computed example: the signature covers the ciphertext, which is opened and belongs to the account.
    #[test]
    fn the_example_of_an_encrypted_push_is_opened_for_its_own_account_only() {
        let callback = |appid, key: Option<&str>| {
            let key = key.map(SecretString::from);
            Callback::new(appid, SecretString::from("pamtest"), key.as_ref()).unwrap()
        };
        let mut asked = signed("", "1409304348", "xxxxxx");
        asked.msg_signature = Some("82c962d39941aa48552f90ef55aa323dc620cc10".into());
        let body = format!("<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{SEALED}]]></Encrypt></xml>");
        let open =
            |callback: Callback, asked: &Signed| callback.open(asked, body.as_bytes(), at(1_409_304_348));
        // What is inside is a text and no event.
        assert_eq!(open(callback("wxb11529c136998cb6", Some(KEY)), &asked), Err(Refused::Unreadable));
        assert_eq!(open(callback("wxb11529c136998cb7", Some(KEY)), &asked), Err(Refused::ForeignApp));
        let other = KEY.replace('a', "b");
        assert_eq!(open(callback("wxb11529c136998cb6", Some(&other)), &asked), Err(Refused::Cipher));
        asked.msg_signature = None;
        assert_eq!(open(callback("wxb11529c136998cb6", Some(KEY)), &asked), Err(Refused::Signature));
    }

    #[test]
    fn who_has_a_key_takes_nothing_in_plain_text() {
        let key = SecretString::from(KEY);
        let callback = Callback::new("wx1", SecretString::from("AAAAA"), Some(&key)).unwrap();
        let asked = signed("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656");
        let body = br#"{"FromUserName":"o1","CreateTime":1714037059,"MsgType":"event","Event":"x"}"#;
        assert_eq!(callback.open(&asked, body, at(1_714_037_059)), Err(Refused::Plain));
        let sealed = format!("{{\"ToUserName\":\"gh_1\",\"Encrypt\":\"{SEALED}\"}}");
        assert_eq!(plain().open(&asked, sealed.as_bytes(), at(1_714_037_059)), Err(Refused::Cipher));
    }
}
