//! The tables of households and residents. Every question begins from what the scope makes visible; the
//! exceptions are in [`lookup`] and [`sign_in`], each with its reason.

pub mod census;
pub mod declared;
mod import;
pub mod lookup;
pub mod rows;
pub mod sign_in;

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{
    Home, Household, HouseholdChange, HouseholdId, NewHousehold, ReachBy, Relation, Resident, ResidentId,
    Smartphone, Status,
};
use crate::base::area_code::AreaCode;
use crate::base::check::same_version;
use crate::base::clock::Timestamp;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::platform::access::{AreaInScope, AreaScope, Household as HouseholdKind};
use crate::platform::db::schema::{households, resident_tags, residents};
use crate::platform::db::{Cols, DbConnection, MultiBackend, Outcome, Tx, before};
use crate::platform::privacy::Vault;
use census::{Changes, Counted};
pub use import::{Known, known, put};
use rows::{HouseholdRow, ResidentRow};

fn visible(scope: &AreaScope) -> households::BoxedQuery<'static, MultiBackend> {
    households::table.into_boxed::<MultiBackend>().filter(scope.inside(households::area_code))
}

fn visible_residents(scope: &AreaScope) -> residents::BoxedQuery<'static, MultiBackend> {
    residents::table.into_boxed::<MultiBackend>().filter(scope.inside(residents::area_code))
}

fn row(c: &mut DbConnection, scope: &AreaScope, id: HouseholdId) -> Result<Option<HouseholdRow>> {
    visible(scope).filter(households::id.eq(id)).select(HouseholdRow::cols()).first(c).or_none()
}

/// The household with its persons; 404 outside of the scope or absent.
pub fn find(c: &mut DbConnection, scope: &AreaScope, vault: &Vault, id: HouseholdId) -> Result<Home> {
    find_if_any(c, scope, vault, id)?.ok_or_else(Problem::not_found)
}

/// As [`find`], where absence is no failure.
pub fn find_if_any(
    c: &mut DbConnection,
    scope: &AreaScope,
    vault: &Vault,
    id: HouseholdId,
) -> Result<Option<Home>> {
    let Some(row) = row(c, scope, id)? else { return Ok(None) };
    let persons = visible_residents(scope).filter(residents::household_id.eq(id));
    let persons = persons.order(residents::id.asc()).select(ResidentRow::cols()).load::<ResidentRow>(c)?;
    let mut residents = persons.iter().map(|row| row.open(vault)).collect::<Result<Vec<_>>>()?;
    residents.sort_by_key(|resident| resident.person.relation); // the head is the first of the relations
    Ok(Some(Home { household: row.open(vault)?, residents }))
}

/// A page of households, newest first, each with its head; two statements however many there are.
pub fn list(
    c: &mut DbConnection,
    scope: &AreaScope,
    vault: &Vault,
    page: &PageRequest,
) -> Result<Page<(Household, Option<Resident>)>> {
    let mut query = visible(scope);
    if let Some(place) = page.after {
        query = query.filter(before::<HouseholdKind, _>("created_at, id", place));
    }
    let newest = query.order((households::created_at.desc(), households::id.desc()));
    let rows = newest.limit(page.fetch()).select(HouseholdRow::cols()).load::<HouseholdRow>(c)?;
    let page = page.page(rows, |row| Place { at: row.created_at, id: row.id.uuid() });
    Ok(Page { items: with_heads(c, scope, vault, page.items)?, next: page.next })
}

/// Those of `ids` that lie in `scope`, each with its head, in no order; two statements however many there are.
pub fn of_ids(
    c: &mut DbConnection,
    scope: &AreaScope,
    vault: &Vault,
    ids: &[HouseholdId],
) -> Result<Vec<(Household, Option<Resident>)>> {
    let rows = visible(scope).filter(households::id.eq_any(ids.to_vec())).select(HouseholdRow::cols());
    let rows = rows.load::<HouseholdRow>(c)?;
    with_heads(c, scope, vault, rows)
}

fn with_heads(
    c: &mut DbConnection,
    scope: &AreaScope,
    vault: &Vault,
    rows: Vec<HouseholdRow>,
) -> Result<Vec<(Household, Option<Resident>)>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let heads = visible_residents(scope)
        .filter(residents::household_id.eq_any(ids))
        .filter(residents::relation.eq(Relation::Head));
    let heads = heads.select(ResidentRow::cols()).load::<ResidentRow>(c)?;
    let heads: HashMap<_, _> = heads.iter().map(|head| (head.household_id, head)).collect();
    let opened = rows.into_iter().map(|row| {
        let head = heads.get(&row.id).map(|head| head.open(vault)).transpose()?;
        Ok((row.open(vault)?, head))
    });
    opened.collect()
}

