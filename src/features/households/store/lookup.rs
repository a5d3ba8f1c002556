//! Questions that no scope bounds, each because it asks for what must be unique beyond all scopes.

use diesel::prelude::*;

use super::super::model::{HouseholdId, ResidentId, Smartphone};
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::db::schema::{households, residents};
use crate::platform::db::{DbConnection, Outcome};

/// Values of one statement, below the 32,766 that SQLite binds.
const BATCH: usize = 1_000;

/// The address of the oldest household as it is stored; none when nobody is written down at all. A program
/// that starts asks, to see whether it has the keys of this town.
pub fn sample(c: &mut DbConnection) -> Result<Option<Vec<u8>>> {
    households::table.order(households::id).select(households::address_sealed).first(c).or_none()
}

/// Whether a household has this id, anywhere: ids are unique beyond all scopes.
pub fn has_id(c: &mut DbConnection, id: HouseholdId) -> Result<bool> {
    let found = households::table.filter(households::id.eq(id)).count().get_result::<i64>(c)?;
    Ok(found > 0)
}

/// Whether nobody in the household has a smartphone: counted apart by whoever found the household. Not so when it is
/// unknown, or there is no such household.
pub fn has_no_smartphone(c: &mut DbConnection, id: HouseholdId) -> Result<bool> {
    let known: Option<Smartphone> =
        households::table.find(id).select(households::smartphone).first(c).or_none()?;
    Ok(known == Some(Smartphone::No))
}

/// Those of `ids` that residents have, anywhere: ids are unique beyond all scopes.
pub fn residents_with_ids(c: &mut DbConnection, ids: &[ResidentId]) -> Result<Vec<ResidentId>> {
    Ok(residents::table.filter(residents::id.eq_any(ids)).select(residents::id).load(c)?)
}

/// The household with this number in the town: numbers are unique in a town, of which the scope may hold a part.
pub fn with_code(c: &mut DbConnection, town: &AreaCode, code: &str) -> Result<Option<HouseholdId>> {
    let found = households::table.filter(households::town_code.eq(town)).filter(households::code.eq(code));
    found.select(households::id).first(c).or_none()
}

/// Who has one of these ID numbers, by its index: a citizen is registered once, wherever that is.
pub fn holders(c: &mut DbConnection, citizens: &[Vec<u8>]) -> Result<Vec<(Vec<u8>, ResidentId)>> {
    let mut found = Vec::new();
    for citizens in citizens.chunks(BATCH) {
        let rows = residents::table
            .filter(residents::citizen_index.eq_any(citizens.to_vec()))
            .select((residents::citizen_index, residents::id))
            .load::<(Option<Vec<u8>>, ResidentId)>(c)?;
        found.extend(rows.into_iter().filter_map(|(index, id)| Some((index?, id))));
    }
    Ok(found)
}
