//! Inspections, and which places a campaign has been to.

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use super::Counted;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::Result;
use crate::each;
use crate::features::campaigns::model::InspectionRow;
use crate::features::hazards::{Campaign, Inspection};
use crate::features::places::Place;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{campaign_places, inspections};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};

/// The inspection, when it lies in `scope`; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Inspection>) -> Result<InspectionRow> {
    let row = inspections::table.filter(inspections::id.eq(id)).filter(scope.inside(inspections::area_code));
    row.select(InspectionRow::cols()).first(c).or_not_found()
}

/// The inspection that already has this id, wherever it lies: a phone's resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Inspection>) -> Result<Option<InspectionRow>> {
    inspections::table.find(id).select(InspectionRow::cols()).first(c).or_none()
}

/// Rows of one page of the inspections of a campaign in `scope`, newest first; only those of a place, if one is named.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    campaign: Id<Campaign>,
    place: Option<Id<Place>>,
    page: &PageRequest,
) -> Result<Vec<InspectionRow>> {
    let mut rows = inspections::table
        .filter(inspections::campaign_id.eq(campaign))
        .filter(scope.inside(inspections::area_code))
        .into_boxed::<MultiBackend>();
    if let Some(place) = place {
        rows = rows.filter(inspections::place_id.eq(place));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Inspection, _>("created_at, id", place));
    }
    let newest = rows.order((inspections::created_at.desc(), inspections::id.desc()));
    Ok(newest.limit(page.fetch()).select(InspectionRow::cols()).load(c)?)
}

/// Inserts an inspection. Two transactions with the same id meet in the primary key; the later one tries again and
/// finds the row.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &InspectionRow) -> Result<()> {
    diesel::insert_into(inspections::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Writes down that a campaign was at a place; whether it was the first time.
pub fn visit(tx: &mut Tx, area: &AreaInScope, campaign: Id<Campaign>, place: Id<Place>) -> Result<bool> {
    let row = (
        campaign_places::campaign_id.eq(campaign),
        campaign_places::place_id.eq(place),
        campaign_places::area_code.eq(area.code()),
    );
    let made = each!(*tx, c => diesel::insert_into(campaign_places::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(made == 1)
}

/// What counting the inspections themselves gives.
#[derive(Debug)]
pub struct Tally {
    /// Where, and of which campaign.
    pub of: Counted,
    /// Whether it is of those that were enforcement.
    pub enforcement: bool,
    /// How many.
    pub inspections: i64,
    /// Items that failed in them.
    pub failed: i64,
    /// Fines in them, fen.
    pub fines_fen: i64,
}

/// Counts every inspection; for `wangge counters verify` only. Sums are added up here: the databases do not agree on
/// what type they have.
pub fn tally(c: &mut DbConnection) -> Result<Vec<Tally>> {
    let group = (inspections::area_code, inspections::campaign_id, inspections::enforcement);
    let (area, campaign, enforcement) = group;
    let fine = inspections::fine_fen;
    let rows = inspections::table
        .group_by((area, campaign, enforcement, fine))
        .select((area, campaign, enforcement, fine, count_star(), sum(inspections::failed)))
        .load::<(AreaCode, Id<Campaign>, bool, Option<i64>, i64, Option<i64>)>(c)?;
    let tally =
        |(area, campaign, enforcement, fine, n, failed): (_, _, _, Option<i64>, i64, Option<i64>)| Tally {
            of: (area, campaign),
            enforcement,
            inspections: n,
            failed: failed.unwrap_or(0),
            fines_fen: fine.unwrap_or(0) * n,
        };
    Ok(rows.into_iter().map(tally).collect())
}

/// Counts the places that campaigns have been to; for `wangge counters verify` only.
pub fn tally_places(c: &mut DbConnection) -> Result<Vec<(Counted, i64)>> {
    let (area, campaign) = (campaign_places::area_code, campaign_places::campaign_id);
    let rows = campaign_places::table.group_by((area, campaign)).select((area, campaign, count_star()));
    let rows = rows.load::<(AreaCode, Id<Campaign>, i64)>(c)?;
    Ok(rows.into_iter().map(|(area, campaign, n)| ((area, campaign), n)).collect())
}
