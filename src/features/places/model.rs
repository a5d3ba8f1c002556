//! What is known of a place.

use chrono::NaiveDate;

use super::row::PlaceRow;
use crate::base::area_code::AreaCode;
use crate::base::geo::Wgs84;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::{PersonName, Phone};
use crate::platform::privacy::Vault;

crate::id_kind! {
    /// A place of the ledger.
    Place = "place";
}

crate::text_enum! {
    /// What a place is used for.
    pub enum PlaceKind {
        Shop = "shop" "商铺",
        Restaurant = "restaurant" "餐饮",
        Lodging = "lodging" "宾馆民宿",
        Market = "market" "集贸市场",
        Entertainment = "entertainment" "文化娱乐",
        School = "school" "学校幼儿园",
        Clinic = "clinic" "医疗机构",
        ElderCare = "elder_care" "养老机构",
        Worship = "worship" "宗教活动场所",
        Workshop = "workshop" "小作坊",
        Factory = "factory" "工业企业",
        Warehouse = "warehouse" "仓储物流",
        ConstructionSite = "construction_site" "建筑工地",
        Mine = "mine" "矿山",
        HazmatSite = "hazmat_site" "危化品烟花爆竹点",
        FuelStation = "fuel_station" "加油加气站",
        RentalHouse = "rental_house" "出租房",
        SelfBuiltHouse = "self_built_house" "经营性自建房",
        TransportHub = "transport_hub" "车站码头渡口",
        ScenicSpot = "scenic_spot" "旅游景区",
        Farm = "farm" "养殖种植场",
        PublicFacility = "public_facility" "公共设施",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// Who answers for a place.
    pub enum PlacePerson {
        LegalPerson = "legal_person" "法定代表人",
        Responsible = "responsible" "负责人",
        SafetyOfficer = "safety_officer" "安全管理员",
    }
}

crate::text_enum! {
    /// How risky a place is: the four levels of the double prevention mechanism (双重预防机制; 安全生产法 41).
    pub enum Risk {
        Red = "red" "重大风险",
        Orange = "orange" "较大风险",
        Yellow = "yellow" "一般风险",
        Blue = "blue" "低风险",
    }
}

/// The longest time between two checks, days.
pub const RAREST: i32 = 366;

/// Somebody who answers for a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: Option<PersonName>,
    /// The mobile number.
    pub phone: Option<Phone>,
}

/// Those who answer for a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// The legal person (法定代表人).
    pub legal: Contact,
    /// Who is responsible (负责人).
    pub responsible: Contact,
    /// Who looks after its safety (安全管理员).
    pub safety: Contact,
}

/// What is written down of a place, besides the people.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// What it is called; a firm's name, not a person's.
    pub name: String,
    /// What it is used for.
    pub kind: PlaceKind,
    /// How risky it is.
    pub risk: Risk,
    /// Where, in words.
    pub address: String,
    /// Where, on the map.
    pub at: Option<Wgs84>,
    /// How many days may pass between two checks, 1 to 366.
    pub check_every_days: i32,
    /// When it was last checked.
    pub last_checked_on: Option<NaiveDate>,
    /// The day on which it was closed for good.
    pub closed_on: Option<NaiveDate>,
}

/// A place to write down.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// Made by the phone, so that a resend is the same place.
    pub id: Id<Place>,
    /// The grid or micro-grid, or the village when the grid is not known.
    pub area: AreaCode,
    /// What it is.
    pub facts: Facts,
    /// Who answers for it.
    pub people: People,
    /// A keyed digest of what the phone sent.
    pub content_hash: [u8; 32],
}

/// What to change of a place; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct PlaceChange {
    /// Another name.
    pub name: Option<String>,
    /// Another use.
    pub kind: Option<PlaceKind>,
    /// Another risk.
    pub risk: Option<Risk>,
    /// Another address.
    pub address: Option<String>,
    /// Another point.
    pub at: Option<Wgs84>,
    /// Another legal person.
    pub legal: Option<Contact>,
    /// Another responsible person.
    pub responsible: Option<Contact>,
    /// Another safety officer.
    pub safety: Option<Contact>,
    /// Checked more or less often.
    pub check_every_days: Option<i32>,
    /// Checked on this day.
    pub last_checked_on: Option<NaiveDate>,
    /// Closed for good today, or open again.
    pub closed: Option<bool>,
}

impl PlaceChange {
    /// The names of what it changes; never what stands in it.
    pub fn names(&self) -> Vec<&'static str> {
        let names = [
            ("name", self.name.is_some()),
            ("kind", self.kind.is_some()),
            ("risk", self.risk.is_some()),
            ("address", self.address.is_some()),
            ("at", self.at.is_some()),
            ("legal_person", self.legal.is_some()),
            ("responsible", self.responsible.is_some()),
            ("safety_officer", self.safety.is_some()),
            ("check_every_days", self.check_every_days.is_some()),
            ("last_checked_on", self.last_checked_on.is_some()),
            ("closed", self.closed.is_some()),
        ];
        names.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }

    /// The row after the change on `today`.
    pub(super) fn applied_to(&self, row: PlaceRow, vault: &Vault, today: NaiveDate) -> Result<PlaceRow> {
        let mut people = row.people(vault)?;
        for (was, now) in [
            (&mut people.legal, &self.legal),
            (&mut people.responsible, &self.responsible),
            (&mut people.safety, &self.safety),
        ] {
            if let Some(now) = now {
                was.clone_from(now);
            }
        }
        let touched = self.legal.is_some() || self.responsible.is_some() || self.safety.is_some();
        let mut row = if touched { row.with_people(&people, vault)? } else { row };
        row.name = self.name.clone().unwrap_or(row.name);
        row.kind = self.kind.unwrap_or(row.kind);
        row.risk = self.risk.unwrap_or(row.risk);
        row.address = self.address.clone().unwrap_or(row.address);
        if let Some(at) = self.at {
            (row.lat, row.lng) = (Some(at.lat), Some(at.lng));
        }
        row.check_every_days = self.check_every_days.unwrap_or(row.check_every_days);
        row.last_checked_on = self.last_checked_on.or(row.last_checked_on);
        row.closed_on = match self.closed {
            Some(true) => row.closed_on.or(Some(today)),
            Some(false) => None,
            None => row.closed_on,
        };
        Ok(row.scheduled())
    }
}
