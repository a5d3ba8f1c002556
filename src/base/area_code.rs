//! Area codes: the hierarchy is in the digits, so "inside" is "begins with".
//!
//! Province 2, district 6, town 9, village 12 (statistics codes), grid 15, micro-grid 17 digits.

use std::fmt;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

crate::text_enum! {
    /// How fine an area is.
    pub enum AreaLevel {
        Province = "province" "省(市)",
        District = "district" "区县",
        Town = "town" "乡镇(街道)",
        Village = "village" "村(社区)",
        Grid = "grid" "网格",
        MicroGrid = "micro_grid" "微网格",
    }
}

impl AreaLevel {
    /// How many digits a code of this level has.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::District => 6,
            Self::Town => 9,
            Self::Village => 12,
            Self::Grid => 15,
            Self::MicroGrid => 17,
        }
    }
}

/// The code of an area. JSON: a text of digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct AreaCode(String);

/// Why a text is no area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnAreaCode;

impl fmt::Display for NotAnAreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("区划或网格代码应为 2、6、9、12、15 或 17 位数字")
    }
}

impl std::error::Error for NotAnAreaCode {}

impl AreaCode {
    /// No area in particular: what belongs to the whole country, such as the system's own acts.
    pub const fn country() -> Self {
        Self(String::new())
    }

    /// The level that the number of digits says.
    pub fn level(&self) -> AreaLevel {
        level_of(&self.0).unwrap_or(AreaLevel::Province)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this area is `other` or lies in it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The area of `level` that holds this one; `None` when this one is coarser.
    pub fn at(&self, level: AreaLevel) -> Option<Self> {
        self.0.get(..level.digits()).map(|code| Self(code.to_owned()))
    }

    /// The town that holds this area, or the area itself when it is coarser than a town.
    pub fn town(&self) -> Self {
        self.at(AreaLevel::Town).unwrap_or_else(|| self.clone())
    }

    /// The area one level up; `None` for a province.
    pub fn parent(&self) -> Option<Self> {
        let place = AreaLevel::ALL.iter().position(|&level| level == self.level())?;
        self.at(*AreaLevel::ALL.get(place.checked_sub(1)?)?)
    }

    /// This area and all that hold it, coarsest first.
    pub fn lineage(&self) -> Vec<Self> {
        AreaLevel::ALL.iter().filter_map(|&level| self.at(level)).collect()
    }
}

fn level_of(code: &str) -> Option<AreaLevel> {
    AreaLevel::ALL.iter().copied().find(|level| level.digits() == code.len())
}

impl FromStr for AreaCode {
    type Err = NotAnAreaCode;
    fn from_str(code: &str) -> Result<Self, NotAnAreaCode> {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        level_of(code).filter(|_| digits).map(|_| Self(code.to_owned())).ok_or(NotAnAreaCode)
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for AreaCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AreaCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(from)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

impl<DB: Backend> FromSql<Text, DB> for AreaCode
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}

impl<DB: Backend> ToSql<Text, DB> for AreaCode
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl utoipa::PartialSchema for AreaCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([0-9]{2}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}|[0-9]{17})$"))
            .examples(["500114119201001"])
            .into()
    }
}

impl utoipa::ToSchema for AreaCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_knows_its_village_town_and_district() {
        let grid: Result<AreaCode, _> = "500114119201001".parse();
        let lineage = grid.map(|g| g.lineage().iter().map(ToString::to_string).collect::<Vec<_>>());
        let expected = ["50", "500114", "500114119", "500114119201", "500114119201001"];
        assert_eq!(lineage, Ok(expected.map(String::from).to_vec()));
    }

    #[test]
    fn other_lengths_and_letters_are_no_codes() {
        for code in ["", "5001141", "50011411920100a", "５００１１４", "5001141192010011"] {
            assert!(code.parse::<AreaCode>().is_err(), "{code}");
        }
    }
}
