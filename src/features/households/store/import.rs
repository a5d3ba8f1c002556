//! A town's rows in bulk, for the ledger.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::super::model::HouseholdId;
use super::census::{Changes, Counted};
use super::rows::{HouseholdRow, ResidentRow};
use crate::base::area_code::AreaCode;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::platform::access::AreaScope;
use crate::platform::db::prefix::within;
use crate::platform::db::schema::{households, residents};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// Rows of one statement: sixteen values each, below the 32,766 that SQLite binds.
const BATCH: usize = 1_000;

/// What is stored of some towns.
#[derive(Debug, Default)]
pub struct Known {
    households: HashMap<(AreaCode, String), Option<HouseholdRow>>,
    residents: HashMap<HouseholdId, Vec<ResidentRow>>,
}

impl Known {
    /// The household with this number; `Some(None)` when it lies outside of the scope.
    pub fn household(&self, town: AreaCode, code: &str) -> Option<Option<&HouseholdRow>> {
        self.households.get(&(town, code.to_owned())).map(Option::as_ref)
    }

    /// The persons of a household.
    pub fn residents(&self, household: HouseholdId) -> &[ResidentRow] {
        self.residents.get(&household).map_or(&[], Vec::as_slice)
    }
}

/// Everything that the scope holds in `towns`, and which numbers are taken there beyond it.
pub fn known(c: &mut DbConnection, scope: &AreaScope, towns: &BTreeSet<AreaCode>) -> Result<Known> {
    let mut known = Known::default();
    for town in towns {
        let rows = households::table.filter(households::town_code.eq(town));
        for row in rows.select(HouseholdRow::cols()).load::<HouseholdRow>(c)? {
            let key = (row.town_code.clone(), row.code.clone());
            known.households.insert(key, scope.holds(&row.area_code).then_some(row));
        }
        let rows = residents::table.filter(within(residents::area_code, std::slice::from_ref(town)));
        for row in rows.select(ResidentRow::cols()).load::<ResidentRow>(c)? {
            if scope.holds(&row.area_code) {
                known.residents.entry(row.household_id).or_default().push(row);
            }
        }
    }
    Ok(known)
}

/// Makes the rows that are not there and writes those anew that are; 404 when one is outside of the scope. Whatever
/// changes a household or its persons raises the household's version: a household that was changed since [`known`]
/// was asked is not written over, and the whole is tried again.
pub fn put(tx: &mut Tx, scope: &AreaScope, homes: &[HouseholdRow], persons: &[ResidentRow]) -> Result<()> {
    let mut areas = homes.iter().map(|row| &row.area_code).chain(persons.iter().map(|row| &row.area_code));
    if !areas.all(|area| scope.holds(area)) {
        return Err(Problem::not_found());
    }
    let mut census = Changes::default();
    for rows in homes.chunks(BATCH) {
        census = hold(tx, rows)?.iter().fold(census, Changes::without);
        census = rows.iter().fold(census, |census, row| census.with(&row.into()));
        each!(*tx, c => diesel::insert_into(households::table)
            .values(rows)
            .on_conflict(households::id)
            .do_update()
            .set((
                households::area_code.eq(excluded(households::area_code)),
                households::address_sealed.eq(excluded(households::address_sealed)),
                households::smartphone.eq(excluded(households::smartphone)),
                households::members.eq(excluded(households::members)),
                households::status.eq(excluded(households::status)),
                households::version.eq(excluded(households::version)),
                households::updated_at.eq(excluded(households::updated_at)),
                households::counted_since.eq(excluded(households::counted_since)),
                households::counted_before.eq(excluded(households::counted_before)),
            ))
            .execute(c))
        .or_again()?;
    }
    census.write(tx)?;
    for rows in persons.chunks(BATCH) {
        each!(*tx, c => diesel::insert_into(residents::table)
            .values(rows)
            .on_conflict(residents::id)
            .do_update()
            .set((
                residents::area_code.eq(excluded(residents::area_code)),
                residents::name_sealed.eq(excluded(residents::name_sealed)),
                residents::name_index.eq(excluded(residents::name_index)),
                residents::relation.eq(excluded(residents::relation)),
                residents::gender.eq(excluded(residents::gender)),
                residents::birth_year.eq(excluded(residents::birth_year)),
                residents::phone_sealed.eq(excluded(residents::phone_sealed)),
                residents::phone_index.eq(excluded(residents::phone_index)),
                residents::citizen_sealed.eq(excluded(residents::citizen_sealed)),
                residents::citizen_index.eq(excluded(residents::citizen_index)),
                residents::version.eq(excluded(residents::version)),
                residents::updated_at.eq(excluded(residents::updated_at)),
                residents::sessions_since.eq(excluded(residents::sessions_since)),
            ))
            .execute(c))
        .or_again()?;
    }
    Ok(())
}

/// Holds those of `rows` that are there against every other writer, and sees that each is as it was read: its next
/// version is the one in `rows`. Answers what the census counts of them.
fn hold(tx: &mut Tx, rows: &[HouseholdRow]) -> Result<Vec<Counted>> {
    let next: HashMap<_, _> =
        rows.iter().filter(|row| row.version > 1).map(|row| (row.id, row.version)).collect();
    let known = households::table.filter(households::id.eq_any(next.keys().copied().collect::<Vec<_>>()));
    let counted = (households::area_code, households::smartphone, households::members, households::status);
    let held: Vec<(HouseholdId, i32, Counted)> = diesel::update(known)
        .set(households::version.eq(households::version))
        .returning((households::id, households::version, counted))
        .get_results(&mut **tx)?;
    if held.len() == next.len() && held.iter().all(|(id, version, _)| next.get(id) == Some(&(version + 1))) {
        return Ok(held.into_iter().map(|(_, _, counted)| counted).collect());
    }
    let why = "a household of the ledger was changed meanwhile";
    Err(Problem::new(Code::Busy).retry_after(1).caused_by(why))
}
