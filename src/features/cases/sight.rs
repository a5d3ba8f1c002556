//! Which cases a scope shows, as a condition on whatever has the columns of a case: the table, or a view of it.

use diesel::dsl::{And, Eq, GtEq, Lt};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::model::{Confidential, Reporter};
use crate::base::column::Uid;
use crate::base::id::Id;
use crate::platform::access::{AreaScope, Sight};
use crate::platform::db::{Condition, MultiBackend, prefix};

/// The rows among `inside`, the caller's areas, that `scope` shows; [`CaseFile::is_seen_by`](super::CaseFile::is_seen_by) is
/// the same rule for a row at hand. The columns are those of reporter, confidentiality and area.
pub fn shown_to<T, R, C, A>(
    scope: &AreaScope,
    inside: Condition<T>,
    (reporter, confidential, area): (R, C, A),
) -> Condition<T>
where
    T: 'static,
    R: Expression<SqlType = Uid> + ExpressionMethods + Copy,
    Eq<R, Id<Reporter>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
    C: Expression<SqlType = Text> + ExpressionMethods + Copy,
    Eq<C, Confidential>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
    A: Expression<SqlType = Text> + ExpressionMethods + Copy,
    And<GtEq<A, String>, Lt<A, String>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
{
    if scope.only_own() {
        return own(scope, reporter);
    }
    let sights = [(Confidential::Private, scope.private()), (Confidential::Sealed, scope.sealed())];
    if sights.iter().all(|(_, sight)| matches!(sight, Sight::Throughout)) {
        return inside;
    }
    let kind = |kind: Confidential| -> Condition<T> { Box::new(confidential.eq(kind)) };
    // Not `eq_any`: a list of any length has no prepared statement.
    let open: Condition<T> = Box::new(kind(Confidential::Public).or(kind(Confidential::Internal)));
    let mut shown: Condition<T> = Box::new(own(scope, reporter).or(open));
    for (hidden, sight) in sights {
        shown = match sight {
            Sight::Nowhere => shown,
            Sight::Throughout => Box::new(shown.or(kind(hidden))),
            Sight::In(areas) => Box::new(shown.or(kind(hidden).and(prefix::within(area, &areas)))),
        };
    }
    Box::new(inside.and(shown))
}

/// What the viewer reported, be it under an alias.
pub(super) fn own<T, R>(scope: &AreaScope, reporter: R) -> Condition<T>
where
    T: 'static,
    R: Expression<SqlType = Uid> + ExpressionMethods + Copy,
    Eq<R, Id<Reporter>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
{
    let under = |name| -> Condition<T> { Box::new(reporter.eq(Id::<Reporter>::from_uuid(name))) };
    let either = |one: Condition<T>, other| -> Condition<T> { Box::new(one.or(other)) };
    scope.names().map(under).reduce(either).unwrap_or_else(|| Box::new(false.into_sql::<Bool>()))
}
