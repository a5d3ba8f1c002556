//! Which grid a point lies in, and how sure that is.
//!
//! A point is a circle: a phone says how far off it may be. When that circle crosses a border the grids on the other
//! side are candidates. Where a grid of its own purpose (专属网格) lies in a basic one, it is the answer there.

use chrono::NaiveDate;

use super::map::{Boundary, GridMap};
use crate::base::geo::Wgs84;
use crate::features::areas::model::GridKind;
use crate::platform::access::AreaScope;

/// How far off a point may be that does not say so, metres: what a phone under open sky and leaves gives.
const USUALLY_OFF_M: f64 = 30.0;
/// Phones promise more than this, but no border is drawn better.
const LEAST_OFF_M: f64 = 5.0;
/// A point that is further off says nothing; more neighbours than these are not looked at.
const MOST_OFF_M: f64 = 5_000.0;
/// The most candidates that are told.
const MOST_CANDIDATES: usize = 10;

crate::text_enum! {
    /// How a point was placed.
    pub enum Placing {
        Inside = "inside" "位于网格边界内",
        MicroGrid = "micro_grid" "位于微网格边界内",
        Nearest = "nearest" "不在任何网格内,取误差范围内最近的",
        None = "none" "误差范围内没有网格",
    }
}

crate::text_enum! {
    /// How sure the grid of a point is.
    pub enum Confidence {
        High = "high" "高",
        Medium = "medium" "中",
        Low = "low" "低",
    }
}

/// A point on a day.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'s> {
    /// Where.
    pub at: Wgs84,
    /// How far off it may be, metres; 30 when not said.
    pub accuracy_m: Option<f64>,
    /// By the boundaries of which day.
    pub on: NaiveDate,
    /// Only grids in here; others are as if they were not.
    pub scope: &'s AreaScope,
}

impl Asked<'_> {
    /// The radius of the circle, metres.
    pub fn off_m(&self) -> f64 {
        self.accuracy_m.unwrap_or(USUALLY_OFF_M).clamp(LEAST_OFF_M, MOST_OFF_M)
    }
}

/// A grid that the point may lie in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'m> {
    /// Its boundary, or that of the micro-grid by which it was found.
    pub boundary: &'m Boundary,
    /// How far the point is from it, metres; 0 inside.
    pub distance_m: f64,
}

/// What the map says of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<'m> {
    /// How it was placed.
    pub method: Placing,
    /// The boundary that decided.
    pub chosen: Option<&'m Boundary>,
    /// The micro-grid in the same grid that holds the point.
    pub micro: Option<&'m Boundary>,
    /// How far the nearest border is beyond which the answer is another, metres.
    pub border_m: Option<f64>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// When that border is within the circle: the chosen grid and those beyond, nearest first, each grid once.
    pub candidates: Vec<Candidate<'m>>,
}

impl Finding<'_> {
    /// Whether the circle reaches into several grids.
    pub fn is_ambiguous(&self) -> bool {
        self.candidates.len() > 1
    }
}

/// A boundary within the circle.
#[derive(Clone, Copy)]
struct Hit<'m> {
    boundary: &'m Boundary,
    inside: bool,
    border_m: f64,
}

impl<'m> Hit<'m> {
    fn of(boundary: &'m Boundary, asked: &Asked, off_m: f64) -> Option<Self> {
        let inside = boundary.shape.holds(asked.at);
        // Of a neighbour it matters only whether it begins within the circle.
        let most_m = if inside { f64::INFINITY } else { off_m };
        let border_m = boundary.shape.border_within_m(asked.at, most_m);
        (inside || border_m <= off_m).then_some(Self { boundary, inside, border_m })
    }

    fn distance_m(&self) -> f64 {
        if self.inside { 0.0 } else { self.border_m }
    }

    /// What decides between several, least first: inside before outside; inside, a grid of its own purpose before a
    /// basic one and a grid before a micro-grid; then the nearest; then the code, so that each node answers the same.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |hit: &Self| {
            let basic = hit.boundary.kind == GridKind::Basic;
            (!hit.inside, hit.inside && basic, hit.inside && hit.boundary.is_micro())
        };
        let nearer = self.distance_m().total_cmp(&other.distance_m());
        rank(self).cmp(&rank(other)).then(nearer).then_with(|| self.boundary.code.cmp(&other.boundary.code))
    }

    fn is_of(&self, boundary: &Boundary) -> bool {
        self.boundary.shares_grid(boundary)
    }
}

/// Looks a point up. Microseconds, no waiting.
pub fn locate<'m>(map: &'m GridMap, asked: &Asked) -> Finding<'m> {
    let off_m = asked.off_m();
    let near = map.near(asked.at, off_m);
    let there = near.filter(|boundary| boundary.days.hold(asked.on) && asked.scope.holds(&boundary.code));
    let mut hits: Vec<Hit> = there.filter_map(|boundary| Hit::of(boundary, asked, off_m)).collect();
    hits.sort_by(Hit::order);
    let Some(&best) = hits.first() else {
        let (chosen, micro, border_m, confidence, candidates) = (None, None, None, None, vec![]);
        return Finding { method: Placing::None, chosen, micro, border_m, confidence, candidates };
    };
    let micro = hits.iter().find(|hit| hit.inside && hit.boundary.is_micro() && hit.is_of(best.boundary));
    let others = others(&hits, best, off_m);
    let nearest = others.iter().map(|hit| hit.border_m).fold(best.border_m, f64::min);
    let method = match (best.inside, micro) {
        (true, Some(_)) => Placing::MicroGrid,
        (true, None) => Placing::Inside,
        (false, _) => Placing::Nearest,
    };
    let confidence = match best.inside {
        true if nearest > off_m => Confidence::High,
        true => Confidence::Medium,
        false => Confidence::Low,
    };
    let candidates = if confidence == Confidence::High { vec![] } else { candidates(best, others) };
    Finding {
        method,
        chosen: Some(best.boundary),
        micro: micro.map(|hit| hit.boundary),
        border_m: Some(nearest),
        confidence: Some(confidence),
        candidates,
    }
}

/// The hits of other grids that a step within the circle may lead into. Deep inside a grid of its own purpose the
/// basic one around it is no other answer.
fn others<'m>(hits: &[Hit<'m>], best: Hit<'m>, off_m: f64) -> Vec<Hit<'m>> {
    let deep = best.inside && best.border_m > off_m;
    let covered = |hit: &Hit| deep && hit.inside && hit.boundary.kind != best.boundary.kind;
    hits.iter().filter(|hit| !hit.is_of(best.boundary) && !covered(hit)).copied().collect()
}

fn candidates<'m>(best: Hit<'m>, mut others: Vec<Hit<'m>>) -> Vec<Candidate<'m>> {
    others.sort_by(|a, b| a.distance_m().total_cmp(&b.distance_m()).then_with(|| a.order(b)));
    let mut candidates: Vec<Candidate> = Vec::with_capacity(others.len() + 1);
    for hit in [best].into_iter().chain(others) {
        // A grid and its micro-grids are one answer.
        if candidates.len() < MOST_CANDIDATES && !candidates.iter().any(|c| hit.is_of(c.boundary)) {
            candidates.push(Candidate { boundary: hit.boundary, distance_m: hit.distance_m() });
        }
    }
    candidates
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;
