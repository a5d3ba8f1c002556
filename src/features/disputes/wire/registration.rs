//! A dispute on its way in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::features::attachments::{Photo, check_photos};
use crate::features::cases::{CaseBody, CaseKind, Confidential, NewCase, PlaceBody, Source, Urgency};
use crate::features::disputes::actions::Registration;
use crate::features::disputes::model::{
    Dispute, DisputeState, DisputeType, MOST_PARTIES, NewParty, PartySide,
};
use crate::platform::access::{Actor, ActorKind};
use crate::platform::privacy::Vault;

/// The largest sum that a dispute is about, fen: ten thousand million yuan.
const LARGEST_SUM: i64 = 1_000_000_000_000;

/// A party as it is written down; name and phone are stored encrypted.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "side": "applicant", "name": "示例甲", "phone": "13800005678" }))]
pub struct PartyBody {
    /// Where it stands.
    pub side: PartySide,
    /// The name of a person or an organisation, 1 to 40 characters.
    #[schema(min_length = 1, max_length = 40)]
    pub name: String,
    /// A mainland mobile number.
    #[schema(max_length = 20)]
    pub phone: Option<String>,
    /// Whether it wants mediation, when it was asked already.
    pub consents: Option<bool>,
}

impl PartyBody {
    /// The party, with a complaint per field that is wrong.
    fn check(&self, check: &mut Check, n: usize, vault: &Vault) -> Result<Option<NewParty>> {
        let name = check.value(&format!("parties[{n}].name"), PersonName::parse(&self.name));
        let phone = self.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
        let phone = phone.and_then(|phone| check.value(&format!("parties[{n}].phone"), Phone::parse(phone)));
        let Some(name) = name else { return Ok(None) };
        Ok(Some(NewParty {
            id: Id::new(),
            side: self.side,
            name_sealed: vault.seal_value(&name)?,
            phone_sealed: phone.as_ref().map(|phone| vault.seal_value(phone)).transpose()?,
            phone_index: phone.as_ref().map(|phone| vault.index_value(phone)),
            consents: self.consents,
        }))
    }

    /// All parties of a body, with a complaint per field that is wrong.
    pub(super) fn check_all(parties: &[Self], check: &mut Check, vault: &Vault) -> Result<Vec<NewParty>> {
        if parties.len() > MOST_PARTIES {
            check.refuse("parties", format!("当事人最多 {MOST_PARTIES} 名"));
            return Ok(vec![]);
        }
        let parties = parties.iter().enumerate().map(|(n, party)| party.check(check, n, vault));
        let parties: Vec<Option<NewParty>> = parties.collect::<Result<_>>()?;
        Ok(parties.into_iter().flatten().collect())
    }
}

/// A dispute as a phone registers it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "dispute_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "dispute_type": "water_irrigation",
    "title": "水渠用水纠纷", "detail": "示例:两户因灌溉用水先后发生争执。",
    "place": { "address": "示例村二组水渠旁" }, "urgency": "normal", "amount_fen": 50000,
    "parties": [
        { "side": "applicant", "name": "示例甲", "phone": "13800005678" },
        { "side": "respondent", "name": "示例乙" }
    ],
    "photos": []
}))]
pub struct DisputeBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Dispute>,
    /// The grid where it lies, or the village when the grid is not known. May be left out when `place` has coordinates
    /// that lie in one grid; near a border that is 422 `grid_ambiguous` with the grids to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_code: Option<AreaCode>,
    /// What it is about.
    pub dispute_type: DisputeType,
    /// In short, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub title: String,
    /// In full, 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000)]
    pub detail: String,
    /// Where exactly.
    pub place: Option<PlaceBody>,
    /// How soon; `normal` when absent.
    pub urgency: Option<Urgency>,
    /// Who may see it, `internal` or `private`; when absent `private` for quarrels in a family, else `internal`.
    pub confidential: Option<Confidential>,
    /// How the township came to know; by who registers when absent.
    pub source: Option<Source>,
    /// What it is about in money, fen.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub amount_fen: Option<i64>,
    /// Who quarrels, at most 20. Staff name at least one applicant and one respondent; residents may name nobody.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub parties: Vec<PartyBody>,
    /// When it began; now when absent.
    pub occurred_at: Option<Timestamp>,
    /// When the phone took it down; now when absent.
    pub reported_at: Option<Timestamp>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl DisputeBody {
    /// The registration, or 422 with one entry per field.
    pub fn parse(self, by: &Actor, now: Timestamp, vault: &Vault) -> Result<Registration> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let case = CaseBody {
            title: &self.title,
            detail: &self.detail,
            place: self.place.as_ref(),
            source: self.source,
            occurred_at: self.occurred_at,
            reported_at: self.reported_at,
        };
        let case = case.check(&mut check, by, now);
        check_photos(&mut check, &self.photos);
        let parties = PartyBody::check_all(&self.parties, &mut check, vault)?;
        self.check_sides(&mut check, by);
        let case = NewCase {
            id: self.id.same_as(),
            kind: CaseKind::Dispute,
            area: self.area_code.clone(),
            category: self.dispute_type.as_str(),
            title: case.title,
            detail: case.detail,
            source: case.source,
            urgency: self.urgency.unwrap_or(Urgency::Normal),
            confidential: self.check_confidential(&mut check),
            place: case.place,
            occurred_at: case.occurred_at,
            reported_at: case.reported_at,
            state: DisputeState::Registered.as_str(),
            content_hash,
        };
        let amount_fen = self.amount_fen.map(|fen| check.range("amount_fen", fen, 0, LARGEST_SUM));
        let (dispute_type, photos) = (self.dispute_type, self.photos);
        check.finish(Registration { dispute_type, amount_fen, case, parties, photos })
    }

    fn check_sides(&self, check: &mut Check, by: &Actor) {
        let has = |side| self.parties.iter().any(|party| party.side == side);
        let both = has(PartySide::Applicant) && has(PartySide::Respondent);
        if by.kind() != ActorKind::Resident && !both {
            check.refuse("parties", "至少要有一名申请人和一名被申请人");
        }
    }

    fn check_confidential(&self, check: &mut Check) -> Confidential {
        let chosen = self.confidential.unwrap_or(self.dispute_type.usual_confidentiality());
        if !matches!(chosen, Confidential::Internal | Confidential::Private) {
            check.refuse("confidential", "矛盾纠纷只能是 internal 或 private");
        }
        chosen
    }
}
