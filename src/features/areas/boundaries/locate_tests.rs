use std::sync::Arc;

use geo::{Contains, Point};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::base::geo::Datum;
use crate::features::areas::boundaries::{Days, Shape};
use crate::platform::access::policy::SeeAreas;
use crate::platform::access::system;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A rectangle from `west`, `south`, in hundredths of a degree from 108°, 29°.
fn patch(west: f64, south: f64, wide: f64, high: f64) -> Arc<Shape> {
    let (w, s) = (108.0 + west / 100.0, 29.0 + south / 100.0);
    let (e, n) = (w + wide / 100.0, s + high / 100.0);
    let ring = json!([[[w, s], [e, s], [e, n], [w, n], [w, s]]]);
    let geometry = serde_json::from_value(json!({ "type": "Polygon", "coordinates": ring })).unwrap();
    Shape::read(&geometry, Datum::Wgs84).unwrap().into()
}

fn boundary(code: &str, kind: GridKind, shape: &Arc<Shape>) -> Boundary {
    let days = Days { from: day("2020-01-01"), until: None };
    let (name, grid_name) = (format!("示例{}", &code[12..]), format!("示例{}", &code[12..15]));
    let shape = Arc::clone(shape);
    Boundary { code: code.parse().unwrap(), name, grid_name, kind, version: 1, days, shape }
}

/// Two basic grids side by side, east and west of 108.01°; in the western one a grid of its own purpose in the middle
/// and a micro-grid in the south-western corner.
fn town() -> GridMap {
    let basic = GridKind::Basic;
    GridMap::default().with(
        1,
        [
            boundary("500114119201001", basic, &patch(0.0, 0.0, 1.0, 1.0)),
            boundary("500114119201002", basic, &patch(1.0, 0.0, 1.0, 1.0)),
            boundary("500114119201003", GridKind::Exclusive, &patch(0.4, 0.4, 0.2, 0.2)),
            boundary("50011411920100101", basic, &patch(0.0, 0.0, 0.3, 0.3)),
        ],
    )
}

/// What is told of a point, in hundredths of a degree: how, the grid, how sure, the candidates.
fn told(map: &GridMap, x: f64, y: f64) -> (Placing, String, Option<Confidence>, Vec<String>) {
    let by = system::<SeeAreas>("a test looks everywhere");
    let at = Wgs84 { lat: 29.0 + y / 100.0, lng: 108.0 + x / 100.0 };
    let asked = Asked { at, accuracy_m: None, on: day("2026-03-02"), scope: by.scope() };
    let found = locate(map, &asked);
    let tail = |boundary: &Boundary| boundary.grid().as_str()[12..].to_owned();
    let grid = found.chosen.map(tail).unwrap_or_default();
    let candidates = found.candidates.iter().map(|candidate| tail(candidate.boundary)).collect();
    (found.method, grid, found.confidence, candidates)
}

#[test]
fn a_point_deep_inside_is_sure_and_has_no_candidates() {
    let map = town();
    assert_eq!(told(&map, 0.8, 0.2), (Placing::Inside, "001".into(), Some(Confidence::High), vec![]));
    assert_eq!(told(&map, 0.1, 0.1), (Placing::MicroGrid, "001".into(), Some(Confidence::High), vec![]));
}

#[test]
fn near_a_border_both_grids_are_candidates_and_the_one_inside_comes_first() {
    let (map, medium) = (town(), Some(Confidence::Medium));
    // 0.01 hundredths of a degree are ten metres here.
    let both = |first: &str, second: &str| vec![first.to_owned(), second.to_owned()];
    assert_eq!(told(&map, 0.99, 0.5), (Placing::Inside, "001".into(), medium, both("001", "002")));
    assert_eq!(told(&map, 1.01, 0.5), (Placing::Inside, "002".into(), medium, both("002", "001")));
    let on_the_line = told(&map, 1.0, 0.5);
    assert_eq!(
        (on_the_line.1.as_str(), on_the_line.3),
        ("001", both("001", "002")),
        "each node answers the same"
    );
}

#[test]
fn at_the_edge_of_the_town_there_is_one_candidate_on_either_side() {
    let map = town();
    let one = |grid: &str| vec![grid.to_owned()];
    assert_eq!(told(&map, 0.8, 0.01), (Placing::Inside, "001".into(), Some(Confidence::Medium), one("001")));
    assert_eq!(told(&map, 0.8, -0.01), (Placing::Nearest, "001".into(), Some(Confidence::Low), one("001")));
    assert_eq!(told(&map, 0.8, -0.1), (Placing::None, String::new(), None, vec![]));
}

