//! How the grids of the sample run: fifteen patches side by side, drawn by dice around where the town is. No border of
//! it is a real one.

use serde_json::{Value, json};

use super::Stage;
use super::dice::Dice;
use super::places::{grids, village_name};
use crate::app::Refusal;
use crate::base::geo::{Datum, Wgs84};
use crate::features::areas;
use crate::platform::access::policy::KeepAreas;
use crate::platform::access::system;

/// The south-western corner, degrees.
const CORNER: Wgs84 = Wgs84 { lat: 29.30, lng: 108.60 };
/// How many patches stand in a row, and how wide and high each is, degrees: two kilometres by three and a half.
const COLUMNS: usize = 5;
const WIDTH: f64 = 0.02;
const HEIGHT: f64 = 0.032;
/// Into how many pieces the side of a patch is broken.
const PIECES: usize = 8;
/// How far a point is pushed off the straight line, in parts of a patch.
const PUSH: f64 = 0.06;

/// A crossing of the lattice, column and row.
type Crossing = (usize, usize);

/// Draws every grid from the first day of the year on, as the command `import boundaries` does.
pub async fn fill(stage: &Stage) -> Result<(), Refusal> {
    let features = grids().into_iter().enumerate().map(|(n, grid)| {
        json!({
            "type": "Feature", "properties": { "code": grid, "name": village_name(&grid) },
            "geometry": { "type": "Polygon", "coordinates": [outline(n)] },
        })
    });
    let file = json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() });
    let by = system::<KeepAreas>("the sample town's boundaries come from a file, like those of every town");
    let from = (Datum::Wgs84, stage.began().local_date());
    let judged = areas::import_boundaries(&stage.house.map, &by, file.to_string().into_bytes(), from, false);
    let judged = judged.await.map_err(|problem| Refusal::new("边界没有写入", format!("{problem:?}")))?;
    match judged.faults.first() {
        Some(fault) => Err(Refusal::new("边界没有写入", &fault.message)),
        None => Ok(()),
    }
}

/// A place well inside `grid`.
pub fn place_in(grid: &str, dice: &mut Dice) -> Wgs84 {
    let n = grids().iter().position(|known| known == grid).unwrap_or(0);
    let (column, row) = patch(n);
    let mut part = |cells: usize| cells as f64 + 0.2 + dice.between(0, 600) as f64 / 1_000.0;
    Wgs84 { lat: CORNER.lat + part(row) * HEIGHT, lng: CORNER.lng + part(column) * WIDTH }
}

/// Where the patch of the grid of this number lies. Rows run to and fro, so that a village is in one piece.
fn patch(n: usize) -> (usize, usize) {
    let (row, place) = (n / COLUMNS, n % COLUMNS);
    (if row.is_multiple_of(2) { place } else { COLUMNS - 1 - place }, row)
}

/// The ring around a patch, counter-clockwise, longitude first.
fn outline(n: usize) -> Vec<Value> {
    let (x, y) = patch(n);
    let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)];
    let mut ring: Vec<_> = corners.windows(2).flat_map(|side| side_of(side[0], side[1])).collect();
    ring.extend(ring.first().cloned());
    ring
}

/// A side from one crossing up to, and without, the next; the same points, backwards, for the patch on the other side.
fn side_of(from: Crossing, to: Crossing) -> Vec<Value> {
    let (low, high) = if from < to { (from, to) } else { (to, from) };
    let mut dice = Dice::new((((low.0 * 31 + low.1) * 31 + high.0) * 31 + high.1) as u64);
    let mut points: Vec<[f64; 2]> = (0..=PIECES)
        .map(|piece| {
            let part = piece as f64 / PIECES as f64;
            let along = |low: usize, high: usize| low as f64 + (high as f64 - low as f64) * part;
            let mut pushed = |at: f64| at + PUSH * (dice.between(-500, 500) as f64 / 500.0);
            let (x, y) = (along(low.0, high.0), along(low.1, high.1));
            // Crossings stay where they are, because four sides meet there.
            let (x, y) = if piece % PIECES == 0 { (x, y) } else { (pushed(x), pushed(y)) };
            [CORNER.lng + x * WIDTH, CORNER.lat + y * HEIGHT]
        })
        .collect();
    if from > to {
        points.reverse();
    }
    points.pop();
    points.into_iter().map(|point| json!(point)).collect()
}

#[cfg(test)]
mod tests {
    use geojson::Geometry;

    use super::*;
    use crate::features::areas::Shape;

    #[test]
    fn every_patch_is_a_boundary_and_what_happens_in_a_grid_lies_in_it() {
        let mut dice = Dice::new(3);
        for (n, grid) in grids().iter().enumerate() {
            let geometry = json!({ "type": "Polygon", "coordinates": [outline(n)] });
            let geometry: Geometry = serde_json::from_value(geometry).unwrap();
            let shape = Shape::read(&geometry, Datum::Wgs84).unwrap();
            for _ in 0..200 {
                let at = place_in(grid, &mut dice);
                assert!(shape.holds(at) && shape.border_m(at) > 30.0, "{grid} {at:?}");
            }
        }
    }
}
