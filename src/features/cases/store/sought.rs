//! The rows that a search compares, and those that are filed for it.

use diesel::prelude::*;

use super::lists::{Listed, asked_for};
use super::{shown_to, within_unindexed};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::Result;
use crate::features::cases::model::{Case, CaseKind, Confidential, Reporter};
use crate::features::cases::wire::CaseFilter;
use crate::platform::access::AreaScope;
use crate::platform::db::schema::cases;
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome};

/// A row of a list with all texts in which words are looked for.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct Sought {
    /// What the list shows.
    #[diesel(embed)]
    pub listed: Listed,
    detail: String,
    address: Option<String>,
}

impl Sought {
    /// The texts; `search::terms` files the same.
    pub fn texts(&self) -> [&str; 4] {
        let Listed { no, title, .. } = &self.listed;
        [no, title, &self.detail, self.address.as_deref().unwrap_or_default()]
    }
}

/// What a case is filed by. None of it changes, except that a case of a village may be moved into a grid of it, and that fewer
/// may see it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct Filed {
    pub id: Id<Case>,
    pub received_at: Timestamp,
    pub no: String,
    pub kind: CaseKind,
    pub area_code: AreaCode,
    pub category: String,
    pub title: String,
    pub detail: String,
    pub address: Option<String>,
    pub confidential: Confidential,
    pub reporter_id: Id<Reporter>,
}

impl Filed {
    /// Its place in lists.
    pub fn place(&self) -> Place {
        Place { at: self.received_at, id: self.id.uuid() }
    }
}

/// Those of `ids` that `scope` shows, to be filed.
pub fn to_file(c: &mut DbConnection, scope: &AreaScope, ids: &[Id<Case>]) -> Result<Vec<Filed>> {
    let rows = cases::table.filter(cases::id.eq_any(ids)).filter(shown_to(scope, within_unindexed(scope)));
    Ok(rows.select(Filed::cols()).into_boxed::<MultiBackend>().load(c)?)
}

/// Those of `ids` that `scope` shows and `filter` asks for, newest first.
pub fn among(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    ids: &[Id<Case>],
) -> Result<Vec<Sought>> {
    let rows = cases::table
        .filter(cases::id.eq_any(ids))
        .filter(asked_for(scope, filter, shown_to(scope, within_unindexed(scope))))
        .order((cases::received_at.desc(), cases::id.desc()))
        .select(Sought::cols())
        .into_boxed::<MultiBackend>();
    Ok(rows.load(c)?)
}

/// The case with this number, when `scope` shows it and `filter` asks for it.
pub fn numbered(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    no: &str,
) -> Result<Option<Listed>> {
    let row = cases::table
        .filter(asked_for(scope, filter, shown_to(scope, within_unindexed(scope))))
        .filter(cases::no.eq(no.to_owned()))
        .select(Listed::cols())
        .into_boxed::<MultiBackend>();
    row.first(c).or_none()
}
