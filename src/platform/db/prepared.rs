//! Statements that a connection parses once.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl};

use super::connection::DbConnection;

/// An `UPDATE` whose text does not depend on its values, for paths where parsing it each time would cost more than running it.
///
/// Diesel prepares every UPDATE anew, since a changeset may leave columns out, and a cache of all those texts would grow
/// without end. With a changeset that always sets the same columns there is one text, and it is kept. A text that did vary
/// would still be right, as texts are what the cache knows statements by.
pub struct Prepared<Q>(pub Q);

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Prepared<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> RunQueryDsl<DbConnection> for Prepared<Q> {}
