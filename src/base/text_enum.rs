//! A closed list of words: one enum in Rust, text in the database (with a CHECK) and in JSON.

/// Declares an enum whose values are words with a Chinese label.
///
/// ```
/// wangge::text_enum! {
///     /// How bad a hazard is.
///     pub enum Grade { General = "general" "一般", Major = "major" "重大" }
/// }
/// assert_eq!(Grade::Major.as_str(), "major");
/// assert_eq!(Grade::Major.label(), "重大");
/// ```
///
/// One pair of column impls, generic over the backend, serves both databases. An unknown word in the
/// database is an error, not a default: it means that a newer program wrote the row.
///
/// `$word` is a `tt`: as a `literal` it would reach `ToSchema` wrapped, and the description would list the names in Rust.
#[macro_export]
macro_rules! text_enum {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt $label:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
                 serde::Serialize, serde::Deserialize, utoipa::ToSchema,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $vis enum $name {
            $(#[doc = $label] $(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in JSON and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The word as a part of a statement, for a condition that an index is made for: SQLite does not look at what is
            /// bound when it plans, and would not see that the index holds what is asked for (decision 0013).
            pub fn spelt(self) -> $crate::base::spelt::Spelt<diesel::sql_types::Text> {
                $crate::base::spelt::spelt(match self { $(Self::$variant => concat!("'", $word, "'")),+ })
            }

            /// The word that people read.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("应为以下之一:{}", [$($word),+].join("、"))),
                }
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB> {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                word.parse().map_err(|_| format!("unknown {}: {word}", stringify!($name)).into())
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where str: diesel::serialize::ToSql<diesel::sql_types::Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
    };
}
