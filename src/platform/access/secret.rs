//! 256 random bits that one holder keeps and the store knows only by their hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const LENGTH: usize = 32;

/// A refresh token, or what a display signs in with. Prints as dots and is wiped from memory when dropped.
pub struct RandomSecret(SecretBox<[u8; LENGTH]>);

impl fmt::Debug for RandomSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl RandomSecret {
    /// A new random one.
    #[expect(clippy::new_without_default, reason = "a default should be the same each time")]
    pub fn new() -> Self {
        Self(SecretBox::new(Box::new(rand::random())))
    }

    /// Takes what [`Self::expose`] gave; `None` when it cannot be a secret of ours.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    pub(super) fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let bytes: [u8; LENGTH] = bytes.try_into().ok()?;
        Some(Self(SecretBox::new(Box::new(bytes))))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// The text for its holder, base64url, 43 characters.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// What the store keeps: SHA-256. No salt or stretching: 256 random bits are not guessed.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }

    /// Whether `hash` is of this secret; how long the answer takes says nothing about it.
    pub fn matches(&self, hash: &[u8]) -> bool {
        self.hash().as_slice().ct_eq(hash).into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_the_way_to_its_holder_and_back() {
        let secret = RandomSecret::new();
        let text = secret.expose();
        assert_eq!(text.len(), 43);
        assert_eq!(RandomSecret::parse(&text).map(|again| again.hash()), Some(secret.hash()));
        assert_ne!(RandomSecret::new().hash(), secret.hash());
        for wrong in ["", "abc", &text[1..], &format!("{text}A"), &format!("{text}=")] {
            assert!(RandomSecret::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn only_its_own_hash_fits_a_secret() {
        let secret = RandomSecret::new();
        assert!(secret.matches(&secret.hash()));
        assert!(!secret.matches(&RandomSecret::new().hash()) && !secret.matches(&secret.hash()[1..]));
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", RandomSecret::new()), "•••");
    }
}
