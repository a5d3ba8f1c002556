//! The ciphers behind the vault: AES-256-GCM and, for systems assessed by GB/T 39786, SM4-GCM.
//!
//! Both are the same mode (NIST SP 800-38D, RFC 8998) over another block cipher, so one implementation
//! serves both. Nonces are the caller's business: 96 random bits allow 2^32 values per key.

use std::fmt;

use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, AesGcm};
use secrecy::ExposeSecret;
use sm4::Sm4;

use crate::base::problem::{Problem, Result};
use crate::platform::secrets::{CipherKind, FieldKey};

/// Bytes of a nonce.
pub const NONCE_LENGTH: usize = 12;
/// Bytes of an authentication tag.
pub const TAG_LENGTH: usize = 16;

/// The cipher will not: on opening, the text, the tag, the bound context or the key is not the one
/// that sealed it. Which of them cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not fit its key, its field or its tag")
    }
}

impl std::error::Error for Refused {}

/// Authenticated encryption of a short text in place.
pub trait FieldCipher: Send + Sync {
    /// Encrypts `text` and answers the tag over it and over `bound`, which is not part of the text.
    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        bound: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Refused>;

    /// Decrypts `text` when the tag is right; otherwise its content is of no use.
    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        bound: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Refused>;
}

impl<C> FieldCipher for C
where
    C: AeadInOut<NonceSize = U12, TagSize = U16> + Send + Sync,
{
    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        bound: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Refused> {
        let tag = self.encrypt_inout_detached(nonce.into(), bound, text.into());
        tag.map(Into::into).map_err(|_| Refused)
    }

    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        bound: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Refused> {
        self.decrypt_inout_detached(nonce.into(), bound, text.into(), tag.into()).map_err(|_| Refused)
    }
}

/// The cipher that `key` is for, ready to use. Fails when the key has not its cipher's length.
pub fn cipher(key: &FieldKey) -> Result<Box<dyn FieldCipher>> {
    fn build<C: FieldCipher + KeyInit + 'static>(key: &FieldKey) -> Result<Box<dyn FieldCipher>> {
        let cipher = C::new_from_slice(key.key.expose_secret());
        cipher.map(|cipher| Box::new(cipher) as Box<dyn FieldCipher>).map_err(Problem::internal)
    }
    match key.cipher {
        CipherKind::Aes256Gcm => build::<Aes256Gcm>(key),
        CipherKind::Sm4Gcm => build::<AesGcm<Sm4, U12>>(key),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    struct Vector {
        cipher: CipherKind,
        key: &'static str,
        nonce: &'static str,
        bound: &'static str,
        plain: &'static str,
        sealed: &'static str,
        tag: &'static str,
    }

    const VECTORS: [Vector; 2] = [
        // The GCM specification (McGrew and Viega), test case 16.
        Vector {
            cipher: CipherKind::Aes256Gcm,
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            bound: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            tag: "76fc6ece0f4e1768cddf8853bb2d551b",
        },
        // RFC 8998, appendix A.1.
        Vector {
            cipher: CipherKind::Sm4Gcm,
            key: "0123456789abcdeffedcba9876543210",
            nonce: "00001234567800000000abcd",
            bound: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plain: "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
            sealed: "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
            tag: "83de3541e4c2b58177e065a9bf7b62ec",
        },
    ];

    #[test]
    fn both_ciphers_answer_the_published_vectors() {
        for vector in VECTORS {
            let key = FieldKey { id: 1, cipher: vector.cipher, key: bytes(vector.key).into() };
            let cipher = cipher(&key).unwrap();
            let nonce = bytes(vector.nonce).try_into().unwrap();
            let bound = bytes(vector.bound);
            let mut text = bytes(vector.plain);
            let tag = cipher.seal(&nonce, &bound, &mut text).unwrap();
            assert_eq!((&text, tag.to_vec()), (&bytes(vector.sealed), bytes(vector.tag)));
            cipher.open(&nonce, &bound, &mut text, &tag).unwrap();
            assert_eq!(text, bytes(vector.plain));
        }
    }

    #[test]
    fn a_key_of_another_ciphers_length_is_refused() {
        let key = FieldKey { id: 1, cipher: CipherKind::Sm4Gcm, key: vec![1; 32].into() };
        assert!(cipher(&key).is_err());
    }
}
