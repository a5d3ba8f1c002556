//! The vault: seals one field, opens it again, and makes the index by which it is found.
//!
//! A sealed value is `version (1) · key id (2, big endian) · nonce (12) · ciphertext · tag (16)`. The tag
//! also covers the version, the key id and the field's name, so that a phone cannot be read as a name.

use std::fmt;

use aes_gcm::aead::KeyInit;
use hmac::{Hmac, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use uuid::Uuid;

use super::cipher::{FieldCipher, NONCE_LENGTH, TAG_LENGTH, cipher};
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::{Address, CitizenId, PersonName, Phone};
use crate::platform::secrets::Secrets;

/// What a sealed value is; part of what the tag covers, so the words may never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// A person's name.
    PersonName,
    /// A mobile number.
    Phone,
    /// A citizen's ID number.
    CitizenId,
    /// Where a person lives.
    Address,
    /// Free text about persons.
    Note,
    /// Who reported something and must not be known.
    Reporter,
    /// A part of a file that somebody takes away.
    Export,
    /// A number, link or account that somebody is suspected to cheat with.
    Suspect,
    /// The address or the key of a machine that we tell something.
    Target,
    /// A WeChat user over all apps of one account.
    Union,
}

impl Field {
    /// The word under the tag and in the index.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PersonName => "person_name",
            Self::Phone => "phone",
            Self::CitizenId => "citizen_id",
            Self::Address => "address",
            Self::Note => "note",
            Self::Reporter => "reporter",
            Self::Export => "export",
            Self::Suspect => "suspect",
            Self::Target => "target",
            Self::Union => "unionid",
        }
    }
}

/// A type of personal data that knows which field it is.
pub trait Sensitive: Sized {
    /// The field.
    const FIELD: Field;
    /// The text to seal.
    fn plain(&self) -> &str;
    /// The value of an opened text.
    fn from_plain(plain: String) -> Self;
}

macro_rules! sensitive {
    ($($name:ident),+) => { $(
        impl Sensitive for $name {
            const FIELD: Field = Field::$name;

            fn plain(&self) -> &str {
                self.expose()
            }

            fn from_plain(plain: String) -> Self {
                Self::stored(plain)
            }
        }
    )+ };
}

sensitive!(PersonName, Phone, CitizenId, Address);

/// Bytes of an index. 128 bits of HMAC-SHA256 keep two of a nation's phones apart, and halve what every
/// row and every B-tree page carries.
pub const INDEX_LENGTH: usize = 16;

const VERSION: u8 = 1;
/// Version and key id.
const HEAD_LENGTH: usize = 3;

