//! A place as it is stored: personal data sealed, and the day of its next check.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::model::{Contact, NewPlace, People, Place, PlaceKind, Risk};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::schema::places;
use crate::platform::privacy::Vault;

/// A place as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = places, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PlaceRow {
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
    /// Where, WGS-84 degrees.
    pub lat: Option<f64>,
    /// Where, WGS-84 degrees.
    pub lng: Option<f64>,
    /// The legal person's name, sealed.
    pub legal_name_sealed: Option<Vec<u8>>,
    /// Their number, sealed.
    pub legal_phone_sealed: Option<Vec<u8>>,
    /// The responsible person's name, sealed.
    pub responsible_name_sealed: Option<Vec<u8>>,
    /// Their number, sealed.
    pub responsible_phone_sealed: Option<Vec<u8>>,
    /// The safety officer's name, sealed.
    pub safety_name_sealed: Option<Vec<u8>>,
    /// Their number, sealed.
    pub safety_phone_sealed: Option<Vec<u8>>,
    /// How many days may pass between two checks.
    pub check_every_days: i32,
    /// When it was last checked.
    pub last_checked_on: Option<NaiveDate>,
    /// The day by which it is to be checked; none of a closed one, so that the index holds what may be overdue.
    pub next_check_on: Option<NaiveDate>,
    /// The day on which it was closed for good.
    pub closed_on: Option<NaiveDate>,
    /// A keyed digest of what the phone sent first.
    pub content_hash: Vec<u8>,
    /// Counts changes; `If-Match` names it.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl PlaceRow {
    /// The first row of a place in `area`.
    pub(super) fn written(area: &AreaCode, new: &NewPlace, vault: &Vault, now: Timestamp) -> Result<Self> {
        let people = SealedPeople::of(&new.people, vault)?;
        let facts = new.facts.clone();
        let row = Self {
            id: new.id,
            area_code: area.clone(),
            name: facts.name,
            kind: facts.kind,
            risk: facts.risk,
            address: facts.address,
            lat: facts.at.map(|at| at.lat),
            lng: facts.at.map(|at| at.lng),
            legal_name_sealed: people.legal.0,
            legal_phone_sealed: people.legal.1,
            responsible_name_sealed: people.responsible.0,
            responsible_phone_sealed: people.responsible.1,
            safety_name_sealed: people.safety.0,
            safety_phone_sealed: people.safety.1,
            check_every_days: facts.check_every_days,
            last_checked_on: facts.last_checked_on,
            next_check_on: None,
            closed_on: facts.closed_on,
            content_hash: new.content_hash.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(row.scheduled())
    }

    /// The same with the day of its next check: so many days after the last one, or after it was written down.
    pub(super) fn scheduled(mut self) -> Self {
        let last = self.last_checked_on.unwrap_or(self.created_at.local_date());
        let next = last + TimeDelta::days(i64::from(self.check_every_days));
        self.next_check_on = self.closed_on.is_none().then_some(next);
        self
    }

    /// Whether its check is overdue on `today`; the same rule as the filter of the list.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.next_check_on.is_some_and(|day| day < today)
    }

    /// Whether it is in use.
    pub fn is_open(&self) -> bool {
        self.closed_on.is_none()
    }

    /// Those who answer for it, in plain text.
    pub(super) fn people(&self, vault: &Vault) -> Result<People> {
        let contact = |name: &Option<Vec<u8>>, phone: &Option<Vec<u8>>| -> Result<Contact> {
            Ok(Contact {
                name: name.as_deref().map(|sealed| vault.open_value(sealed)).transpose()?,
                phone: phone.as_deref().map(|sealed| vault.open_value(sealed)).transpose()?,
            })
        };
        Ok(People {
            legal: contact(&self.legal_name_sealed, &self.legal_phone_sealed)?,
            responsible: contact(&self.responsible_name_sealed, &self.responsible_phone_sealed)?,
            safety: contact(&self.safety_name_sealed, &self.safety_phone_sealed)?,
        })
    }

    /// The same with other people.
    pub(super) fn with_people(mut self, people: &People, vault: &Vault) -> Result<Self> {
        let sealed = SealedPeople::of(people, vault)?;
        (self.legal_name_sealed, self.legal_phone_sealed) = sealed.legal;
        (self.responsible_name_sealed, self.responsible_phone_sealed) = sealed.responsible;
        (self.safety_name_sealed, self.safety_phone_sealed) = sealed.safety;
        Ok(self)
    }
}

