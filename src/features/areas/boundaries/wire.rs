//! The JSON shapes of boundaries and of points.

use std::sync::Arc;

use chrono::NaiveDate;
use geojson::Geometry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::locate::{Asked, Candidate, Confidence, Finding, Placing};
use super::map::Boundary;
use super::plan::{Fault, Judged};
use super::sentence::sentence;
use super::shape::Shape;
use super::store::Listed;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::geo::{Datum, Wgs84};
use crate::base::page::{Page, PageQuery};
use crate::base::problem::{FieldError, Problem, Result};

/// Says that coordinates name no datum.
const NO_DATUM: &str = "须注明坐标系:wgs84 或 gcj02";

/// A boundary to put.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "datum": "wgs84", "valid_from": "2026-01-01",
    "geometry": { "type": "Polygon", "coordinates": [[[108.70, 29.40], [108.72, 29.40], [108.72, 29.42], [108.70, 29.42], [108.70, 29.40]]] }
}))]
pub struct BoundaryBody {
    /// What the coordinates are given in; there is no default.
    datum: Option<Datum>,
    /// The first day on which it holds (Asia/Shanghai), past or future; today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    valid_from: Option<NaiveDate>,
    /// A GeoJSON Polygon or MultiPolygon (RFC 7946), longitude first, at most 20,000 points.
    #[schema(value_type = Object)]
    geometry: Geometry,
}

impl BoundaryBody {
    /// The outline and its first day, or 422. Takes a while for many points: not for an async thread.
    pub(super) fn parse(self, today: NaiveDate) -> Result<(Arc<Shape>, NaiveDate)> {
        let datum = self.datum.ok_or_else(|| Problem::field("datum", NO_DATUM))?;
        let shape = Shape::read(&self.geometry, datum).map_err(|why| Problem::field("geometry", why))?;
        Ok((Arc::new(shape), self.valid_from.unwrap_or(today)))
    }
}

/// A boundary without its outline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "version": 2, "valid_from": "2026-01-01", "points": 148, "area_m2": 812345.6, "created_at": "2025-12-20T02:00:00.000Z" }))]
pub struct BoundaryVersionView {
    /// Counts the boundaries of this area.
    pub version: i32,
    /// The first day on which it holds (Asia/Shanghai).
    pub valid_from: NaiveDate,
    /// The first day on which it holds no more; absent while it holds. The same as `valid_from` when it was replaced
    /// from its own first day on and so never held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// How many points draw it.
    pub points: i32,
    /// The area on the ellipsoid, m².
    pub area_m2: f64,
    /// When it was put.
    pub created_at: Timestamp,
}

impl From<Listed> for BoundaryVersionView {
    fn from(row: Listed) -> Self {
        let Listed { version, valid_from, valid_to, points, area_m2, created_at } = row;
        Self { version, valid_from, valid_to, points, area_m2: tenth(area_m2), created_at }
    }
}

/// 边界: how a grid or micro-grid runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoundaryView {
    /// The area.
    pub area_code: AreaCode,
    /// Which of its boundaries.
    #[serde(flatten)]
    pub version: BoundaryVersionView,
    /// What the coordinates are given in.
    pub datum: Datum,
    /// A GeoJSON MultiPolygon.
    #[schema(value_type = Object)]
    pub geometry: Geometry,
}

impl BoundaryView {
    /// The view with coordinates in `datum`.
    pub(super) fn of(area_code: AreaCode, listed: Listed, shape: &Shape, datum: Datum) -> Self {
        Self { area_code, version: listed.into(), datum, geometry: shape.geometry(datum) }
    }
}

/// Which boundary to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BoundaryQuery {
    /// The one that held on this day; today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub(super) at: Option<NaiveDate>,
    /// What to give the coordinates in; `wgs84` when absent.
    pub(super) datum: Option<Datum>,
}

/// Which page of the boundaries of an area.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VersionsQuery {
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 16)]
    cursor: Option<String>,
}

impl VersionsQuery {
    /// The version to begin before, and the number of rows to fetch, one more than the page; or 422.
    pub(super) fn parse(self) -> Result<(Option<i32>, i64)> {
        let limit = PageQuery { limit: self.limit, cursor: None }.parse()?.fetch();
        let before = self.cursor.map(|cursor| cursor.parse()).transpose();
        Ok((before.map_err(|_| Problem::field("cursor", "不是本列表给出的翻页位置"))?, limit))
    }
}

/// The page of what [`VersionsQuery`] fetched.
pub(super) fn page(mut rows: Vec<Listed>, fetched: i64) -> Page<BoundaryVersionView> {
    let more = rows.len() as i64 == fetched;
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(|last| last.version.to_string());
    Page { items: rows.into_iter().map(BoundaryVersionView::from).collect(), next }
}

/// A point to look up.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PointQuery {
    /// Degrees north.
    #[param(example = 29.42, minimum = -90, maximum = 90)]
    lat: f64,
    /// Degrees east.
    #[param(example = 108.71, minimum = -180, maximum = 180)]
    lng: f64,
    /// What the two are given in; there is no default.
    datum: Option<Datum>,
    /// How far off they may be, metres; 30 when absent.
    #[param(example = 12.5, minimum = 0, maximum = 100_000)]
    accuracy_m: Option<f64>,
    /// By the boundaries of this day; today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub(super) at: Option<NaiveDate>,
}

