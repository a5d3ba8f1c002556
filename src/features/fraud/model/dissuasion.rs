//! A dissuasion: somebody was about to send money to a swindler and was kept from it, or was not.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::ContactWay;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::PersonName;
use crate::features::notices::FraudType;
use crate::platform::access::{Household, Resident, Staff};
use crate::platform::db::Doc;
use crate::platform::db::schema::{dissuasion_versions, dissuasions};
use crate::platform::privacy::{Field, Vault};

crate::id_kind! {
    /// An entry of the ledger of dissuasions; whoever writes it makes the id.
    Dissuasion = "dissuasion";
}

crate::text_enum! {
    /// By which way somebody was dissuaded.
    pub enum DissuasionMethod {
        OnSite = "on_site" "当面劝阻",
        Phone = "phone" "电话劝阻",
        BankCounter = "bank_counter" "银行柜面劝阻",
        Family = "family" "家属协助劝阻",
    }
}

crate::text_enum! {
    /// What came of it.
    pub enum DissuasionResult {
        Stopped = "stopped" "全部止损",
        Partly = "partly" "部分止损",
        Failed = "failed" "劝阻未成",
        /// The money had gone and came back.
        Recovered = "recovered" "追回",
    }
}

/// The largest amount of money that is taken: a hundred billion yuan.
pub const MOST_FEN: i64 = 10_000_000_000_000;
/// How often an entry is corrected before somebody should ask why.
pub const MOST_CORRECTIONS: i32 = 50;

/// Who was dissuaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dissuaded {
    /// Somebody of a household.
    Resident(Id<Resident>),
    /// Somebody else.
    Outsider(PersonName),
}

/// What an entry says without naming persons by name; older versions keep it as one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DissuasionFacts {
    /// When.
    pub happened_at: Timestamp,
    /// From which fraud.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// Who dissuaded.
    pub dissuaded_by: Id<Staff>,
    /// Money that was about to go, fen.
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen.
    pub saved_fen: i64,
    /// By which way.
    pub method: DissuasionMethod,
    /// What came of it.
    pub result: DissuasionResult,
    /// The number under which the police keep it.
    pub police_ref: Option<String>,
}

/// What an entry says that names persons or may.
#[derive(Debug, Clone)]
pub struct DissuasionWords {
    /// Who was dissuaded.
    pub person: Dissuaded,
    /// What happened, at most 500 characters.
    pub note: Option<String>,
}

/// An entry to write down, or to put in the place of another.
#[derive(Debug, Clone)]
pub struct NewDissuasion {
    /// Made by the client, so that a resend is the same entry.
    pub id: Id<Dissuasion>,
    /// Where.
    pub area: AreaCode,
    /// What it says.
    pub facts: DissuasionFacts,
    /// Of whom, and what happened.
    pub words: DissuasionWords,
    /// A keyed digest of what the client sent.
    pub content_hash: [u8; 32],
}

/// An entry as it is stored, as it was last corrected.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = dissuasions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DissuasionRow {
    /// The entry.
    pub id: Id<Dissuasion>,
    /// Where.
    pub area_code: AreaCode,
    /// Who wrote it down.
    pub recorded_by: Id<Staff>,
    /// Who dissuaded.
    pub dissuaded_by: Id<Staff>,
    /// When.
    pub happened_at: Timestamp,
    /// From which fraud.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// Who was dissuaded, when they live in a household.
    pub resident_id: Option<Id<Resident>>,
    /// Their household.
    pub household_id: Option<Id<Household>>,
    /// The name of somebody else, sealed.
    pub outsider_sealed: Option<Vec<u8>>,
    /// Money that was about to go, fen.
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen.
    pub saved_fen: i64,
    /// By which way.
    pub method: DissuasionMethod,
    /// What came of it.
    pub result: DissuasionResult,
    /// The number under which the police keep it.
    pub police_ref: Option<String>,
    /// What happened, sealed.
    pub note_sealed: Option<Vec<u8>>,
    /// A keyed digest of what the client sent first.
    pub content_hash: Vec<u8>,
    /// Counts the corrections; `If-Match` names it.
    pub version: i32,
    /// When the server had it.
    pub created_at: Timestamp,
    /// When it was last corrected.
    pub updated_at: Timestamp,
}

