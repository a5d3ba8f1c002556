//! Households and the people in them.

use chrono::{Datelike, NaiveDate};

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::sensitive::{Address, CitizenId, PersonName, Phone};
use crate::platform::access::{Household as HouseholdKind, Resident as ResidentKind};

/// The id of a household.
pub type HouseholdId = Id<HouseholdKind>;
/// The id of a resident.
pub type ResidentId = Id<ResidentKind>;

/// The longest household number, in characters.
pub const CODE_LENGTH: usize = 32;
/// The earliest year of birth that is believed.
pub const EARLIEST: i32 = 1900;

crate::text_enum! {
    /// Whether someone in the household can read what is sent to a phone.
    pub enum Smartphone {
        Yes = "yes" "有",
        No = "no" "无",
        Unknown = "unknown" "不详",
    }
}

crate::text_enum! {
    /// How a household wants to be told.
    pub enum ReachBy {
        Any = "any" "不限",
        WxSubscribe = "wx_subscribe" "微信订阅消息",
        WxTemplate = "wx_template" "公众号模板消息",
        Sms = "sms" "短信",
        /// No messages: somebody comes. What is urgent is sent all the same.
        Visit = "visit" "上门告知",
    }
}

crate::text_enum! {
    /// What residents may say of themselves, so that warnings reach those whom a fraud looks for. Never entered by others.
    pub enum DeclaredTag {
        OnlineShopper = "online_shopper" "常网购",
        Investor = "investor" "有投资理财",
        SideJob = "side_job" "找兼职",
        Borrower = "borrower" "有贷款需求",
        Student = "student" "学生",
        Parent = "parent" "家有学生",
        Elder = "elder" "老年人",
        Farmer = "farmer" "种养户",
        Bookkeeper = "bookkeeper" "财会人员",
        Gamer = "gamer" "常玩网游",
        ShopOwner = "shop_owner" "个体经营户",
    }
}

/// What a resident has said of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// In the order of [`DeclaredTag`].
    pub tags: Vec<DeclaredTag>,
    /// Whether they want no notice that is aimed at some of a place.
    pub no_targeting: bool,
    /// Their year of birth, as the ledger has it.
    pub birth_year: Option<i32>,
}

crate::text_enum! {
    /// Whether the household lives here.
    pub enum Status {
        Living = "living" "在住",
        Moved = "moved" "迁出",
    }
}

crate::text_enum! {
    /// What a person is to the head of the household; the first classes of GB/T 4761-2008, the rarer ones together.
    pub enum Relation {
        Head = "head" "户主",
        Spouse = "spouse" "配偶",
        Child = "child" "子女",
        Parent = "parent" "父母",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// As GB/T 2261.1 and the ID number know it.
    pub enum Gender {
        Male = "male" "男",
        Female = "female" "女",
    }
}

/// A person as the township knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: PersonName,
    /// What they are to the head.
    pub relation: Relation,
    /// None when nobody wrote it down.
    pub gender: Option<Gender>,
    /// None when nobody wrote it down.
    pub birth_year: Option<i32>,
    /// The mobile number by which they sign in.
    pub phone: Option<Phone>,
    /// The citizen's ID number.
    pub citizen: Option<CitizenId>,
}

/// The part of a [`Person`] that a complaint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The gender.
    Gender,
    /// The year of birth.
    BirthYear,
    /// The ID number.
    Citizen,
}

impl Person {
    /// The names of the fields in which `other` is not the same; never what stands in them.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != other.name),
            ("relation", self.relation != other.relation),
            ("gender", self.gender != other.gender),
            ("birth_year", self.birth_year != other.birth_year),
            ("phone", self.phone != other.phone),
            ("citizen_id", self.citizen != other.citizen),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Holds year of birth and gender against the ID number and fills in what the number knows. The complaints
    /// name the part and never its content.
    pub fn complete(&mut self, today: NaiveDate) -> Vec<(Part, &'static str)> {
        let mut complaints = Vec::new();
        if self.birth_year.is_some_and(|year| !(EARLIEST..=today.year()).contains(&year)) {
            complaints.push((Part::BirthYear, "出生年份应在 1900 年到今年之间"));
        }
        let Some(citizen) = &self.citizen else { return complaints };
        let gender = if citizen.is_female() { Gender::Female } else { Gender::Male };
        if *self.gender.get_or_insert(gender) != gender {
            complaints.push((Part::Gender, "性别与身份证号不一致"));
        }
        if let Some(born) = citizen.born_on() {
            if born > today || born.year() < EARLIEST {
                complaints.push((Part::Citizen, "身份证号中的出生日期不合理"));
            } else if *self.birth_year.get_or_insert(born.year()) != born.year() {
                complaints.push((Part::BirthYear, "出生年份与身份证号不一致"));
            }
        }
        complaints
    }
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// The id.
    pub id: HouseholdId,
    /// The grid or micro-grid in which it lies.
    pub area: AreaCode,
    /// The town's own number of it, unique in the town.
    pub code: String,
    /// Where it is.
    pub address: Address,
    /// Whether someone can read what is sent to a phone.
    pub smartphone: Smartphone,
    /// How many persons.
    pub members: i32,
    /// Whether it lives here.
    pub status: Status,
    /// Counts changes to it and to its persons.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it or one of its persons was last changed.
    pub updated_at: Timestamp,
    /// How it wants to be told; any way when nobody asked.
    pub prefers: ReachBy,
    /// Whether it wants messages only when they are urgent.
    pub no_disturb: bool,
}