impl PointQuery {
    /// Where, and how far off; or 422.
    pub(super) fn parse(&self) -> Result<(Wgs84, Option<f64>)> {
        let mut check = Check::new();
        let (lat, lng) =
            (check.range("lat", self.lat, -90.0, 90.0), check.range("lng", self.lng, -180.0, 180.0));
        let accuracy_m = self.accuracy_m.map(|metres| check.range("accuracy_m", metres, 0.0, 100_000.0));
        if self.datum.is_none() {
            check.refuse("datum", NO_DATUM);
        }
        let at = self.datum.map(|datum| Wgs84::from(lat, lng, datum));
        check.finish_some(at.map(|at| (at, accuracy_m)))
    }
}

/// Which grid a point lies in, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "method": "inside", "grid_code": "500114119201001", "grid_name": "示例一村第一网格", "border_m": 8.2,
    "confidence": "medium", "boundary_version": 2, "on": "2026-03-02",
    "candidates": [
        { "grid_code": "500114119201001", "grid_name": "示例一村第一网格", "distance_m": 0.0 },
        { "grid_code": "500114119201002", "grid_name": "示例一村第二网格", "distance_m": 8.2 }
    ],
    "explanation": "该位置在“示例一村第一网格”内,距边界约 8 米,不超过定位误差 30 米,也可能属于“示例一村第二网格”(约 8 米)。"
}))]
pub struct PointView {
    /// How the point was placed.
    pub method: Placing,
    /// The grid; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid_code: Option<AreaCode>,
    /// What it is called now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid_name: Option<String>,
    /// The micro-grid in it that holds the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub micro_grid_code: Option<AreaCode>,
    /// How far the nearest border is beyond which the answer is another, metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_m: Option<f64>,
    /// How sure the grid is: `high` when the border is further than the point may be off, `low` outside of all grids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Near a border: the grids that it may be, the answer first; at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateView>,
    /// Which version of the boundary decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary_version: Option<i32>,
    /// The day by whose boundaries it was looked up (Asia/Shanghai).
    pub on: NaiveDate,
    /// All this in a sentence.
    pub explanation: String,
}

/// A grid that a point may lie in.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    /// The grid.
    pub grid_code: AreaCode,
    /// What it is called now.
    pub grid_name: String,
    /// How far the point is from it, metres; 0 inside.
    pub distance_m: f64,
}

impl PointView {
    /// What was found for `asked`; `today` tells whether the day needs saying.
    pub(super) fn of(found: &Finding, asked: &Asked, today: NaiveDate) -> Self {
        let then = Some(asked.on).filter(|on| *on != today);
        Self {
            method: found.method,
            grid_code: found.chosen.map(Boundary::grid),
            grid_name: found.chosen.map(|chosen| chosen.grid_name.clone()),
            micro_grid_code: found.micro.map(|micro| micro.code.clone()),
            border_m: found.border_m.map(tenth),
            confidence: found.confidence,
            candidates: found.candidates.iter().map(CandidateView::of).collect(),
            boundary_version: found.chosen.map(|chosen| chosen.version),
            on: asked.on,
            explanation: sentence(found, asked.off_m(), then),
        }
    }
}

impl CandidateView {
    fn of(candidate: &Candidate) -> Self {
        Self {
            grid_code: candidate.boundary.grid(),
            grid_name: candidate.boundary.grid_name.clone(),
            distance_m: tenth(candidate.distance_m),
        }
    }
}

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BoundaryImportQuery {
    /// What the coordinates of the file are given in; there is no default.
    datum: Option<Datum>,
    /// The first day on which its boundaries hold; today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub(super) valid_from: Option<NaiveDate>,
    /// Only tell what would happen.
    #[serde(default)]
    pub(super) dry_run: bool,
}

impl BoundaryImportQuery {
    /// The datum, or 422.
    pub(super) fn datum(&self) -> Result<Datum> {
        self.datum.ok_or_else(|| Problem::field("datum", NO_DATUM))
    }
}

/// What an import of boundaries did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": true, "created": 12, "changed": 1, "unchanged": 2, "errors": []}))]
pub struct BoundaryImport {
    /// Nothing was written because only a forecast was asked for.
    pub dry_run: bool,
    /// Areas that had no boundary.
    pub created: u32,
    /// Areas that had another.
    pub changed: u32,
    /// Areas that had it already.
    pub unchanged: u32,
    /// What is wrong, by feature; only in a forecast, as a file with faults is refused whole.
    pub errors: Vec<FieldError>,
}

impl BoundaryImport {
    /// The answer for `judged`.
    pub(super) fn of(judged: &Judged, dry_run: bool) -> Self {
        let tally = judged.tally;
        let errors = judged.faults.iter().map(FieldError::from).collect();
        Self { dry_run, created: tally.created, changed: tally.changed, unchanged: tally.unchanged, errors }
    }
}

impl From<&Fault> for FieldError {
    fn from(fault: &Fault) -> Self {
        Self { field: format!("features[{}].{}", fault.place, fault.field), message: fault.message.clone() }
    }
}

/// As precise as people measure.
fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
