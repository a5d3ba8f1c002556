//! Signatures on what the township hands out: a phone in the mountains can tell whose an offline pack is, and that
//! nobody changed it on the way, without asking.
//!
//! Ed25519 (RFC 8032). The key is derived from the index key of `secrets`, which every node has and which is never
//! changed, so there is no further secret to keep; see decision 0030.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};

use super::Vault;
use crate::base::hex::sha256_hex;

/// What the key is derived for; another word would be another key.
const PURPOSE: &str = "offline pack, ed25519, 1";

/// Signs. Prints nothing of its key.
pub struct Signer(SigningKey);

impl Signer {
    /// The signer with the key that belongs to `vault`.
    pub fn of(vault: &Vault) -> Self {
        Self(SigningKey::from_bytes(&vault.derive(PURPOSE)))
    }

    /// The signature of `content`, 64 bytes in base64.
    pub fn sign(&self, content: &[u8]) -> String {
        STANDARD.encode(self.0.sign(content).to_bytes())
    }

    /// The public key, 32 bytes in base64 for URLs, as a JWK has it (RFC 8037).
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.verifying_key().as_bytes())
    }

    /// Tells keys apart: the first 16 digits of the SHA-256 of the public key.
    pub fn key_id(&self) -> String {
        let mut id = sha256_hex(self.0.verifying_key().as_bytes());
        id.truncate(16);
        id
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, VerifyingKey};

    use super::*;
    use crate::platform::secrets::{CipherKind, SecretSettings};

    #[test]
    fn what_was_signed_is_known_by_the_public_key_and_what_was_changed_is_not() {
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().unwrap();
        let signer = Signer::of(&Vault::new(&secrets).unwrap());
        let signature = STANDARD.decode(signer.sign("示例".as_bytes())).unwrap();
        let key = URL_SAFE_NO_PAD.decode(signer.public_key()).unwrap();
        let key = VerifyingKey::from_bytes(&key.try_into().unwrap()).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        assert!(key.verify_strict("示例".as_bytes(), &signature).is_ok());
        assert!(key.verify_strict("示列".as_bytes(), &signature).is_err());
    }
}
