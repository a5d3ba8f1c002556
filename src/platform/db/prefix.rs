//! Codes that begin with a prefix, as a range that an index on the code answers.
//!
//! `LIKE 'prefix%'` depends on collation and escapes; a range over plain bytes does not. Area codes are
//! digits, so the first code that no longer begins with `prefix` is `prefix` followed by `:`, the byte
//! after `9`.

use diesel::dsl::{And, GtEq, Lt, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::connection::MultiBackend;
use crate::base::area_code::AreaCode;

/// A condition on the rows of `T`.
pub type Condition<T> = Box<dyn BoxableExpression<T, MultiBackend, SqlType = Bool>>;

/// A condition on rows of `T` whose area, in `column`, is one of `areas` or lies in one; no row when there are none.
pub fn within<T: 'static, C>(column: C, areas: &[AreaCode]) -> Condition<T>
where
    C: Expression<SqlType = Text> + ExpressionMethods + Copy,
    And<GtEq<C, String>, Lt<C, String>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
{
    let mut each = areas.iter().map(|area| -> Condition<T> {
        let (from, until) = range(area.as_str());
        Box::new(column.ge(from).and(column.lt(until)))
    });
    // Not `false OR ..`: SQLite uses an index for alternatives only when there is one for each of them.
    let Some(first) = each.next() else { return Box::new(false.into_sql::<Bool>()) };
    each.fold(first, |any, here| Box::new(any.or(here)))
}

/// A condition on rows of `T` of whose own areas one is one of `areas`, lies in one or holds one; no row when there are
/// none. `own` is text of ours, such as `"notice_areas a WHERE a.notice_id = notices.id"`: where those areas stand, as
/// `a.area_code`.
pub fn touching<T: 'static>(own: &'static str, areas: &[AreaCode]) -> Condition<T>
where
    SqlLiteral<Bool>: diesel::AppearsOnTable<T>,
{
    let nowhere: Condition<T> = Box::new(sql::<Bool>("1=0"));
    areas.iter().fold(nowhere, |any, area| {
        let (from, until) = range(area.as_str());
        let here = sql::<Bool>("EXISTS (SELECT 1 FROM ")
            .sql(own)
            .sql(" AND (a.area_code >= ")
            .bind::<Text, _>(from.clone())
            .sql(" AND a.area_code < ")
            .bind::<Text, _>(until)
            .sql(" OR a.area_code <= ")
            .bind::<Text, _>(from.clone())
            .sql(" AND a.area_code || ':' > ")
            .bind::<Text, _>(from)
            .sql("))");
        Box::new(any.or(here))
    })
}

/// The range `[from, until)` of the codes that begin with `prefix`.
pub fn range(prefix: &str) -> (String, String) {
    (prefix.to_owned(), format!("{prefix}:"))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn the_range_holds_the_code_itself_and_all_below_it_and_no_neighbour() {
        let (from, until) = range("500114119");
        let inside = |code: &str| code >= from.as_str() && code < until.as_str();
        assert!(inside("500114119") && inside("500114119201") && inside("500114119999999"));
        assert!(!inside("500114118999") && !inside("50011412") && !inside("500114120"));
    }
}
