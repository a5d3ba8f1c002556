//! The JSON shapes of areas.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::import::Plan;
use super::model::{Area, Filter, GridKind, NAME_LENGTH, NewArea};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::page::{Page, PageQuery};
use crate::base::problem::{Problem, Result};
use crate::platform::sheet::RowError;

/// 区域: province, district, town, village, grid or micro-grid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "500114119201001", "name": "示例村一网格", "level": "grid", "parent": "500114119201",
    "grid_kind": "basic", "valid_from": "2026-01-01", "version": 1, "updated_at": "2026-01-05T01:30:00.000Z"
}))]
pub struct AreaView {
    /// The code; the code of what it lies in is its beginning.
    pub code: AreaCode,
    /// The name.
    pub name: String,
    /// How fine it is.
    pub level: AreaLevel,
    /// The area that it lies in; absent for a province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<AreaCode>,
    /// What a grid is for; absent for other areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid_kind: Option<GridKind>,
    /// The first day of use (Asia/Shanghai); absent when it came with a list without dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The day on which it was closed; absent while it is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// For `If-Match`.
    pub version: i32,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl From<Area> for AreaView {
    fn from(area: Area) -> Self {
        let Area { code, name, level, parent, grid_kind, valid_from, valid_to, version, updated_at } = area;
        Self { code, name, level, parent, grid_kind, valid_from, valid_to, version, updated_at }
    }
}

/// Which areas to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AreaQuery {
    /// Only areas directly in this one.
    parent: Option<AreaCode>,
    /// Only areas of this level.
    level: Option<AreaLevel>,
    /// Closed areas too.
    closed: Option<bool>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
}

impl AreaQuery {
    /// The filter and the number of rows to fetch, one more than the page; 422 for a bad limit or cursor.
    pub(super) fn parse(self) -> Result<(Filter, i64)> {
        let limit = PageQuery { limit: self.limit, cursor: None }.parse()?.fetch();
        // The order is the code itself, so the last code is the place.
        let after = self.cursor.map(|cursor| cursor.parse::<AreaCode>()).transpose();
        let after = after.map_err(|_| Problem::field("cursor", "不是本列表给出的翻页位置"))?;
        let filter =
            Filter { parent: self.parent, level: self.level, closed: self.closed.unwrap_or(false), after };
        Ok((filter, limit))
    }
}

/// The page of what [`AreaQuery`] fetched.
pub(super) fn page(mut areas: Vec<Area>, fetched: i64) -> Page<AreaView> {
    let more = areas.len() as i64 == fetched;
    if more {
        areas.pop();
    }
    let next = areas.last().filter(|_| more).map(|last| last.code.to_string());
    Page { items: areas.into_iter().map(AreaView::from).collect(), next }
}

/// A village, grid or micro-grid to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "500114119201001", "name": "示例村一网格", "grid_kind": "basic", "valid_from": "2026-01-01"}))]
pub struct CreateArea {
    /// 12, 15 or 17 digits; the area above must exist.
    code: AreaCode,
    /// 1 to 30 characters.
    #[schema(min_length = 1, max_length = 30)]
    name: String,
    /// For grids; `basic` when absent.
    grid_kind: Option<GridKind>,
    /// The first day of use; today when absent, and never later.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    valid_from: Option<NaiveDate>,
}

impl CreateArea {
    /// What to make, or 422.
    pub(super) fn parse(self, today: NaiveDate) -> Result<NewArea> {
        NewArea::parse(self.code, &self.name, self.grid_kind, self.valid_from, today)
    }
}

/// What to change of an area; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "示例村第一网格"}))]
pub struct ChangeArea {
    /// 1 to 30 characters.
    #[schema(min_length = 1, max_length = 30)]
    name: Option<String>,
    /// For grids.
    grid_kind: Option<GridKind>,
}

impl ChangeArea {
    /// Name and kind, or 422.
    pub(super) fn parse(self) -> Result<(Option<String>, Option<GridKind>)> {
        let mut check = Check::new();
        let name = self.name.map(|name| check.text("name", &name, 1, NAME_LENGTH));
        if name.is_none() && self.grid_kind.is_none() {
            check.refuse("name", "没有要修改的内容");
        }
        check.finish((name, self.grid_kind))
    }
}

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only tell what would happen.
    #[serde(default)]
    pub(super) dry_run: bool,
}

/// What an import of areas did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"dry_run": true, "created": 12, "changed": 1, "unchanged": 57, "errors": []}))]
pub struct AreaImport {
    /// Nothing was written because only a forecast was asked for.
    pub dry_run: bool,
    /// Areas that were not there.
    pub created: u32,
    /// Areas that were called otherwise.
    pub changed: u32,
    /// Areas that were there already.
    pub unchanged: u32,
    /// What is wrong with the list; only in a forecast, as a list with faults is refused whole.
    pub errors: Vec<RowError>,
}

impl AreaImport {
    /// The answer for `plan`.
    pub(super) fn of(plan: Plan, dry_run: bool) -> Self {
        let tally = plan.tally;
        let (created, changed, unchanged) = (tally.created, tally.changed, tally.unchanged);
        Self { dry_run, created, changed, unchanged, errors: plan.errors }
    }
}
