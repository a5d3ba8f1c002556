//! The outline of a grid: read from GeoJSON (RFC 7946), checked, kept as WGS-84.

use geo::coordinate_position::CoordPos;
use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::orient::{Direction, Orient};
use geo::{
    BoundingRect, Coord, CoordsIter, GeodesicArea, LineString, MultiPolygon, Polygon, Rect,
    RemoveRepeatedPoints,
};
use geojson::{Geometry, GeometryValue, PolygonType, Position};

use super::rings;
use crate::base::geo::{Datum, Wgs84};
use crate::base::problem::{Problem, Result};

/// The most points of one boundary; a coast drawn to the metre has fewer.
pub const MOST_POINTS: usize = 20_000;
/// The most rings of one boundary: its parts and the holes in them.
const MOST_RINGS: usize = 200;
/// Two areas that overlap by no more than this, in m², only share a border: both were drawn by hand. A boundary that
/// holds no more is none.
pub const SLIVER_M2: f64 = 10.0;
/// What lies outside of this is a slip: from Zengmu to Mohe, from the Pamirs to the Ussuri.
const LATITUDES: std::ops::RangeInclusive<f64> = 3.0..=54.0;
const LONGITUDES: std::ops::RangeInclusive<f64> = 73.0..=136.0;
/// Coordinates are kept to a hundred-millionth of a degree, a millimetre, so that a border that two grids share is
/// the same number in both.
const GRAIN: f64 = 1e8;

/// Why an outline is refused, for whoever drew it.
pub type Refused = String;

/// A valid outline: rings closed and simple, holes inside, parts apart, outer rings counter-clockwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    outline: MultiPolygon<f64>,
    frame: Rect<f64>,
}

impl Shape {
    /// The outline that `geometry` draws in `datum`, or why it draws none.
    pub fn read(geometry: &Geometry, datum: Datum) -> Result<Self, Refused> {
        let parts = match &geometry.value {
            GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
            GeometryValue::MultiPolygon { coordinates } => coordinates.as_slice(),
            other => {
                return Err(format!("类型应为 Polygon 或 MultiPolygon,不能是 {}", other.type_name()));
            }
        };
        bounded(parts)?;
        let many = parts.len() > 1;
        let parts = parts.iter().enumerate().map(|(n, rings)| part(n, many, rings, datum));
        let parts: Vec<Polygon<f64>> = parts.collect::<Result<_, _>>()?;
        rings::check(&parts)?;
        let shape = Self::of(MultiPolygon(parts).orient(Direction::Default)).ok_or("没有任何坐标")?;
        let area = shape.area_m2();
        if area <= SLIVER_M2 {
            return Err(format!("围成的面积只有 {area:.1} 平方米"));
        }
        Ok(shape)
    }

    /// The outline of a row, which was checked when it was written.
    pub fn kept(document: serde_json::Value) -> Result<Self> {
        let geometry: Geometry = serde_json::from_value(document).map_err(Problem::internal)?;
        let outline = MultiPolygon::try_from(&geometry).map_err(|why| Problem::internal(why.to_string()))?;
        Self::of(outline).ok_or_else(|| Problem::internal("a boundary without points"))
    }

    fn of(outline: MultiPolygon<f64>) -> Option<Self> {
        let frame = outline.bounding_rect()?;
        Some(Self { outline, frame })
    }

    /// The outline as GeoJSON in `datum`, always a MultiPolygon.
    pub fn geometry(&self, datum: Datum) -> Geometry {
        use geo::MapCoords;
        let place = |at: Coord<f64>| {
            let (lat, lng) = Wgs84 { lat: at.y, lng: at.x }.to(datum);
            Coord { x: grain(lng), y: grain(lat) }
        };
        Geometry::new(GeometryValue::from(&self.outline.map_coords(place)))
    }

    /// The polygons, degrees, `x` to the east.
    pub fn outline(&self) -> &MultiPolygon<f64> {
        &self.outline
    }

    /// The smallest box around it, degrees.
    pub fn frame(&self) -> Rect<f64> {
        self.frame
    }

    /// How many points draw it.
    pub fn points(&self) -> usize {
        self.outline.coords_count()
    }

    /// The area on the ellipsoid, m².
    pub fn area_m2(&self) -> f64 {
        self.outline.geodesic_area_unsigned()
    }

    /// Whether `at` lies in it; its border belongs to it.
    pub fn holds(&self, at: Wgs84) -> bool {
        let at = Coord { x: at.lng, y: at.lat };
        let (least, most) = (self.frame.min(), self.frame.max());
        let framed = (least.x..=most.x).contains(&at.x) && (least.y..=most.y).contains(&at.y);
        framed && self.outline.iter().any(|part| in_part(part, at))
    }

    /// How far `at` is from its border, on either side, metres.
    pub fn border_m(&self, at: Wgs84) -> f64 {
        self.border_within_m(at, f64::INFINITY)
    }

    /// As [`Self::border_m`] when that is at most `most_m`, and some greater number otherwise: edges that lie wholly on
    /// one side of the square around the point are passed over.
    pub fn border_within_m(&self, at: Wgs84, most_m: f64) -> f64 {
        let (north, east) = at.metres_per_degree();
        let metres = |to: Coord<f64>| Coord { x: (to.x - at.lng) * east, y: (to.y - at.lat) * north };
        // The square in degrees: most edges are passed over without being measured.
        let (up, aside) = (most_m / north, most_m / east);
        let (top, bottom) = (at.lat + up, at.lat - up);
        let (right, left) = (at.lng + aside, at.lng - aside);
        let beyond = |a: Coord<f64>, b: Coord<f64>| {
            (a.y > top && b.y > top)
                || (a.y < bottom && b.y < bottom)
                || (a.x > right && b.x > right)
                || (a.x < left && b.x < left)
        };
        let rings =
            self.outline.iter().flat_map(|part| [part.exterior()].into_iter().chain(part.interiors()));
        let mut least = f64::INFINITY;
        for ring in rings {
            for edge in ring.0.windows(2) {
                let [from, to] = *edge else { continue };
                // The squares, and one root at the end: with a root for each edge, as `geo` takes it, this costs more
                // than twice as much.
                if !beyond(from, to) {
                    least = least.min(square_to(metres(from), metres(to)));
                }
            }
        }
        least.sqrt()
    }
}

