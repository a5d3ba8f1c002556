//! One page of the cases that somebody sees, with words or without.

use super::model::CaseFile;
use super::search;
use super::store::{self, Listed, following};
use super::wire::CaseFilter;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::platform::access::AreaScope;
use crate::platform::db::DbConnection;

/// The cases that `scope` shows and `filter` asks for, newest first, and where the next page begins. With words a page
/// may be shorter than was asked for although another follows, see `search::hunt`.
pub fn page(
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

/// As [`page`], with the whole files: at most `limit` after `after`. For work that goes through a list to its end.
pub fn files_page(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    after: Option<Place>,
    limit: u32,
) -> Result<(Vec<CaseFile>, Option<Place>)> {
    let (rows, next) = page(c, scope, filter, &PageRequest::following(after, limit))?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    Ok((following::of_ids(c, scope, &ids)?, next))
}
