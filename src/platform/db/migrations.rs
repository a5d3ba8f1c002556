//! Migrations: the same names in both folders, embedded in the binary.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::DbConnection;
use crate::base::problem::{Problem, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

fn source(c: &DbConnection) -> EmbeddedMigrations {
    if c.is_postgres() { POSTGRES } else { SQLITE }
}

/// Applies what is pending; answers the names of what was applied.
pub fn migrate(c: &mut DbConnection) -> Result<Vec<String>> {
    let source = source(c);
    let applied = c.run_pending_migrations(source).map_err(Problem::internal)?;
    let names = applied.iter().map(ToString::to_string).collect();
    super::lots::raise_base(c)?;
    Ok(names)
}

/// The number of migrations that this program knows and the database has not had.
pub fn pending(c: &mut DbConnection) -> Result<usize> {
    let source = source(c);
    c.pending_migrations(source).map(|list| list.len()).map_err(Problem::internal)
}

/// Whether any migration was ever applied; before that there are no tables to look into.
pub fn begun(c: &mut DbConnection) -> Result<bool> {
    c.applied_migrations().map(|list| !list.is_empty()).map_err(Problem::internal)
}

/// Takes everything back; for tests and for a developer's own machine.
pub fn revert_all(c: &mut DbConnection) -> Result<()> {
    let source = source(c);
    c.revert_all_migrations(source).map(drop).map_err(Problem::internal)
}
