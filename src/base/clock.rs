//! The only way to ask the time: UTC, whole milliseconds.
//!
//! Code that needs the time is given a [`Clock`]; tests give it a clock that they set themselves.
//! A house test refuses `Utc::now` anywhere else.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::column::Instant;

/// The first year of the calendar that we keep.
pub const FIRST_YEAR: i32 = 1970;
/// The last one: texts with longer years neither sort nor come back from SQLite.
pub const LAST_YEAR: i32 = 9999;

/// A point in time, UTC, whole milliseconds. JSON: RFC 3339 with three decimals and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The instant `millis` milliseconds after 1970-01-01T00:00:00Z; out of range is the epoch.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Seconds since 1970-01-01T00:00:00Z, as JWT wants them.
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// This instant moved by `span` (negative: backwards).
    pub fn plus(self, span: TimeDelta) -> Self {
        Self(self.0.checked_add_signed(span).unwrap_or(self.0))
    }

    /// The time from `earlier` until this instant (negative when `earlier` is later).
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// The calendar day of this instant where our people live (Asia/Shanghai, UTC+8, no summer time).
    pub fn local_date(self) -> NaiveDate {
        self.local().date_naive()
    }

    /// The instant at which `day` begins where our people live; the epoch for a day beyond the calendar.
    pub fn start_of(day: NaiveDate) -> Self {
        let greenwich = day.and_time(NaiveTime::MIN).checked_sub_signed(TimeDelta::hours(8));
        Self(greenwich.unwrap_or_default().and_utc())
    }

    /// The last millisecond of `day` where our people live.
    pub fn end_of(day: NaiveDate) -> Self {
        Self::start_of(day).plus(TimeDelta::days(1) - TimeDelta::milliseconds(1))
    }

    /// The month of [`Self::local_date`], as `YYYY-MM`.
    pub fn local_month(self) -> String {
        let day = self.local_date();
        format!("{:04}-{:02}", day.year(), day.month())
    }

    /// [`Self::local`] to the minute, as tables and messages show it: `YYYY-MM-DD HH:MM`.
    pub fn local_minute(self) -> String {
        self.local().format("%Y-%m-%d %H:%M").to_string()
    }

    /// This instant on a clock in the township, for texts that people read.
    pub fn local(self) -> DateTime<FixedOffset> {
        const CHINA: i32 = 8 * 3600;
        FixedOffset::east_opt(CHINA).map_or_else(|| self.0.fixed_offset(), |zone| self.0.with_timezone(&zone))
    }

    /// The same instant as chrono knows it; used by the column types.
    pub fn to_utc(self) -> DateTime<Utc> {
        self.0
    }

    /// RFC 3339, UTC, three decimals: `2026-01-05T01:30:00.000Z`.
    pub fn rfc3339(self) -> String {
        self.to_string()
    }
}

/// As [`Timestamp::rfc3339`]. By hand, because chrono reads its format anew each time and a page of a list writes dozens.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, time) = (self.0.date_naive(), self.0.time());
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let mut write = |place: usize, digits: usize, mut n: u32| {
            for digit in text[place..place + digits].iter_mut().rev() {
                *digit = b'0' + (n % 10) as u8;
                n /= 10;
            }
        };
        write(0, 4, day.year().unsigned_abs());
        write(5, 2, day.month());
        write(8, 2, day.day());
        write(11, 2, time.hour());
        write(14, 2, time.minute());
        write(17, 2, time.second());
        write(20, 3, time.nanosecond() / 1_000_000 % 1000);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self::from_millis(at.timestamp_millis())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let at = DateTime::<FixedOffset>::deserialize(from)?.to_utc();
        // In UTC: the last hours of 9999 in the west are no more in our calendar.
        if (FIRST_YEAR..=LAST_YEAR).contains(&at.year()) {
            return Ok(at.into());
        }
        Err(serde::de::Error::custom(format!("年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")))
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-01-05T01:30:00.000Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is set; for tests and for sample data of another year.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until [`Self::set`] moves it.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.millis())))
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Utc::now().into(),
            Self::Manual(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the machine's clock is not ours to set, so there it does nothing.
    pub fn set(&self, at: Timestamp) {
        if let Self::Manual(millis) = self {
            millis.store(at.millis(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china_not_in_greenwich() {
        let at = Timestamp::from_millis(1_672_502_400_000); // 2022-12-31T16:00:00Z
        assert_eq!(at.local_date().to_string(), "2023-01-01");
        assert_eq!(at.local_month(), "2023-01");
        assert_eq!(at.rfc3339(), "2022-12-31T16:00:00.000Z");
        assert_eq!(Timestamp::start_of(at.local_date()), at);
        assert_eq!(Timestamp::end_of(at.local_date()).rfc3339(), "2023-01-01T15:59:59.999Z");
    }

    #[test]
    fn every_digit_of_an_instant_is_written() {
        for text in ["1970-01-01T00:00:00.000Z", "2026-11-09T08:07:06.005Z", "9999-12-31T23:59:59.999Z"] {
            let at = DateTime::parse_from_rfc3339(text).map(|at| Timestamp::from(at.to_utc()).rfc3339());
            assert_eq!(at.as_deref(), Ok(text));
        }
    }

    #[test]
    fn an_instant_outside_of_the_calendar_is_refused() {
        let read = |text: &str| serde_json::from_str::<Timestamp>(&format!("\"{text}\""));
        for kept in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "+10000-01-01T07:59:59+08:00"] {
            assert!(read(kept).is_ok(), "{kept}");
        }
        for wrong in [
            "+10000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-08:00",
            "1970-01-01T07:59:59+08:00",
            "-0001-06-01T00:00:00Z",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn json_keeps_milliseconds_and_takes_other_zones() -> serde_json::Result<()> {
        let at: Timestamp = serde_json::from_str("\"2026-01-05T09:30:00.1239+08:00\"")?;
        assert_eq!(serde_json::to_string(&at)?, "\"2026-01-05T01:30:00.123Z\"");
        Ok(())
    }
}
