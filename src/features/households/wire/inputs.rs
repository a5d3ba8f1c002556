//! What clients send. No type here prints itself: they hold personal data in plain text.

use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::super::model::{
    CODE_LENGTH, Gender, HouseholdChange, HouseholdId, NewHousehold, Person, PersonChange, ReachBy, Relation,
    Resident, ResidentId, Smartphone, Status,
};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::Result;
use crate::base::sensitive::{Address, CitizenId, PersonName, Phone};

/// The most persons of one household.
const LARGEST: usize = 50;

crate::text_enum! {
    /// A field that is masked unless revealed.
    pub enum RevealField {
        Address = "address" "住址",
        Name = "name" "姓名",
        Phone = "phone" "电话",
        CitizenId = "citizen_id" "身份证号",
    }
}

/// Which households to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HouseholdQuery {
    /// Only households in this area, of any level; all of the caller's areas when absent.
    area: Option<AreaCode>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
}

impl HouseholdQuery {
    /// The area and the page, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, PageRequest)> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.area, page))
    }
}

/// A person to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示例甲", "relation": "head", "gender": "female",
    "birth_year": 1949, "phone": "13800005678"
}))]
pub struct NewResident {
    /// Made by the phone, so that a resend is the same person.
    id: ResidentId,
    /// 1 to 40 characters.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    /// What they are to the head.
    relation: Relation,
    /// Taken from the ID number when absent.
    gender: Option<Gender>,
    /// Taken from the ID number when absent.
    #[schema(minimum = 1900)]
    birth_year: Option<i32>,
    /// A mainland mobile number.
    phone: Option<String>,
    /// 18 places, with a right check place (GB 11643).
    citizen_id: Option<String>,
}

impl NewResident {
    /// The person, or 422.
    pub fn parse(self) -> Result<Resident> {
        let mut check = Check::new();
        let resident = self.checked(&mut check, "");
        check.finish_some(resident)
    }

    fn checked(self, check: &mut Check, path: &str) -> Option<Resident> {
        let name = check.value(&format!("{path}name"), PersonName::parse(&self.name));
        let phone = self.phone.map(|text| check.value(&format!("{path}phone"), Phone::parse(&text)));
        let citizen =
            self.citizen_id.map(|text| check.value(&format!("{path}citizen_id"), CitizenId::parse(&text)));
        let person = Person {
            name: name?,
            relation: self.relation,
            gender: self.gender,
            birth_year: self.birth_year,
            phone: phone.flatten(),
            citizen: citizen.flatten(),
        };
        Some(Resident { id: self.id, person })
    }
}

/// A household to write down, with its persons.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "household_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "code": "H001",
    "address": "示例村一组 1 号", "smartphone": "yes",
    "residents": [{"id": "resident_01h455vb4pex5vsknk084sn02q", "name": "示例甲", "relation": "head"}]
}))]
pub struct CreateHousehold {
    /// Made by the phone, so that a resend is the same household.
    id: HouseholdId,
    /// A grid or micro-grid.
    area_code: AreaCode,
    /// The town's own number, unique in the town.
    #[schema(min_length = 1, max_length = 32)]
    code: String,
    /// 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    address: String,
    /// Whether someone can read what is sent to a phone; `unknown` when absent.
    smartphone: Option<Smartphone>,
    /// Exactly one of them the head.
    #[schema(min_items = 1, max_items = 50)]
    residents: Vec<NewResident>,
}

impl CreateHousehold {
    /// The household, or 422.
    pub fn parse(self) -> Result<NewHousehold> {
        let mut check = Check::new();
        let code = check.text("code", &self.code, 1, CODE_LENGTH);
        let address = check.value("address", Address::parse(&self.address));
        if self.residents.len() > LARGEST {
            check.refuse("residents", format!("每户最多 {LARGEST} 人"));
        }
        let mut residents = Vec::with_capacity(self.residents.len());
        for (place, resident) in self.residents.into_iter().enumerate() {
            residents.extend(resident.checked(&mut check, &format!("residents[{place}].")));
        }
        let (id, area) = (self.id, self.area_code);
        let smartphone = self.smartphone.unwrap_or(Smartphone::Unknown);
        check.finish_some(address.map(|address| NewHousehold {
            id,
            area,
            code,
            address,
            smartphone,
            residents,
        }))
    }
}

