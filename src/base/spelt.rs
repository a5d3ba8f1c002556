//! A part of a statement that is spelt and not bound.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, sql_types};

/// An expression of the type `ST` in our own words: a condition that an index is made for, a word of a closed list.
///
/// Diesel's `sql` does the same, but says of each statement that holds it that it must not be kept: what is asked fifty
/// times a second would be parsed each time. Texts are few and never hold what somebody has sent.
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

impl<ST, DB: Backend> QueryFragment<DB> for Spelt<ST> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(&self.text);
        Ok(())
    }
}

// Known by its text.
impl<ST> QueryId for Spelt<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
