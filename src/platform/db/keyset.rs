//! Keyset pages by row value: `(time, id) < (?, ?)` or `>`, which both databases answer from an index.
//!
//! The same condition written with OR makes PostgreSQL walk the index from its start.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

use super::connection::MultiBackend;
use crate::base::column::{Instant, Uid};
use crate::base::id::{Id, Kind};
use crate::base::page::Place;

/// A condition on rows that come after `place` in a list ordered by the two columns, both falling.
/// `columns` is text of ours such as `"received_at, id"`, never a client's.
pub fn before<K: Kind, T>(
    columns: &'static str,
    place: Place,
) -> Box<dyn diesel::expression::BoxableExpression<T, MultiBackend, SqlType = Bool>>
where
    SqlLiteral<Bool>: diesel::AppearsOnTable<T>,
    T: 'static,
{
    compared::<K, T>(columns, ") < (", place)
}

/// As [`before`], for a list in which both columns rise.
pub fn after<K: Kind, T>(
    columns: &'static str,
    place: Place,
) -> Box<dyn diesel::expression::BoxableExpression<T, MultiBackend, SqlType = Bool>>
where
    SqlLiteral<Bool>: diesel::AppearsOnTable<T>,
    T: 'static,
{
    compared::<K, T>(columns, ") > (", place)
}

fn compared<K: Kind, T>(
    columns: &'static str,
    how: &'static str,
    place: Place,
) -> Box<dyn diesel::expression::BoxableExpression<T, MultiBackend, SqlType = Bool>>
where
    SqlLiteral<Bool>: diesel::AppearsOnTable<T>,
    T: 'static,
{
    Box::new(
        sql::<Bool>("(")
            .sql(columns)
            .sql(how)
            .bind::<Instant, _>(place.at)
            .sql(", ")
            .bind::<Uid, _>(Id::<K>::from_uuid(place.id))
            .sql(")"),
    )
}
