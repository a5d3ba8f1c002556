//! How WeChat signs and encrypts what it pushes.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use rand::RngExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

use super::super::names::{AES_KEY, APPID, OFFICIAL_APPID, TOKEN};
use super::super::sms::hex;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// Whose event it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    #[default]
    MiniProgram,
    Official,
    /// Somebody else's account that happens to have our token and key.
    Foreign,
}

impl Account {
    fn appid(self) -> &'static str {
        match self {
            Self::MiniProgram => APPID,
            Self::Official => OFFICIAL_APPID,
            Self::Foreign => "wxforeign0000000",
        }
    }
}

/// One event.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    #[serde(default)]
    pub account: Account,
    /// The openid.
    pub person: String,
    /// Seconds since 1970.
    pub at: i64,
    /// `subscribe_msg_popup_event` and its like.
    pub word: String,
    /// The other members, as JSON has them.
    #[serde(default)]
    pub more: Value,
}

/// How a push looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    #[default]
    SafeXml,
    SafeJson,
    CompatibleXml,
    PlainXml,
    PlainJson,
}

impl Shape {
    fn is_xml(self) -> bool {
        matches!(self, Self::SafeXml | Self::CompatibleXml | Self::PlainXml)
    }
}

/// A push, ready to be posted.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub query: String,
    pub body: String,
    pub media: &'static str,
}

/// Writes, signs and encrypts an event at `now`.
pub fn seal(event: &Event, shape: Shape, now: i64) -> Sealed {
    let mut members = Map::from_iter([
        ("ToUserName".to_owned(), json!("gh_fake00000000")),
        ("FromUserName".to_owned(), json!(event.person)),
        ("CreateTime".to_owned(), json!(event.at)),
        ("MsgType".to_owned(), json!("event")),
        ("Event".to_owned(), json!(event.word)),
    ]);
    let mut more = event.more.as_object().cloned().unwrap_or_default();
    if let Some(list) = more.remove("List") {
        match wrapper(&event.word).filter(|_| shape.is_xml()) {
            Some(wrapper) => members.insert(wrapper.to_owned(), json!({ "List": list })),
            None => members.insert("List".to_owned(), list),
        };
    }
    members.extend(more);
    let members = Value::Object(members);
    let (time, nonce) = (now.to_string(), rand::rng().random_range(100_000_000..u32::MAX).to_string());
    let signature = signed(&[TOKEN, &time, &nonce]);
    let plain = write(&members, shape);
    let mut query = format!("signature={signature}&timestamp={time}&nonce={nonce}&openid={}", event.person);
    let media = if shape.is_xml() { "text/xml" } else { "application/json" };
    if matches!(shape, Shape::PlainXml | Shape::PlainJson) {
        return Sealed { query, body: plain, media };
    }
    let encrypted = encrypt(plain.as_bytes(), event.account.appid());
    query.push_str(&format!(
        "&encrypt_type=aes&msg_signature={}",
        signed(&[TOKEN, &time, &nonce, &encrypted])
    ));
    let outer = match (shape, members) {
        (Shape::CompatibleXml, Value::Object(mut members)) => {
            members.insert("Encrypt".to_owned(), json!(encrypted));
            Value::Object(members)
        }
        _ => json!({ "ToUserName": "gh_fake00000000", "Encrypt": encrypted }),
    };
    Sealed { query, body: write(&outer, shape), media }
}

fn wrapper(word: &str) -> Option<&'static str> {
    match word {
        "subscribe_msg_popup_event" => Some("SubscribeMsgPopupEvent"),
        "subscribe_msg_change_event" => Some("SubscribeMsgChangeEvent"),
        "subscribe_msg_sent_event" => Some("SubscribeMsgSentEvent"),
        _ => None,
    }
}

fn write(members: &Value, shape: Shape) -> String {
    if shape.is_xml() { format!("<xml>{}</xml>", elements(members)) } else { members.to_string() }
}

fn elements(value: &Value) -> String {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match value {
                Value::Array(all) => {
                    all.iter().map(|one| format!("<{name}>{}</{name}>", elements(one))).collect()
                }
                one => format!("<{name}>{}</{name}>", elements(one)),
            })
            .collect::<Vec<String>>()
            .join("\n"),
        Value::String(text) => format!("<![CDATA[{text}]]>"),
        other => other.to_string(),
    }
}

fn signed(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    hex(&Sha1::digest(parts.concat()))
}

fn encrypt(message: &[u8], appid: &str) -> String {
    let key = BASE64.decode(AES_KEY).unwrap_or_default();
    let mut plain = rand::rng().random::<[u8; 16]>().to_vec();
    plain.extend(u32::try_from(message.len()).unwrap_or_default().to_be_bytes());
    plain.extend(message);
    plain.extend(appid.as_bytes());
    let filling = 32 - plain.len() % 32;
    plain.extend(std::iter::repeat_n(u8::try_from(filling).unwrap_or_default(), filling));
    let length = plain.len();
    let Ok(cipher) = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]) else {
        return String::new();
    };
    match cipher.encrypt_padded::<NoPadding>(&mut plain, length) {
        Ok(sealed) => BASE64.encode(sealed),
        Err(_) => String::new(),
    }
}
