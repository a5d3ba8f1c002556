//! Refresh tokens: 256 random bits that a phone keeps and the store knows only by their hash.
//!
//! Each use gives a successor; a second use ends the family (RFC 9700). When the reply with the successor
//! is lost, the phone comes again with the predecessor: within [`GRACE`] it is given the *same*
//! successor. The store therefore keeps it sealed under a key that follows from the predecessor
//! itself, so that neither a copy of the database nor our other keys give anybody a token.
//! Pure functions; the caller keeps the rows and decides about reuse.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

use crate::base::problem::{Problem, Result};

/// For how long after its use a token is answered with the same successor again.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

const LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;
/// Keeps this use of a token apart from any other that may come; may never change.
const PURPOSE: &[u8] = b"wangge refresh successor 1";

/// A refresh token. Prints as dots and is wiped from memory when dropped.
pub struct RefreshToken(SecretBox<[u8; LENGTH]>);

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl RefreshToken {
    /// A new random token.
    #[expect(clippy::new_without_default, reason = "a default should be the same each time")]
    pub fn new() -> Self {
        Self(SecretBox::new(Box::new(rand::random())))
    }

    /// Takes what [`Self::expose`] gave; `None` when it cannot be a token of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self(SecretBox::new(Box::new(bytes))))
    }

    /// The text for its holder, base64url, 43 characters.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.expose_secret())
    }

    /// What the store keeps and finds it by: SHA-256. No salt or stretching: 256 random bits are not guessed.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose_secret()).into()
    }

    fn successor_cipher(&self) -> Result<Aes256Gcm> {
        let mut mac: Hmac<Sha256> =
            Hmac::new_from_slice(self.0.expose_secret()).map_err(Problem::internal)?;
        mac.update(PURPOSE);
        Ok(Aes256Gcm::new(&mac.finalize().into_bytes()))
    }
}

/// Seals `new` so that only the holder of `old` can be given it; 60 bytes for the predecessor's row.
pub fn seal_successor(old: &RefreshToken, new: &RefreshToken) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE_LENGTH] = rand::random();
    let plain: &[u8] = new.0.expose_secret();
    let sealed = old.successor_cipher()?.encrypt(&Nonce::from(nonce), plain).map_err(Problem::internal)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal_successor`] made with the same `old`; `None` when it was another, or was changed.
pub fn open_successor(old: &RefreshToken, sealed: &[u8]) -> Option<RefreshToken> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LENGTH>()?;
    let plain = old.successor_cipher().ok()?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    let bytes: [u8; LENGTH] = plain.try_into().ok()?;
    Some(RefreshToken(SecretBox::new(Box::new(bytes))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way_to_the_phone_and_back() {
        let token = RefreshToken::new();
        let text = token.expose();
        assert_eq!(text.len(), 43);
        assert_eq!(RefreshToken::parse(&text).map(|again| again.hash()), Some(token.hash()));
        assert_ne!(RefreshToken::new().hash(), token.hash());
        for wrong in ["", "abc", &text[1..], &format!("{text}A"), &format!("{text}=")] {
            assert!(RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn only_the_predecessor_opens_its_successor() {
        let (old, new) = (RefreshToken::new(), RefreshToken::new());
        let mut sealed = seal_successor(&old, &new).unwrap();
        assert_eq!(sealed.len(), 60);
        assert_eq!(open_successor(&old, &sealed).map(|token| token.expose()), Some(new.expose()));
        assert!(open_successor(&new, &sealed).is_none());
        sealed[20] ^= 1;
        assert!(open_successor(&old, &sealed).is_none());
        assert!(open_successor(&old, &[0; 5]).is_none());
    }

    #[test]
    fn a_token_does_not_print_itself() {
        assert_eq!(format!("{:?}", RefreshToken::new()), "•••");
    }
}
