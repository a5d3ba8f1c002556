//! How the column types of `base/column.rs` are written and read on each database.

use std::fmt::Debug;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::connection::{Doc, Json, MultiBackend};
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, JsonDoc, Uid};
use crate::base::id::{Id, Kind};

/// What the derived backend needs to know of a custom column type and the Rust type that fills it.
macro_rules! on_both {
    ([$($k:ident: $($bound:tt)+)?] $column:ty, $rust:ty) => {
        impl$(<$k: $($bound)+>)? FromSql<$column, MultiBackend> for $rust {
            fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<$rust, $column>()
            }
        }
        impl$(<$k: $($bound)+>)? ToSql<$column, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(self.bound_as());
                Ok(IsNull::No)
            }
        }
    };
}

macro_rules! known_to_both {
    ($($column:ty),+) => { $(
        impl HasSqlType<$column> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$column>(lookup)
            }
        }
    )+ };
}
known_to_both!(Uid, Instant, JsonDoc);

/// A value paired with its column type, as the derived bind collector takes it.
trait BoundAs<ST: Default>: Sized {
    fn bound_as(&self) -> (ST, &Self) {
        (ST::default(), self)
    }
}
impl<K: Kind> BoundAs<Uid> for Id<K> {}
impl BoundAs<Instant> for Timestamp {}
impl BoundAs<JsonDoc> for Doc {}
impl<T> BoundAs<JsonDoc> for Json<T> {}

on_both!([K: Kind] Uid, Id<K>);
on_both!([] Instant, Timestamp);
on_both!([] JsonDoc, Doc);
on_both!([T: Serialize + DeserializeOwned + Debug + Send + Sync + 'static] JsonDoc, Json<T>);

impl<K: Kind> ToSql<Uid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Uuid, Pg>::to_sql(&self.uuid(), &mut out.reborrow())
    }
}
impl<K: Kind> FromSql<Uid, Pg> for Id<K> {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(bytes).map(Self::from_uuid)
    }
}
impl<K: Kind> ToSql<Uid, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}
impl<K: Kind> FromSql<Uid, Sqlite> for Id<K> {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(bytes.read_blob())?))
    }
}

impl ToSql<Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Timestamptz, Pg>::to_sql(&self.to_utc(), &mut out.reborrow())
    }
}
impl FromSql<Instant, Pg> for Timestamp {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <chrono::DateTime<chrono::Utc> as FromSql<sql_types::Timestamptz, Pg>>::from_sql(bytes)
            .map(Self::from)
    }
}
impl ToSql<Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.rfc3339()); // fixed width, so that text order is time order
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Sqlite> for Timestamp {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(chrono::DateTime::parse_from_rfc3339(bytes.read_text())?.to_utc().into())
    }
}

impl ToSql<JsonDoc, Pg> for Doc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Jsonb, Pg>::to_sql(&self.0, &mut out.reborrow())
    }
}
impl FromSql<JsonDoc, Pg> for Doc {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<sql_types::Jsonb, Pg>>::from_sql(bytes).map(Self)
    }
}
impl ToSql<JsonDoc, Sqlite> for Doc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl FromSql<JsonDoc, Sqlite> for Doc {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(bytes.read_text())?))
    }
}

impl<T: Serialize + Debug> ToSql<JsonDoc, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let document = serde_json::to_value(&self.0)?;
        ToSql::<sql_types::Jsonb, Pg>::to_sql(&document, &mut out.reborrow())
    }
}
impl<T: DeserializeOwned> FromSql<JsonDoc, Pg> for Json<T> {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let document = <serde_json::Value as FromSql<sql_types::Jsonb, Pg>>::from_sql(bytes)?;
        Ok(Self(serde_json::from_value(document)?))
    }
}
impl<T: Serialize + Debug> ToSql<JsonDoc, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: DeserializeOwned> FromSql<JsonDoc, Sqlite> for Json<T> {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(bytes.read_text())?))
    }
}
