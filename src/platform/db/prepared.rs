//! Statements that a connection parses once, and whose text is put together once.

use std::any::type_name;
use std::marker::PhantomData;
use std::sync::OnceLock;

use diesel::backend::Backend;
use diesel::internal::derives::multiconnection::AstPassHelper;
use diesel::pg::PgConnection;
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::sqlite::SqliteConnection;
use diesel::{QueryResult, RunQueryDsl};

/// An `INSERT` or `UPDATE` whose text does not depend on its values, for paths where putting the text together and
/// parsing it each time would cost more than running it. Made by [`prepared!`](crate::prepared).
///
/// Diesel looks for such a statement among the prepared ones by its text, and prepares every UPDATE anew, since a changeset
/// may leave columns out. With values that always set the same columns there is one text, and `Here`, a type of the
/// place in the source that says it, is name enough. In a debug build a second text under the same name panics.
///
/// For the inner connections only ([`each!`](crate::each)): `DbConnection` would put the text together itself.
#[derive(Debug)]
pub struct Prepared<Here, Q> {
    statement: Q,
    text: &'static OnceLock<String>,
    here: PhantomData<Here>,
}

/// An `INSERT` or `UPDATE` that is prepared once for each connection; see
/// [`Prepared`](crate::platform::db::Prepared). Not for generic functions, whose copies would share one name.
#[macro_export]
macro_rules! prepared {
    ($statement:expr) => {{
        enum Here {}
        static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
        $crate::platform::db::Prepared::<Here, _>::new($statement, &TEXT)
    }};
}

impl<Here, Q> Prepared<Here, Q> {
    /// `statement` under the name `Here`; its `text` is kept.
    pub fn new(statement: Q, text: &'static OnceLock<String>) -> Self {
        Self { statement, text, here: PhantomData }
    }

    fn text<DB>(&self, backend: &DB) -> QueryResult<&'static str>
    where
        DB: Backend<QueryBuilder: Default>,
        Q: QueryFragment<DB>,
    {
        let spell = || -> QueryResult<String> {
            let mut text = DB::QueryBuilder::default();
            self.statement.to_sql(&mut text, backend)?;
            Ok(text.finish())
        };
        let text = match self.text.get() {
            Some(text) => text,
            None => {
                let text = spell()?;
                self.text.get_or_init(|| text)
            }
        };
        if cfg!(debug_assertions) {
            assert_eq!(*text, spell()?, "{} has two texts", type_name::<Here>());
        }
        Ok(text)
    }
}

impl<Here: 'static, Q> QueryId for Prepared<Here, Q> {
    type QueryId = Here;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Here, Q, DB> QueryFragment<DB> for Prepared<Here, Q>
where
    DB: Backend<QueryBuilder: Default>,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // Heard only by who asks for the text. The statement itself is asked for its values alone: an UPDATE would say that
        // it must not be kept.
        let text = self.text(pass.backend())?;
        pass.push_sql(text);
        if pass.bind_collector().is_some() || pass.debug_binds().is_some() {
            self.statement.walk_ast(pass)?;
        }
        Ok(())
    }
}

impl<Here, Q> RunQueryDsl<PgConnection> for Prepared<Here, Q> {}
impl<Here, Q> RunQueryDsl<SqliteConnection> for Prepared<Here, Q> {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::{Arc, Mutex};

    use diesel::connection::{InstrumentationEvent, SimpleConnection};
    use diesel::prelude::*;

    diesel::table! { doors (id) { id -> Integer, colour -> Nullable<Text>, size -> Nullable<Integer> } }

    fn paint(c: &mut SqliteConnection, id: i32, colour: Option<&str>, size: Option<Option<i32>>) {
        let paint = (doors::colour.eq(colour), size.map(|size| doors::size.eq(size)));
        prepared!(diesel::update(doors::table.find(id)).set(paint)).execute(c).unwrap();
    }

    fn house() -> SqliteConnection {
        let mut c = SqliteConnection::establish(":memory:").unwrap();
        c.batch_execute("CREATE TABLE doors (id INTEGER PRIMARY KEY, colour TEXT, size INTEGER)").unwrap();
        c
    }

    #[test]
    fn what_is_said_again_is_prepared_once_and_has_its_own_values() {
        let mut c = house();
        let prepared = Arc::new(Mutex::new(vec![]));
        let seen = Arc::clone(&prepared);
        c.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                seen.lock().unwrap().push(sql.to_owned());
            }
        });
        for id in 1..4 {
            let row = (doors::id.eq(id), doors::colour.eq(None::<&str>));
            prepared!(diesel::insert_into(doors::table).values(row)).execute(&mut c).unwrap();
            paint(&mut c, id, (id != 2).then_some("red"), Some(Some(id)));
        }
        assert_eq!(prepared.lock().unwrap().len(), 2, "{prepared:?}");
        let doors: Vec<(i32, Option<String>, Option<i32>)> = doors::table.load(&mut c).unwrap();
        let red = Some("red".to_owned());
        assert_eq!(doors, [(1, red.clone(), Some(1)), (2, None, Some(2)), (3, red, Some(3))]);
    }

    #[test]
    #[should_panic(expected = "has two texts")]
    fn a_statement_that_varies_is_found_out() {
        let mut c = house();
        paint(&mut c, 1, Some("red"), Some(None));
        paint(&mut c, 1, Some("red"), None);
    }
}
