//! Pages of cases, newest first.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;

use super::sought::Sought;
use super::{near, shown_to, visible, within_unindexed};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::column::Instant;
use crate::base::id::Id;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::features::cases::model::{Case, CaseKind, Phase, Reporter};
use crate::features::cases::sight;
use crate::features::cases::wire::{CaseFilter, View};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::cases;
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, before};

/// A row of a list.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct Listed {
    pub id: Id<Case>,
    pub no: String,
    pub kind: CaseKind,
    pub area_code: AreaCode,
    pub category: String,
    pub title: String,
    pub urgency: crate::features::cases::Urgency,
    pub phase: Phase,
    pub received_at: Timestamp,
    pub due_on: Option<NaiveDate>,
    pub version: i32,
}

impl Listed {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        Place { at: self.received_at, id: self.id.uuid() }
    }
}

/// The rows among `shown` that `filter` asks for, its words left aside.
pub(super) fn asked_for(
    scope: &AreaScope,
    filter: &CaseFilter,
    shown: Condition<cases::table>,
) -> Condition<cases::table> {
    let me = Id::<Reporter>::from_uuid(scope.viewer());
    let viewed: Condition<cases::table> = match filter.view {
        View::Grids => shown,
        View::Mine => Box::new(shown.and(sight::own(scope, cases::reporter_id))),
        View::Desk => {
            Box::new(shown.and(cases::handler_id.eq(me).assume_not_null()).and(cases::closed_at.is_null()))
        }
    };
    matching(filter, viewed)
}

/// The rows among `viewed` that `filter` asks for, whatever its view and its words.
fn matching(filter: &CaseFilter, viewed: Condition<cases::table>) -> Condition<cases::table> {
    let mut all = viewed;
    if let Some(kind) = filter.kind {
        all = Box::new(all.and(cases::kind.eq(kind)));
    }
    if let Some(phase) = filter.phase {
        all = Box::new(all.and(cases::phase.eq(phase)));
    }
    if let Some(category) = &filter.category {
        all = Box::new(all.and(cases::category.eq(category.clone())));
    }
    if let Some(before_day) = filter.overdue_on {
        all =
            Box::new(all.and(cases::due_on.lt(before_day).assume_not_null()).and(cases::closed_at.is_null()));
    }
    all
}

/// What `scope` shows, in the form that leads the database to `filter`'s page by the shortest way.
///
/// PostgreSQL has statistics and finds it by itself. SQLite keeps none here, and would read all cases of a town and sort
/// them (200,000 of them in 0.24 s): there the area is put so that no index answers it, and the list is walked in its
/// order until the page is full. Open cases of one phase are few among the closed ones, and the index of areas tells them.
fn shown(c: &DbConnection, scope: &AreaScope, filter: &CaseFilter) -> Condition<cases::table> {
    let whole_towns = scope.prefixes().iter().any(|area| area.level() <= AreaLevel::Town);
    let in_order = whole_towns && filter.phase.is_none_or(|phase| phase == Phase::Closed);
    if !c.is_postgres() && (in_order || filter.overdue_on.is_some()) {
        shown_to(scope, within_unindexed(scope))
    } else {
        visible(scope)
    }
}

/// A page of those `wanted`, newest first, read as rows of a type.
macro_rules! page_of {
    ($row:ty, $wanted:expr, $filter:expr, $page:expr) => {{
        let query = cases::table.filter($wanted).limit($page.fetch()).select(<$row>::cols());
        let mut query = query.into_boxed::<MultiBackend>();
        query = if $filter.overdue_on.is_some() {
            // What is late is few, and has an index of its own; SQLite must not be led to walk all others in their order.
            query.order(sql::<Instant>("COALESCE(received_at, NULL) DESC, id DESC"))
        } else {
            query.order((cases::received_at.desc(), cases::id.desc()))
        };
        if let Some(place) = $page.after {
            query = query.filter(before::<Case, cases::table>("received_at, id", place));
        }
        query
    }};
}

/// A page of the cases that `scope` shows and `filter` asks for, newest first.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<Vec<Listed>> {
    if filter.view != View::Mine {
        let wanted = asked_for(scope, filter, shown(c, scope, filter));
        return Ok(page_of!(Listed, wanted, filter, page).load(c)?);
    }
    // Each name has its own range of the index, already in order; asked for together they would have to be sorted.
    let mut mine = Vec::new();
    for name in scope.names() {
        let own = cases::reporter_id.eq(Id::<Reporter>::from_uuid(name));
        let wanted = matching(filter, Box::new(visible(scope).and(own)));
        mine.extend(page_of!(Listed, wanted, filter, page).load::<Listed>(c)?);
    }
    mine.sort_by_key(|row| std::cmp::Reverse((row.received_at, row.id)));
    mine.truncate(usize::try_from(page.fetch()).unwrap_or(usize::MAX));
    Ok(mine)
}

/// As [`list`], with the texts in which words are looked for.
pub fn with_texts(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<Vec<Sought>> {
    let wanted = asked_for(scope, filter, shown(c, scope, filter));
    Ok(page_of!(Sought, wanted, filter, page).load(c)?)
}

/// A page of those of `ids` that `scope` shows of others' cases and `filter` asks for, newest first.
pub fn followed(
    c: &mut DbConnection,
    scope: &AreaScope,
    ids: &[Id<Case>],
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<Vec<Listed>> {
    let wanted = matching(filter, Box::new(near::shown(scope).and(cases::id.eq_any(ids.to_vec()))));
    Ok(page_of!(Listed, wanted, filter, page).load(c)?)
}
