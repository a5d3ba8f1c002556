//! Rows that go along: inserts that are kept back until the transaction says something else or ends, and are then sent
//! to PostgreSQL as one statement (decision 0060).
//!
//! Each statement is a way to the server and back, which costs both sides more than the insert itself. On SQLite there is
//! no way, so there it is done at once.

use diesel::internal::derives::multiconnection::AstPassHelper;
use diesel::pg::{Pg, PgConnection, PgQueryBuilder};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::sqlite::SqliteConnection;
use diesel::{QueryResult, RunQueryDsl};

/// Inserts a row of which nobody wants to know whether it was there already. Only inserts may go along: the parts of
/// one statement do not see what the others change.
#[macro_export]
macro_rules! insert_along {
    ($tx:expr, $table:expr, $row:expr) => {{
        let insert = diesel::insert_into($table).values($row);
        match $tx.along() {
            $crate::platform::db::Along::Later(waiting) => {
                waiting.push(insert);
                Ok(())
            }
            $crate::platform::db::Along::Now(c) => $crate::prepared!(insert).execute(c).map(drop),
        }
    }};
}

/// Where an insert goes that goes along; see [`insert_along!`](crate::insert_along).
pub enum Along<'t> {
    /// It waits for the next statement.
    Later(&'t mut Waiting),
    /// It is done here.
    Now(&'t mut SqliteConnection),
}

/// So many go along together. A transaction that counts in a hundred areas would otherwise leave a statement behind that is
/// never said again, prepared for good.
const MOST: usize = 8;

/// Inserts that wait for the next statement.
#[derive(Default)]
pub struct Waiting(Vec<Box<dyn QueryFragment<Pg>>>);

impl Waiting {
    /// Adds one.
    pub fn push(&mut self, insert: impl QueryFragment<Pg> + 'static) {
        self.0.push(Box::new(insert));
    }

    /// Whether no other may wait.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// Does all that wait.
    pub(super) fn send(&mut self, c: &mut PgConnection) -> QueryResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let inserts = Inserts(std::mem::take(&mut self.0));
        let mut text = PgQueryBuilder::default();
        inserts.to_sql(&mut text, &Pg)?;
        Together { text: text.finish(), inserts }.execute(c).map(drop)
    }
}

/// Several inserts in one statement, as Diesel spells them.
struct Inserts(Vec<Box<dyn QueryFragment<Pg>>>);

impl QueryFragment<Pg> for Inserts {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let [insert] = self.0.as_slice() {
            return insert.walk_ast(pass);
        }
        for (n, insert) in self.0.iter().enumerate() {
            pass.push_sql(if n == 0 { "WITH " } else { ", " });
            pass.push_sql(&format!("along_{n} AS ("));
            insert.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        pass.push_sql(" SELECT 1");
        Ok(())
    }
}

/// The same, prepared once for each connection: which inserts meet is the same in each transaction of a kind.
struct Together {
    text: String,
    inserts: Inserts,
}

impl QueryFragment<Pg> for Together {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Only for their values: an insert would say that it must not be kept, since a row may leave columns out. Then
        // its text is another one, and it is by the text that the statement is known.
        pass.push_sql(&self.text);
        if pass.bind_collector().is_some() || pass.debug_binds().is_some() {
            self.inserts.walk_ast(pass)?;
        }
        Ok(())
    }
}

impl QueryId for Together {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Together {}