#[test]
fn a_grid_of_its_own_purpose_is_the_answer_within_the_basic_one() {
    let map = town();
    assert_eq!(told(&map, 0.5, 0.5), (Placing::Inside, "003".into(), Some(Confidence::High), vec![]));
    let both = |first: &str, second: &str| vec![first.to_owned(), second.to_owned()];
    assert_eq!(told(&map, 0.41, 0.5).3, both("003", "001"), "just inside");
    assert_eq!(told(&map, 0.39, 0.5).3, both("001", "003"), "just outside");
}

#[test]
fn a_grid_without_a_boundary_is_found_by_its_micro_grid() {
    let micro = boundary("50011411920100901", GridKind::Basic, &patch(5.0, 5.0, 1.0, 1.0));
    let map = town().with(2, [micro]);
    assert_eq!(told(&map, 5.5, 5.5), (Placing::MicroGrid, "009".into(), Some(Confidence::High), vec![]));
}

#[test]
fn each_day_is_answered_by_the_boundaries_of_that_day() {
    let (code, shape) = ("500114119201001", patch(0.0, 0.0, 1.0, 1.0));
    let until = |from: &str, until: Option<&str>| Days { from: day(from), until: until.map(day) };
    let first =
        Boundary { days: until("2020-01-01", Some("2022-06-01")), ..boundary(code, GridKind::Basic, &shape) };
    let moved = boundary(code, GridKind::Basic, &patch(3.0, 0.0, 1.0, 1.0));
    let never = Boundary { version: 2, days: until("2022-06-01", Some("2022-06-01")), ..moved.clone() };
    let second = Boundary { version: 3, days: until("2022-06-01", None), ..moved };
    let map = GridMap::default().with(1, [first, never, second]);
    let by = system::<SeeAreas>("a test looks everywhere");
    let version = |x: f64, on: &str| {
        let at = Wgs84 { lat: 29.005, lng: 108.0 + x / 100.0 };
        let asked = Asked { at, accuracy_m: None, on: day(on), scope: by.scope() };
        locate(&map, &asked).chosen.map(|chosen| chosen.version)
    };
    assert_eq!((version(0.5, "2019-12-31"), version(0.5, "2020-01-01")), (None, Some(1)));
    assert_eq!((version(0.5, "2022-05-31"), version(0.5, "2022-06-01")), (Some(1), None));
    assert_eq!((version(3.5, "2022-05-31"), version(3.5, "2022-06-01")), (None, Some(3)));
}

/// How far the crossing `n` is pushed off the lattice, in parts of a patch: any fixed scatter will do.
fn push(n: usize) -> f64 {
    ((n * 7_919) % 101) as f64 / 101.0 * 0.8 - 0.4
}

/// Fifty-six crooked grids that share their borders and cover a rectangle without gaps.
fn crooked() -> GridMap {
    let corner = |x: usize, y: usize| {
        let (dx, dy) = if x == 0 || y == 0 || x == 8 || y == 7 {
            (0.0, 0.0)
        } else {
            (push(x * 31 + y), push(x + y * 17))
        };
        [108.0 + (x as f64 + dx) / 100.0, 29.0 + (y as f64 + dy) / 100.0]
    };
    let patches = (0..8).flat_map(|x| (0..7).map(move |y| (x, y))).map(|(x, y)| {
        let ring =
            json!([[corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1), corner(x, y)]]);
        let geometry = serde_json::from_value(json!({ "type": "Polygon", "coordinates": ring })).unwrap();
        let shape = Shape::read(&geometry, Datum::Wgs84).unwrap().into();
        boundary(&format!("5001141192{x:02}{:03}", y + 1), GridKind::Basic, &shape)
    });
    GridMap::default().with(1, patches)
}

proptest! {
    #[test]
    fn the_tree_finds_what_looking_at_every_grid_finds(lat in 28.995..29.075_f64, lng in 107.995..108.085_f64) {
        let map = crooked();
        let by = system::<SeeAreas>("a test looks everywhere");
        let asked = Asked { at: Wgs84 { lat, lng }, accuracy_m: Some(0.0), on: day("2026-03-02"), scope: by.scope() };
        let found = locate(&map, &asked);
        let inside = map.all().find(|boundary| boundary.shape.outline().contains(&Point::new(lng, lat)));
        match inside {
            Some(inside) => prop_assert_eq!(found.chosen.map(|chosen| &chosen.code), Some(&inside.code)),
            None => prop_assert!(found.method == Placing::None || found.border_m.unwrap() <= asked.off_m()),
        }
        // The candidates are those within reach, whichever way they are counted.
        let reach = asked.off_m();
        let near = map.all().filter(|b| b.shape.holds(asked.at) || b.shape.border_m(asked.at) <= reach);
        let near = near.count();
        prop_assert_eq!(if found.candidates.is_empty() { usize::from(inside.is_some()) } else { found.candidates.len() }, near);
    }
}