/// The households that live there with their persons, the head first, by area and number, at most `most`; two
/// statements however many there are.
pub fn all(c: &mut DbConnection, scope: &AreaScope, vault: &Vault, most: i64) -> Result<Vec<Home>> {
    let living = visible(scope).filter(households::status.eq(Status::Living));
    let living = living.order((households::area_code, households::code)).limit(most);
    let rows = living.select(HouseholdRow::cols()).load::<HouseholdRow>(c)?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let persons = visible_residents(scope).filter(residents::household_id.eq_any(ids));
    let persons = persons.order(residents::id).select(ResidentRow::cols()).load::<ResidentRow>(c)?;
    let mut families = HashMap::<HouseholdId, Vec<Resident>>::new();
    for row in &persons {
        families.entry(row.household_id).or_default().push(row.open(vault)?);
    }
    let home = |row: HouseholdRow| {
        let mut residents = families.remove(&row.id).unwrap_or_default();
        residents.sort_by_key(|resident| resident.person.relation); // the head is the first of the relations
        Ok(Home { household: row.open(vault)?, residents })
    };
    rows.into_iter().map(home).collect()
}

/// Writes a household and its persons down.
pub fn insert(tx: &mut Tx, area: &AreaInScope, vault: &Vault, home: &NewHousehold) -> Result<()> {
    let now = tx.now();
    let row = HouseholdRow {
        id: home.id,
        area_code: area.code().clone(),
        town_code: area.code().town(),
        code: home.code.clone(),
        address_sealed: vault.seal_value(&home.address)?,
        smartphone: home.smartphone,
        members: home.residents.len() as i32,
        status: Status::Living,
        version: 1,
        created_at: now,
        updated_at: now,
        prefers: None,
        no_disturb: false,
        counted_since: None,
        counted_before: None,
    };
    diesel::insert_into(households::table).values(&row).execute(&mut **tx).or_again()?;
    let seal = |resident| ResidentRow::seal(vault, resident, home.id, area.code(), now);
    let persons = home.residents.iter().map(seal).collect::<Result<Vec<_>>>()?;
    each!(*tx, c => diesel::insert_into(residents::table).values(&persons).execute(c)).or_again()?;
    Changes::default().with(&(&row).into()).write(tx)
}

#[derive(Default, AsChangeset)]
#[diesel(table_name = households)]
struct Changeset {
    area_code: Option<AreaCode>,
    town_code: Option<AreaCode>,
    code: Option<String>,
    address_sealed: Option<Vec<u8>>,
    smartphone: Option<Smartphone>,
    status: Option<Status>,
    prefers: Option<ReachBy>,
    no_disturb: Option<bool>,
    counted_since: Option<Timestamp>,
    counted_before: Option<Option<AreaCode>>,
}

impl Changeset {
    /// What the census counts of `row` after this, with `joining` more persons.
    fn counted_of(&self, row: &HouseholdRow, joining: i32) -> Counted {
        let before = Counted::from(row);
        Counted {
            area: self.area_code.clone().unwrap_or(before.area),
            smartphone: self.smartphone.unwrap_or(before.smartphone),
            members: before.members + joining,
            status: self.status.unwrap_or(before.status),
        }
    }
}

/// Changes a household at `version`, its persons moving along to `area`; 404 outside of the scope, 412 at another
/// version.
pub fn change(
    tx: &mut Tx,
    scope: &AreaScope,
    vault: &Vault,
    (id, version): (HouseholdId, i32),
    area: Option<&AreaInScope>,
    change: &HouseholdChange,
) -> Result<()> {
    let set = Changeset {
        area_code: area.map(|area| area.code().clone()),
        town_code: area.map(|area| area.code().town()),
        code: change.code.clone(),
        address_sealed: change.address.as_ref().map(|address| vault.seal_value(address)).transpose()?,
        smartphone: change.smartphone,
        status: change.status,
        prefers: change.prefers,
        no_disturb: change.no_disturb,
        ..Changeset::default()
    };
    advance(tx, scope, (id, version), set, 0)?;
    let inside = residents::table.filter(residents::household_id.eq(id));
    if let Some(area) = area {
        diesel::update(inside).set(residents::area_code.eq(area.code())).execute(&mut **tx)?;
    }
    if change.status == Some(Status::Moved) {
        // Or else a household that comes back would find its old sign-ins waiting.
        let since = residents::sessions_since.eq(Some(tx.now()));
        diesel::update(inside).set(since).execute(&mut **tx)?;
    }
    Ok(())
}

