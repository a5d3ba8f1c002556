//! Whether rings make polygons: none crosses itself, holes lie inside, parts lie apart.
//!
//! The relations of rings are `geo`'s. Its own look at a single ring compares every edge with every other, which takes
//! seconds for 20,000 points and passes over spikes; here an R-tree brings only those together that may meet.

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::relate::IntersectionMatrix;
use geo::{BoundingRect, Coord, Intersects, Line, LineString, Polygon, PreparedGeometry, Relate};
use rstar::{AABB, RTree, RTreeObject};

use super::shape::Refused;

/// Refuses the first fault of `parts`, whose rings are closed and have three points or more.
pub(super) fn check(parts: &[Polygon<f64>]) -> Result<(), Refused> {
    for part in parts {
        for ring in [part.exterior()].into_iter().chain(part.interiors()) {
            if let Some(at) = crossing(ring) {
                return Err(format!("边线在经度 {:.6}、纬度 {:.6}(WGS-84)附近自相交或往返重叠", at.x, at.y));
            }
        }
        holes(part)?;
    }
    for (n, part) in parts.iter().enumerate() {
        let after = parts.iter().enumerate().skip(n + 1);
        for (m, other) in after.filter(|(_, other)| near(part, other)) {
            if share_ground(&part.relate(other)) {
                return Err(format!("第 {} 块与第 {} 块相互重叠", n + 1, m + 1));
            }
        }
    }
    Ok(())
}

fn holes(part: &Polygon<f64>) -> Result<(), Refused> {
    if part.interiors().is_empty() {
        return Ok(());
    }
    let filled = Polygon::new(part.exterior().clone(), vec![]);
    let filled = PreparedGeometry::from(&filled);
    let holes: Vec<_> = part.interiors().iter().map(|ring| Polygon::new(ring.clone(), vec![])).collect();
    for (n, hole) in holes.iter().enumerate() {
        let inside = filled.relate(hole);
        if !inside.is_contains() || share_line(&inside) {
            return Err(format!("第 {} 个洞没有完全位于外环之内", n + 1));
        }
        let after = holes.iter().enumerate().skip(n + 1);
        for (m, other) in after.filter(|(_, other)| near(hole, other)) {
            let met = hole.relate(other);
            if share_ground(&met) || share_line(&met) {
                return Err(format!("第 {} 个洞与第 {} 个洞重叠或相邻,应合并", n + 1, m + 1));
            }
        }
    }
    Ok(())
}

fn near(one: &Polygon<f64>, other: &Polygon<f64>) -> bool {
    one.bounding_rect().zip(other.bounding_rect()).is_some_and(|(one, other)| one.intersects(&other))
}

fn share_ground(met: &IntersectionMatrix) -> bool {
    met.get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional
}

fn share_line(met: &IntersectionMatrix) -> bool {
    met.get(CoordPos::OnBoundary, CoordPos::OnBoundary) == Dimensions::OneDimensional
}

/// An edge of a ring and its number in it.
#[derive(Clone, Copy)]
struct Edge {
    n: usize,
    line: Line<f64>,
}

impl RTreeObject for Edge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.line.start.into(), self.line.end.into())
    }
}

/// Where two edges of a ring meet that are not neighbours, or where neighbours run back over each other.
fn crossing(ring: &LineString<f64>) -> Option<Coord<f64>> {
    let edges: Vec<Edge> = ring.lines().enumerate().map(|(n, line)| Edge { n, line }).collect();
    let last = edges.len().checked_sub(1)?;
    let tree = RTree::bulk_load(edges.clone());
    edges.iter().find_map(|edge| {
        let mut later =
            tree.locate_in_envelope_intersecting(edge.envelope()).filter(|other| other.n > edge.n);
        later.find_map(|other| {
            let neighbours = other.n == edge.n + 1 || (edge.n == 0 && other.n == last);
            match line_intersection(edge.line, other.line)? {
                LineIntersection::SinglePoint { .. } if neighbours => None,
                LineIntersection::SinglePoint { intersection, .. } => Some(intersection),
                LineIntersection::Collinear { intersection } => Some(intersection.start),
            }
        })
    })
}
