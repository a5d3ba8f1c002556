//! Typed ids with a prefix, ordered by time: TypeIDs (<https://github.com/jetify-com/typeid>).
//!
//! An id is shown as `hazard_01h455vb4pex5vsknk084sn02q` and stored as the bare UUID. A phone makes
//! the id of what it creates, so that a resend is the same record.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::column::Uid;

/// What an id is the id of; a slice declares one with [`id_kind!`](crate::id_kind).
pub trait Kind: 'static {
    /// The text before the underscore.
    const PREFIX: &'static str;
}

/// The id of one `K`.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = Uid)]
pub struct Id<K: Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// Declares what an id may be the id of: `id_kind!(/// A staff member. Staff = "staff");`
#[macro_export]
macro_rules! id_kind {
    ($($(#[$doc:meta])* $kind:ident = $prefix:literal);+ $(;)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $kind {}
        impl $crate::base::id::Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        impl utoipa::PartialSchema for $kind {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <$crate::base::id::Id<$kind> as utoipa::PartialSchema>::schema()
            }
        }
        impl utoipa::ToSchema for $kind {}
    )+ };
}

impl<K: Kind> Id<K> {
    /// A new id, later in order than those made before it by this process.
    pub fn new() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The id that is stored as `uuid`.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// What is stored.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The same record under another name: a hazard's id is its case's id.
    pub const fn same_as<T: Kind>(self) -> Id<T> {
        Id::from_uuid(self.uuid)
    }
}

impl<K: Kind> Default for Id<K> {
    fn default() -> Self {
        Self::new()
    }
}

// Written by hand because a derive would ask the same of `K`.
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Crockford's base 32, lower case, as the TypeID specification orders it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of five, the first group holding only three.
const SUFFIX_LENGTH: usize = 26;

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.uuid.as_u128();
        let mut suffix = [0_u8; SUFFIX_LENGTH];
        for (place, byte) in suffix.iter_mut().enumerate() {
            let shift = 5 * (SUFFIX_LENGTH - 1 - place);
            *byte = ALPHABET[(bits >> shift) as usize & 31];
        }
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(std::str::from_utf8(&suffix).map_err(|_| fmt::Error)?)
    }
}

/// Why a text is no id of this kind; the text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId {
    prefix: &'static str,
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "应为 {}_ 开头的编号(共 26 位小写字母和数字)", self.prefix)
    }
}

impl std::error::Error for NotAnId {}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = NotAnId { prefix: K::PREFIX };
        let suffix = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|suffix| suffix.len() == SUFFIX_LENGTH)
            .ok_or(wrong)?;
        let mut bits: u128 = 0;
        for (place, letter) in suffix.bytes().enumerate() {
            let value = ALPHABET.iter().position(|&a| a == letter).ok_or(wrong)?;
            if place == 0 && value > 7 {
                return Err(wrong); // more than 128 bits
            }
            bits = (bits << 5) | value as u128;
        }
        Ok(Self::from_uuid(Uuid::from_u128(bits)))
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

// The derive composes generic types by way of this trait, which utoipa keeps in a hidden module; it has no
// public name for "the schema of a generic type that does not depend on its parameter".
impl<K: Kind> utoipa::__dev::ComposeSchema for Id<K> {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", K::PREFIX)))
            .examples([format!("{}_01h455vb4pex5vsknk084sn02q", K::PREFIX)])
            .into()
    }
}

impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Id_{}", K::PREFIX).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    id_kind!(/// The example of the specification.
        Prefix = "prefix");

    #[test]
    fn the_vectors_of_the_specification_hold() {
        for (uuid, text) in [
            ("00000000-0000-0000-0000-000000000000", "prefix_00000000000000000000000000"),
            ("00000000-0000-0000-0000-00000000000a", "prefix_0000000000000000000000000a"),
            ("00000000-0000-0000-0000-000000000020", "prefix_00000000000000000000000010"),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", "prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
            ("01890a5d-ac96-774b-bcce-b302099a8057", "prefix_01h455vb4pex5vsknk084sn02q"),
        ] {
            let id = Id::<Prefix>::from_uuid(uuid.parse().unwrap_or_default());
            assert_eq!(id.to_string(), text);
            assert_eq!(text.parse::<Id<Prefix>>(), Ok(id));
        }
    }

    #[test]
    fn a_foreign_prefix_a_capital_and_an_overflow_are_no_ids() {
        for text in [
            "prefix_01H455VB4PEX5VSKNK084SN02Q",
            "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "prefix_01h455vb4pex5vsknk084sn02",
            "hazard_01h455vb4pex5vsknk084sn02q",
            "prefix-01h455vb4pex5vsknk084sn02q",
            "",
        ] {
            assert!(text.parse::<Id<Prefix>>().is_err(), "{text}");
        }
    }
}