/// Whether `at` lies in a polygon; the borders of its holes belong to it as its own does.
fn in_part(part: &Polygon<f64>, at: Coord<f64>) -> bool {
    match in_ring(part.exterior(), at) {
        CoordPos::Outside => false,
        CoordPos::OnBoundary => true,
        CoordPos::Inside => part.interiors().iter().all(|hole| in_ring(hole, at) != CoordPos::Inside),
    }
}

/// Where `at` lies to a closed ring, by the edges that a ray to the east crosses. Exact as `geo` is, which asks for
/// the side of every edge that comes near; here only of those that go past `at` from south to north or back, and the walk over
/// the others is two comparisons each.
fn in_ring(ring: &LineString<f64>, at: Coord<f64>) -> CoordPos {
    let mut inside = false;
    for edge in ring.0.windows(2) {
        let [from, to] = *edge else { continue };
        if (from.y > at.y) == (to.y > at.y) {
            let along = from.y == at.y && to.y == at.y;
            let within = along && (from.x.min(to.x)..=from.x.max(to.x)).contains(&at.x);
            if within || from == at {
                return CoordPos::OnBoundary;
            }
            continue;
        }
        match RobustKernel::orient2d(from, to, at) {
            Orientation::Collinear => return CoordPos::OnBoundary,
            side => inside ^= (side == Orientation::CounterClockwise) == (to.y > from.y),
        }
    }
    if inside { CoordPos::Inside } else { CoordPos::Outside }
}

/// The square of the distance from the origin to the straight line from `from` to `to`.
fn square_to(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let along = to - from;
    let length = along.x * along.x + along.y * along.y;
    let back = -(from.x * along.x + from.y * along.y);
    // How far along it the nearest point is, from 0 to 1; of an edge without length it is the beginning.
    let part = if back <= 0.0 {
        0.0
    } else if back >= length {
        1.0
    } else {
        back / length
    };
    let (x, y) = (from.x + part * along.x, from.y + part * along.y);
    x * x + y * y
}

/// What a ring is called in a refusal.
fn called(part: usize, many: bool, ring: usize) -> String {
    let part = if many { format!("第 {} 块的", part + 1) } else { String::new() };
    if ring == 0 { format!("{part}外环") } else { format!("{part}第 {ring} 个洞") }
}

/// Counts before anything is computed.
fn bounded(parts: &[PolygonType]) -> Result<(), Refused> {
    let rings = parts.iter().map(Vec::len).sum::<usize>();
    let points = parts.iter().flatten().map(Vec::len).sum::<usize>();
    if points == 0 {
        return Err("没有任何坐标".to_owned());
    }
    if rings > MOST_RINGS {
        return Err(format!("最多 {MOST_RINGS} 个环,现有 {rings} 个"));
    }
    if points > MOST_POINTS {
        return Err(format!("最多 {MOST_POINTS} 个点,现有 {points} 个,请先抽稀"));
    }
    Ok(())
}

fn part(n: usize, many: bool, rings: &[Vec<Position>], datum: Datum) -> Result<Polygon<f64>, Refused> {
    let rings = rings.iter().enumerate().map(|(place, points)| ring(&called(n, many, place), points, datum));
    let mut rings = rings.collect::<Result<Vec<_>, _>>()?.into_iter();
    let outer = rings.next().ok_or_else(|| format!("第 {} 块没有外环", n + 1))?;
    Ok(Polygon::new(outer, rings.collect()))
}

fn ring(called: &str, points: &[Position], datum: Datum) -> Result<LineString<f64>, Refused> {
    if points.first() != points.last() {
        return Err(format!("{called}没有闭合:最后一个点应与第一个点相同"));
    }
    let points = points.iter().enumerate().map(|(n, point)| place(called, n, point, datum));
    let ring = LineString::from(points.collect::<Result<Vec<_>, _>>()?).remove_repeated_points();
    if ring.0.len() < 4 {
        return Err(format!("{called}至少要有三个不同的点"));
    }
    Ok(ring)
}

fn place(called: &str, n: usize, point: &Position, datum: Datum) -> Result<Coord<f64>, Refused> {
    let [lng, lat, ..] = *point.as_slice() else {
        return Err(format!("{called}的第 {} 个点应有经度和纬度两个数", n + 1));
    };
    if !(LATITUDES.contains(&lat) && LONGITUDES.contains(&lng)) {
        let swapped = LATITUDES.contains(&lng) && LONGITUDES.contains(&lat);
        let hint = if swapped { ";GeoJSON 中经度在前、纬度在后,是否写反了" } else { "" };
        return Err(format!("{called}的第 {} 个点({lng}, {lat})不在中国范围内{hint}", n + 1));
    }
    let at = Wgs84::from(lat, lng, datum);
    Ok(Coord { x: grain(at.lng), y: grain(at.lat) })
}

fn grain(degrees: f64) -> f64 {
    (degrees * GRAIN).round() / GRAIN
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