/// Holds the keys ready for use; made once, shared by all. Prints as dots.
pub struct Vault {
    current: u16,
    ciphers: Vec<(u16, Box<dyn FieldCipher>)>,
    index: Hmac<Sha256>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Vault {
    /// A vault with the field keys and the index key of `secrets`.
    pub fn new(secrets: &Secrets) -> Result<Self> {
        let ciphers =
            secrets.field_keys.iter().map(|key| Ok((key.id, cipher(key)?))).collect::<Result<_>>()?;
        let index = Hmac::new_from_slice(secrets.index_key.expose_secret()).map_err(Problem::internal)?;
        Ok(Self { current: secrets.field_keys.current.id, ciphers, index })
    }

    /// Encrypts `plain` under the current key; the same text is sealed differently each time.
    pub fn seal(&self, field: Field, plain: &str) -> Result<Vec<u8>> {
        self.seal_bytes(field, plain.as_bytes())
    }

    /// As [`Self::seal`], for what is no text.
    pub fn seal_bytes(&self, field: Field, plain: &[u8]) -> Result<Vec<u8>> {
        let cipher = self.cipher(self.current)?;
        let nonce: [u8; NONCE_LENGTH] = rand::random();
        let mut sealed = Vec::with_capacity(HEAD_LENGTH + NONCE_LENGTH + plain.len() + TAG_LENGTH);
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.current.to_be_bytes());
        let bound = bound(&sealed, field);
        sealed.extend_from_slice(&nonce);
        let start = sealed.len();
        sealed.extend_from_slice(plain);
        let text = sealed.get_mut(start..).unwrap_or_default();
        let tag = cipher.seal(&nonce, &bound, text).map_err(Problem::internal)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Decrypts what [`Self::seal`] made for the same field.
    ///
    /// Fails as internal when the value was changed, belongs to another field, or its key is not in the
    /// ring; the cause names the field, never the content.
    pub fn open(&self, field: Field, sealed: &[u8]) -> Result<String> {
        let not_text = || Problem::internal(format!("cannot open {}: not UTF-8", field.as_str()));
        String::from_utf8(self.open_bytes(field, sealed)?).map_err(|_| not_text())
    }

    /// As [`Self::open`], for what is no text.
    pub fn open_bytes(&self, field: Field, sealed: &[u8]) -> Result<Vec<u8>> {
        let damaged = |why: &'static str| Problem::internal(format!("cannot open {}: {why}", field.as_str()));
        let (head, rest) = sealed.split_first_chunk::<HEAD_LENGTH>().ok_or_else(|| damaged("too short"))?;
        let [version, high, low] = *head;
        if version != VERSION {
            return Err(damaged("unknown version of the format"));
        }
        let (nonce, rest) = rest.split_first_chunk().ok_or_else(|| damaged("too short"))?;
        let (text, tag) = rest.split_last_chunk().ok_or_else(|| damaged("too short"))?;
        let cipher = self.cipher(u16::from_be_bytes([high, low]))?;
        let mut text = text.to_vec();
        cipher
            .open(nonce, &bound(head, field), &mut text, tag)
            .map_err(|_| damaged("changed, or sealed for another field or by another key"))?;
        Ok(text)
    }

    /// The look-up index of `plain`, [`INDEX_LENGTH`] bytes: equal for equal texts of one field, of no use
    /// without the index key. Normalise first; it is not for notes.
    pub fn index(&self, field: Field, plain: &str) -> Vec<u8> {
        let mut mac = self.index.clone();
        mac.update(field.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(plain.as_bytes());
        let mut index = mac.finalize().into_bytes().to_vec();
        index.truncate(INDEX_LENGTH);
        index
    }

    /// A digest by which the same content is known again, of no use without the index key: of content that names
    /// people a plain digest would tell, to whoever has a copy of the database and a list of names, whose it is.
    pub fn digest(&self, content: &[u8]) -> [u8; 32] {
        // No field is called so, and a look-up index is shorter: neither is ever taken for the other.
        let mac = self.index.clone().chain_update(b"content\0").chain_update(content);
        mac.finalize().into_bytes().into()
    }

    /// A key of its own for another purpose, derived from the index key: as secret as that, and of no use for indexes.
    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        // No field is called so, and `digest` begins with another word.
        let mac = self.index.clone().chain_update(b"derive\0").chain_update(purpose);
        mac.finalize().into_bytes().into()
    }

    /// The name under which the anonymous records of a person lie. Equal for the same person, so that they find them
    /// again; whose it is can be told only with the index key.
    pub fn alias(&self, person: Uuid) -> Uuid {
        // No field is called so; see `digest`.
        let mac = self.index.clone().chain_update(b"alias\0").chain_update(person.as_bytes());
        let mac = mac.finalize().into_bytes();
        Uuid::from_bytes(std::array::from_fn(|n| mac[n]))
    }

    /// [`Self::seal`] for a typed value.
    pub fn seal_value<T: Sensitive>(&self, value: &T) -> Result<Vec<u8>> {
        self.seal(T::FIELD, value.plain())
    }

    /// [`Self::open`] for a typed value.
    pub fn open_value<T: Sensitive>(&self, sealed: &[u8]) -> Result<T> {
        self.open(T::FIELD, sealed).map(T::from_plain)
    }

    /// [`Self::index`] for a typed value.
    pub fn index_value<T: Sensitive>(&self, value: &T) -> Vec<u8> {
        self.index(T::FIELD, value.plain())
    }

    fn cipher(&self, id: u16) -> Result<&dyn FieldCipher> {
        let found = self.ciphers.iter().find(|(other, _)| *other == id);
        found
            .map(|(_, cipher)| cipher.as_ref())
            .ok_or_else(|| Problem::internal(format!("field key {id} is not in the key ring")))
    }
}

/// What the tag covers besides the text.
fn bound(head: &[u8], field: Field) -> Vec<u8> {
    [head, field.as_str().as_bytes()].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::platform::secrets::SecretSettings;
    use proptest::prelude::*;

    const OLD: &str = "1:aes-256-gcm:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "2:sm4-gcm:AAECAwQFBgcICQoLDA0ODw==";

    fn vault(field_keys: &str) -> Vault {
        let index = "ICECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let settings = SecretSettings {
            token_keys: Some(format!("k:{index}").into()),
            field_keys: Some(field_keys.into()),
            index_key: Some(index.into()),
        };
        Vault::new(&settings.read().unwrap()).unwrap()
    }

