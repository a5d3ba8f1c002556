//! How a case with coordinates came to its area, kept as it was when the case was reported: boundaries change, and
//! whoever asks a year later why it went there must not be answered by today's map.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::features::areas::{Boundary, Confidence, Finding, Placing};

crate::text_enum! {
    /// Who said in which area a case lies.
    pub enum AssignedBy {
        Map = "map" "按坐标确定",
        Person = "person" "由上报人选择",
    }
}

/// What the map said of a case's coordinates, and whether the case followed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "by": "person", "agrees": false, "method": "inside", "grid_code": "500114119201002", "border_m": 41.5, "confidence": "high", "boundary_version": 1
}))]
pub struct Assignment {
    /// Who decided. A person who names an area is believed, whatever the map says.
    pub by: AssignedBy,
    /// Whether the map's grid is the area of the report, or lies in it.
    pub agrees: bool,
    /// How the map placed the point.
    pub method: Placing,
    /// The grid that the map gives; absent when it gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_code: Option<AreaCode>,
    /// The micro-grid in it that holds the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micro_grid_code: Option<AreaCode>,
    /// How far the nearest border is beyond which the map would say something else, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border_m: Option<f64>,
    /// How sure the map is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Which version of the grid's boundary decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary_version: Option<i32>,
}

impl Assignment {
    /// What was `found`, and that `by` decided for `area`.
    pub(super) fn of(found: &Finding, by: AssignedBy, area: &AreaCode) -> Self {
        Self {
            by,
            agrees: found.chosen.is_some_and(|chosen| chosen.code.is_within(area)),
            method: found.method,
            grid_code: found.chosen.map(Boundary::grid),
            micro_grid_code: found.micro.map(|micro| micro.code.clone()),
            border_m: found.border_m.map(|metres| (metres * 10.0).round() / 10.0),
            confidence: found.confidence,
            boundary_version: found.chosen.map(|chosen| chosen.version),
        }
    }

    /// All this in a sentence.
    pub fn explanation(&self) -> String {
        let by = self.by.label();
        let Some(grid) = &self.grid_code else {
            return format!("{by};坐标不在任何网格内。");
        };
        let how = match self.method {
            Placing::Nearest => format!("离网格 {grid} 最近"),
            Placing::Inside | Placing::MicroGrid | Placing::None => format!("在网格 {grid} 内"),
        };
        let border = self.border_m.map(|metres| format!(",距边界约 {metres:.0} 米")).unwrap_or_default();
        let version = self.boundary_version.map(|n| format!("(边界第 {n} 版)")).unwrap_or_default();
        let agrees = if self.agrees { "" } else { ",与所选不一致" };
        format!("{by};坐标{how}{version}{border}{agrees}。")
    }
}

/// How a case with coordinates came to its area.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssignmentView {
    /// What the map said when it was reported, and who decided.
    #[serde(flatten)]
    pub assignment: Assignment,
    /// All this in a sentence.
    #[schema(
        example = "由上报人选择;坐标在网格 500114119201002 内(边界第 1 版),距边界约 42 米,与所选不一致。"
    )]
    pub explanation: String,
}

impl AssignmentView {
    /// The view.
    pub(super) fn of(assignment: Assignment) -> Self {
        Self { explanation: assignment.explanation(), assignment }
    }
}
