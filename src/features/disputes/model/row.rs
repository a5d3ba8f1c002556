//! A dispute as a row.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{DisputeLevel, DisputeOutcome, DisputeState, DisputeType, MediationMode, PersonalStatus};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::{Case, Reporter};
use crate::platform::db::Doc;
use crate::platform::db::schema::disputes;

/// A dispute as it is stored beside its case file.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = disputes, primary_key(case_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DisputeRow {
    /// The case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// How far it is.
    pub state: DisputeState,
    /// What it is about.
    pub dispute_type: DisputeType,
    /// How hard it is; judged at acceptance.
    pub level: DisputeLevel,
    /// What it is about in money, fen.
    pub amount_fen: Option<i64>,
    /// The day by which mediation should have ended; none before acceptance.
    pub mediation_due_on: Option<NaiveDate>,
    /// Who mediates.
    pub mediator_id: Option<Id<Reporter>>,
    /// How.
    pub mode: Option<MediationMode>,
    /// What it came to.
    pub outcome: Option<DisputeOutcome>,
    /// The [`Agreement`](super::Agreement) as JSON, sealed.
    pub agreement_sealed: Option<Vec<u8>>,
    /// The day on which the agreement took effect.
    pub effective_on: Option<NaiveDate>,
    /// The last day on which both sides may ask the court to confirm it.
    pub judicial_due_on: Option<NaiveDate>,
    /// The day by which it is to be performed.
    pub performance_due_on: Option<NaiveDate>,
    /// The day on which it was.
    pub performed_on: Option<NaiveDate>,
    /// Why there was no agreement, or how it was broken.
    pub end_reason: Option<String>,
    /// Whether the parties were told what else they can do.
    pub remedies_told: bool,
    /// Where the file is kept.
    pub archive_no: Option<String>,
    /// What brought it about, in a few words.
    pub cause: Option<String>,
    /// Whether many people are in it; it is major then.
    pub mass: bool,
    /// Which committee mediates; its seal is under the agreement.
    pub committee: Option<String>,
    /// Who mediates beside `mediator_id`: ids of staff.
    pub co_mediators: Option<Doc>,
    /// Whom a party did not accept as a mediator: ids of staff.
    pub turned_down: Option<Doc>,
    /// The number of the agreement.
    pub agreement_no: Option<String>,
    /// Whether the agreement settles what only the law or a court can: then no court confirms it.
    pub personal_status: Option<PersonalStatus>,
    /// Since when there is a risk of violence; none when there is none.
    pub violence_raised_at: Option<Timestamp>,
    /// When the police was told of that risk.
    pub police_told_at: Option<Timestamp>,
    /// To whom it was handed, as a [`Transfer`](super::Transfer).
    pub transfer: Option<Doc>,
}

impl DisputeRow {
    /// The row of a dispute that has just been registered.
    pub fn registered(
        case_id: Id<Case>,
        area: &AreaCode,
        dispute_type: DisputeType,
        amount_fen: Option<i64>,
    ) -> Self {
        Self {
            case_id,
            area_code: area.clone(),
            state: DisputeState::Registered,
            dispute_type,
            level: DisputeLevel::General,
            amount_fen,
            mediation_due_on: None,
            mediator_id: None,
            mode: None,
            outcome: None,
            agreement_sealed: None,
            effective_on: None,
            judicial_due_on: None,
            performance_due_on: None,
            performed_on: None,
            end_reason: None,
            remedies_told: false,
            archive_no: None,
            cause: None,
            mass: false,
            committee: None,
            co_mediators: None,
            turned_down: None,
            agreement_no: None,
            personal_status: None,
            violence_raised_at: None,
            police_told_at: None,
            transfer: None,
        }
    }

    /// How hard it is when the office judges it to be `level`: what many people or violence are in is major.
    pub fn judged(&self, level: Option<DisputeLevel>) -> DisputeLevel {
        let major = self.mass || self.violence_raised_at.is_some();
        if major { DisputeLevel::Major } else { level.unwrap_or(self.level) }
    }
}
