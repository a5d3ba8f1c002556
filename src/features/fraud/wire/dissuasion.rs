//! The ledger of dissuasions as clients send and see it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::masking::masked_numbers;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::PersonName;
use crate::features::fraud::model::{
    ContactWay, Dissuaded, Dissuasion, DissuasionFacts, DissuasionMethod, DissuasionResult, DissuasionRow,
    DissuasionWords, MOST_FEN, NewDissuasion, OlderVersion,
};
use crate::features::fraud::store::dissuasions::DissuasionFilter;
use crate::features::notices::FraudType;
use crate::platform::access::{Household, Resident, Staff};
use crate::platform::privacy::{Field, Vault};

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DissuasionQuery {
    /// Only those of this fraud.
    pub fraud_type: Option<FraudType>,
    /// Only those with this result.
    pub result: Option<DissuasionResult>,
    /// Only inside this area.
    #[param(example = "500114119201")]
    pub area: Option<AreaCode>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl DissuasionQuery {
    /// The area, the filter and the page, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, DissuasionFilter, PageRequest)> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        let (fraud_type, result) = (self.fraud_type, self.result);
        Ok((self.area, DissuasionFilter { fraud_type, result, ..DissuasionFilter::default() }, page))
    }
}

/// A dissuasion to write down.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "dissuasion_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "happened_at": "2026-03-02T01:00:00.000Z",
    "fraud_type": "fake_authority", "way": "call", "outsider_name": "示例甲", "at_risk_fen": 3_000_000,
    "saved_fen": 3_000_000, "method": "bank_counter", "result": "stopped"
}))]
pub struct RecordDissuasion {
    /// Made by the client, so that a resend is the same entry.
    pub id: Id<Dissuasion>,
    /// The grid where it was, or the village when the grid is not known.
    pub area_code: AreaCode,
    /// When, not after now.
    pub happened_at: Timestamp,
    /// From which fraud.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// Who dissuaded; whoever writes it down when absent.
    pub dissuaded_by: Option<Id<Staff>>,
    /// Who was dissuaded, when they live in a household; one of the two.
    pub resident_id: Option<Id<Resident>>,
    /// The name of somebody else, 1 to 40 characters; stored encrypted.
    #[schema(min_length = 1, max_length = 40)]
    pub outsider_name: Option<String>,
    /// Money that was about to go, fen.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen; not more than was at risk, and none when it failed.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub saved_fen: i64,
    /// By which way.
    pub method: DissuasionMethod,
    /// What came of it.
    pub result: DissuasionResult,
    /// The number under which the police keep it, at most 60 characters.
    #[schema(max_length = 60)]
    pub police_ref: Option<String>,
    /// What happened, at most 500 characters; stored encrypted.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl RecordDissuasion {
    /// The entry, or 422; `me` dissuaded when nobody is named.
    pub fn parse(self, me: Id<Staff>, now: Timestamp, vault: &Vault) -> Result<NewDissuasion> {
        let mut check = Check::new();
        let new = self.check(&mut check, me, now, vault)?;
        check.finish_some(new)
    }

    fn check(
        self,
        check: &mut Check,
        me: Id<Staff>,
        now: Timestamp,
        vault: &Vault,
    ) -> Result<Option<NewDissuasion>> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let person = match (self.resident_id, self.outsider_name.as_deref()) {
            (Some(resident), None) => Some(Dissuaded::Resident(resident)),
            (None, Some(name)) => {
                check.value("outsider_name", PersonName::parse(name)).map(Dissuaded::Outsider)
            }
            (Some(_), Some(_)) | (None, None) => {
                check.refuse("resident_id", "住户成员和户外人员姓名须填且只填一项");
                None
            }
        };
        let facts = DissuasionFacts {
            happened_at: check.past("happened_at", self.happened_at, now),
            fraud_type: self.fraud_type,
            way: self.way,
            dissuaded_by: self.dissuaded_by.unwrap_or(me),
            at_risk_fen: check.range("at_risk_fen", self.at_risk_fen, 0, MOST_FEN),
            saved_fen: check.range("saved_fen", self.saved_fen, 0, MOST_FEN),
            method: self.method,
            result: self.result,
            police_ref: check.optional_text("police_ref", self.police_ref.as_deref(), 60),
        };
        if facts.saved_fen > facts.at_risk_fen {
            check.refuse("saved_fen", "止损金额不能大于涉及金额");
        } else if facts.result == DissuasionResult::Failed && facts.saved_fen > 0 {
            check.refuse("saved_fen", "劝阻未成的,止损金额应为 0");
        }
        let note = check.optional_text("note", self.note.as_deref(), 500);
        let (id, area) = (self.id, self.area_code);
        let words = person.map(|person| DissuasionWords { person, note });
        Ok(words.map(|words| NewDissuasion { id, area, facts, words, content_hash }))
    }
}

/// What is right, and why what was written down was not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "reason": "示例:金额多记一位", "entry": {
        "id": "dissuasion_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001",
        "happened_at": "2026-03-02T01:00:00.000Z", "fraud_type": "fake_authority", "way": "call", "outsider_name": "示例甲",
        "at_risk_fen": 300_000, "saved_fen": 300_000, "method": "bank_counter", "result": "stopped"
    }
}))]
pub struct CorrectDissuasion {
    /// 2 to 200 characters.
    #[schema(min_length = 2, max_length = 200)]
    pub reason: String,
    /// The whole entry as it is right, with the same id and area.
    pub entry: RecordDissuasion,
}