    #[test]
    fn after_rotation_old_values_open_and_new_ones_use_the_new_key() {
        let before = vault(OLD);
        let phone = Phone::parse("13800005678").unwrap();
        let sealed = before.seal_value(&phone).unwrap();
        let after = vault(&format!("{NEW},{OLD}"));
        assert_eq!(after.open_value::<Phone>(&sealed).unwrap(), phone);
        let resealed = after.seal_value(&phone).unwrap();
        let refusal = format!("{:?}", before.open(Field::Phone, &resealed).unwrap_err());
        assert!(refusal.contains("field key 2"), "{refusal}");
    }

    #[test]
    fn a_value_opens_only_as_the_field_it_was_sealed_for() {
        let vault = vault(OLD);
        let sealed = vault.seal(Field::Phone, "13800005678").unwrap();
        assert!(vault.open(Field::PersonName, &sealed).is_err());
    }

    #[test]
    fn a_value_does_not_open_under_another_key_of_the_ring() {
        let other = "9:aes-256-gcm:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let vault = vault(&format!("{OLD},{other}"));
        let mut sealed = vault.seal(Field::Note, "同一把钥匙,另一个编号").unwrap();
        sealed[2] = 9;
        assert!(vault.open(Field::Note, &sealed).is_err());
    }

    #[test]
    fn neither_the_bytes_nor_debug_nor_a_failure_shows_the_text() {
        let vault = vault(OLD);
        let mut sealed = vault.seal(Field::PersonName, "示例张三").unwrap();
        assert!(!sealed.windows(3).any(|part| part == "张".as_bytes()));
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        let refusal = format!("{:?} {vault:?}", vault.open(Field::PersonName, &sealed).unwrap_err());
        assert!(refusal.contains("cannot open person_name") && !refusal.contains('张'), "{refusal}");
    }

    #[test]
    fn an_index_is_short_stable_and_different_per_field_and_key() {
        let vault = vault(OLD);
        let index = vault.index(Field::Phone, "13800005678");
        assert_eq!(index.len(), INDEX_LENGTH);
        assert_eq!(index, vault.index_value(&Phone::parse("138 0000 5678").unwrap()));
        assert_ne!(index, vault.index(Field::CitizenId, "13800005678"));
        let other = Vault::new(
            &SecretSettings::generate(crate::platform::secrets::CipherKind::Aes256Gcm).read().unwrap(),
        );
        assert_ne!(index, other.unwrap().index(Field::Phone, "13800005678"));
    }

    #[test]
    fn a_digest_is_stable_and_different_per_content_and_key() {
        let vault = vault(OLD);
        let digest = vault.digest("示例甲".as_bytes());
        assert_eq!(digest, vault.digest("示例甲".as_bytes()));
        assert_ne!(digest, vault.digest("示例乙".as_bytes()));
        let other = SecretSettings::generate(crate::platform::secrets::CipherKind::Aes256Gcm);
        assert_ne!(digest, Vault::new(&other.read().unwrap()).unwrap().digest("示例甲".as_bytes()));
    }

    #[test]
    fn an_alias_is_stable_and_different_per_person_and_key() {
        let (vault, person) = (vault(OLD), Uuid::from_u128(7));
        assert_eq!(vault.alias(person), vault.alias(person));
        assert_ne!(vault.alias(person), vault.alias(Uuid::from_u128(8)));
        let other = SecretSettings::generate(crate::platform::secrets::CipherKind::Aes256Gcm);
        assert_ne!(vault.alias(person), Vault::new(&other.read().unwrap()).unwrap().alias(person));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_comes_back_and_no_flipped_bit_goes_unseen(text in ".{0,40}", bit in any::<prop::sample::Index>()) {
            let vault = vault(NEW);
            let mut sealed = vault.seal(Field::Address, &text).unwrap();
            prop_assert_eq!(vault.open(Field::Address, &sealed).unwrap(), text);
            let bit = bit.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(vault.open(Field::Address, &sealed).is_err());
        }

        #[test]
        fn no_bytes_from_a_database_make_opening_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(vault(OLD).open(Field::Note, &bytes).is_err());
        }
    }
}
