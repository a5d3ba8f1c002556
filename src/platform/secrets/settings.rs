//! Secrets as text: how they stand in settings and in `secrets.toml`, and what may be wrong with them.
//!
//! A message about a mistake never repeats any part of the secret.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::Deserialize;

use super::{CipherKind, FieldKey, Key256, KeyRing, Secrets, TokenKey};
use crate::platform::mistakes::Mistakes;

const TOKEN_KEYS: &str = "secrets.token_keys";
const FIELD_KEYS: &str = "secrets.field_keys";
const INDEX_KEY: &str = "secrets.index_key";

/// The secrets as an operator writes them; keys in standard base64, the first of a list is the current one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// `kid:base64` with commas between; 32 bytes each.
    pub token_keys: Option<SecretString>,
    /// `number:cipher:base64` with commas between; 32 bytes for `aes-256-gcm`, 16 for `sm4-gcm`.
    pub field_keys: Option<SecretString>,
    /// `base64` of 32 bytes.
    pub index_key: Option<SecretString>,
}

impl SecretSettings {
    /// Fresh random keys, fields sealed by `cipher`.
    pub fn generate(cipher: CipherKind) -> Self {
        let key: [u8; 32] = rand::random();
        let field_key = STANDARD.encode(&key[..cipher.key_length()]);
        Self {
            token_keys: Some(format!("k1:{}", STANDARD.encode(rand::random::<[u8; 32]>())).into()),
            field_keys: Some(format!("1:{}:{field_key}", cipher.as_str()).into()),
            index_key: Some(STANDARD.encode(rand::random::<[u8; 32]>()).into()),
        }
    }

    /// Whether any of them is given; then none is looked for in a file.
    pub fn any(&self) -> bool {
        [&self.token_keys, &self.field_keys, &self.index_key].iter().any(|text| text.is_some())
    }

    /// The keys that the texts stand for, or everything that is wrong with them.
    pub fn read(&self) -> Result<Secrets, Mistakes> {
        let mut mistakes = Mistakes::default();
        let m = &mut mistakes;
        let token_keys = ring(m, TOKEN_KEYS, self.token_keys.as_ref(), token_key, |key| key.kid.clone());
        let field_keys = ring(m, FIELD_KEYS, self.field_keys.as_ref(), field_key, |key| key.id);
        let index_key = present(m, INDEX_KEY, self.index_key.as_ref())
            .and_then(|text| key_256(text.trim()).map_err(|message| mistakes.add(INDEX_KEY, message)).ok());
        match (token_keys, field_keys, index_key) {
            (Some(token_keys), Some(field_keys), Some(index_key)) if mistakes.0.is_empty() => {
                Ok(Secrets { token_keys, field_keys, index_key })
            }
            _ => Err(mistakes),
        }
    }
}

fn present<'a>(mistakes: &mut Mistakes, setting: &str, text: Option<&'a SecretString>) -> Option<&'a str> {
    let text = text.map(|text| text.expose_secret()).filter(|text| !text.trim().is_empty());
    if text.is_none() {
        mistakes.add(setting, "没有设置;用 openssl rand -base64 32 生成密钥后填入");
    }
    text
}

/// Reads a list with commas between; `name` must differ from key to key.
fn ring<K, N: PartialEq + fmt::Display>(
    mistakes: &mut Mistakes,
    setting: &str,
    text: Option<&SecretString>,
    read: impl Fn(&str) -> Result<K, String>,
    name: impl Fn(&K) -> N,
) -> Option<KeyRing<K>> {
    let mut keys: Vec<K> = Vec::new();
    for (place, item) in present(mistakes, setting, text)?.split(',').enumerate() {
        match read(item.trim()) {
            Ok(key) if keys.iter().any(|other| name(other) == name(&key)) => {
                mistakes.add(setting, format!("密钥编号 {} 重复;每个密钥用不同的编号", name(&key)));
            }
            Ok(key) => keys.push(key),
            Err(message) => mistakes.add(setting, format!("第 {} 个密钥:{message}", place + 1)),
        }
    }
    let mut keys = keys.into_iter();
    keys.next().map(|current| KeyRing { current, older: keys.collect() })
}