impl Household {
    /// Whether it lives here.
    pub fn is_living(&self) -> bool {
        self.status == Status::Living
    }
}

/// A person with their id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// The id.
    pub id: ResidentId,
    /// Who it is.
    pub person: Person,
}

/// A household with its persons, the head first.
#[derive(Debug, Clone)]
pub struct Home {
    /// The household.
    pub household: Household,
    /// Its persons.
    pub residents: Vec<Resident>,
}

/// A household to write down.
#[derive(Debug, Clone)]
pub struct NewHousehold {
    /// Made by the phone, so that a resend is the same household.
    pub id: HouseholdId,
    /// The grid or micro-grid.
    pub area: AreaCode,
    /// The town's own number.
    pub code: String,
    /// Where it is.
    pub address: Address,
    /// Whether someone can read what is sent to a phone.
    pub smartphone: Smartphone,
    /// Its persons, one of them the head.
    pub residents: Vec<Resident>,
}

impl NewHousehold {
    /// Whether `home` is what this would have made.
    pub fn is(&self, home: &Home) -> bool {
        let Household { area, code, address, smartphone, .. } = &home.household;
        let mut mine: Vec<_> = self.residents.iter().collect();
        let mut theirs: Vec<_> = home.residents.iter().collect();
        mine.sort_by_key(|resident| resident.id);
        theirs.sort_by_key(|resident| resident.id);
        (area, code, address, *smartphone) == (&self.area, &self.code, &self.address, self.smartphone)
            && mine == theirs
    }
}

/// What to change of a household; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct HouseholdChange {
    /// Another grid.
    pub area: Option<AreaCode>,
    /// Another number.
    pub code: Option<String>,
    /// Another address.
    pub address: Option<Address>,
    /// Better known.
    pub smartphone: Option<Smartphone>,
    /// Moved away, or back.
    pub status: Option<Status>,
    /// Another way of being told.
    pub prefers: Option<ReachBy>,
    /// Whether only urgent messages are wanted.
    pub no_disturb: Option<bool>,
}

/// What to change of a person; `None` leaves as it is, `Some(None)` forgets.
#[derive(Debug, Clone, Default)]
pub struct PersonChange {
    /// Another name.
    pub name: Option<PersonName>,
    /// Another relation.
    pub relation: Option<Relation>,
    /// Another gender.
    pub gender: Option<Option<Gender>>,
    /// Another year.
    pub birth_year: Option<Option<i32>>,
    /// Another number.
    pub phone: Option<Option<Phone>>,
    /// Another ID number.
    pub citizen: Option<Option<CitizenId>>,
}

impl PersonChange {
    /// The person after the change.
    pub fn applied_to(self, person: Person) -> Person {
        Person {
            name: self.name.unwrap_or(person.name),
            relation: self.relation.unwrap_or(person.relation),
            gender: self.gender.unwrap_or(person.gender),
            birth_year: self.birth_year.unwrap_or(person.birth_year),
            phone: self.phone.unwrap_or(person.phone),
            citizen: self.citizen.unwrap_or(person.citizen),
        }
    }
}

/// Whether exactly one of a household's persons is its head.
pub fn has_one_head(relations: impl IntoIterator<Item = Relation>) -> bool {
    relations.into_iter().filter(|&relation| relation == Relation::Head).count() == 1
}

/// Whether households may lie directly in areas of this level.
pub fn holds_households(level: AreaLevel) -> bool {
    level >= AreaLevel::Grid
}

/// How many there are in one grid; what coverage is measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denominator {
    /// The grid; micro-grids are counted in theirs.
    pub area: AreaCode,
    /// Households that live there.
    pub households: i32,
    /// Persons in them.
    pub persons: i32,
    /// Households of which nobody has a smartphone.
    pub no_smartphone: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(citizen: &str, gender: Option<Gender>, birth_year: Option<i32>) -> (Person, Vec<Part>) {
        let mut person = Person {
            name: PersonName::parse("示例甲").unwrap(),
            relation: Relation::Head,
            gender,
            birth_year,
            phone: None,
            citizen: Some(CitizenId::parse(citizen).unwrap()),
        };
        let today = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        let parts = person.complete(today).into_iter().map(|(part, _)| part).collect();
        (person, parts)
    }

    #[test]
    fn an_id_number_knows_gender_and_year_of_birth() {
        let (person, complaints) = person("11010519491231002X", None, None);
        assert_eq!((person.gender, person.birth_year), (Some(Gender::Female), Some(1949)));
        assert_eq!(complaints, []);
    }

    #[test]
    fn what_is_written_beside_an_id_number_must_agree_with_it() {
        let (_, complaints) = person("11010519491231002X", Some(Gender::Male), Some(1950));
        assert_eq!(complaints, [Part::Gender, Part::BirthYear]);
    }

    #[test]
    fn a_household_has_exactly_one_head() {
        use Relation::{Child, Head};
        assert!(has_one_head([Child, Head]));
        assert!(!has_one_head([Child]) && !has_one_head([Head, Head]) && !has_one_head([]));
    }
}
