//! What clients get: masked, unless it was revealed.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{
    Gender, Home, Household, HouseholdId, ReachBy, Relation, Resident, ResidentId, Smartphone, Status,
};
use super::super::plan::Plan;
use super::RevealField;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::platform::sheet::{RowError, Tally};

/// A person, masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示**", "relation": "head", "gender": "female",
    "birth_year": 1949, "phone": "138****5678", "citizen_id": "110105**********2X"
}))]
pub struct PersonView {
    /// The id.
    pub id: ResidentId,
    /// The family name and stars.
    pub name: String,
    /// What they are to the head.
    pub relation: Relation,
    /// Absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
    /// The first three and the last four digits; absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The first six and the last two places; absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<String>,
}

impl From<Resident> for PersonView {
    fn from(Resident { id, person }: Resident) -> Self {
        Self {
            id,
            name: person.name.masked(),
            relation: person.relation,
            gender: person.gender,
            birth_year: person.birth_year,
            phone: person.phone.map(|phone| phone.masked()),
            citizen_id: person.citizen.map(|citizen| citizen.masked()),
        }
    }
}

/// A household in a list, masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "household_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "code": "H001",
    "address": "示例村一组***", "smartphone": "yes", "members": 1, "status": "living", "version": 1,
    "created_at": "2026-01-05T01:30:00.000Z", "updated_at": "2026-01-05T01:30:00.000Z", "prefers": "any", "no_disturb": false,
    "head": {"id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示**", "relation": "head"}
}))]
pub struct HouseholdSummary {
    /// The id.
    pub id: HouseholdId,
    /// The grid or micro-grid.
    pub area_code: AreaCode,
    /// The town's own number.
    pub code: String,
    /// The first six characters.
    pub address: String,
    /// Whether someone can read what is sent to a phone.
    pub smartphone: Smartphone,
    /// How many persons.
    pub members: i32,
    /// Whether it lives here.
    pub status: Status,
    /// For `If-Match`; counts changes of the household and of its persons.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How it wants to be told of notices.
    pub prefers: ReachBy,
    /// Whether it wants messages only when they are urgent.
    pub no_disturb: bool,
    /// The head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<PersonView>,
}

impl From<(Household, Option<Resident>)> for HouseholdSummary {
    fn from((household, head): (Household, Option<Resident>)) -> Self {
        let address = household.address.masked();
        let Household { id, area: area_code, code, smartphone, members, status, .. } = household;
        let Household { version, created_at, updated_at, prefers, no_disturb, .. } = household;
        let head = head.map(PersonView::from);
        Self {
            id,
            area_code,
            code,
            address,
            smartphone,
            members,
            status,
            version,
            created_at,
            updated_at,
            prefers,
            no_disturb,
            head,
        }
    }
}

/// A household with its persons, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdView {
    /// The household; without `head`, which is the first of the persons.
    #[serde(flatten)]
    pub household: HouseholdSummary,
    /// Its persons, the head first.
    pub residents: Vec<PersonView>,
}

impl From<Home> for HouseholdView {
    fn from(home: Home) -> Self {
        let residents = home.residents.into_iter().map(PersonView::from).collect();
        Self { household: (home.household, None).into(), residents }
    }
}

/// A household's personal data in plain text; only what was asked for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "household_01h455vb4pex5vsknk084sn02q",
    "residents": [{"id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示例甲", "phone": "13800005678"}]
}))]
pub struct RevealedHousehold {
    /// The household.
    pub id: HouseholdId,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its persons, the head first.
    pub residents: Vec<RevealedPerson>,
}

/// A person's data in plain text; only what was asked for.
#[derive(Serialize, ToSchema)]
pub struct RevealedPerson {
    /// The person.
    pub id: ResidentId,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The mobile number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The ID number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<String>,
}

impl RevealedHousehold {
    /// The plain text of `fields`; the reveal has been written to the audit log.
    pub fn of(home: &Home, fields: &[RevealField]) -> Self {
        let asked = |field| fields.contains(&field);
        let plain = |field, text: Option<&str>| text.filter(|_| asked(field)).map(str::to_owned);
        let person = |Resident { id, person }: &Resident| RevealedPerson {
            id: *id,
            name: plain(RevealField::Name, Some(person.name.expose())),
            phone: plain(RevealField::Phone, person.phone.as_ref().map(|phone| phone.expose())),
            citizen_id: plain(RevealField::CitizenId, person.citizen.as_ref().map(|id| id.expose())),
        };
        Self {
            id: home.household.id,
            address: plain(RevealField::Address, Some(home.household.address.expose())),
            residents: home.residents.iter().map(person).collect(),
        }
    }
}

/// What an import of a ledger did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "dry_run": true,
    "households": {"created": 12, "changed": 1, "unchanged": 57},
    "residents": {"created": 40, "changed": 2, "unchanged": 180},
    "errors": [{"line": 7, "column": "电话", "message": "应为 11 位手机号码"}]
}))]
pub struct HouseholdImport {
    /// Nothing was written because only a forecast was asked for.
    pub dry_run: bool,
    /// Households.
    pub households: Tally,
    /// Persons.
    pub residents: Tally,
    /// What is wrong with the ledger; only in a forecast, as a ledger with faults is refused whole.
    pub errors: Vec<RowError>,
}

impl HouseholdImport {
    /// The answer for `plan`.
    pub fn of(plan: Plan, dry_run: bool) -> Self {
        let (households, residents) = (plan.household_tally, plan.resident_tally);
        Self { dry_run, households, residents, errors: plan.errors }
    }
}
