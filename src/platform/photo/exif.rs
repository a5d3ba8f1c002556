//! When, where and which way up: what the camera wrote into the file (EXIF 3.0, CIPA DC-008).
//!
//! The metadata is a claim, not evidence, and often half broken: what cannot be read is absent, never an error.

use std::io::Cursor;

use crate::base::clock::Timestamp;
use crate::base::geo::Wgs84;
use ::exif::{DateTime, Exif, In, Reader, Tag, Value};
use chrono::{FixedOffset, NaiveDate, TimeZone};
use image::metadata::Orientation;

/// What a camera tells of a picture.
#[derive(Debug)]
pub(super) struct Shot {
    pub taken_at: Option<Timestamp>,
    pub place: Option<Wgs84>,
    pub orientation: Orientation,
}

impl Shot {
    /// Reads what there is; nothing where there is no metadata.
    pub(super) fn read(upload: &[u8]) -> Self {
        let exif = Reader::new()
            .continue_on_error(true)
            .read_from_container(&mut Cursor::new(upload))
            .or_else(|why| why.distill_partial_result(|_| ()))
            .ok();
        Self {
            taken_at: exif.as_ref().and_then(taken_at),
            place: exif.as_ref().and_then(place),
            orientation: exif.as_ref().and_then(orientation).unwrap_or(Orientation::NoTransforms),
        }
    }
}

fn orientation(exif: &Exif) -> Option<Orientation> {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

fn taken_at(exif: &Exif) -> Option<Timestamp> {
    let at = DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    let local = NaiveDate::from_ymd_opt(at.year.into(), at.month.into(), at.day.into())?.and_hms_opt(
        at.hour.into(),
        at.minute.into(),
        at.second.into(),
    )?;
    offset(exif)?.from_local_datetime(&local).single().map(|at| at.to_utc().into())
}

/// East of Greenwich; China when the camera says nothing (Asia/Shanghai has had no summer time since 1991).
fn offset(exif: &Exif) -> Option<FixedOffset> {
    const CHINA: i32 = 8 * 3600;
    let written = ascii(exif, Tag::OffsetTimeOriginal).and_then(|text| {
        let mut scratch = DateTime::from_ascii(b"2000:01:01 00:00:00").ok()?;
        // The parser's sum overflows on an hour above 23, which no zone has.
        let hours: u8 = std::str::from_utf8(text.get(1..3)?).ok()?.parse().ok()?;
        (hours < 24).then(|| scratch.parse_offset(text).ok())??;
        scratch.offset
    });
    FixedOffset::east_opt(written.map_or(CHINA, |minutes| i32::from(minutes) * 60))
}

fn place(exif: &Exif) -> Option<Wgs84> {
    let lat = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'N', b'S', 90.0)?;
    let lng = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'E', b'W', 180.0)?;
    // Phones without a fix write zeros.
    (lat != 0.0 || lng != 0.0).then_some(Wgs84 { lat, lng })
}

/// Degrees, minutes and seconds as one number, signed by the hemisphere; none outside `-max..=max`.
fn degrees(exif: &Exif, value: Tag, hemisphere: Tag, plus: u8, minus: u8, max: f64) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(value, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.as_slice() else { return None };
    let size = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
    let sign = match ascii(exif, hemisphere)?.first()? {
        side if *side == plus => 1.0,
        side if *side == minus => -1.0,
        _ => return None,
    };
    // A denominator of zero makes it infinite or NaN, neither of which is in the range.
    (0.0..=max).contains(&size).then_some(size * sign)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    }
}
