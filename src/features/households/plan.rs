//! Holds a ledger against what is stored and says what it would change; writes nothing.
//!
//! The ledger adds and corrects. What a cell leaves open stays as it is, and a person whom the ledger does not name
//! stays in the household: a sheet that one village sends must not erase what another knew.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::ledger::{ADDRESS, AREA, CITIZEN, CODE, Ledger, ListedHousehold, ListedPerson, RELATION};
use super::model::{HouseholdId, Resident, ResidentId, Smartphone, Status, has_one_head};
use super::store::Known;
use super::store::rows::{HouseholdRow, ResidentRow};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::Address;
use crate::platform::access::AreaInScope;
use crate::platform::privacy::Vault;
use crate::platform::sheet::{ColumnSpec, RowError, Tally};

/// What a ledger would change.
#[derive(Debug, Default)]
pub struct Plan {
    /// Households to make or to write anew.
    pub homes: Vec<HouseholdRow>,
    /// Persons to make or to write anew.
    pub persons: Vec<ResidentRow>,
    /// How many households of which.
    pub household_tally: Tally,
    /// How many persons of which.
    pub resident_tally: Tally,
    /// What is wrong with the ledger. Nothing may be written unless this is empty.
    pub errors: Vec<RowError>,
    /// ID numbers that the plan writes: index, line, whose it will be.
    citizens: Vec<(Vec<u8>, u32, ResidentId)>,
}

/// The areas that the ledger names.
pub fn areas_of(ledger: &Ledger) -> Vec<AreaCode> {
    let areas: BTreeSet<_> = ledger.households.iter().map(|listed| listed.area.clone()).collect();
    areas.into_iter().collect()
}

/// The towns that the ledger names.
pub fn towns_of(ledger: &Ledger) -> BTreeSet<AreaCode> {
    ledger.households.iter().map(|listed| listed.area.town()).collect()
}

/// Makes the plan; `areas` are those of [`areas_of`] that exist in the scope.
pub fn plan(
    ledger: &Ledger,
    areas: &[AreaInScope],
    known: &Known,
    vault: &Vault,
    now: Timestamp,
) -> Result<Plan> {
    let open: HashSet<&AreaCode> = areas.iter().map(AreaInScope::code).collect();
    let mut plan = Plan { errors: ledger.errors.clone(), ..Plan::default() };
    for listed in &ledger.households {
        if !open.contains(&listed.area) {
            plan.refuse(listed.line, &AREA, "网格不存在、已停用或不在您的辖区内");
            continue;
        }
        match known.household(listed.area.town(), &listed.code) {
            Some(None) => plan.refuse(listed.line, &CODE, "户编号已被辖区外的住户使用"),
            Some(Some(home)) => plan.correct(listed, home, known.residents(home.id), vault, now)?,
            None => plan.add(listed, vault, now)?,
        }
    }
    Ok(plan)
}

impl Plan {
    /// Whether nothing is to be done.
    pub fn is_idle(&self) -> bool {
        self.household_tally.is_idle() && self.resident_tally.is_idle()
    }

    /// The indexes of the ID numbers that the plan writes.
    pub fn citizens(&self) -> Vec<Vec<u8>> {
        self.citizens.iter().map(|(index, ..)| index.clone()).collect()
    }

    /// Refuses the lines whose ID number one of `holders` has already.
    pub fn refuse_holders(&mut self, holders: Vec<(Vec<u8>, ResidentId)>) {
        let holders: HashMap<_, _> = holders.into_iter().collect();
        for (index, line, id) in std::mem::take(&mut self.citizens) {
            if holders.get(&index).is_some_and(|holder| *holder != id) {
                self.refuse(line, &CITIZEN, "该身份证号已登记为另一位居民");
            }
        }
    }

    fn refuse(&mut self, line: u32, column: &ColumnSpec, message: &str) {
        let column = Some(column.name.to_owned());
        self.errors.push(RowError { line, column, message: message.to_owned() });
    }

    fn add(&mut self, listed: &ListedHousehold, vault: &Vault, now: Timestamp) -> Result<()> {
        let Some(address) = &listed.address else {
            self.refuse(listed.line, &ADDRESS, "新登记的住户须填写住址");
            return Ok(());
        };
        let id = Id::new();
        self.homes.push(HouseholdRow {
            id,
            area_code: listed.area.clone(),
            town_code: listed.area.town(),
            code: listed.code.clone(),
            address_sealed: vault.seal_value(address)?,
            smartphone: listed.smartphone,
            members: listed.persons.len() as i32,
            status: Status::Living,
            version: 1,
            created_at: now,
            updated_at: now,
            prefers: None,
            no_disturb: false,
            counted_since: None,
            counted_before: None,
        });
        self.household_tally.created += 1;
        for one in &listed.persons {
            let row = seal(one, vault, id, listed, now)?;
            self.create(one.line, row);
        }
        if !has_one_head(listed.persons.iter().map(|one| one.person.relation)) {
            self.refuse(listed.line, &RELATION, "每户须有且只有一位户主");
        }
        Ok(())
    }

