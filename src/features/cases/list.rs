//! One page of the cases that somebody sees, with words or without.

use std::collections::BTreeSet;

use super::me_too::{MOST_FOLLOWED, neighbourhood};
use super::model::{CaseFile, Reporter};
use super::search;
use super::store::{self, Listed, following, me_too};
use super::wire::{CaseFilter, View};
use crate::base::id::Id;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::platform::access::{Actor, AreaScope};
use crate::platform::db::DbConnection;

/// A row of a list, and whether the caller is there because they have met the same.
pub struct Shown {
    /// The row.
    pub row: Listed,
    /// Whether it is somebody else's report.
    pub me_too: bool,
}

/// The cases that `scope` shows and `filter` asks for, newest first, and where the next page begins. With words a page
/// may be shorter than was asked for although another follows, see `search::hunt`.
///
/// What somebody follows stands among what they reported, unless they look for words: two short readings in the same
/// order, merged here, because no index answers the one or the other.
pub fn page(
    c: &mut DbConnection,
    by: &Actor,
    scope: &AreaScope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<(Vec<Shown>, Option<Place>)> {
    let nearby = neighbourhood(by, scope).filter(|_| filter.view == View::Mine && filter.words.is_none());
    let followed = match &nearby {
        Some(_) => me_too::cases_of(c, Id::<Reporter>::from_uuid(by.id()), MOST_FOLLOWED)?,
        None => vec![],
    };
    let Some(nearby) = nearby.filter(|_| !followed.is_empty()) else {
        let (rows, next) = found(c, scope, filter, page)?;
        return Ok((rows.into_iter().map(|row| Shown { row, me_too: false }).collect(), next));
    };
    let mut rows = store::list(c, scope, filter, page)?;
    let mut theirs = store::followed(c, &nearby, &followed, filter, page)?;
    theirs.retain(|row| rows.iter().all(|own| own.id != row.id));
    let others: BTreeSet<_> = theirs.iter().map(|row| row.id).collect();
    rows.extend(theirs);
    rows.sort_by_key(|row| std::cmp::Reverse((row.received_at, row.id)));
    rows.truncate(usize::try_from(page.fetch()).unwrap_or(usize::MAX));
    let shown = rows.into_iter().map(|row| Shown { me_too: others.contains(&row.id), row });
    Ok(page.cut(shown.collect(), |shown: &Shown| shown.row.place()))
}

/// As [`page`], with the whole files and without what others reported: at most `limit` after `after`. For work that goes
/// through a list to its end.
pub fn files_page(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    after: Option<Place>,
    limit: u32,
) -> Result<(Vec<CaseFile>, Option<Place>)> {
    let (rows, next) = found(c, scope, filter, &PageRequest::following(after, limit))?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    Ok((following::of_ids(c, scope, &ids)?, next))
}

fn found(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    page: &PageRequest,
) -> Result<(Vec<Listed>, Option<Place>)> {
    match &filter.words {
        Some(words) => search::find(c, scope, filter, words, page),
        None => Ok(page.cut(store::list(c, scope, filter, page)?, Listed::place)),
    }
}
