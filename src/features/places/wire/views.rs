//! What clients get: masked, unless it was revealed.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::places::model::{Contact, Place, PlaceKind, Risk};
use crate::features::places::row::PlaceRow;
use crate::platform::privacy::Vault;

/// Somebody who answers for a place, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceContact {
    /// The family name and stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示**")]
    pub name: Option<String>,
    /// The first three and the last four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "138****5678")]
    pub phone: Option<String>,
}

impl PlaceContact {
    fn of(contact: &Contact) -> Option<Self> {
        let name = contact.name.as_ref().map(|name| name.masked());
        let phone = contact.phone.as_ref().map(|phone| phone.masked());
        (name.is_some() || phone.is_some()).then_some(Self { name, phone })
    }
}

/// Where a place is on the map, WGS-84.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacePoint {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
    /// Always `wgs84` in answers.
    pub datum: Datum,
}

/// A place of the ledger, masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "place_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "name": "示例超市", "kind": "shop",
    "risk": "yellow", "address": "示例街 1 号", "responsible": { "name": "示**", "phone": "138****5678" },
    "check_every_days": 30, "last_checked_on": "2026-02-01", "next_check_on": "2026-03-03", "overdue": false,
    "version": 1, "created_at": "2026-01-05T01:30:00.000Z", "updated_at": "2026-02-01T02:00:00.000Z"
}))]
pub struct PlaceRecord {
    /// The place.
    pub id: Id<Place>,
    /// Where it lies.
    pub area_code: AreaCode,
    /// What it is called.
    pub name: String,
    /// What it is used for.
    pub kind: PlaceKind,
    /// How risky it is.
    pub risk: Risk,
    /// Where, in words.
    pub address: String,
    /// Where on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<PlacePoint>,
    /// The legal person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_person: Option<PlaceContact>,
    /// Who is responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<PlaceContact>,
    /// Who looks after its safety.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safety_officer: Option<PlaceContact>,
    /// How many days may pass between two checks.
    pub check_every_days: i32,
    /// When it was last checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_checked_on: Option<NaiveDate>,
    /// The day by which it is to be checked; absent when it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_check_on: Option<NaiveDate>,
    /// Whether that day is over.
    pub overdue: bool,
    /// The day on which it was closed for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
    /// Counts changes; give it as `If-Match`.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl PlaceRecord {
    /// The record as it is on `today`.
    pub fn of(row: PlaceRow, vault: &Vault, today: NaiveDate) -> Result<Self> {
        let people = row.people(vault)?;
        let point = row.lat.zip(row.lng).map(|(lat, lng)| PlacePoint { lat, lng, datum: Datum::Wgs84 });
        Ok(Self {
            id: row.id,
            point,
            legal_person: PlaceContact::of(&people.legal),
            responsible: PlaceContact::of(&people.responsible),
            safety_officer: PlaceContact::of(&people.safety),
            check_every_days: row.check_every_days,
            last_checked_on: row.last_checked_on,
            next_check_on: row.next_check_on,
            overdue: row.is_overdue(today),
            closed_on: row.closed_on,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            kind: row.kind,
            risk: row.risk,
            area_code: row.area_code,
            name: row.name,
            address: row.address,
        })
    }
}