/// What to change of a household; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"smartphone": "no"}))]
pub struct ChangeHousehold {
    /// Another grid or micro-grid.
    area_code: Option<AreaCode>,
    /// Another number.
    #[schema(min_length = 1, max_length = 32)]
    code: Option<String>,
    /// Another address.
    #[schema(min_length = 1, max_length = 120)]
    address: Option<String>,
    /// Whether someone can read what is sent to a phone.
    smartphone: Option<Smartphone>,
    /// Moved away, or back.
    status: Option<Status>,
    /// How it wants to be told of notices.
    prefers: Option<ReachBy>,
    /// Whether it wants messages only when they are urgent.
    no_disturb: Option<bool>,
}

impl ChangeHousehold {
    /// The change, or 422.
    pub fn parse(self) -> Result<HouseholdChange> {
        let mut check = Check::new();
        let code = self.code.map(|code| check.text("code", &code, 1, CODE_LENGTH));
        let address = self.address.and_then(|text| check.value("address", Address::parse(&text)));
        let (area, smartphone, status) = (self.area_code, self.smartphone, self.status);
        let (prefers, no_disturb) = (self.prefers, self.no_disturb);
        check.finish(HouseholdChange { area, code, address, smartphone, status, prefers, no_disturb })
    }
}

/// What to change of a person; what is absent stays, `null` forgets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "13800005678", "citizen_id": null}))]
pub struct ChangeResident {
    /// Another name.
    name: Option<String>,
    /// Another relation; who is the head is changed by naming a head.
    relation: Option<Relation>,
    /// Another gender, or none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Gender>)]
    gender: Option<Option<Gender>>,
    /// Another year of birth, or none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>)]
    birth_year: Option<Option<i32>>,
    /// Another mobile number, or none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// Another ID number, or none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    citizen_id: Option<Option<String>>,
}

/// Tells `null` from absence.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl ChangeResident {
    /// The change, or 422.
    pub fn parse(self) -> Result<PersonChange> {
        let mut check = Check::new();
        let name = self.name.and_then(|text| check.value("name", PersonName::parse(&text)));
        let phone = self.phone.map(|text| text.and_then(|text| check.value("phone", Phone::parse(&text))));
        let citizen = self
            .citizen_id
            .map(|text| text.and_then(|text| check.value("citizen_id", CitizenId::parse(&text))));
        let (relation, gender, birth_year) = (self.relation, self.gender, self.birth_year);
        check.finish(PersonChange { name, relation, gender, birth_year, phone, citizen })
    }
}

/// Who is the head from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"resident_id": "resident_01h455vb4pex5vsknk084sn02q", "former_becomes": "spouse"}))]
pub struct NameHead {
    /// A person of the household.
    pub resident_id: ResidentId,
    /// What the head until now is to the new one; not `head`.
    pub former_becomes: Relation,
}

/// Why personal data are to be shown in plain text, and which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purpose": "上门走访前电话联系", "fields": ["name", "phone"]}))]
pub struct RevealRequest {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    purpose: String,
    /// At least one.
    #[schema(min_items = 1)]
    fields: Vec<RevealField>,
}

impl RevealRequest {
    /// The purpose and the fields, each once; or 422.
    pub fn parse(mut self) -> Result<(String, Vec<RevealField>)> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        if self.fields.is_empty() {
            check.refuse("fields", "至少选择一项");
        }
        self.fields.sort();
        self.fields.dedup();
        check.finish((purpose, self.fields))
    }
}

/// How to import.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only tell what would happen.
    #[serde(default)]
    pub dry_run: bool,
}
