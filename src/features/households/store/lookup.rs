//! Questions that no scope bounds, each because it asks for what must be unique or decides who someone is.

use diesel::prelude::*;

use super::super::model::{HouseholdId, ResidentId, ResidentMatch, Status};
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::base::sensitive::Phone;
use crate::platform::db::schema::{households, residents};
use crate::platform::db::{DbConnection, Outcome};
use crate::platform::privacy::Vault;

/// Values of one statement, below the 32,766 that SQLite binds.
const BATCH: usize = 1_000;

type Found = (ResidentId, HouseholdId, AreaCode);

fn matched((resident, household, area): Found) -> ResidentMatch {
    ResidentMatch { resident, household, area }
}

/// Residents of living households with this number. No scope: it is the sign-in that establishes who asks.
pub fn find_by_phone(c: &mut DbConnection, vault: &Vault, phone: &Phone) -> Result<Vec<ResidentMatch>> {
    let found = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::phone_index.eq(vault.index_value(phone)))
        .filter(households::status.eq(Status::Living))
        .order(residents::id.asc())
        .select((residents::id, residents::household_id, residents::area_code))
        .load::<Found>(c)?;
    Ok(found.into_iter().map(matched).collect())
}

/// A resident of a living household. No scope: the roster asks it to establish who acts.
pub fn find_for_principal(c: &mut DbConnection, id: ResidentId) -> Result<Option<ResidentMatch>> {
    let found = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::id.eq(id))
        .filter(households::status.eq(Status::Living))
        .select((residents::id, residents::household_id, residents::area_code))
        .first::<Found>(c)
        .or_none()?;
    Ok(found.map(matched))
}

/// Whether a household has this id, anywhere: ids are unique beyond all scopes.
pub fn has_id(c: &mut DbConnection, id: HouseholdId) -> Result<bool> {
    let found = households::table.filter(households::id.eq(id)).count().get_result::<i64>(c)?;
    Ok(found > 0)
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
