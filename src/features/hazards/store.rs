//! The only file that names `hazards`.
//!
//! Rows are reached by way of their case file, which the caller has found in its scope.

use diesel::prelude::*;

use super::model::{Campaign, HazardField, HazardRow, HazardState};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::Result;
use crate::features::cases::{Case, CaseFile};
use crate::features::places::Place;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::hazards;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx};
use crate::{each, insert_along, prepared};

/// The hazard of a case file that was found in `scope`.
pub fn of_case(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<HazardRow> {
    debug_assert!(file.is_seen_by(scope));
    each!(c, c => hazards::table.find(file.id).select(HazardRow::cols()).get_result(c)).or_not_found()
}

/// The hazards of case files that were found in `scope`, in no order.
pub fn of_cases(c: &mut DbConnection, scope: &AreaScope, files: &[CaseFile]) -> Result<Vec<HazardRow>> {
    debug_assert!(files.iter().all(|file| file.is_seen_by(scope)));
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    let rows = hazards::table.filter(hazards::case_id.eq_any(ids)).select(HazardRow::cols());
    Ok(rows.load(c)?)
}

/// Which hazards a list shows.
#[derive(Debug, Clone, Copy)]
pub enum Listing {
    /// Those that are listed for supervision.
    Supervised,
    /// Those at this place of the ledger, closed ones too.
    At(Id<Place>),
}

/// A page of the hazards of a list in `scope`, newest first. Hazards are never private or sealed, so the area is all
/// that decides; a resident, who sees only their own, finds none here.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    listing: Listing,
    page: &PageRequest,
) -> Result<Vec<HazardRow>> {
    if scope.only_own() {
        return Ok(vec![]);
    }
    let rows = hazards::table.filter(scope.inside(hazards::area_code)).into_boxed::<MultiBackend>();
    let rows = match listing {
        Listing::Supervised => rows.filter(hazards::supervised_until.is_not_null()),
        Listing::At(place) => rows.filter(hazards::place_id.eq(place)),
    };
    let rows = match page.after {
        Some(place) => rows.filter(hazards::case_id.lt(Id::<Case>::from_uuid(place.id))),
        None => rows,
    };
    Ok(rows.order(hazards::case_id.desc()).limit(page.fetch()).select(HazardRow::cols()).load(c)?)
}

/// Inserts the row beside a file that has just been opened.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &HazardRow) -> Result<()> {
    Ok(insert_along!(tx, hazards::table, row.clone())?)
}

/// Writes what a step changed. The file's version, checked in the same transaction, guards it.
pub fn update(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &HazardRow) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    each!(*tx, c => prepared!(diesel::update(hazards::table.find(file.id)).set(row)).execute(c))?;
    Ok(())
}

/// How many hazards of a field are in a state, of those that a campaign found in an area.
#[derive(Queryable)]
pub struct Tally {
    pub area_code: AreaCode,
    pub campaign_id: Option<Id<Campaign>>,
    pub field: HazardField,
    pub state: HazardState,
    pub n: i64,
}

/// Counts every hazard that a campaign found; for `wangge counters verify` only.
pub fn tally(c: &mut DbConnection) -> Result<Vec<Tally>> {
    let group = (hazards::area_code, hazards::campaign_id, hazards::field, hazards::state);
    let found = hazards::table.filter(hazards::campaign_id.is_not_null()).group_by(group);
    let (area, campaign, field, state) = group;
    Ok(found.select((area, campaign, field, state, diesel::dsl::count_star())).load(c)?)
}
