//! Where a case may lie: in a grid, or in a village when the grid is not known.
//!
//! Lists, counters and the areas of posts go down to grids, so a micro-grid's case lies in its grid; a coarser area
//! than a village is nobody's to walk to.
//!
//! Coordinates say in which grid a case lies when the report does not. A person who names a grid is believed: they
//! stand there, and a border on a map may be wrong; what the map said is kept beside it. A person who names only the
//! village leaves the grid to the map. Near a border, where nobody named a grid, somebody has to be asked.

use chrono::NaiveDate;

use super::assignment::{AssignedBy, Assignment};
use super::model::NewCase;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Code, ConcernedArea, FieldError, Problem, Result};
use crate::features::areas::{self, Asked, Candidate, Finding, GridMap, locate};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::DbConnection;

/// The field of a report that names the area.
const FIELD: &str = "area_code";

/// Where a case is to lie, and what the map said of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Site {
    /// As the report or the map says; looked up when the case is opened.
    pub area: AreaCode,
    /// For a case with coordinates in a town with boundaries.
    pub assignment: Option<Assignment>,
}

/// Why a case can lie nowhere. A value, not a failure: it does not matter when the case turns out to be there already.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoSite {
    /// Neither an area nor coordinates.
    Unsaid,
    /// An area above the village.
    TooCoarse,
    /// An area outside of the reporter's.
    Outside(AreaCode),
    /// Coordinates of which the map knows no grid, or none of the reporter's.
    OffTheMap,
    /// Coordinates near a border: the grids that they may lie in.
    Ambiguous(Vec<ConcernedArea>),
}

impl From<&NoSite> for Problem {
    fn from(why: &NoSite) -> Self {
        let field = |message: &str| Self::field(FIELD, message);
        match why {
            NoSite::Unsaid => field("请选择网格,或提供坐标"),
            NoSite::TooCoarse => field("请选择网格,不清楚时选择村(社区)"),
            NoSite::Outside(code) => field(&format!("区域 {code} 不在您的辖区内")),
            NoSite::OffTheMap => field("坐标不在您辖区的任何网格内,请选择网格或村(社区)"),
            NoSite::Ambiguous(grids) => {
                let names: Vec<_> = grids.iter().map(|grid| format!("“{}”", grid.name)).collect();
                let message = format!("位置可能属于{},请选择", names.join("、"));
                let errors = vec![FieldError { field: FIELD.to_owned(), message: message.clone() }];
                Self::because(Code::GridAmbiguous, message).with_errors(errors).about(grids.clone())
            }
        }
    }
}

/// Where `new` lies, as far as that is told without asking the database: by its area, by its coordinates on the `map`
/// of `today`, or by both. `map` is none as long as this node has not read it.
pub(super) fn settle(
    scope: &AreaScope,
    new: &NewCase,
    map: Option<&GridMap>,
    today: NaiveDate,
) -> Result<Site, NoSite> {
    let named = new.area.as_ref().map(|code| guard(scope, code)).transpose()?;
    let mapped = map.filter(|map| !map.is_empty()).zip(new.place.at);
    let Some((map, at)) = mapped else {
        let unplaced = if new.place.at.is_some() { NoSite::OffTheMap } else { NoSite::Unsaid };
        return named.map(|area| Site { area: area.clone(), assignment: None }).ok_or(unplaced);
    };
    let asked = Asked { at, accuracy_m: new.place.accuracy_m, on: today, scope };
    let found = locate(map, &asked);
    match named {
        None => by_map(&found),
        Some(area) => Ok(by_person(area, &found)),
    }
}

/// The grid that the map gives, when it is the only one.
fn by_map(found: &Finding) -> Result<Site, NoSite> {
    if found.is_ambiguous() {
        return Err(NoSite::Ambiguous(found.candidates.iter().map(concerned).collect()));
    }
    let area = found.chosen.ok_or(NoSite::OffTheMap)?.grid();
    Ok(Site { assignment: Some(Assignment::of(found, AssignedBy::Map, &area)), area })
}

/// The area that was named; the grid in it that the map gives, when that is certain and the area is coarser.
fn by_person(area: &AreaCode, found: &Finding) -> Site {
    let finer = by_map(found).ok().filter(|site| area.level() < AreaLevel::Grid && site.area.is_within(area));
    finer.unwrap_or_else(|| {
        let assignment = Assignment::of(found, AssignedBy::Person, area);
        Site { area: area.clone(), assignment: Some(assignment) }
    })
}

fn concerned(candidate: &Candidate) -> ConcernedArea {
    let grid = candidate.boundary;
    ConcernedArea {
        code: grid.grid(),
        name: grid.grid_name.clone(),
        distance_m: Some((candidate.distance_m * 10.0).round() / 10.0),
        overlap_m2: None,
    }
}

/// Refuses a code that no case can have.
fn guard<'a>(scope: &AreaScope, code: &'a AreaCode) -> Result<&'a AreaCode, NoSite> {
    if code.level() < AreaLevel::Village {
        return Err(NoSite::TooCoarse);
    }
    if !scope.holds(code) {
        return Err(NoSite::Outside(code.clone()));
    }
    Ok(code)
}

/// The area in which a case reported at `code` lies; 422 when that is none, closed or outside of `scope`.
pub(super) fn of(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    guard(scope, code).map_err(|why| Problem::from(&why))?;
    let named = areas::require_for(c, scope, code, FIELD)?;
    match code.at(AreaLevel::Grid).filter(|grid| grid != code) {
        Some(grid) => areas::require_for(c, scope, &grid, FIELD),
        None => Ok(named),
    }
}