impl DissuasionRow {
    /// The first row of an entry in `area` of somebody who lives in `household`, or in none of ours.
    pub fn recorded(
        area: &AreaCode,
        by: Id<Staff>,
        new: &NewDissuasion,
        household: Option<Id<Household>>,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<Self> {
        let facts = &new.facts;
        let row = Self {
            id: new.id,
            area_code: area.clone(),
            recorded_by: by,
            dissuaded_by: facts.dissuaded_by,
            happened_at: facts.happened_at,
            fraud_type: facts.fraud_type,
            way: facts.way,
            resident_id: None,
            household_id: None,
            outsider_sealed: None,
            at_risk_fen: facts.at_risk_fen,
            saved_fen: facts.saved_fen,
            method: facts.method,
            result: facts.result,
            police_ref: facts.police_ref.clone(),
            note_sealed: None,
            content_hash: new.content_hash.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        row.naming(&new.words, household, vault)
    }

    /// The same entry as a correction says it; what was sent first stays what a resend is told by.
    pub fn corrected(
        self,
        new: &NewDissuasion,
        household: Option<Id<Household>>,
        vault: &Vault,
    ) -> Result<Self> {
        let facts = new.facts.clone();
        let row = Self {
            dissuaded_by: facts.dissuaded_by,
            happened_at: facts.happened_at,
            fraud_type: facts.fraud_type,
            way: facts.way,
            at_risk_fen: facts.at_risk_fen,
            saved_fen: facts.saved_fen,
            method: facts.method,
            result: facts.result,
            police_ref: facts.police_ref,
            ..self
        };
        row.naming(&new.words, household, vault)
    }

    fn naming(
        self,
        words: &DissuasionWords,
        household: Option<Id<Household>>,
        vault: &Vault,
    ) -> Result<Self> {
        let (resident_id, outsider) = match &words.person {
            Dissuaded::Resident(resident) => (Some(*resident), None),
            Dissuaded::Outsider(name) => (None, Some(name)),
        };
        Ok(Self {
            resident_id,
            household_id: household,
            outsider_sealed: outsider.map(|name| vault.seal_value(name)).transpose()?,
            note_sealed: words.note.as_ref().map(|note| vault.seal(Field::Note, note)).transpose()?,
            ..self
        })
    }

    /// Where it stands in the list.
    pub fn place(&self) -> Place {
        Place { at: self.happened_at, id: self.id.uuid() }
    }

    /// What it says without naming persons by name.
    pub fn facts(&self) -> DissuasionFacts {
        DissuasionFacts {
            happened_at: self.happened_at,
            fraud_type: self.fraud_type,
            way: self.way,
            dissuaded_by: self.dissuaded_by,
            at_risk_fen: self.at_risk_fen,
            saved_fen: self.saved_fen,
            method: self.method,
            result: self.result,
            police_ref: self.police_ref.clone(),
        }
    }

    /// The name of somebody who lives in no household, in plain text.
    pub fn outsider(&self, vault: &Vault) -> Result<Option<PersonName>> {
        self.outsider_sealed.as_ref().map(|sealed| vault.open_value(sealed)).transpose()
    }

    /// What happened, in plain text.
    pub fn note(&self, vault: &Vault) -> Result<Option<String>> {
        self.note_sealed.as_ref().map(|sealed| vault.open(Field::Note, sealed)).transpose()
    }
}

/// What an entry said before it was corrected.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = dissuasion_versions, treat_none_as_default_value = false)]
pub struct OlderVersion {
    /// The entry.
    pub dissuasion_id: Id<Dissuasion>,
    /// Which version.
    pub version: i32,
    /// Where it lies.
    pub area_code: AreaCode,
    /// What it said.
    pub facts: Doc,
    /// Who was dissuaded, when they live in a household.
    pub resident_id: Option<Id<Resident>>,
    /// The name of somebody else, sealed.
    pub outsider_sealed: Option<Vec<u8>>,
    /// What happened, sealed.
    pub note_sealed: Option<Vec<u8>>,
    /// Why it was corrected.
    pub reason: String,
    /// Who corrected it.
    pub corrected_by: Id<Staff>,
    /// When.
    pub corrected_at: Timestamp,
}

impl OlderVersion {
    /// What `row` says before `by` corrects it.
    pub fn of(row: &DissuasionRow, reason: &str, by: Id<Staff>, now: Timestamp) -> Result<Self> {
        Ok(Self {
            dissuasion_id: row.id,
            version: row.version,
            area_code: row.area_code.clone(),
            facts: Doc(serde_json::to_value(row.facts()).map_err(Problem::internal)?),
            resident_id: row.resident_id,
            outsider_sealed: row.outsider_sealed.clone(),
            note_sealed: row.note_sealed.clone(),
            reason: reason.to_owned(),
            corrected_by: by,
            corrected_at: now,
        })
    }
}
