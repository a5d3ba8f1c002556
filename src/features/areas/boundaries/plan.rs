//! What boundaries that somebody wants would change, and what forbids it. Writes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::conflicts::conflicts;
use super::map::{Boundary, Days, GridMap};
use super::shape::Shape;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::ConcernedArea;
use crate::features::areas::model::{Area, GridKind};
use crate::platform::sheet::Tally;

/// A boundary that somebody wants an area to have.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Where it stands in the file.
    pub place: usize,
    pub code: AreaCode,
    pub shape: Arc<Shape>,
    /// The first day on which it is to hold.
    pub from: NaiveDate,
}

/// What is wrong with a wanted boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Where the boundary stands in the file.
    pub place: usize,
    /// Which part of it.
    pub field: &'static str,
    /// What to do about it.
    pub message: String,
    /// The other area, when the two clash.
    pub other: Option<ConcernedArea>,
}

/// What wanted boundaries come to.
#[derive(Debug, Default)]
pub struct Judged {
    /// How many areas get their first boundary, another one, or keep the one that they have.
    pub tally: Tally,
    /// What is wrong. Nothing may be written unless this is empty.
    pub faults: Vec<Fault>,
    /// What is to be written.
    pub(super) changes: Vec<Change>,
    /// The map that it was judged by.
    pub(super) revision: i64,
}

/// A boundary to write.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// The version of the area that it was judged by.
    pub area_version: i32,
    pub boundary: Boundary,
    /// The version that holds on the first day so far, and now only until then.
    pub shortened: Option<i32>,
}

/// Judges `wanted` by the boundaries of `map` and by `known`, the areas that they name and the grids of micro-grids.
/// Takes up to seconds when many overlap: not for an async thread, nor for a transaction.
pub(super) fn judge(map: &GridMap, known: &[Area], wanted: &[Wanted]) -> Judged {
    let known: HashMap<&AreaCode, &Area> = known.iter().map(|area| (&area.code, area)).collect();
    let mut judged = Judged { revision: map.revision(), ..Judged::default() };
    let mut places = Vec::new();
    for wanted in wanted {
        match admitted(&known, wanted) {
            Err((field, message)) => {
                judged.faults.push(Fault { place: wanted.place, field, message, other: None });
            }
            Ok((area, grid)) => match change(map, area, grid, wanted) {
                None => judged.tally.unchanged += 1,
                Some(change) => {
                    let first = change.boundary.version == 1;
                    *(if first { &mut judged.tally.created } else { &mut judged.tally.changed }) += 1;
                    judged.changes.push(change);
                    places.push(wanted.place);
                }
            },
        }
    }
    let after = map.with(map.revision(), judged.changes.iter().flat_map(|change| written(map, change)));
    for (change, place) in judged.changes.iter().zip(places) {
        judged.faults.extend(conflicts(&after, &change.boundary).into_iter().map(|conflict| Fault {
            place,
            field: "geometry",
            message: conflict.message(),
            other: Some(ConcernedArea {
                code: conflict.other.code.clone(),
                name: conflict.other.name.clone(),
                distance_m: None,
                overlap_m2: Some((conflict.area_m2 * 10.0).round() / 10.0),
            }),
        }));
    }
    judged.faults.sort_by_key(|fault| fault.place);
    judged
}

/// The area that may have such a boundary, and its grid; or which field is wrong and why.
fn admitted<'a>(
    known: &HashMap<&AreaCode, &'a Area>,
    wanted: &Wanted,
) -> Result<(&'a Area, &'a Area), (&'static str, String)> {
    let code = &wanted.code;
    let gone = || ("code", format!("区域 {code} 不存在、已停用,或不在您的辖区内"));
    let Some(grid) = code.at(AreaLevel::Grid) else {
        return Err(("code", "只有网格和微网格有边界".to_owned()));
    };
    let area = *known.get(code).filter(|area| area.is_open()).ok_or_else(gone)?;
    let grid = *known.get(&grid).ok_or_else(gone)?;
    if let Some(began) = area.valid_from.filter(|began| wanted.from < *began) {
        return Err(("valid_from", format!("不能早于该区域的启用日期 {began}")));
    }
    Ok((area, grid))
}

/// The boundary as it would be written; `None` when it already is so on that day.
fn change(map: &GridMap, area: &Area, grid: &Area, wanted: &Wanted) -> Option<Change> {
    let from = wanted.from;
    let held: Vec<&Boundary> =
        map.of(&area.code).map(|held| &**held).filter(|held| held.days.are_some()).collect();
    let current = held.iter().find(|held| held.days.hold(from));
    if current.is_some_and(|current| current.shape == wanted.shape) {
        return None;
    }
    let until = match current {
        Some(current) => current.days.until,
        None => held.iter().map(|held| held.days.from).filter(|next| *next > from).min(),
    };
    let boundary = Boundary {
        code: area.code.clone(),
        name: area.name.clone(),
        grid_name: grid.name.clone(),
        kind: grid.grid_kind.unwrap_or(GridKind::Basic),
        version: map.of(&area.code).last().map_or(0, |last| last.version) + 1,
        days: Days { from, until },
        shape: Arc::clone(&wanted.shape),
    };
    Some(Change { area_version: area.version, shortened: current.map(|current| current.version), boundary })
}

/// The rows that a change writes.
fn written(map: &GridMap, change: &Change) -> Vec<Boundary> {
    let new = &change.boundary;
    let held = map.of(&new.code).find(|held| Some(held.version) == change.shortened);
    let shortened = held.map(|held| {
        let days = Days { from: held.days.from, until: Some(new.days.from) };
        Boundary { days, ..(**held).clone() }
    });
    shortened.into_iter().chain([new.clone()]).collect()
}

/// What forbids that the grid `code` becomes of `kind`: the first clash of its boundary, or of one in it, with another.
pub(super) fn clash_as(map: &GridMap, code: &AreaCode, kind: GridKind) -> Option<String> {
    let own = map.all().filter(|boundary| boundary.code.is_within(code));
    let own: Vec<Boundary> = own.map(|boundary| Boundary { kind, ..(**boundary).clone() }).collect();
    let after = map.with(map.revision(), own.clone());
    own.iter().find_map(|boundary| conflicts(&after, boundary).first().map(|conflict| conflict.message()))
}
