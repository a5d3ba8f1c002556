//! Rows that go along: inserts that are kept back until the transaction says something else or ends, and are then sent
//! to PostgreSQL as one statement (decision 0060).
//!
//! Each statement is a way to the server and back, which costs both sides more than the insert itself. On SQLite there is
//! no way, so there it is done at once.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
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

/// Inserts that wait for the next statement.
#[derive(Default)]
pub struct Waiting(Vec<Box<dyn QueryFragment<Pg>>>);

impl Waiting {
    /// Adds one.
    pub fn push(&mut self, insert: impl QueryFragment<Pg> + 'static) {
        self.0.push(Box::new(insert));
    }

    /// Does all that wait.
    pub(super) fn send(&mut self, c: &mut PgConnection) -> QueryResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Together(std::mem::take(&mut self.0)).execute(c).map(drop)
    }
}

/// Several inserts in one statement.
struct Together(Vec<Box<dyn QueryFragment<Pg>>>);

impl QueryFragment<Pg> for Together {
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

// Known by its text: which inserts meet is different from transaction to transaction, but the same in each of a kind.
impl QueryId for Together {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Together {}
