//! The cipher of WeChat's pushes: AES-256-CBC with a fixed IV, PKCS#7 in blocks of 32.
//!
//! Inside stand 16 random bytes, the length of the message (big-endian), the message and the app id.

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::Refused;

/// An EncodingAESKey of 43 characters carries bits beyond its 32 bytes, which need not be zero.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// WeChat's PKCS#7 fills up to 32 bytes, twice the block of AES.
const PADDED: usize = 32;
/// Random bytes and length before the message.
const HEAD: usize = 20;

/// What was inside.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub message: Vec<u8>,
    pub appid: Vec<u8>,
}

/// The key of an account. Does not print itself.
pub(super) struct Key([u8; 32]);

impl Key {
    /// Reads an EncodingAESKey.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let bytes = (text.len() == 43).then(|| LENIENT.decode(text).ok()).flatten();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(Refused::Cipher)
    }

    /// Opens the base64 of a ciphertext. Whatever is wrong with it is told as the same thing.
    pub fn open(&self, sealed: &str) -> Result<Opened, Refused> {
        let mut bytes = LENIENT.decode(sealed.trim()).map_err(|_| Refused::Cipher)?;
        let (iv, _) = self.0.split_at(16);
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&self.0, iv).map_err(|_| Refused::Cipher)?;
        let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).map_err(|_| Refused::Cipher)?;
        let plain = unpadded(plain).ok_or(Refused::Cipher)?;
        let (head, rest) = plain.split_at_checked(HEAD).ok_or(Refused::Cipher)?;
        let length = head.last_chunk().copied().map(u32::from_be_bytes).ok_or(Refused::Cipher)?;
        let length = usize::try_from(length).map_err(|_| Refused::Cipher)?;
        let (message, appid) = rest.split_at_checked(length).ok_or(Refused::Cipher)?;
        Ok(Opened { message: message.to_vec(), appid: appid.to_vec() })
    }
}

/// Takes the filling off, when all of it is as it must be.
fn unpadded(plain: &[u8]) -> Option<&[u8]> {
    let filling = usize::from(*plain.last()?);
    let (text, filled) = plain.split_at_checked(plain.len().checked_sub(filling)?)?;
    let fits = (1..=PADDED).contains(&filling) && filled.iter().all(|byte| usize::from(*byte) == filling);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    const SEALED: &str =
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==";

    /// The example of the libraries that WeChat hands out.
    #[test]
    fn the_documented_ciphertext_is_opened() {
        let opened = Key::parse(KEY).unwrap().open(SEALED).unwrap();
        assert_eq!(String::from_utf8(opened.message).as_deref(), Ok("我是中文abcd123"));
        assert_eq!(opened.appid, b"wxb11529c136998cb6");
    }

    #[test]
    fn a_key_has_43_characters() {
        for wrong in ["", &KEY[1..], &format!("{KEY}="), &KEY.replace('a', "-")] {
            assert_eq!(Key::parse(wrong).err(), Some(Refused::Cipher), "{wrong}");
        }
    }

    #[test]
    fn what_was_changed_or_cut_is_refused_and_never_panics() {
        let key = Key::parse(KEY).unwrap();
        let whole = LENIENT.decode(SEALED).unwrap();
        for end in 0..whole.len() {
            assert!(key.open(&LENIENT.encode(&whole[..end])).is_err(), "{end} bytes");
        }
        assert!(key.open("not base64!").is_err());
        // The last block decides over the filling; whatever stands there, nothing panics.
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 0xff;
            drop(key.open(&LENIENT.encode(changed)));
        }
    }

    #[test]
    fn filling_is_of_one_kind_and_no_longer_than_a_block() {
        assert_eq!(unpadded(&[9, 9, 2, 2]), Some(&[9, 9][..]));
        assert_eq!(unpadded(&[9, 9, 1, 2]), None);
        assert_eq!(unpadded(&[9, 0]), None);
        assert_eq!(unpadded(&[]), None);
        assert_eq!(unpadded(&[33; 40]), None);
        assert_eq!(unpadded(&[5; 3]), None);
    }
}
