//! Cases for a phone that carries its areas' matters along: the open ones, those that it is told of, those that are
//! over; and for exports. Whole files, because neither can ask for the rest.

use diesel::prelude::*;

use super::{shown_to, visible, within_unindexed};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::Result;
use crate::features::cases::model::{Case, CaseFile, CaseKind};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::cases;
use crate::platform::db::{Cols, DbConnection, MultiBackend, before};

/// The open cases that `scope` shows after `place`, newest first.
pub fn open_page(
    c: &mut DbConnection,
    scope: &AreaScope,
    place: Option<Place>,
    limit: i64,
) -> Result<Vec<CaseFile>> {
    let mut open = cases::table
        .filter(visible(scope))
        .filter(cases::closed_at.is_null())
        .order((cases::received_at.desc(), cases::id.desc()))
        .limit(limit)
        .select(CaseFile::cols())
        .into_boxed::<MultiBackend>();
    if let Some(place) = place {
        open = open.filter(before::<Case, cases::table>("received_at, id", place));
    }
    Ok(open.load(c)?)
}

/// The open cases of a kind that `scope` shows, in the order of their ids after `after`.
pub fn open_of_kind(
    c: &mut DbConnection,
    scope: &AreaScope,
    kind: CaseKind,
    after: Option<Id<Case>>,
    limit: i64,
) -> Result<Vec<CaseFile>> {
    let mut open = cases::table
        .filter(visible(scope))
        .filter(cases::kind.eq(kind).and(cases::closed_at.is_null()))
        .order(cases::id)
        .limit(limit)
        .select(CaseFile::cols())
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        open = open.filter(cases::id.gt(after));
    }
    Ok(open.load(c)?)
}

/// Those of `ids` that `scope` shows, newest first.
pub fn of_ids(c: &mut DbConnection, scope: &AreaScope, ids: &[Id<Case>]) -> Result<Vec<CaseFile>> {
    let files = cases::table
        .filter(cases::id.eq_any(ids))
        .filter(shown_to(scope, within_unindexed(scope)))
        .order((cases::received_at.desc(), cases::id.desc()))
        .select(CaseFile::cols())
        .into_boxed::<MultiBackend>();
    Ok(files.load(c)?)
}

/// A case that was closed: when, and which.
pub type Closed = (Timestamp, Id<Case>, CaseKind);

/// The cases that `scope` shows and that were closed after `place` and not after `until`, in the order of closing.
pub fn closed_between(
    c: &mut DbConnection,
    scope: &AreaScope,
    place: Place,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Closed>> {
    let (at, id) = (place.at, Id::<Case>::from_uuid(place.id));
    let later = cases::closed_at.gt(at).or(cases::closed_at.eq(at).and(cases::id.gt(id)));
    let closed = cases::table
        .filter(visible(scope))
        .filter(cases::closed_at.ge(at).and(cases::closed_at.le(until)))
        .filter(later.assume_not_null())
        .order((cases::closed_at.asc(), cases::id.asc()))
        .limit(limit)
        .select((cases::closed_at.assume_not_null(), cases::id, cases::kind));
    Ok(closed.load(c)?)
}

/// The cases that `scope` shows and that were closed after `since`, the newest `limit`, newest first.
pub fn newest_closed(
    c: &mut DbConnection,
    scope: &AreaScope,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<CaseFile>> {
    let closed = cases::table
        .filter(visible(scope))
        .filter(cases::closed_at.gt(since))
        .order((cases::closed_at.desc(), cases::id.desc()))
        .limit(limit)
        .select(CaseFile::cols());
    Ok(closed.load(c)?)
}
