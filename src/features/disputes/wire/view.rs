//! A dispute as clients see it: parties masked, the agreement's text left out.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::buttons::buttons;
use super::court::ConfirmationView;
use super::ending::{RemedyView, TransferView};
use super::violence::ViolenceView;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::{PersonName, Phone};
use crate::features::cases::{Action, CaseView};
use crate::features::disputes::actions::DisputeFile;
use crate::features::disputes::model::{
    Dispute, DisputeLevel, DisputeOutcome, DisputeRow, DisputeState, DisputeType, MediationMode, Mediators,
    Party, PartyRow, PartySide,
};
use crate::platform::access::policy::SeeCases;
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
    /// What brought it about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whether many people are in it.
    pub mass: bool,
    /// What it is about in money, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_fen: Option<i64>,
    /// Who quarrels.
    pub parties: Vec<PartyView>,
    /// Which committee mediates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committee: Option<String>,
    /// Who mediates, and has the case on the desk; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mediator: Option<Id<Staff>>,
    /// Who mediates beside; residents do not see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub co_mediators: Vec<Id<Staff>>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<MediationMode>,
    /// What mediation came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<DisputeOutcome>,
    /// The agreement's days; its text is had by `reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementView>,
    /// How far a court is with confirming the agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<ConfirmationView>,
    /// Why there was no agreement, or how it was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// What the parties can still do when mediation or the agreement came to nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub remedies: Vec<RemedyView>,
    /// To whom it was handed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferView>,
    /// Whether it may turn violent; residents do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violence: Option<ViolenceView>,
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
    /// The number of the agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no: Option<String>,
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
        let DisputeFile { file, matter } = dispute;
        let office = by.actor().kind() != ActorKind::Resident;
        let parties = matter.parties.iter().map(|party| PartyView::of(party, office, vault));
        let (parties, row) = (parties.collect::<Result<_>>()?, &matter.row);
        let mediators = Mediators::of(row)?;
        Ok(Self {
            id: file.id.same_as(),
            file: file.into(),
            state: row.state,
            dispute_type: row.dispute_type,
            level: row.level,
            cause: row.cause.clone(),
            mass: row.mass,
            amount_fen: row.amount_fen,
            parties,
            committee: row.committee.clone(),
            mediator: mediators.lead.filter(|_| office),
            co_mediators: if office { mediators.others } else { vec![] },
            mode: row.mode,
            outcome: row.outcome,
            agreement: AgreementView::of(row),
            confirmation: ConfirmationView::of(&matter),
            end_reason: row.end_reason.clone(),
            remedies: RemedyView::of(&matter),
            transfer: TransferView::of(row)?,
            violence: office.then(|| ViolenceView::of(row)),
            archive_no: row.archive_no.clone().filter(|_| office),
            actions: buttons(by, &matter),
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
            no: row.agreement_no.clone(),
            effective_on: row.effective_on?,
            judicial_due_on: row.judicial_due_on,
            performance_due_on: row.performance_due_on,
            performed_on: row.performed_on,
        })
    }
}
