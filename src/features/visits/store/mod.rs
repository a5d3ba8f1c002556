//! The only files that name `visit_rounds`, `visit_tasks` and `visits`.

pub mod results;
pub mod writing;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::model::{RoundRow, Standing, TaskRow, VisitResult, VisitRound};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::column::Uid;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::{Code, Problem, Result};
use crate::features::notices::Notice;
use crate::platform::access::{AreaInScope, AreaScope, Household, Staff};
use crate::platform::db::prefix::within;
use crate::platform::db::schema::{visit_rounds, visit_tasks};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, before};

/// The rounds that lie in `scope`, or that some of it lies in.
fn rounds_in(scope: &AreaScope) -> Condition<visit_rounds::table> {
    if scope.is_everywhere() {
        return Box::new(true.into_sql::<Bool>());
    }
    let around: Vec<AreaCode> = scope.prefixes().iter().flat_map(AreaCode::lineage).collect();
    Box::new(
        scope
            .inside::<visit_rounds::table, _>(visit_rounds::area_code)
            .or(visit_rounds::area_code.eq_any(around)),
    )
}

fn visible(scope: &AreaScope) -> visit_tasks::BoxedQuery<'static, MultiBackend> {
    visit_tasks::table.into_boxed::<MultiBackend>().filter(scope.inside(visit_tasks::area_code))
}

/// The round of a notice in an area, opened now or again until `due_on`; whatever its tasks are, the day is theirs.
pub fn open(
    tx: &mut Tx,
    area: &AreaInScope,
    notice: Id<Notice>,
    due_on: NaiveDate,
    by: Id<Staff>,
) -> Result<RoundRow> {
    let now = tx.now();
    let known = visit_rounds::table
        .filter(visit_rounds::notice_id.eq(notice))
        .filter(visit_rounds::area_code.eq(area.code()));
    let known: Option<RoundRow> = known.select(RoundRow::cols()).first(&mut **tx).or_none()?;
    let Some(mut row) = known else {
        let row = RoundRow {
            id: Id::new(),
            notice_id: notice,
            area_code: area.code().clone(),
            due_on,
            tasks: 0,
            opened_by: by,
            opened_at: now,
            written_at: None,
        };
        diesel::insert_into(visit_rounds::table).values(&row).execute(&mut **tx).or_again()?;
        return Ok(row);
    };
    (row.due_on, row.opened_by, row.written_at) = (due_on, by, None);
    let next = (
        visit_rounds::due_on.eq(due_on),
        visit_rounds::opened_by.eq(by),
        visit_rounds::written_at.eq(row.written_at),
    );
    diesel::update(visit_rounds::table.find(row.id)).set(next).execute(&mut **tx)?;
    Ok(row)
}

/// A page of rounds in `scope`, the newest first.
pub fn rounds(c: &mut DbConnection, scope: &AreaScope, page: &PageRequest) -> Result<Vec<RoundRow>> {
    let mut rows = visit_rounds::table.into_boxed::<MultiBackend>().filter(rounds_in(scope));
    if let Some(place) = page.after {
        rows = rows.filter(before::<VisitRound, _>("opened_at, id", place));
    }
    let newest = rows.order((visit_rounds::opened_at.desc(), visit_rounds::id.desc()));
    Ok(newest.limit(page.fetch()).select(RoundRow::cols()).load(c)?)
}

/// The rounds of a notice in `scope`; at most as many as a notice has areas and an office parts.
pub fn rounds_of(c: &mut DbConnection, scope: &AreaScope, notice: Id<Notice>) -> Result<Vec<RoundRow>> {
    let rows = visit_rounds::table.filter(visit_rounds::notice_id.eq(notice)).filter(rounds_in(scope));
    Ok(rows.order(visit_rounds::area_code).select(RoundRow::cols()).load(c)?)
}

/// The task of a household; 404 outside of `scope`.
pub fn task(
    c: &mut DbConnection,
    scope: &AreaScope,
    notice: Id<Notice>,
    household: Id<Household>,
) -> Result<TaskRow> {
    let row = visible(scope).filter(visit_tasks::notice_id.eq(notice));
    row.filter(visit_tasks::household_id.eq(household)).select(TaskRow::cols()).first(c).or_not_found()
}

/// A stretch of the way.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Of these notices, one after the other.
    pub notices: Vec<Id<Notice>>,
    /// Strictly after this household; from the beginning when none.
    pub after: Option<Id<Household>>,
    /// Only tasks in which nobody was told, refused or has moved.
    pub undone: bool,
    /// At most so many.
    pub most: i64,
}

/// The tasks of a stretch in `scope`, in the order of walking.
pub fn along(c: &mut DbConnection, scope: &AreaScope, stretch: &Stretch) -> Result<Vec<TaskRow>> {
    let mut rows = visible(scope).filter(visit_tasks::notice_id.eq_any(stretch.notices.clone()));
    if !scope.is_everywhere() {
        // The route begins with the code of the grid, so that this is a range of the index.
        let grid = |area: &AreaCode| area.at(AreaLevel::Grid).unwrap_or_else(|| area.clone());
        let grids: Vec<AreaCode> = scope.prefixes().iter().map(grid).collect();
        rows = rows.filter(within(visit_tasks::route, &grids));
    }
    if stretch.undone {
        rows = rows.filter(visit_tasks::result.is_null().or(visit_tasks::result.eq(VisitResult::Absent)));
    }
    if let (Some(household), [notice]) = (stretch.after, stretch.notices.as_slice()) {
        let place = visit_tasks::table.find((*notice, household)).select(visit_tasks::route);
        let route: Option<String> = place.first(c).or_none()?;
        let route = route.ok_or_else(|| Problem::field("cursor", "不是本列表给出的翻页位置"))?;
        rows = rows.filter(
            sql::<Bool>("(route, household_id) > (")
                .bind::<Text, _>(route)
                .sql(", ")
                .bind::<Uid, _>(household)
                .sql(")"),
        );
    }
    let way = rows.order((visit_tasks::notice_id, visit_tasks::route, visit_tasks::household_id));
    Ok(way.limit(stretch.most).select(TaskRow::cols()).load(c)?)
}

/// Writes what the results of a task come to. Two may be recorded at once: whoever comes second starts again.
pub fn settle(tx: &mut Tx, scope: &AreaScope, task: &TaskRow, standing: &Standing) -> Result<()> {
    let same = visit_tasks::table
        .filter(visit_tasks::notice_id.eq(task.notice_id))
        .filter(visit_tasks::household_id.eq(task.household_id))
        .filter(visit_tasks::version.eq(task.version))
        .filter(scope.inside(visit_tasks::area_code));
    let next = (
        visit_tasks::result.eq(standing.result),
        visit_tasks::tries.eq(standing.tries),
        visit_tasks::last_at.eq(standing.last_at),
        visit_tasks::version.eq(task.version + 1),
        visit_tasks::updated_at.eq(tx.now()),
    );
    if diesel::update(same).set(next).execute(&mut **tx)? == 1 {
        return Ok(());
    }
    Err(Problem::new(Code::Busy)
        .retry_after(1)
        .caused_by("two results of one household were recorded at once"))
}
