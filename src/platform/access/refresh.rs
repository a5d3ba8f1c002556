//! Refresh tokens: 256 random bits that a phone keeps and the store knows only by their hash.
//!
//! Each use gives a successor; a second use ends the family (RFC 9700). When the reply with the successor
//! is lost, the phone comes again with the predecessor: within [`GRACE`] it is given the *same*
//! successor. The store therefore keeps it sealed under a key that follows from the predecessor
//! itself, so that neither a copy of the database nor our other keys give anybody a token.
//! Pure functions; the caller keeps the rows and decides about reuse.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::secret::RandomSecret;
use crate::base::problem::{Problem, Result};

/// For how long after its use a token is answered with the same successor again.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

const NONCE_LENGTH: usize = 12;
/// Keeps this use of a token apart from any other that may come; may never change.
const PURPOSE: &[u8] = b"wangge refresh successor 1";

/// A refresh token.
pub type RefreshToken = RandomSecret;

fn successor_cipher(old: &RefreshToken) -> Result<Aes256Gcm> {
    let mut mac: Hmac<Sha256> = Hmac::new_from_slice(old.bytes()).map_err(Problem::internal)?;
    mac.update(PURPOSE);
    Ok(Aes256Gcm::new(&mac.finalize().into_bytes()))
}

/// Seals `new` so that only the holder of `old` can be given it; 60 bytes for the predecessor's row.
pub fn seal_successor(old: &RefreshToken, new: &RefreshToken) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE_LENGTH] = rand::random();
    let plain: &[u8] = new.bytes();
    let sealed = successor_cipher(old)?.encrypt(&Nonce::from(nonce), plain).map_err(Problem::internal)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal_successor`] made with the same `old`; `None` when it was another, or was changed.
pub fn open_successor(old: &RefreshToken, sealed: &[u8]) -> Option<RefreshToken> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LENGTH>()?;
    let plain = successor_cipher(old).ok()?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    RefreshToken::from_bytes(plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
}
