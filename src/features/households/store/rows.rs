//! Rows as they are stored: personal data sealed, with the indexes by which it is found.

use diesel::prelude::*;

use super::super::model::{
    Gender, Household, HouseholdId, Person, ReachBy, Relation, Resident, ResidentId, Smartphone, Status,
};
use super::census::Counted;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::db::schema::{households, residents};
use crate::platform::privacy::Vault;

/// A household's row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = households, treat_none_as_default_value = false)]
pub struct HouseholdRow {
    pub id: HouseholdId,
    pub area_code: AreaCode,
    pub town_code: AreaCode,
    pub code: String,
    pub address_sealed: Vec<u8>,
    pub smartphone: Smartphone,
    pub members: i32,
    pub status: Status,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub prefers: Option<ReachBy>,
    pub no_disturb: bool,
    /// Since when the census counts it in its grid; none: since it was written down.
    pub counted_since: Option<Timestamp>,
    /// In which area it was counted before; none when it was counted nowhere.
    pub counted_before: Option<AreaCode>,
}

impl HouseholdRow {
    /// This row in the place of `known`: it remembers when it came to be counted elsewhere.
    pub fn after(self, known: &Self, now: Timestamp) -> Self {
        match Counted::from(known).comes_from(&Counted::from(&self)) {
            Some(counted_before) => Self { counted_since: Some(now), counted_before, ..self },
            None => self,
        }
    }

    /// The household with its address in plain text.
    pub fn open(self, vault: &Vault) -> Result<Household> {
        Ok(Household {
            id: self.id,
            area: self.area_code,
            code: self.code,
            address: vault.open_value(&self.address_sealed)?,
            smartphone: self.smartphone,
            members: self.members,
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            prefers: self.prefers.unwrap_or(ReachBy::Any),
            no_disturb: self.no_disturb,
        })
    }
}

/// A resident's row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = residents, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ResidentRow {
    pub id: ResidentId,
    pub household_id: HouseholdId,
    pub area_code: AreaCode,
    pub name_sealed: Vec<u8>,
    pub name_index: Vec<u8>,
    pub relation: Relation,
    pub gender: Option<Gender>,
    pub birth_year: Option<i32>,
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub citizen_sealed: Option<Vec<u8>>,
    pub citizen_index: Option<Vec<u8>>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Sign-ins and WeChat links from before are void.
    pub sessions_since: Option<Timestamp>,
}

impl ResidentRow {
    /// The first row of `resident`, living in `household`.
    pub fn seal(
        vault: &Vault,
        resident: &Resident,
        household: HouseholdId,
        area: &AreaCode,
        now: Timestamp,
    ) -> Result<Self> {
        let Person { name, relation, gender, birth_year, phone, citizen } = &resident.person;
        Ok(Self {
            id: resident.id,
            household_id: household,
            area_code: area.clone(),
            name_sealed: vault.seal_value(name)?,
            name_index: vault.index_value(name),
            relation: *relation,
            gender: *gender,
            birth_year: *birth_year,
            phone_sealed: phone.as_ref().map(|phone| vault.seal_value(phone)).transpose()?,
            phone_index: phone.as_ref().map(|phone| vault.index_value(phone)),
            citizen_sealed: citizen.as_ref().map(|citizen| vault.seal_value(citizen)).transpose()?,
            citizen_index: citizen.as_ref().map(|citizen| vault.index_value(citizen)),
            version: 1,
            created_at: now,
            updated_at: now,
            // Whoever comes back with an id that left before does not bring old sign-ins along.
            sessions_since: Some(now),
        })
    }

    /// This row in the place of `known`, at its next version. Another phone voids every sign-in that the number
    /// before let in: it may have been somebody else's.
    pub fn in_place_of(self, known: &Self, now: Timestamp) -> Self {
        let same_phone = self.phone_index == known.phone_index;
        let sessions_since = if same_phone { known.sessions_since } else { Some(now) };
        let (version, created_at) = (known.version + 1, known.created_at);
        Self { version, created_at, updated_at: now, sessions_since, ..self }
    }

    /// The resident in plain text.
    pub fn open(&self, vault: &Vault) -> Result<Resident> {
        let person = Person {
            name: vault.open_value(&self.name_sealed)?,
            relation: self.relation,
            gender: self.gender,
            birth_year: self.birth_year,
            phone: self.phone_sealed.as_deref().map(|sealed| vault.open_value(sealed)).transpose()?,
            citizen: self.citizen_sealed.as_deref().map(|sealed| vault.open_value(sealed)).transpose()?,
        };
        Ok(Resident { id: self.id, person })
    }
}
