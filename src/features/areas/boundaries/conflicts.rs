//! What two boundaries may not do to each other.
//!
//! Basic grids do not overlap, nor do grids of their own purpose among themselves; of the two kinds one may lie in the
//! other. A micro-grid lies in its grid, as far as that has a boundary, and in no other of the same kind.

use geo::{BooleanOps, GeodesicArea, Intersects};

use super::map::{Boundary, GridMap};
use super::shape::{SLIVER_M2, Shape};

/// The most conflicts that are told of one boundary.
const MOST: usize = 10;

/// How two boundaries are to each other that may not be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// They hold the same ground.
    Overlap,
    /// A micro-grid reaches out of its grid.
    OutOfGrid,
    /// A grid leaves out ground of its micro-grid.
    LeavesOut,
}

/// A clash with another boundary.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conflict<'m> {
    pub clash: Clash,
    pub other: &'m Boundary,
    /// The ground in question, m².
    pub area_m2: f64,
}

impl Conflict<'_> {
    /// The sentence for whoever drew the boundary.
    pub fn message(&self) -> String {
        let (name, code) = (&self.other.name, &self.other.code);
        let area = format!("{:.1} 平方米", self.area_m2);
        let days = match self.other.days.until {
            Some(until) => format!("{} 至 {until} 前的边界", self.other.days.from),
            None => format!("{} 起的边界", self.other.days.from),
        };
        match self.clash {
            Clash::Overlap => format!("与“{name}”({code},{days})重叠 {area}"),
            Clash::OutOfGrid => format!("有 {area}超出所属网格“{name}”({code},{days})"),
            Clash::LeavesOut => format!("没有包住微网格“{name}”({code},{days}),差 {area}"),
        }
    }
}

/// What `boundary` does to the others of `map` that hold on some of its days.
pub(super) fn conflicts<'m>(map: &'m GridMap, boundary: &Boundary) -> Vec<Conflict<'m>> {
    let others = map.of_days(boundary);
    let clashing = others.filter_map(|other| {
        let (clash, area_m2) = judge(boundary, other)?;
        (area_m2 > SLIVER_M2).then_some(Conflict { clash, other, area_m2 })
    });
    clashing.take(MOST).collect()
}

/// Which rule two boundaries are under, and by how much it is broken, m².
fn judge(one: &Boundary, other: &Boundary) -> Option<(Clash, f64)> {
    if one.code == other.code || one.kind != other.kind {
        return None;
    }
    Some(match (one.shares_grid(other), one.is_micro(), other.is_micro()) {
        (true, true, false) => (Clash::OutOfGrid, beyond_m2(&one.shape, &other.shape)),
        (true, false, true) => (Clash::LeavesOut, beyond_m2(&other.shape, &one.shape)),
        _ => (Clash::Overlap, overlap_m2(&one.shape, &other.shape)),
    })
}

fn overlap_m2(one: &Shape, other: &Shape) -> f64 {
    if !one.frame().intersects(&other.frame()) {
        return 0.0;
    }
    one.outline().intersection(other.outline()).geodesic_area_unsigned()
}

/// The ground of `inner` that is not `outer`'s.
fn beyond_m2(inner: &Shape, outer: &Shape) -> f64 {
    inner.outline().difference(outer.outline()).geodesic_area_unsigned()
}
