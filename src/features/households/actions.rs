//! What is done with households and residents; each change is one transaction with its audit entry, which names
//! what was touched and never its content.

use std::sync::Arc;

use serde_json::json;

use super::model::{
    Home, Household, HouseholdChange, HouseholdId, NewHousehold, Part, Person, PersonChange, Relation,
    Resident, ResidentId, has_one_head, holds_households,
};
use super::store::{self, lookup};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::{KeepHouseholds, RevealPersonal, SeeHouseholds};
use crate::platform::access::{AreaInScope, AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::Vault;

/// The database and the vault, which go together wherever residents are.
#[derive(Clone)]
pub struct Register {
    /// Where the rows are.
    pub db: Db,
    /// What seals them.
    pub vault: Arc<Vault>,
}

type Keeper = Granted<KeepHouseholds>;

/// A page of households with their heads, newest first; 404 when `area` is given and outside of the caller's areas.
pub async fn list(
    at: Register,
    by: Granted<SeeHouseholds>,
    area: Option<AreaCode>,
    page: PageRequest,
) -> Result<Page<(Household, Option<Resident>)>> {
    let scope = by.scope().asked(area.as_ref())?;
    at.db.read_lagging(move |c| store::list(c, &scope, &at.vault, &page)).await
}

/// The household with its persons; 404 outside of the caller's areas.
pub async fn get(at: Register, by: Granted<SeeHouseholds>, id: HouseholdId) -> Result<Home> {
    at.db.read(move |c| store::find(c, by.scope(), &at.vault, id)).await
}

/// Writes a household down. The flag is false when a resend found it written; 409 `id_reused` when the id is
/// another household's, `already_exists` when its number or an ID number is.
pub async fn create(at: Register, by: Keeper, mut home: NewHousehold) -> Result<(Home, bool)> {
    let today = at.db.clock().now().local_date();
    let mut check = Check::new();
    for (place, resident) in home.residents.iter_mut().enumerate() {
        complete(&mut check, &format!("residents[{place}]."), &mut resident.person, today);
    }
    if !has_one_head(home.residents.iter().map(|resident| resident.person.relation)) {
        check.refuse("residents", "每户须有且只有一位户主");
    }
    check.finish(())?;
    at.db
        .write(move |tx| {
            if let Some(known) = store::find_if_any(tx, by.scope(), &at.vault, home.id)? {
                return if home.is(&known) { Ok((known, false)) } else { Err(Problem::new(Code::IdReused)) };
            }
            let ids: Vec<_> = home.residents.iter().map(|resident| resident.id).collect();
            if lookup::has_id(tx, home.id)? || !lookup::residents_with_ids(tx, &ids)?.is_empty() {
                return Err(Problem::new(Code::IdReused));
            }
            let area = grid(tx, by.scope(), &home.area)?;
            free_code(tx, area.code(), &home.code, home.id)?;
            free_citizens(tx, &at.vault, &home.residents)?;
            store::insert(tx, &area, &at.vault, &home)?;
            let details = json!({ "code": home.code, "members": home.residents.len() });
            note(tx, &by, "household.create", home.id, area.code(), details)?;
            Ok((store::find(tx, by.scope(), &at.vault, home.id)?, true))
        })
        .await
}

/// Changes a household at `version`, not its persons; 412 at another version.
pub async fn change(
    at: Register,
    by: Keeper,
    (id, version): (HouseholdId, i32),
    change: HouseholdChange,
) -> Result<Home> {
    at.db
        .write(move |tx| {
            let home = store::find(tx, by.scope(), &at.vault, id)?.household;
            let area = change.area.as_ref().map(|area| grid(tx, by.scope(), area)).transpose()?;
            let place = area.as_ref().map_or(&home.area, AreaInScope::code);
            free_code(tx, place, change.code.as_ref().unwrap_or(&home.code), id)?;
            store::change(tx, by.scope(), &at.vault, (id, version), area.as_ref(), &change)?;
            let details = json!({
                "area": change.area, "code": change.code, "address": change.address.is_some(),
                "smartphone": change.smartphone, "status": change.status, "prefers": change.prefers,
                "no_disturb": change.no_disturb,
            });
            note(tx, &by, "household.change", id, &home.area, details)?;
            store::find(tx, by.scope(), &at.vault, id)
        })
        .await
}

/// Adds a person to the household at `version`; 412 at another version.
pub async fn join(
    at: Register,
    by: Keeper,
    (id, version): (HouseholdId, i32),
    mut resident: Resident,
) -> Result<Home> {
    let mut check = Check::new();
    complete(&mut check, "", &mut resident.person, at.db.clock().now().local_date());
    check.finish(())?;
    at.db
        .write(move |tx| {
            let home = store::find(tx, by.scope(), &at.vault, id)?;
            if home.residents.contains(&resident) {
                return Ok(home); // a resend
            }
            if resident.person.relation == Relation::Head {
                return Err(Problem::field("relation", "该户已有户主"));
            }
            if !lookup::residents_with_ids(tx, &[resident.id])?.is_empty() {
                return Err(Problem::new(Code::IdReused));
            }
            free_citizens(tx, &at.vault, std::slice::from_ref(&resident))?;
            store::join(tx, by.scope(), &at.vault, (id, version), &resident)?;
            let details = json!({ "resident": resident.id });
            note(tx, &by, "resident.create", id, &home.household.area, details)?;
            store::find(tx, by.scope(), &at.vault, id)
        })
        .await
}

/// Changes a person of the household at `version`; who is the head is changed by [`name_head`].
pub async fn change_resident(
    at: Register,
    by: Keeper,
    (id, version): (HouseholdId, i32),
    resident: ResidentId,
    change: PersonChange,
) -> Result<Home> {
    at.db
        .write(move |tx| {
            let home = store::find(tx, by.scope(), &at.vault, id)?;
            let before = home.residents.into_iter().find(|one| one.id == resident);
            let before = before.ok_or_else(Problem::not_found)?;
            let was_head = before.person.relation == Relation::Head;
            let person = change.clone().applied_to(before.person.clone());
            let mut after = Resident { id: resident, person };
            let mut check = Check::new();
            complete(&mut check, "", &mut after.person, tx.now().local_date());
            if was_head != (after.person.relation == Relation::Head) {
                check.refuse("relation", "更换户主请使用“更换户主”");
            }
            check.finish(())?;
            free_citizens(tx, &at.vault, std::slice::from_ref(&after))?;
            store::rewrite(tx, by.scope(), &at.vault, (id, version), &after)?;
            let changed = before.person.differences(&after.person);
            let details = json!({ "resident": resident, "fields": changed });
            note(tx, &by, "resident.change", id, &home.household.area, details)?;
            store::find(tx, by.scope(), &at.vault, id)
        })
        .await
}

/// Makes another person of the household at `version` its head; the head until now becomes `former`.
pub async fn name_head(
    at: Register,
    by: Keeper,
    (id, version): (HouseholdId, i32),
    resident: ResidentId,
    former: Relation,
) -> Result<Home> {
    if former == Relation::Head {
        return Err(Problem::field("former_becomes", "原户主须改为其他关系"));
    }
    at.db
        .write(move |tx| {
            let home = store::find(tx, by.scope(), &at.vault, id)?;
            if !home.residents.iter().any(|one| one.id == resident) {
                return Err(Problem::field("resident_id", "该户没有这位成员"));
            }
            if home.residents.iter().any(|one| one.id == resident && one.person.relation == Relation::Head) {
                return Ok(home);
            }
            store::name_head(tx, by.scope(), (id, version), resident, former)?;
            note(tx, &by, "household.head", id, &home.household.area, json!({ "resident": resident }))?;
            store::find(tx, by.scope(), &at.vault, id)
        })
        .await
}

/// Forgets a person who left the household at `version`; the head cannot leave.
pub async fn leave(
    at: Register,
    by: Keeper,
    (id, version): (HouseholdId, i32),
    resident: ResidentId,
) -> Result<Home> {
    at.db
        .write(move |tx| {
            let home = store::find(tx, by.scope(), &at.vault, id)?;
            let head = |one: &Resident| one.id == resident && one.person.relation == Relation::Head;
            if home.residents.iter().any(head) {
                return Err(Problem::because(Code::GuardRefused, "户主不能直接移除,请先更换户主"));
            }
            store::leave(tx, by.scope(), (id, version), resident)?;
            note(tx, &by, "resident.leave", id, &home.household.area, json!({ "resident": resident }))?;
            store::find(tx, by.scope(), &at.vault, id)
        })
        .await
}

/// The household in plain text, for a purpose that goes into the audit log with the names of the fields. What is
/// shown was audited: the answer leaves only after the entry is on disk. 404 unless both permissions hold where the
/// household lies: a post that reveals in the whole village shows nobody whom the caller may not even see.
pub async fn reveal(
    at: Register,
    (by, sees): (Granted<RevealPersonal>, Granted<SeeHouseholds>),
    id: HouseholdId,
    purpose: String,
    fields: Vec<&'static str>,
) -> Result<Home> {
    at.db
        .write(move |tx| {
            let home = store::find(tx, sees.scope(), &at.vault, id)?;
            if !by.scope().holds(&home.household.area) {
                return Err(Problem::not_found());
            }
            let details = json!({ "purpose": purpose, "fields": fields, "persons": home.residents.len() });
            let object = ("household", id.to_string());
            audit::record(tx, by.actor(), "personal.reveal", object, &home.household.area, details)?;
            Ok(home)
        })
        .await
}

fn complete(check: &mut Check, path: &str, person: &mut Person, today: chrono::NaiveDate) {
    for (part, complaint) in person.complete(today) {
        let field = match part {
            Part::Gender => "gender",
            Part::BirthYear => "birth_year",
            Part::Citizen => "citizen_id",
        };
        check.refuse(format!("{path}{field}"), complaint);
    }
}

fn grid(tx: &mut Tx, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    if !holds_households(code.level()) {
        return Err(Problem::field("area_code", "应为 15 位网格编码或 17 位微网格编码"));
    }
    areas::hold_for(tx, scope, code, "area_code")
}

fn free_code(tx: &mut Tx, area: &AreaCode, code: &str, id: HouseholdId) -> Result<()> {
    match lookup::with_code(tx, &area.town(), code)? {
        Some(other) if other != id => {
            Err(Problem::because(Code::AlreadyExists, "本乡镇已有同一户编号的住户"))
        }
        _ => Ok(()),
    }
}

fn free_citizens(tx: &mut Tx, vault: &Vault, residents: &[Resident]) -> Result<()> {
    let indexes =
        residents.iter().filter_map(|one| Some((vault.index_value(one.person.citizen.as_ref()?), one.id)));
    let indexes: Vec<_> = indexes.collect();
    let numbers: Vec<_> = indexes.iter().map(|(index, _)| index.clone()).collect();
    let distinct = numbers.iter().collect::<std::collections::HashSet<_>>().len() == numbers.len();
    let others = lookup::holders(tx, &numbers)?;
    let free = others.iter().all(|(index, holder)| indexes.contains(&(index.clone(), *holder)));
    let taken = || Problem::because(Code::AlreadyExists, "身份证号已登记为另一位居民");
    if distinct && free { Ok(()) } else { Err(taken()) }
}

fn note(
    tx: &mut Tx,
    by: &Keeper,
    action: &'static str,
    id: HouseholdId,
    area: &AreaCode,
    details: serde_json::Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("household", id.to_string()), area, details)
}
