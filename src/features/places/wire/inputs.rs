//! What clients send.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::geo::{Datum, Wgs84};
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::features::places::model::{
    Contact, Facts, NewPlace, People, Place, PlaceChange, PlaceKind, RAREST, Risk,
};
use crate::features::places::store::Filter;
use crate::platform::privacy::Vault;

/// Which places to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// Only those whose check is overdue today.
    pub overdue: Option<bool>,
    /// Only those that are closed; absent or `false`: only those that are not.
    pub closed: Option<bool>,
    /// Only this use.
    pub kind: Option<PlaceKind>,
    /// Only this risk.
    pub risk: Option<Risk>,
    /// Only inside this area.
    #[param(example = "500114119201001")]
    pub area: Option<AreaCode>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl PlaceQuery {
    /// The area, the filter and the page, or 422.
    pub fn parse(self, today: NaiveDate) -> Result<(Option<AreaCode>, Filter, PageRequest)> {
        let filter = Filter {
            overdue_on: self.overdue.unwrap_or(false).then_some(today),
            closed: self.closed.unwrap_or(false),
            kind: self.kind,
            risk: self.risk,
        };
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.area, filter, page))
    }
}

/// Where a place is on the map.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacePointBody {
    /// Degrees north, -90 to 90.
    #[schema(example = 29.42, minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Degrees east, -180 to 180.
    #[schema(example = 108.71, minimum = -180, maximum = 180)]
    pub lng: f64,
    /// What the two are given in.
    pub datum: Datum,
}

impl PlacePointBody {
    fn check(&self, check: &mut Check) -> Option<Wgs84> {
        Wgs84::checked(check, "point", (Some(self.lat), Some(self.lng), Some(self.datum)))
    }
}

/// Somebody who answers for a place; stored encrypted.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceContactBody {
    /// The name, 1 to 40 characters.
    #[schema(min_length = 1, max_length = 40, example = "示例甲")]
    pub name: Option<String>,
    /// A mainland mobile number.
    #[schema(max_length = 20, example = "13800005678")]
    pub phone: Option<String>,
}

impl PlaceContactBody {
    fn check(&self, check: &mut Check, field: &str) -> Contact {
        let name = self.name.as_deref();
        let phone = self.phone.as_deref();
        Contact {
            name: name.and_then(|text| check.value(&format!("{field}.name"), PersonName::parse(text))),
            phone: phone.and_then(|text| check.value(&format!("{field}.phone"), Phone::parse(text))),
        }
    }
}

/// A place to write down.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "place_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "name": "示例超市", "kind": "shop",
    "risk": "yellow", "address": "示例街 1 号", "check_every_days": 30,
    "responsible": { "name": "示例甲", "phone": "13800005678" }
}))]
pub struct CreatePlace {
    /// Made by the phone, so that a resend is the same place.
    pub id: Id<Place>,
    /// The grid where it lies, or the village when the grid is not known.
    pub area_code: AreaCode,
    /// What it is called, 1 to 60 characters; a firm's name, not a person's.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it is used for.
    pub kind: PlaceKind,
    /// How risky it is.
    pub risk: Risk,
    /// Where, 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    pub address: String,
    /// Where on the map.
    pub point: Option<PlacePointBody>,
    /// The legal person.
    pub legal_person: Option<PlaceContactBody>,
    /// Who is responsible; a name at least.
    pub responsible: PlaceContactBody,
    /// Who looks after its safety.
    pub safety_officer: Option<PlaceContactBody>,
    /// How many days may pass between two checks, 1 to 366.
    #[schema(minimum = 1, maximum = 366)]
    pub check_every_days: i32,
    /// When it was last checked, not after today.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub last_checked_on: Option<NaiveDate>,
}

impl CreatePlace {
    /// The place, or 422.
    pub fn parse(self, today: NaiveDate, vault: &Vault) -> Result<NewPlace> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let contact = |check: &mut Check, body: Option<&PlaceContactBody>, field: &str| {
            body.map(|body| body.check(check, field)).unwrap_or_default()
        };
        let people = People {
            legal: contact(&mut check, self.legal_person.as_ref(), "legal_person"),
            responsible: contact(&mut check, Some(&self.responsible), "responsible"),
            safety: contact(&mut check, self.safety_officer.as_ref(), "safety_officer"),
        };
        if self.responsible.name.is_none() {
            check.refuse("responsible.name", "须落实负责人");
        }
        let facts = Facts {
            name: check.text("name", &self.name, 1, 60),
            kind: self.kind,
            risk: self.risk,
            address: check.text("address", &self.address, 1, 120),
            at: self.point.and_then(|point| point.check(&mut check)),
            check_every_days: check.range("check_every_days", self.check_every_days, 1, RAREST),
            last_checked_on: check_day(&mut check, self.last_checked_on, today),
            closed_on: None,
        };
        let (id, area) = (self.id, self.area_code);
        check.finish(NewPlace { id, area, facts, people, content_hash })
    }
}

/// What to change of a place; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "risk": "orange", "check_every_days": 15 }))]
pub struct ChangePlace {
    /// What it is called, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    /// What it is used for.
    pub kind: Option<PlaceKind>,
    /// How risky it is.
    pub risk: Option<Risk>,
    /// Where, 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    pub address: Option<String>,
    /// Where on the map.
    pub point: Option<PlacePointBody>,
    /// Another legal person; name and phone take the place of both.
    pub legal_person: Option<PlaceContactBody>,
    /// Another responsible person, with a name.
    pub responsible: Option<PlaceContactBody>,
    /// Another safety officer.
    pub safety_officer: Option<PlaceContactBody>,
    /// How many days may pass between two checks, 1 to 366.
    #[schema(minimum = 1, maximum = 366)]
    pub check_every_days: Option<i32>,
    /// When it was last checked, not after today.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub last_checked_on: Option<NaiveDate>,
    /// Whether it is closed for good.
    pub closed: Option<bool>,
}

impl ChangePlace {
    /// The change, or 422.
    pub fn parse(self, today: NaiveDate) -> Result<PlaceChange> {
        let mut check = Check::new();
        if self.responsible.as_ref().is_some_and(|contact| contact.name.is_none()) {
            check.refuse("responsible.name", "须落实负责人");
        }
        let contact = |check: &mut Check, body: Option<PlaceContactBody>, field: &str| {
            body.map(|body| body.check(check, field))
        };
        let change = PlaceChange {
            name: self.name.map(|name| check.text("name", &name, 1, 60)),
            kind: self.kind,
            risk: self.risk,
            address: self.address.map(|address| check.text("address", &address, 1, 120)),
            at: self.point.and_then(|point| point.check(&mut check)),
            legal: contact(&mut check, self.legal_person, "legal_person"),
            responsible: contact(&mut check, self.responsible, "responsible"),
            safety: contact(&mut check, self.safety_officer, "safety_officer"),
            check_every_days: self
                .check_every_days
                .map(|days| check.range("check_every_days", days, 1, RAREST)),
            last_checked_on: check_day(&mut check, self.last_checked_on, today),
            closed: self.closed,
        };
        check.finish(change)
    }
}

fn check_day(check: &mut Check, day: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    if day.is_some_and(|day| day > today) {
        check.refuse("last_checked_on", "不能晚于今天");
    }
    day
}