impl CorrectDissuasion {
    /// The entry `id` as it is right and the reason, or 422.
    pub fn parse(
        self,
        id: Id<Dissuasion>,
        me: Id<Staff>,
        now: Timestamp,
        vault: &Vault,
    ) -> Result<(NewDissuasion, String)> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 2, 200);
        if self.entry.id != id {
            check.refuse("entry.id", "与所更正的不是同一编号");
        }
        let new = self.entry.check(&mut check, me, now, vault)?;
        check.finish_some(new.map(|new| (new, reason)))
    }
}

/// An entry of the ledger, masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "dissuasion_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "happened_at": "2026-03-02T01:00:00.000Z",
    "fraud_type": "fake_authority", "way": "call", "dissuaded_by": "staff_01h455vb4pex5vsknk084sn02q",
    "recorded_by": "staff_01h455vb4pex5vsknk084sn02q", "outsider_name": "示**", "at_risk_fen": 3_000_000,
    "saved_fen": 3_000_000, "method": "bank_counter", "result": "stopped", "version": 1,
    "created_at": "2026-03-02T01:30:00.000Z", "updated_at": "2026-03-02T01:30:00.000Z"
}))]
pub struct DissuasionRecord {
    /// The entry.
    pub id: Id<Dissuasion>,
    /// Where.
    pub area_code: AreaCode,
    /// When.
    pub happened_at: Timestamp,
    /// From which fraud.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// Who dissuaded.
    pub dissuaded_by: Id<Staff>,
    /// Who wrote it down.
    pub recorded_by: Id<Staff>,
    /// Who was dissuaded, when they live in a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident_id: Option<Id<Resident>>,
    /// Their household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household_id: Option<Id<Household>>,
    /// The family name of somebody else, and stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outsider_name: Option<String>,
    /// Money that was about to go, fen.
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen.
    pub saved_fen: i64,
    /// By which way.
    pub method: DissuasionMethod,
    /// What came of it.
    pub result: DissuasionResult,
    /// The number under which the police keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub police_ref: Option<String>,
    /// What happened; numbers of 11 digits and more are masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Counts the corrections; `If-Match` names it.
    pub version: i32,
    /// When the server had it.
    pub created_at: Timestamp,
    /// When it was last corrected.
    pub updated_at: Timestamp,
}

impl DissuasionRecord {
    /// The view.
    pub fn of(row: DissuasionRow, vault: &Vault) -> Result<Self> {
        Ok(Self {
            id: row.id,
            happened_at: row.happened_at,
            fraud_type: row.fraud_type,
            way: row.way,
            dissuaded_by: row.dissuaded_by,
            recorded_by: row.recorded_by,
            resident_id: row.resident_id,
            household_id: row.household_id,
            outsider_name: row.outsider(vault)?.map(|name| name.masked()),
            at_risk_fen: row.at_risk_fen,
            saved_fen: row.saved_fen,
            method: row.method,
            result: row.result,
            note: row.note(vault)?.map(|note| masked_numbers(&note)),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            police_ref: row.police_ref,
            area_code: row.area_code,
        })
    }
}

/// What an entry said before one of its corrections, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct DissuasionVersionView {
    /// Which version.
    pub version: i32,
    /// When.
    pub happened_at: Timestamp,
    /// From which fraud.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// Who dissuaded.
    pub dissuaded_by: Id<Staff>,
    /// Who was dissuaded, when they live in a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident_id: Option<Id<Resident>>,
    /// The family name of somebody else, and stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outsider_name: Option<String>,
    /// Money that was about to go, fen.
    pub at_risk_fen: i64,
    /// Money that stayed or came back, fen.
    pub saved_fen: i64,
    /// By which way.
    pub method: DissuasionMethod,
    /// What came of it.
    pub result: DissuasionResult,
    /// The number under which the police kept it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub police_ref: Option<String>,
    /// What happened; numbers of 11 digits and more are masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it was corrected.
    pub reason: String,
    /// Who corrected it.
    pub corrected_by: Id<Staff>,
    /// When.
    pub corrected_at: Timestamp,
}

impl DissuasionVersionView {
    fn of(older: OlderVersion, vault: &Vault) -> Result<Self> {
        let facts: DissuasionFacts = serde_json::from_value(older.facts.0).map_err(Problem::internal)?;
        let name = older.outsider_sealed.map(|sealed| vault.open_value::<PersonName>(&sealed)).transpose()?;
        let note = older.note_sealed.map(|sealed| vault.open(Field::Note, &sealed)).transpose()?;
        Ok(Self {
            version: older.version,
            happened_at: facts.happened_at,
            fraud_type: facts.fraud_type,
            way: facts.way,
            dissuaded_by: facts.dissuaded_by,
            resident_id: older.resident_id,
            outsider_name: name.map(|name| name.masked()),
            at_risk_fen: facts.at_risk_fen,
            saved_fen: facts.saved_fen,
            method: facts.method,
            result: facts.result,
            police_ref: facts.police_ref,
            note: note.map(|note| masked_numbers(&note)),
            reason: older.reason,
            corrected_by: older.corrected_by,
            corrected_at: older.corrected_at,
        })
    }
}

/// What an entry said before, the latest first; as many as it may be corrected.
#[derive(Debug, Serialize, ToSchema)]
pub struct DissuasionVersions {
    /// At most 50.
    pub items: Vec<DissuasionVersionView>,
}

impl DissuasionVersions {
    /// The view.
    pub fn of(older: Vec<OlderVersion>, vault: &Vault) -> Result<Self> {
        let items = older.into_iter().map(|older| DissuasionVersionView::of(older, vault));
        Ok(Self { items: items.collect::<Result<_>>()? })
    }
}