/// Gives the household at `version` the next one and `joining` more persons; everything that changes a household
/// or one of its persons passes here, so that two changes never meet and the census knows of each.
fn advance(
    tx: &mut Tx,
    scope: &AreaScope,
    (id, version): (HouseholdId, i32),
    mut set: Changeset,
    joining: i32,
) -> Result<AreaCode> {
    let current = row(tx, scope, id)?.ok_or_else(Problem::not_found)?;
    same_version(current.version, version)?;
    let (before, after) = (Counted::from(&current), set.counted_of(&current, joining));
    set.counted_before = before.comes_from(&after);
    set.counted_since = set.counted_before.is_some().then(|| tx.now());
    let same = households::table.filter(households::id.eq(id)).filter(households::version.eq(version));
    let next = (
        set,
        households::members.eq(households::members + joining),
        households::version.eq(version + 1),
        households::updated_at.eq(tx.now()),
    );
    let changed = diesel::update(same).set(next).execute(&mut **tx).or_again()?;
    if changed != 1 {
        return Err(Problem::new(Code::StaleVersion));
    }
    Changes::default().without(&before).with(&after).write(tx)?;
    Ok(current.area_code)
}

/// Adds a person to the household at `version`; 404 and 412 as [`change`].
pub fn join(
    tx: &mut Tx,
    scope: &AreaScope,
    vault: &Vault,
    household: (HouseholdId, i32),
    resident: &Resident,
) -> Result<()> {
    let area = advance(tx, scope, household, Changeset::default(), 1)?;
    let row = ResidentRow::seal(vault, resident, household.0, &area, tx.now())?;
    diesel::insert_into(residents::table).values(&row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Writes a person of the household at `version` anew; 404 and 412 as [`change`].
pub fn rewrite(
    tx: &mut Tx,
    scope: &AreaScope,
    vault: &Vault,
    household: (HouseholdId, i32),
    resident: &Resident,
) -> Result<()> {
    let area = advance(tx, scope, household, Changeset::default(), 0)?;
    let here = residents::id.eq(resident.id).and(residents::household_id.eq(household.0));
    let known = residents::table.filter(here).select(ResidentRow::cols()).first::<ResidentRow>(&mut **tx);
    let known = known.or_not_found()?;
    let row = ResidentRow::seal(vault, resident, household.0, &area, tx.now())?.in_place_of(&known, tx.now());
    let same = residents::table.filter(residents::id.eq(resident.id));
    diesel::update(same).set(&row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Makes a person of the household at `version` its head and the head until now `former`; 404 and 412 as [`change`].
pub fn name_head(
    tx: &mut Tx,
    scope: &AreaScope,
    household: (HouseholdId, i32),
    resident: ResidentId,
    former: Relation,
) -> Result<()> {
    advance(tx, scope, household, Changeset::default(), 0)?;
    let here = residents::table.filter(residents::household_id.eq(household.0));
    for (who, relation) in [
        (here.filter(residents::relation.eq(Relation::Head)).into_boxed::<MultiBackend>(), former),
        (here.filter(residents::id.eq(resident)).into_boxed(), Relation::Head),
    ] {
        let ids = who.select(residents::id).load::<ResidentId>(&mut **tx)?;
        let next = (
            residents::relation.eq(relation),
            residents::version.eq(residents::version + 1),
            residents::updated_at.eq(tx.now()),
        );
        diesel::update(residents::table.filter(residents::id.eq_any(ids))).set(next).execute(&mut **tx)?;
    }
    Ok(())
}

/// Forgets a person of the household at `version`; 404 and 412 as [`change`].
pub fn leave(
    tx: &mut Tx,
    scope: &AreaScope,
    household: (HouseholdId, i32),
    resident: ResidentId,
) -> Result<()> {
    advance(tx, scope, household, Changeset::default(), -1)?;
    let here = residents::id.eq(resident).and(residents::household_id.eq(household.0));
    let said = residents::table.filter(here).select(residents::id);
    diesel::delete(resident_tags::table.filter(resident_tags::resident_id.eq_any(said)))
        .execute(&mut **tx)?;
    let gone = diesel::delete(residents::table.filter(here)).execute(&mut **tx)?;
    if gone == 1 { Ok(()) } else { Err(Problem::not_found()) }
}
