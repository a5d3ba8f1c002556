//! The only files that name `campaigns`, `campaign_areas`, `checklists`, `inspections` and `campaign_places`.

pub mod inspections;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::{CampaignFile, CampaignRow, ChecklistRow};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::features::hazards::{Campaign, HazardField};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{campaign_areas, campaigns, checklists};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before, prefix};

/// The campaigns that are somewhere in `scope`, be it in a part of one of its areas or in more than that.
fn visible(scope: &AreaScope) -> Condition<campaigns::table> {
    if scope.is_everywhere() {
        return Box::new(true.into_sql::<Bool>());
    }
    prefix::touching("campaign_areas a WHERE a.campaign_id = campaigns.id", scope.prefixes())
}

/// The campaign, when `scope` shows it; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Campaign>) -> Result<CampaignFile> {
    let row = campaigns::table.filter(campaigns::id.eq(id)).filter(visible(scope));
    let row: CampaignRow = row.select(CampaignRow::cols()).first(c).or_not_found()?;
    file(c, row)
}

/// The campaign that already has this id, wherever it is: a resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Campaign>) -> Result<Option<CampaignFile>> {
    let row = campaigns::table.find(id).select(CampaignRow::cols()).first(c).or_none()?;
    row.map(|row| file(c, row)).transpose()
}

fn file(c: &mut DbConnection, row: CampaignRow) -> Result<CampaignFile> {
    let areas = campaign_areas::table.filter(campaign_areas::campaign_id.eq(row.id));
    let areas = areas.order(campaign_areas::area_code).select(campaign_areas::area_code).load(c)?;
    let checklist = checklists::table.find((row.id, row.checklist)).select(ChecklistRow::cols()).first(c)?;
    Ok(CampaignFile { row, areas, checklist })
}

/// Which campaigns a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that run on this day.
    pub running_on: Option<NaiveDate>,
    /// Only those of this field.
    pub field: Option<HazardField>,
}

/// Rows of one page of the campaigns that `scope` shows, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<CampaignRow>> {
    let mut rows = campaigns::table.filter(visible(scope)).into_boxed::<MultiBackend>();
    if let Some(day) = filter.running_on {
        rows = rows.filter(campaigns::from_on.le(day).and(campaigns::to_on.ge(day)));
    }
    if let Some(field) = filter.field {
        rows = rows.filter(campaigns::field.eq(field));
    }
    if let Some(place) = page.after {
        rows = rows.filter(before::<Campaign, _>("created_at, id", place));
    }
    let newest = rows.order((campaigns::created_at.desc(), campaigns::id.desc()));
    Ok(newest.limit(page.fetch()).select(CampaignRow::cols()).load(c)?)
}

/// The campaigns that run on `day` and that `scope` shows, newest first, at most `most`.
pub fn running(
    c: &mut DbConnection,
    scope: &AreaScope,
    day: NaiveDate,
    most: u32,
) -> Result<Vec<CampaignRow>> {
    let filter = Filter { running_on: Some(day), field: None };
    let mut rows = list(c, scope, &filter, &PageRequest::following(None, most))?;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(rows)
}

/// These checklists, each of a campaign that was found in `scope`.
pub fn checklists(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    held: &[(Id<Campaign>, i32)],
) -> Result<Vec<ChecklistRow>> {
    let of = checklists::table.filter(checklists::campaign_id.eq_any(held.iter().map(|(id, _)| *id)));
    let rows: Vec<ChecklistRow> = of.select(ChecklistRow::cols()).load(c)?;
    // A campaign keeps the few lists that were used before.
    Ok(rows.into_iter().filter(|row| held.contains(&(row.campaign_id, row.number))).collect())
}

/// Inserts a new campaign. Two transactions with the same id meet in the primary key; the later one tries again and
/// finds the row.
pub fn insert(tx: &mut Tx, areas: &[AreaInScope], row: &CampaignRow, checklist: &ChecklistRow) -> Result<()> {
    diesel::insert_into(campaigns::table).values(row).execute(&mut **tx).or_again()?;
    let areas: Vec<_> = areas
        .iter()
        .map(|area| (campaign_areas::campaign_id.eq(row.id), campaign_areas::area_code.eq(area.code())))
        .collect();
    each!(*tx, c => diesel::insert_into(campaign_areas::table).values(&areas).execute(c))?;
    diesel::insert_into(checklists::table).values(checklist).execute(&mut **tx)?;
    Ok(())
}

/// Writes a campaign as it is after a change at its next version; 412 when another change was faster.
pub fn update(tx: &mut Tx, scope: &AreaScope, mut row: CampaignRow) -> Result<CampaignRow> {
    let same = campaigns::table
        .filter(campaigns::id.eq(row.id).and(campaigns::version.eq(row.version)).and(visible(scope)));
    row.version += 1;
    row.updated_at = tx.now();
    let changed = diesel::update(same).set(&row).execute(&mut **tx)?;
    if changed == 1 { Ok(row) } else { Err(Problem::new(Code::StaleVersion)) }
}

/// A checklist of a campaign that was found in `scope`; none when there is none of this number any more.
pub fn checklist(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    campaign: Id<Campaign>,
    number: i32,
) -> Result<Option<ChecklistRow>> {
    checklists::table.find((campaign, number)).select(ChecklistRow::cols()).first(c).or_none()
}

/// When another checklist took the place of this one of a campaign that was found in `scope`; none while it holds.
pub fn replaced_at(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    campaign: Id<Campaign>,
    number: i32,
) -> Result<Option<Timestamp>> {
    let later = checklists::table
        .filter(checklists::campaign_id.eq(campaign).and(checklists::number.gt(number)))
        .order(checklists::number);
    later.select(checklists::created_at).first(c).or_none()
}

/// Puts `next` in the place of the checklist before, which stays: a phone without a signal may be answering it.
pub fn replace_checklist(tx: &mut Tx, _found_in: &AreaScope, next: &ChecklistRow) -> Result<()> {
    diesel::insert_into(checklists::table).values(next).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Freezes a checklist that an inspection is answered by; whether it is still there. One that is frozen already is not
/// written again: all inspections of a campaign would meet in it.
pub fn freeze(tx: &mut Tx, found_in: &AreaScope, checklist: &ChecklistRow) -> Result<bool> {
    if checklist.used_at.is_some() {
        return Ok(true);
    }
    let (campaign, number) = (checklist.campaign_id, checklist.number);
    let unused = checklists::table.find((campaign, number)).filter(checklists::used_at.is_null());
    let now = Some(tx.now());
    if diesel::update(unused).set(checklists::used_at.eq(now)).execute(&mut **tx)? == 1 {
        return Ok(true);
    }
    Ok(self::checklist(tx, found_in, campaign, number)?.is_some())
}

/// The areas of a campaign in which counters are kept apart.
pub type Counted = (AreaCode, Id<Campaign>);
