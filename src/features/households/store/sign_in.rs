//! What sign-in asks of residents before anybody is known; therefore without a scope. See `features/sessions`.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::{Address, PersonName, Phone};
use crate::platform::access::{Household, Resident};
use crate::platform::db::schema::{households, residents};
use crate::platform::db::{DbConnection, Outcome};
use crate::platform::privacy::Vault;

/// A resident whom sign-in has found, and where they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundResident {
    /// The person.
    pub resident: Id<Resident>,
    /// Their household.
    pub household: Id<Household>,
    /// Its grid or micro-grid.
    pub area: AreaCode,
    /// Sign-ins and WeChat links from before are void; none while nothing has voided any.
    pub sessions_since: Option<Timestamp>,
}

type Columns = (Id<Resident>, Id<Household>, AreaCode, Option<Timestamp>);

impl From<Columns> for FoundResident {
    fn from((resident, household, area, sessions_since): Columns) -> Self {
        Self { resident, household, area, sessions_since }
    }
}

/// Whom a phone number finds among those who live here: the head of a household with it, otherwise the person who
/// was entered first. The same answer each time.
pub fn find_by_phone(c: &mut DbConnection, phone_index: &[u8]) -> Result<Option<FoundResident>> {
    let found = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::phone_index.eq(Some(phone_index)))
        .filter(households::status.eq("living"))
        .order((residents::created_at, residents::id))
        .select((
            residents::relation,
            (residents::id, households::id, households::area_code, residents::sessions_since),
        ))
        .load::<(String, Columns)>(c)?;
    let head = found.iter().position(|(relation, _)| relation == "head").unwrap_or(0);
    Ok(found.into_iter().nth(head).map(|(_, columns)| columns.into()))
}

/// The resident, as long as the household lives here.
pub fn find_resident(c: &mut DbConnection, id: Id<Resident>) -> Result<Option<FoundResident>> {
    let found = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::id.eq(id))
        .filter(households::status.eq("living"))
        .select((residents::id, households::id, households::area_code, residents::sessions_since))
        .first::<Columns>(c)
        .or_none()?;
    Ok(found.map(FoundResident::from))
}

/// Those of `ids` whose households live here.
pub fn find_residents(c: &mut DbConnection, ids: &[Id<Resident>]) -> Result<Vec<FoundResident>> {
    let found = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::id.eq_any(ids))
        .filter(households::status.eq("living"))
        .select((residents::id, households::id, households::area_code, residents::sessions_since))
        .load::<Columns>(c)?;
    Ok(found.into_iter().map(FoundResident::from).collect())
}

/// What a resident may know of themselves.
#[derive(Debug)]
pub struct Own {
    /// The name.
    pub name: PersonName,
    /// The phone, where one is entered.
    pub phone: Option<Phone>,
    /// Where the household lives.
    pub address: Address,
}

/// A resident's own name, phone and address; 404 when the resident is gone.
pub fn own(c: &mut DbConnection, vault: &Vault, id: Id<Resident>) -> Result<Own> {
    let (name, phone, address) = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::id.eq(id))
        .select((residents::name_sealed, residents::phone_sealed, households::address_sealed))
        .first::<(Vec<u8>, Option<Vec<u8>>, Vec<u8>)>(c)
        .or_not_found()?;
    Ok(Own {
        name: vault.open_value(&name)?,
        phone: phone.map(|sealed| vault.open_value(&sealed)).transpose()?,
        address: vault.open_value(&address)?,
    })
}

/// The numbers at which messages reach those of `ids` who have one and whose households live here.
pub fn phones_of(
    c: &mut DbConnection,
    vault: &Vault,
    ids: &[Id<Resident>],
) -> Result<BTreeMap<Id<Resident>, Phone>> {
    let sealed = residents::table
        .inner_join(households::table.on(households::id.eq(residents::household_id)))
        .filter(residents::id.eq_any(ids))
        .filter(households::status.eq("living"))
        .select((residents::id, residents::phone_sealed))
        .load::<(Id<Resident>, Option<Vec<u8>>)>(c)?;
    let numbers = sealed.into_iter().filter_map(|(id, sealed)| Some((id, sealed?)));
    numbers.map(|(id, sealed)| Ok((id, vault.open_value(&sealed)?))).collect()
}