    fn correct(
        &mut self,
        listed: &ListedHousehold,
        home: &HouseholdRow,
        residents: &[ResidentRow],
        vault: &Vault,
        now: Timestamp,
    ) -> Result<()> {
        let mut relations: HashMap<_, _> = residents.iter().map(|row| (row.id, row.relation)).collect();
        let moved = home.area_code != listed.area;
        let mut touched: HashSet<ResidentId> = HashSet::new();
        let mut changes = false;
        for one in &listed.persons {
            let sealed = seal(one, vault, home.id, listed, now)?;
            let rest = || residents.iter().filter(|row| !touched.contains(&row.id));
            let by_number =
                rest().find(|row| row.citizen_index.is_some() && row.citizen_index == sealed.citizen_index);
            let Some(row) = by_number.or_else(|| rest().find(|row| may_be(row, &sealed))) else {
                relations.insert(sealed.id, sealed.relation);
                changes = true;
                self.create(one.line, sealed);
                continue;
            };
            touched.insert(row.id);
            relations.insert(row.id, sealed.relation);
            match corrected(row, sealed, now) {
                None => self.resident_tally.unchanged += 1,
                Some(next) => {
                    if let Some(index) = next.citizen_index.clone().filter(|_| row.citizen_index.is_none()) {
                        self.citizens.push((index, one.line, row.id));
                    }
                    changes = true;
                    self.resident_tally.changed += 1;
                    self.persons.push(next);
                }
            }
        }
        if moved {
            let along = residents.iter().filter(|row| !touched.contains(&row.id));
            let along = along.map(|row| ResidentRow { area_code: listed.area.clone(), ..row.clone() });
            self.persons.extend(along);
        }
        if !has_one_head(relations.values().copied()) {
            self.refuse(listed.line, &RELATION, "与已登记的成员合起来,每户须有且只有一位户主");
        }
        let mut next = home.clone();
        next.area_code = listed.area.clone();
        next.members = relations.len() as i32;
        if listed.smartphone != Smartphone::Unknown {
            next.smartphone = listed.smartphone;
        }
        if let Some(address) = &listed.address
            && vault.open_value::<Address>(&home.address_sealed)? != *address
        {
            next.address_sealed = vault.seal_value(address)?;
        }
        if next == *home && !changes {
            self.household_tally.unchanged += 1;
        } else {
            // A changed person changes the household's version too, as everywhere.
            self.household_tally.changed += 1;
            (next.version, next.updated_at) = (home.version + 1, now);
            self.homes.push(next.after(home, now));
        }
        Ok(())
    }

    fn create(&mut self, line: u32, row: ResidentRow) {
        if let Some(index) = &row.citizen_index {
            self.citizens.push((index.clone(), line, row.id));
        }
        self.resident_tally.created += 1;
        self.persons.push(row);
    }
}

fn seal(
    one: &ListedPerson,
    vault: &Vault,
    home: HouseholdId,
    listed: &ListedHousehold,
    now: Timestamp,
) -> Result<ResidentRow> {
    let resident = Resident { id: Id::new(), person: one.person.clone() };
    ResidentRow::seal(vault, &resident, home, &listed.area, now)
}

/// The same name, where one of the two has no ID number that could tell them apart.
fn may_be(row: &ResidentRow, sealed: &ResidentRow) -> bool {
    row.name_index == sealed.name_index && (row.citizen_index.is_none() || sealed.citizen_index.is_none())
}

/// The row with what the ledger tells; none when that is nothing new.
fn corrected(row: &ResidentRow, told: ResidentRow, now: Timestamp) -> Option<ResidentRow> {
    let mut next = row.clone();
    next.area_code = told.area_code;
    next.relation = told.relation;
    next.gender = told.gender.or(row.gender);
    next.birth_year = told.birth_year.or(row.birth_year);
    // Sealing the same text twice gives two texts; equal indexes mean that nothing is new.
    if told.name_index != row.name_index {
        (next.name_sealed, next.name_index) = (told.name_sealed, told.name_index);
    }
    if told.phone_index.is_some() && told.phone_index != row.phone_index {
        (next.phone_sealed, next.phone_index) = (told.phone_sealed, told.phone_index);
    }
    if told.citizen_index.is_some() && told.citizen_index != row.citizen_index {
        (next.citizen_sealed, next.citizen_index) = (told.citizen_sealed, told.citizen_index);
    }
    (next != *row).then(|| next.in_place_of(row, now))
}
