//! Looks points up on a map of 600 grids: how long a million takes on one core, and that the R-tree finds what looking
//! at every grid finds.
//!
//! The map is drawn by dice: 30 by 20 patches that share crooked borders of as many points as asked for. The points are
//! spread over the map and a little beyond its edge. What is timed is the whole answer: grid, border distance,
//! confidence, candidates. It fails when an answer differs or a million points take more than two seconds, as the median of three runs.
//!
//!   cargo run --release --example measure -- map [POINTS [POINTS_PER_GRID]]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clap::Args;
use geo::{Contains, Point};
use serde_json::json;
use wangge::base::geo::{Datum, Wgs84};
use wangge::features::areas::{Asked, Boundary, Days, GridKind, GridMap, Shape, locate};
use wangge::platform::access::policy::SeeAreas;
use wangge::platform::access::{AreaScope, system};

use crate::Failure;

const COLUMNS: usize = 30;
const ROWS: usize = 20;
/// The side of a patch, degrees: half a kilometre.
const SIDE: f64 = 0.005;
const WEST: f64 = 108.0;
const SOUTH: f64 = 29.0;
/// Points that are also looked for in every grid.
const CHECKED: usize = 20_000;
/// What a million points may take.
const TARGET: Duration = Duration::from_secs(2);

#[derive(Args)]
pub struct Line {
    /// How many points are looked up.
    #[arg(default_value_t = 1_000_000)]
    points: usize,
    /// How many points the border of a grid has.
    #[arg(default_value_t = 100)]
    around: usize,
}

pub fn run(&Line { points, around }: &Line) -> Result<(), Failure> {
    let map = map((around / 4).max(1))?;
    let by = system::<SeeAreas>("a measurement looks at the whole map");
    let places = places(points);
    let wrong = compare(&map, by.scope(), places.get(..CHECKED).unwrap_or(&places))?;
    println!(
        "{} grids of {around} points; {} points compared with looking at every grid, {wrong} differ",
        map.all().count(),
        points.min(CHECKED)
    );
    let exact = median(|| timed(&map, by.scope(), &places, Some(0.0)))?;
    let usual = median(|| timed(&map, by.scope(), &places, None))?;
    let told = |what: &str, took: Duration| {
        let each = took.as_secs_f64() / points as f64 * 1e6;
        println!("{what}: {points} points in {:.2} s, {each:.2} µs each", took.as_secs_f64());
    };
    told("exact to 5 m", exact);
    told("exact to 30 m", usual);
    let target = TARGET.mul_f64(points as f64 / 1e6);
    match wrong == 0 && usual <= target {
        true => Ok(()),
        false => Err(format!("expected no difference and at most {:.2} s", target.as_secs_f64()).into()),
    }
}

/// The median of three runs.
fn median(mut run: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let mut took = [run()?, run()?, run()?];
    took.sort();
    Ok(took[1])
}

/// SplitMix64 (Steele, Lea, Flood 2014), as a number from 0 to 1.
fn dice(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn places(count: usize) -> Vec<Wgs84> {
    let mut seed = 1;
    let mut along =
        |start: f64, patches: usize| start + SIDE * (dice(&mut seed) * (patches + 1) as f64 - 0.5);
    (0..count).map(|_| Wgs84 { lng: along(WEST, COLUMNS), lat: along(SOUTH, ROWS) }).collect()
}

fn map(pieces: usize) -> Result<GridMap, Failure> {
    let days = Days { from: NaiveDate::MIN, until: None };
    let mut grids = Vec::with_capacity(COLUMNS * ROWS);
    for x in 0..COLUMNS {
        for y in 0..ROWS {
            let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)];
            let mut ring: Vec<[f64; 2]> =
                corners.windows(2).flat_map(|side| side_of(side[0], side[1], pieces)).collect();
            ring.push(ring[0]);
            let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
            let shape = Arc::new(Shape::read(&serde_json::from_value(geometry)?, Datum::Wgs84)?);
            let code = format!("5001141192{y:02}{:03}", x + 1).parse().map_err(|_| "no such code")?;
            let (name, grid_name) = ("示例".to_owned(), "示例".to_owned());
            let kind = GridKind::Basic;
            grids.push(Boundary { code, name, grid_name, kind, version: 1, days, shape });
        }
    }
    Ok(GridMap::default().with(1, grids))
}

/// The points from one crossing of the lattice up to, and without, the next; the same, backwards, on the other side.
fn side_of(from: (usize, usize), to: (usize, usize), pieces: usize) -> Vec<[f64; 2]> {
    let (low, high) = if from < to { (from, to) } else { (to, from) };
    let mut seed = (((low.0 * 97 + low.1) * 97 + high.0) * 97 + high.1) as u64;
    let upright = low.0 == high.0;
    let mut points: Vec<[f64; 2]> = (0..=pieces)
        .map(|piece| {
            let part = piece as f64 / pieces as f64;
            // Least at the crossings, where four sides meet.
            let push = (dice(&mut seed) - 0.5) * 0.2 * (part * std::f64::consts::PI).sin();
            let (x, y) = if upright { (push, part) } else { (part, push) };
            [WEST + (low.0 as f64 + x) * SIDE, SOUTH + (low.1 as f64 + y) * SIDE]
        })
        .collect();
    if from > to {
        points.reverse();
    }
    points.pop();
    points
}

fn asked<'s>(at: Wgs84, accuracy_m: Option<f64>, scope: &'s AreaScope) -> Result<Asked<'s>, Failure> {
    Ok(Asked { at, accuracy_m, on: "2026-03-02".parse()?, scope })
}

/// For how many points the map finds another grid than looking at every one.
fn compare(map: &GridMap, scope: &AreaScope, places: &[Wgs84]) -> Result<usize, Failure> {
    let began = Instant::now();
    let mut wrong = 0;
    for at in places {
        let point = Point::new(at.lng, at.lat);
        let every = map.all().find(|grid| grid.shape.outline().contains(&point));
        let found = locate(map, &asked(*at, Some(0.0), scope)?);
        let inside = found.chosen.filter(|grid| grid.shape.holds(*at));
        wrong += usize::from(inside.map(|grid| &grid.code) != every.map(|grid| &grid.code));
    }
    println!(
        "looking at every grid: {:.2} µs each",
        began.elapsed().as_secs_f64() / places.len() as f64 * 1e6
    );
    Ok(wrong)
}

fn timed(
    map: &GridMap,
    scope: &AreaScope,
    places: &[Wgs84],
    accuracy_m: Option<f64>,
) -> Result<Duration, Failure> {
    let mut asked = asked(Wgs84 { lat: 0.0, lng: 0.0 }, accuracy_m, scope)?;
    let began = Instant::now();
    for at in places {
        asked.at = *at;
        black_box(locate(map, &asked));
    }
    Ok(began.elapsed())
}