/// Name and phone of one person.
type Sealed = (Option<Vec<u8>>, Option<Vec<u8>>);

struct SealedPeople {
    legal: Sealed,
    responsible: Sealed,
    safety: Sealed,
}

impl SealedPeople {
    fn of(people: &People, vault: &Vault) -> Result<Self> {
        let seal = |contact: &Contact| -> Result<Sealed> {
            Ok((
                contact.name.as_ref().map(|name| vault.seal_value(name)).transpose()?,
                contact.phone.as_ref().map(|phone| vault.seal_value(phone)).transpose()?,
            ))
        };
        Ok(Self {
            legal: seal(&people.legal)?,
            responsible: seal(&people.responsible)?,
            safety: seal(&people.safety)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::places::model::{Facts, PlaceChange};
    use crate::platform::secrets::{CipherKind, SecretSettings};

    fn day(n: i64) -> NaiveDate {
        Timestamp::from_millis(1_772_413_200_000).local_date() + TimeDelta::days(n)
    }

    fn place(vault: &Vault, last_checked_on: Option<NaiveDate>) -> PlaceRow {
        let facts = Facts {
            name: "示例超市".to_owned(),
            kind: PlaceKind::Shop,
            risk: Risk::Yellow,
            address: "示例街 1 号".to_owned(),
            at: None,
            check_every_days: 30,
            last_checked_on,
            closed_on: None,
        };
        let area = "500114119201001".parse().unwrap();
        let (id, people) = (Id::new(), People::default());
        let new = NewPlace { id, area, facts, people, content_hash: [0; 32] };
        PlaceRow::written(&new.area, &new, vault, Timestamp::from_millis(1_772_413_200_000)).unwrap()
    }

    fn vault() -> Vault {
        Vault::new(&SecretSettings::generate(CipherKind::Aes256Gcm).read().unwrap()).unwrap()
    }

    #[test]
    fn a_place_is_overdue_on_the_day_after_its_day_and_never_when_it_is_closed() {
        let vault = vault();
        let checked = place(&vault, Some(day(-10)));
        assert!(!checked.is_overdue(day(20)) && checked.is_overdue(day(21)));
        let new = place(&vault, None);
        assert!(!new.is_overdue(day(30)) && new.is_overdue(day(31)), "counted from when it was written down");
        let change = PlaceChange { closed: Some(true), ..PlaceChange::default() };
        let closed = change.applied_to(new, &vault, day(31)).unwrap();
        assert!(!closed.is_overdue(day(400)) && !closed.is_open());
        let change = PlaceChange { closed: Some(false), ..PlaceChange::default() };
        assert!(change.applied_to(closed, &vault, day(32)).unwrap().is_overdue(day(400)));
    }

    #[test]
    fn what_a_change_does_not_name_stays() {
        let vault = vault();
        let before = place(&vault, Some(day(0)));
        let change =
            PlaceChange { risk: Some(Risk::Red), check_every_days: Some(7), ..PlaceChange::default() };
        let after = change.applied_to(before.clone(), &vault, day(1)).unwrap();
        assert_eq!((after.risk, after.next_check_on), (Risk::Red, Some(day(7))));
        assert_eq!((after.name, after.last_checked_on), (before.name, before.last_checked_on));
        assert_eq!(change.names(), ["risk", "check_every_days"]);
    }
}
