//! All boundaries in memory, as they were at one revision of the map.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rstar::{AABB, RTree, RTreeObject};

use super::shape::Shape;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::geo::Wgs84;
use crate::features::areas::model::GridKind;

/// The days on which a boundary holds (Asia/Shanghai).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The first on which it holds no more; none while it holds. The same as `from` when it was replaced by another
    /// from its own day on, and so never held.
    pub until: Option<NaiveDate>,
}

impl Days {
    /// Whether it holds on `day`.
    pub fn hold(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether there is any such day.
    pub fn are_some(self) -> bool {
        self.hold(self.from)
    }

    /// Whether both hold on some day.
    pub fn meet(self, other: Self) -> bool {
        self.are_some() && other.are_some() && (self.hold(other.from) || other.hold(self.from))
    }
}

/// One boundary of a grid or micro-grid, and what the map tells of that area.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The area.
    pub code: AreaCode,
    /// What it is called.
    pub name: String,
    /// What the grid is called: the area itself, or the grid of a micro-grid.
    pub grid_name: String,
    /// What the grid is for.
    pub kind: GridKind,
    /// Counts the boundaries of this area.
    pub version: i32,
    /// When it holds.
    pub days: Days,
    /// How it runs.
    pub shape: Arc<Shape>,
}

impl Boundary {
    /// The grid: the area itself, or the grid of a micro-grid.
    pub fn grid(&self) -> AreaCode {
        self.code.at(AreaLevel::Grid).unwrap_or_else(|| self.code.clone())
    }

    /// Whether both are of one grid.
    pub fn shares_grid(&self, other: &Self) -> bool {
        self.grid_digits() == other.grid_digits()
    }

    fn grid_digits(&self) -> Option<&str> {
        self.code.as_str().get(..AreaLevel::Grid.digits())
    }

    /// Whether it is a part of a grid.
    pub fn is_micro(&self) -> bool {
        self.code.level() == AreaLevel::MicroGrid
    }
}

/// A boundary in the R-tree, by the box around it.
#[derive(Debug, Clone)]
struct Framed(Arc<Boundary>);

impl RTreeObject for Framed {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let frame = self.0.shape.frame();
        AABB::from_corners(frame.min().into(), frame.max().into())
    }
}

/// All boundaries of the database. A point costs 16 bytes; a town of 600 grids with 200 points each some 2 MB.
#[derive(Debug, Default)]
pub struct GridMap {
    revision: i64,
    boundaries: BTreeMap<(AreaCode, i32), Arc<Boundary>>,
    tree: RTree<Framed>,
}

impl GridMap {
    /// This map with `changed` in the place of what it holds under the same area and version, at `revision`.
    pub fn with(&self, revision: i64, changed: impl IntoIterator<Item = Boundary>) -> Self {
        let mut boundaries = self.boundaries.clone();
        boundaries.extend(
            changed
                .into_iter()
                .map(|boundary| ((boundary.code.clone(), boundary.version), Arc::new(boundary))),
        );
        let held = boundaries.values().filter(|boundary| boundary.days.are_some());
        let tree = RTree::bulk_load(held.map(|boundary| Framed(Arc::clone(boundary))).collect());
        Self { revision, boundaries, tree }
    }

    /// What it was read at; grows with every change.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Whether no grid has a boundary.
    pub fn is_empty(&self) -> bool {
        self.tree.size() == 0
    }

    /// Every boundary, of every day.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Boundary>> {
        self.boundaries.values()
    }

    /// The boundaries of one area, oldest version first.
    pub fn of<'m>(&'m self, code: &AreaCode) -> impl Iterator<Item = &'m Arc<Boundary>> + use<'m> {
        let all = (code.clone(), i32::MIN)..=(code.clone(), i32::MAX);
        self.boundaries.range(all).map(|(_, boundary)| boundary)
    }

    /// The boundaries of `area` and of all areas in it, of every day, by code.
    pub fn inside<'m>(&'m self, area: &AreaCode) -> impl Iterator<Item = &'m Arc<Boundary>> + use<'m> {
        let area = area.clone();
        let from = self.boundaries.range((area.clone(), i32::MIN)..).map(|(_, boundary)| boundary);
        from.take_while(move |boundary| boundary.code.is_within(&area))
    }

    /// Those whose box comes within `metres` of `at`, of every day.
    pub(super) fn near(&self, at: Wgs84, metres: f64) -> impl Iterator<Item = &Boundary> {
        let (north, east) = at.metres_per_degree();
        let (up, right) = (metres / north, metres / east);
        let window = AABB::from_corners([at.lng - right, at.lat - up], [at.lng + right, at.lat + up]);
        self.tree.locate_in_envelope_intersecting(window).map(|framed| &*framed.0)
    }

    /// Those that hold on some day of `boundary` and whose box meets its box, or that are parts of the same grid.
    pub(super) fn of_days<'m>(&'m self, boundary: &Boundary) -> impl Iterator<Item = &'m Boundary> {
        let frame = boundary.shape.frame();
        let window = AABB::from_corners(frame.min().into(), frame.max().into());
        let days = boundary.days;
        let grid = boundary.grid();
        let beside = self.tree.locate_in_envelope_intersecting(window).map(|framed| &*framed.0);
        let apart = grid.clone();
        let beside = beside.filter(move |other| !other.code.is_within(&apart));
        let own = self.boundaries.range((grid.clone(), i32::MIN)..).map(|(_, own)| &**own);
        let own = own.take_while(move |own| own.code.is_within(&grid));
        beside.chain(own).filter(move |other| days.meet(other.days))
    }
}