fn token_key(item: &str) -> Result<TokenKey, String> {
    let (kid, key) = item.split_once(':').ok_or("应写成 编号:密钥(base64)")?;
    let fits = (1..=32).contains(&kid.len())
        && kid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !fits {
        return Err("编号应为 1 到 32 个字母、数字、- 或 _".to_owned());
    }
    Ok(TokenKey { kid: kid.to_owned(), key: key_256(key)? })
}

fn field_key(item: &str) -> Result<FieldKey, String> {
    let mut parts = item.splitn(3, ':');
    let (Some(id), Some(word), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("应写成 编号:算法:密钥(base64)".to_owned());
    };
    let id = id.parse().map_err(|_| "编号应为 0 到 65535 的整数")?;
    let cipher = CipherKind::ALL
        .iter()
        .copied()
        .find(|cipher| cipher.as_str() == word)
        .ok_or("算法应为 aes-256-gcm 或 sm4-gcm")?;
    let key = decode(key, cipher.key_length())?;
    Ok(FieldKey { id, cipher, key: key.into() })
}

fn key_256(text: &str) -> Result<Key256, String> {
    let mut key = SecretBox::new(Box::new([0_u8; 32]));
    let bytes = decode(text, 32)?;
    secrecy::ExposeSecretMut::expose_secret_mut(&mut key).copy_from_slice(&bytes);
    Ok(key)
}

fn decode(text: &str, length: usize) -> Result<Vec<u8>, String> {
    let bytes = STANDARD.decode(text).map_err(|_| "不是标准 base64 文本".to_owned())?;
    if bytes.len() != length {
        let found = bytes.len();
        return Err(format!("应为 {length} 字节,现为 {found};用 openssl rand -base64 {length} 生成"));
    }
    // Example files and empty disks hold such keys; random numbers do not.
    if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
        return Err(format!("所有字节相同,不是随机密钥;用 openssl rand -base64 {length} 生成"));
    }
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn settings(token_keys: &str, field_keys: &str, index_key: &str) -> SecretSettings {
        let text = |text: &str| Some(SecretString::from(text));
        SecretSettings {
            token_keys: text(token_keys),
            field_keys: text(field_keys),
            index_key: text(index_key),
        }
    }

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const SHORT: &str = "AAECAwQFBgcICQoLDA0ODw==";

    #[test]
    fn the_first_key_is_current_and_the_others_only_read() {
        let written = settings(
            &format!("new:{KEY}, old:{KEY}"),
            &format!("7:sm4-gcm:{SHORT},3:aes-256-gcm:{KEY}"),
            KEY,
        );
        let secrets = written.read().unwrap();
        assert_eq!(secrets.token_keys.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(), ["new", "old"]);
        assert_eq!(secrets.field_keys.current.cipher, CipherKind::Sm4Gcm);
        assert_eq!(secrets.field_keys.older[0].id, 3);
    }

    #[test]
    fn every_mistake_is_named_at_once_and_none_repeats_a_secret() {
        let written = settings(
            &format!("../../etc:{KEY},b:{SHORT},c:{KEY},c:{KEY}"),
            &format!("1:sm4-gcm:{KEY},x:sm4-gcm:{SHORT},2:des:{KEY},3"),
            "geheim!",
        );
        let mistakes = written.read().map(|_| ()).unwrap_err();
        let count = |setting| mistakes.0.iter().filter(|m| m.setting == setting).count();
        assert_eq!((count(TOKEN_KEYS), count(FIELD_KEYS), count(INDEX_KEY)), (3, 4, 1));
        let printed = format!("{mistakes:?} {written:?}");
        assert!(!printed.contains("geheim") && !printed.contains(&KEY[..8]), "{printed}");
    }

    #[test]
    fn missing_and_constant_keys_are_refused() {
        assert_eq!(SecretSettings::default().read().map(|_| ()).unwrap_err().0.len(), 3);
        let zeros = STANDARD.encode([0_u8; 32]);
        let written = settings(&format!("k:{zeros}"), &format!("1:aes-256-gcm:{KEY}"), KEY);
        assert_eq!(written.read().map(|_| ()).unwrap_err().0.len(), 1);
    }
}
