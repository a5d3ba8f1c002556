//! The keys that the program lives by: for access tokens, for encrypted fields, for look-ups.
//!
//! A town's machine keeps them in `secrets.toml` beside its data ([`file`]); production hands them in as
//! settings ([`settings`]). Both go through the one parser here, which reports every mistake at once.
//! Nothing here prints a key, makes a key up when one is missing, or mends a key that is too short.
//! Called by `app` at start; `platform::access` and `platform::privacy` take their keys from it.

pub mod file;
pub mod settings;

use std::fmt;

use secrecy::{SecretBox, SecretSlice};

pub use settings::SecretSettings;

/// 256 secret bits.
pub type Key256 = SecretBox<[u8; 32]>;

/// Every secret of one installation. Prints as dots and is wiped from memory when dropped.
pub struct Secrets {
    /// Sign and check access tokens.
    pub token_keys: KeyRing<TokenKey>,
    /// Encrypt fields with personal data.
    pub field_keys: KeyRing<FieldKey>,
    /// Keys the look-up of encrypted fields. It has no successor: a new one means computing every index anew.
    pub index_key: Key256,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// Keys of one purpose: the current one makes new things, the older ones still read old things.
pub struct KeyRing<K> {
    /// The key for everything new.
    pub current: K,
    /// Keys that are only read with, newest first.
    pub older: Vec<K>,
}

impl<K> KeyRing<K> {
    /// Every key, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

/// A key for access tokens (HMAC-SHA256).
pub struct TokenKey {
    /// The name in the token's `kid` header: 1 to 32 of `A-Z a-z 0-9 _ -`.
    pub kid: String,
    /// The key.
    pub key: Key256,
}

/// A key for encrypted fields.
pub struct FieldKey {
    /// The number that stands in every value sealed with this key; never given to another key.
    pub id: u16,
    /// What the key is for.
    pub cipher: CipherKind,
    /// The key, [`CipherKind::key_length`] bytes.
    pub key: SecretSlice<u8>,
}

/// Which cipher a field key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CipherKind {
    /// AES-256-GCM (NIST SP 800-38D), the default.
    Aes256Gcm,
    /// SM4-GCM (GB/T 32907-2016, GB/T 36624-2018), for systems assessed by GB/T 39786.
    Sm4Gcm,
}

impl CipherKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Aes256Gcm, Self::Sm4Gcm];

    /// The word in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The length of its keys in bytes.
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes256Gcm => 32,
            Self::Sm4Gcm => 16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_print_as_dots() {
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read();
        assert_eq!(secrets.map(|s| format!("{s:?}")).map_err(|_| ()), Ok("•••".to_owned()));
    }
}
