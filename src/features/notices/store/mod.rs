//! The only files that name `notices`, `notice_areas`, `frozen_counts` (and its forerunner `notice_denominators`), `deliveries` and `household_reach`.
//!
//! What is not bounded by an area scope, each with its reason: the feed is bounded by the lineage of the reader's
//! own home (`feed`), what happened in a household by that household (`reach`), and background work takes rows as
//! they are due, wherever they lie (`fan_out`, `deliveries`).

pub mod brief;
pub mod deliveries;
pub mod ends;
pub mod fan_out;
pub mod feed;
pub mod frozen;
pub mod open;
pub mod reach;
pub mod receipts;
mod recipients;
pub mod timing;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::{Notice, NoticeRow, NoticeState};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Problem, Result};
use crate::each;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{notice_areas, notices};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before, prefix};

/// The notices that are read somewhere in `scope`, be it in a part of one of its areas or in more than that.
fn visible(scope: &AreaScope) -> Condition<notices::table> {
    if scope.is_everywhere() {
        return Box::new(sql::<Bool>("1=1"));
    }
    read_in(scope.prefixes())
}

/// The notices that are read in one of `places`, in a part of it or in more than that.
fn read_in(places: &[AreaCode]) -> Condition<notices::table> {
    prefix::touching("notice_areas a WHERE a.notice_id = notices.id", places)
}

/// A notice with where it is read.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The notice.
    pub row: NoticeRow,
    /// Where it is read.
    pub areas: Vec<AreaCode>,
}

/// The notice, when `scope` shows it; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Notice>) -> Result<Stored> {
    let row = notices::table.filter(notices::id.eq(id)).filter(visible(scope)).select(NoticeRow::cols());
    let row = row.first(c).or_not_found()?;
    Ok(Stored { row, areas: areas(c, id)? })
}

/// The notice that already has this id, wherever it is read: a resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Notice>) -> Result<Option<Stored>> {
    let row = notices::table.find(id).select(NoticeRow::cols()).first(c).or_none()?;
    row.map(|row| Ok(Stored { row, areas: areas(c, id)? })).transpose()
}

fn areas(c: &mut DbConnection, id: Id<Notice>) -> Result<Vec<AreaCode>> {
    let areas = notice_areas::table.filter(notice_areas::notice_id.eq(id)).order(notice_areas::area_code);
    Ok(areas.select(notice_areas::area_code).load(c)?)
}

/// Which notices a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<NoticeState>,
    /// Where those that have not been published are shown too.
    pub unpublished_in: Vec<AreaCode>,
}

/// Rows of one page of the notices that `scope` shows, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<NoticeRow>> {
    let mut query = notices::table
        .filter(visible(scope))
        .order((notices::created_at.desc(), notices::id.desc()))
        .limit(page.fetch())
        .select(NoticeRow::cols())
        .into_boxed::<MultiBackend>();
    if let Some(state) = filter.state {
        query = query.filter(notices::state.eq(state));
    }
    let unpublished: Condition<notices::table> = read_in(&filter.unpublished_in);
    query = query.filter(notices::published_at.is_not_null().or(unpublished));
    if let Some(place) = page.after {
        query = query.filter(before::<Notice, notices::table>("created_at, id", place));
    }
    Ok(query.load(c)?)
}

/// Writes a new draft down. Two transactions with the same id meet in the primary key; the later one tries again
/// and finds the row.
pub fn insert(tx: &mut Tx, areas: &[AreaInScope], row: &NoticeRow) -> Result<()> {
    diesel::insert_into(notices::table).values(row).execute(&mut **tx).or_again()?;
    put_areas(tx, row.id, areas)
}

fn put_areas(tx: &mut Tx, id: Id<Notice>, areas: &[AreaInScope]) -> Result<()> {
    let rows: Vec<_> = areas
        .iter()
        .map(|area| (notice_areas::notice_id.eq(id), notice_areas::area_code.eq(area.code())))
        .collect();
    each!(*tx, c => diesel::insert_into(notice_areas::table).values(&rows).execute(c))?;
    Ok(())
}

/// Puts other areas in the place of a draft's.
pub fn replace_areas(tx: &mut Tx, draft: &NoticeRow, areas: &[AreaInScope]) -> Result<()> {
    debug_assert_eq!(draft.state, NoticeState::Draft);
    let old = notice_areas::table.filter(notice_areas::notice_id.eq(draft.id));
    diesel::delete(old).execute(&mut **tx)?;
    put_areas(tx, draft.id, areas)
}

/// Writes what a step changed, if the row still has the version before: 412 otherwise.
pub fn update(tx: &mut Tx, scope: &AreaScope, moved: &NoticeRow) -> Result<()> {
    let same = notices::table
        .filter(notices::id.eq(moved.id).and(notices::version.eq(moved.version - 1)).and(visible(scope)));
    let changed = diesel::update(same).set(moved).execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Problem::new(crate::base::problem::Code::StaleVersion)) }
}

/// Puts a notice into the feeds of its areas, or takes it out of them.
pub fn show_in_feeds(tx: &mut Tx, row: &NoticeRow) -> Result<()> {
    let here = notice_areas::table.filter(notice_areas::notice_id.eq(row.id));
    let since = row.published_at.filter(|_| row.state == NoticeState::Published);
    diesel::update(here).set(notice_areas::published_at.eq(since)).execute(&mut **tx)?;
    Ok(())
}
