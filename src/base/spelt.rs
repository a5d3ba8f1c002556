//! A part of a statement that is spelt and not bound.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, sql_types};

/// An expression of the type `ST` in our own words: a condition that an index is made for, a word of a closed list.
///
/// Diesel's `sql` does the same, but says of each statement that holds it that it must not be kept: what is asked fifty
/// times a second would be parsed each time. This says so only where a plan that is kept goes stale ([`KeepsPlans`]).
/// Texts are few and never hold what somebody has sent.
#[derive(Debug, Clone)]
pub struct Spelt<ST> {
    text: Cow<'static, str>,
    sql_type: PhantomData<ST>,
}

/// `text` as an expression.
pub fn spelt<ST>(text: impl Into<Cow<'static, str>>) -> Spelt<ST> {
    Spelt { text: text.into(), sql_type: PhantomData }
}

impl<ST: sql_types::SingleValue> Expression for Spelt<ST> {
    type SqlType = ST;
}

impl<ST: sql_types::SingleValue, From> AppearsOnTable<From> for Spelt<ST> {}
impl<ST: sql_types::SingleValue, From> SelectableExpression<From> for Spelt<ST> {}

impl<ST, GroupBy> ValidGrouping<GroupBy> for Spelt<ST> {
    type IsAggregate = is_aggregate::Never;
}

/// Whether a plan stays good when it is kept. SQLite's does not depend on what a table holds. PostgreSQL makes it for the
/// table as it is, and keeps it while a queue grows from nothing to 200,000 rows: each look of a sender then read all of
/// them, until the server's own service came by a minute later.
pub trait KeepsPlans: Backend {
    /// Whether it does.
    fn keeps_plans(&self) -> bool;
}

impl KeepsPlans for Pg {
    fn keeps_plans(&self) -> bool {
        false
    }
}

impl KeepsPlans for Sqlite {
    fn keeps_plans(&self) -> bool {
        true
    }
}

impl<ST, DB: KeepsPlans> QueryFragment<DB> for Spelt<ST> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !pass.backend().keeps_plans() {
            pass.unsafe_to_cache_prepared();
        }
        pass.push_sql(&self.text);
        Ok(())
    }
}

// Known by its text.
impl<ST> QueryId for Spelt<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_kept_where_it_stays_good() {
        let due = spelt::<sql_types::Bool>("state = 'queued'");
        assert!(QueryFragment::<Sqlite>::is_safe_to_cache_prepared(&due, &Sqlite).unwrap());
        assert!(!QueryFragment::<Pg>::is_safe_to_cache_prepared(&due, &Pg).unwrap());
    }
}
