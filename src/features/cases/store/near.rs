//! Cases of one kind and category near a point: what may be the same matter.
//!
//! A resident is shown what is public in their own village, staff what they see anywhere; the caller narrows the scope.

use diesel::prelude::*;

use super::{shown_to, within_unindexed};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::model::{Case, CaseFile, CaseKind, Confidential};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::cases;
use crate::platform::db::{Cols, Condition, DbConnection};

/// The most cases that are compared; so many of one category in one small place are one matter or none.
const MOST: i64 = 1000;

/// Where and when to look.
#[derive(Debug, Clone)]
pub struct Near {
    /// The procedure.
    pub kind: CaseKind,
    /// Its category.
    pub category: &'static str,
    /// Degrees north, from and to.
    pub lat: (f64, f64),
    /// Degrees east, from and to.
    pub lng: (f64, f64),
    /// When it happened, from and to.
    pub occurred: (Timestamp, Timestamp),
    /// Cases that were closed before this are over.
    pub closed_after: Timestamp,
    /// The case that is compared with the others, when there is one.
    pub except: Option<Id<Case>>,
}

/// What the comparison needs to know of a case.
#[derive(Debug, Clone, Queryable)]
pub struct Nearby {
    /// The case.
    pub id: Id<Case>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// What `scope` always shows, and to a resident also what is public in it.
pub(super) fn shown(scope: &AreaScope) -> Condition<cases::table> {
    // By place or by id they are few; the index of their area would lead through all of it.
    let seen = shown_to(scope, within_unindexed(scope));
    if !scope.only_own() {
        return seen;
    }
    let public = scope.inside(cases::area_code).and(cases::confidential.eq(Confidential::Public));
    Box::new(seen.or(public))
}

/// The cases inside of `near` that `scope` shows, the latest first.
pub fn near(c: &mut DbConnection, scope: &AreaScope, near: &Near) -> Result<Vec<Nearby>> {
    let open = cases::closed_at.is_null().or(cases::closed_at.ge(near.closed_after));
    let found = cases::table
        .filter(cases::kind.eq(near.kind).and(cases::category.eq(near.category)))
        .filter(cases::lat.between(near.lat.0, near.lat.1))
        .filter(cases::lng.between(near.lng.0, near.lng.1))
        .filter(cases::occurred_at.between(near.occurred.0, near.occurred.1))
        .filter(open)
        .filter(cases::id.ne(near.except.unwrap_or_else(|| Id::from_uuid(uuid::Uuid::nil()))))
        .filter(shown(scope))
        .order((cases::occurred_at.desc(), cases::id.desc()))
        .limit(MOST)
        .select((cases::id, cases::lat.assume_not_null(), cases::lng.assume_not_null(), cases::occurred_at));
    Ok(found.load(c)?)
}

/// Those of `ids` that `scope` shows in the same way, whole, in no order.
pub fn those_near(c: &mut DbConnection, scope: &AreaScope, ids: &[Id<Case>]) -> Result<Vec<CaseFile>> {
    let files = cases::table.filter(cases::id.eq_any(ids)).filter(shown(scope));
    Ok(files.select(CaseFile::cols()).load(c)?)
}

/// The case, when `scope` shows it in the same way.
pub fn find_near(c: &mut DbConnection, scope: &AreaScope, id: Id<Case>) -> Result<Option<CaseFile>> {
    Ok(those_near(c, scope, &[id])?.pop())
}
