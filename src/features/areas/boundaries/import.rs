//! Reads boundaries from a GeoJSON FeatureCollection; writes nothing.
//!
//! A feature names its grid in `properties.code`, as the exports of map programs do, or by its `id`.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use geojson::{Feature, FeatureCollection, JsonValue, feature};

use super::plan::{Fault, Wanted};
use super::shape::Shape;
use crate::base::area_code::AreaCode;
use crate::base::geo::Datum;
use crate::base::problem::{Code, Problem, Result};

/// The largest file, in MiB: 300,000 points and more.
pub(super) const LARGEST: usize = 16;
/// The most features; a town has some 600 grids.
const MOST: usize = 2_000;
/// What the property with the code may be called.
const CODES: [&str; 4] = ["code", "area_code", "网格编码", "代码"];

/// The boundaries of a file.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub wanted: Vec<Wanted>,
    pub faults: Vec<Fault>,
}

/// Reads a file. Faults of the file as a whole are the problem; those of its features come with [`Listed`].
pub(super) fn read(bytes: &[u8], datum: Datum, from: NaiveDate) -> Result<Listed> {
    let collection: FeatureCollection = serde_json::from_slice(bytes).map_err(|error| {
        let place =
            format!("不是正确的 GeoJSON FeatureCollection(第 {} 行第 {} 列)", error.line(), error.column());
        Problem::field("file", place).caused_by(error)
    })?;
    if collection.features.is_empty() {
        return Err(Problem::field("file", "文件中没有任何图形"));
    }
    if collection.features.len() > MOST {
        let detail = format!("一次最多 {MOST} 个图形,现有 {} 个", collection.features.len());
        return Err(Problem::because(Code::TooLarge, detail));
    }
    let (mut listed, mut seen) = (Listed::default(), HashMap::new());
    for (place, feature) in collection.features.into_iter().enumerate() {
        let read = wanted(place, &feature, datum, from).and_then(|wanted| {
            match seen.insert(wanted.code.clone(), place) {
                Some(first) => Err(("code", format!("与 features[{first}] 的代码重复"))),
                None => Ok(wanted),
            }
        });
        match read {
            Ok(wanted) => listed.wanted.push(wanted),
            Err((field, message)) => {
                listed.faults.push(Fault { place, field, message, other: None });
            }
        }
    }
    Ok(listed)
}

fn wanted(
    place: usize,
    feature: &Feature,
    datum: Datum,
    from: NaiveDate,
) -> Result<Wanted, (&'static str, String)> {
    let code = code(feature).ok_or_else(|| ("code", "properties.code 应为网格代码".to_owned()))?;
    let code: AreaCode = code.parse().map_err(|why| ("code", format!("{why}")))?;
    let geometry = feature.geometry.as_ref().ok_or_else(|| ("geometry", "没有图形".to_owned()))?;
    let shape = Shape::read(geometry, datum).map_err(|why| ("geometry", why))?;
    Ok(Wanted { place, code, shape: Arc::new(shape), from })
}

/// The code as text; a program that takes it for a number writes 15 digits without quotes.
fn code(feature: &Feature) -> Option<String> {
    let named = CODES.iter().find_map(|name| feature.property(name));
    match (named, &feature.id) {
        (Some(JsonValue::String(code)), _) | (None, Some(feature::Id::String(code))) => {
            Some(code.trim().to_owned())
        }
        (Some(JsonValue::Number(code)), _) | (None, Some(feature::Id::Number(code))) => {
            Some(code.to_string())
        }
        _ => None,
    }
}
