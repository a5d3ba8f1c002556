//! A dispute as clients see it: parties masked, the agreement's text left out.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::{PersonName, Phone};
use crate::features::cases::{Action, CaseView};
use crate::features::disputes::actions::DisputeFile;
use crate::features::disputes::model::{
    Dispute, DisputeLevel, DisputeOutcome, DisputeRow, DisputeState, DisputeStep, DisputeType, MediationMode,
    Party, PartyRow, PartySide, obstacle,
};
use crate::platform::access::policy::{AcceptDispute, Mediate, SeeCases};
use crate::platform::access::{ActorKind, Granted, Staff};
use crate::platform::privacy::Vault;

/// A dispute as a client sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisputeView {
    /// The dispute.
    pub id: Id<Dispute>,
    /// The file.
    #[serde(flatten)]
    pub file: CaseView,
    /// How far the procedure is.
    pub state: DisputeState,
    /// What it is about.
    pub dispute_type: DisputeType,
    /// How hard it is to settle.
    pub level: DisputeLevel,
    /// What it is about in money, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_fen: Option<i64>,
    /// Who quarrels.
    pub parties: Vec<PartyView>,
    /// Who mediates; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mediator: Option<Id<Staff>>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<MediationMode>,
    /// What mediation came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<DisputeOutcome>,
    /// The agreement's days; its text is had by `reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementView>,
    /// Why there was no agreement, or how it was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Where the file is kept; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive_no: Option<String>,
    /// What this caller may do now.
    pub actions: Vec<Action>,
}

/// A party, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyView {
    /// The party.
    pub id: Id<Party>,
    /// Where it stands.
    pub side: PartySide,
    /// The name, masked.
    #[schema(example = "张**")]
    pub name: String,
    /// The phone, masked; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "138****5678")]
    pub phone: Option<String>,
    /// Whether it wants mediation; absent until asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consents: Option<bool>,
}

/// The days of an agreement (Asia/Shanghai).
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    /// When it took effect.
    pub effective_on: NaiveDate,
    /// The last day on which both sides may ask the court to confirm it (人民调解法 33), not moved off rest days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judicial_due_on: Option<NaiveDate>,
    /// By when it is to be performed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_due_on: Option<NaiveDate>,
    /// When it was performed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_on: Option<NaiveDate>,
}

impl DisputeView {
    /// The view for `by`.
    pub fn of(dispute: DisputeFile, by: &Granted<SeeCases>, vault: &Vault) -> Result<Self> {
        let DisputeFile { file, row, parties } = dispute;
        let office = by.actor().kind() != ActorKind::Resident;
        let actions = actions(by, &row, &parties);
        let parties =
            parties.iter().map(|party| PartyView::of(party, office, vault)).collect::<Result<_>>()?;
        Ok(Self {
            id: file.id.same_as(),
            file: file.into(),
            agreement: AgreementView::of(&row),
            state: row.state,
            dispute_type: row.dispute_type,
            level: row.level,
            amount_fen: row.amount_fen,
            parties,
            mediator: row.mediator_id.filter(|_| office).map(Id::same_as),
            mode: row.mode,
            outcome: row.outcome,
            end_reason: row.end_reason,
            archive_no: row.archive_no.filter(|_| office),
            actions,
        })
    }
}

impl PartyView {
    fn of(party: &PartyRow, office: bool, vault: &Vault) -> Result<Self> {
        let phone = party.phone_sealed.as_deref().filter(|_| office);
        Ok(Self {
            id: party.id,
            side: party.side,
            name: vault.open_value::<PersonName>(&party.name_sealed)?.masked(),
            phone: phone
                .map(|sealed| vault.open_value::<Phone>(sealed).map(|phone| phone.masked()))
                .transpose()?,
            consents: party.consents,
        })
    }
}

impl AgreementView {
    fn of(row: &DisputeRow) -> Option<Self> {
        Some(Self {
            effective_on: row.effective_on?,
            judicial_due_on: row.judicial_due_on,
            performance_due_on: row.performance_due_on,
            performed_on: row.performed_on,
        })
    }
}

/// The steps that `by` may take now, as buttons.
fn actions(by: &Granted<SeeCases>, row: &DisputeRow, parties: &[PartyRow]) -> Vec<Action> {
    let id = row.case_id.same_as::<Dispute>();
    let may = |step: DisputeStep| match step {
        DisputeStep::Ask | DisputeStep::Accept => by.also::<AcceptDispute>(&row.area_code),
        DisputeStep::Mediate
        | DisputeStep::Agree
        | DisputeStep::Perform
        | DisputeStep::Fulfil
        | DisputeStep::Fail
        | DisputeStep::Refuse
        | DisputeStep::Withdraw
        | DisputeStep::Breach
        | DisputeStep::Archive => by.also::<Mediate>(&row.area_code),
    };
    let open = DisputeStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok() && may(step));
    open.map(|step| {
        let (noun, fields): (_, &[&str]) = match step {
            DisputeStep::Ask => ("consents", &["answers"]),
            DisputeStep::Accept => ("acceptance", &["answers"]),
            DisputeStep::Mediate => ("mediation", &["mode"]),
            DisputeStep::Agree => ("agreement", &["form", "items"]),
            DisputeStep::Perform => ("performance", &[]),
            DisputeStep::Fulfil => ("fulfilment", &["performed_on", "return_visit"]),
            DisputeStep::Fail => ("failure", &["reason", "remedies_told"]),
            DisputeStep::Refuse => ("refusal", &["answers"]),
            DisputeStep::Withdraw => ("withdrawal", &["reason"]),
            DisputeStep::Breach => ("breach", &["reason", "remedies_told"]),
            DisputeStep::Archive => ("archive", &["archive_no", "register", "records", "agreement"]),
        };
        let href = format!("/api/v1/disputes/{id}/{noun}");
        let blocked = obstacle(parties).filter(|_| step == DisputeStep::Accept);
        Action { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}
