//! What residents say of themselves. Only they read and write it, each their own; therefore without a scope.

use diesel::prelude::*;

use super::super::model::{Declared, DeclaredTag, ResidentId};
use crate::base::problem::Result;
use crate::each;
use crate::platform::db::schema::{resident_tags, residents};
use crate::platform::db::{DbConnection, Outcome, Tx};

/// What the resident has said; 404 when they are gone.
pub fn of(c: &mut DbConnection, resident: ResidentId) -> Result<Declared> {
    let known = residents::table.find(resident).select((residents::no_targeting, residents::birth_year));
    let (no_targeting, birth_year) = known.first(c).or_not_found()?;
    let tags = resident_tags::table.filter(resident_tags::resident_id.eq(resident));
    let mut tags: Vec<DeclaredTag> = tags.select(resident_tags::tag).load(c)?;
    tags.sort();
    Ok(Declared { tags, no_targeting, birth_year })
}

/// Puts `said` in the place of what the resident has said before; the year of birth is not theirs to change here.
pub fn put(tx: &mut Tx, resident: ResidentId, said: &Declared) -> Result<()> {
    let now = tx.now();
    let own = diesel::update(residents::table.find(resident));
    if own.set(residents::no_targeting.eq(said.no_targeting)).execute(&mut **tx)? == 0 {
        return Err(crate::base::problem::Problem::not_found());
    }
    diesel::delete(resident_tags::table.filter(resident_tags::resident_id.eq(resident)))
        .execute(&mut **tx)?;
    let row = |tag: &DeclaredTag| {
        (
            resident_tags::resident_id.eq(resident),
            resident_tags::tag.eq(*tag),
            resident_tags::declared_at.eq(now),
        )
    };
    let rows: Vec<_> = said.tags.iter().map(row).collect();
    each!(*tx, c => diesel::insert_into(resident_tags::table).values(&rows).execute(c)).or_again()?;
    Ok(())
}
