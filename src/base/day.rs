//! Legal dates in what clients send: `YYYY-MM-DD`, 1970 to 9999.
//!
//! chrono reads years beyond that, which a database can neither order as text nor give back. Bodies name these
//! functions in `deserialize_with`.

use chrono::{Datelike, NaiveDate};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::clock::{FIRST_YEAR, LAST_YEAR};

/// A day of the calendar that can be kept.
pub fn day<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    NaiveDate::deserialize(from).and_then(|day| kept(day).map_err(D::Error::custom))
}

/// The day, if it can be kept; otherwise what to do about it.
pub fn kept(day: NaiveDate) -> Result<NaiveDate, String> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
        return Ok(day);
    }
    Err(format!("年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间"))
}

/// As [`day`], where `null` is none; absence needs `default` beside it.
pub fn optional_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(Deserialize)]
    struct Kept(#[serde(deserialize_with = "day")] NaiveDate);
    Ok(Option::<Kept>::deserialize(from)?.map(|kept| kept.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(deserialize_with = "day")]
        due: NaiveDate,
        #[serde(default, deserialize_with = "optional_day")]
        until: Option<NaiveDate>,
    }

    #[test]
    fn a_day_has_a_year_of_four_digits() {
        let read = |due: &str, until: &str| {
            serde_json::from_str::<Body>(&format!(r#"{{"due":"{due}","until":{until}}}"#))
        };
        let body = read("9999-12-31", "null").unwrap();
        assert_eq!((body.due.to_string().as_str(), body.until), ("9999-12-31", None));
        assert!(read("1970-01-01", r#""1970-01-01""#).unwrap().until.is_some());
        for wrong in ["+10000-01-01", "-0001-01-01", "1969-12-31", "0000-01-01"] {
            assert!(read(wrong, "null").is_err(), "{wrong}");
            assert!(read("2026-03-01", &format!("\"{wrong}\"")).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Body>(r#"{"due":"2026-03-01"}"#).unwrap().until.is_none());
    }
}
