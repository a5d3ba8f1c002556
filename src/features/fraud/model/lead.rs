//! A lead: what it says, its states and steps, its row.

use diesel::prelude::*;

use super::{ContactWay, Suspect, SuspectKind};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::Photo;
use crate::features::notices::FraudType;
use crate::platform::access::policy::{AnswerLeads, HandleLeads, Permission, Row};
use crate::platform::access::{Actor, ActorKind, Household, Staff};
use crate::platform::db::Doc;
use crate::platform::db::schema::fraud_leads;
use crate::platform::privacy::{Field, Vault};

crate::id_kind! {
    /// A lead; whoever reports it makes the id.
    FraudLead = "lead";
    /// Whoever reported a lead, staff or resident.
    LeadReporter = "reporter";
}

crate::text_enum! {
    /// How far a lead is.
    pub enum LeadState {
        Reported = "reported" "待处理",
        /// With the police; what it says does not change any more.
        Forwarded = "forwarded" "已移送公安机关",
        Answered = "answered" "已反馈",
        Dismissed = "dismissed" "不予移送",
    }
}

crate::text_enum! {
    /// What can be done with a lead.
    pub enum LeadStep {
        Correct = "correct" "更正",
        Forward = "forward" "移送公安机关",
        Answer = "answer" "登记反馈",
        Dismiss = "dismiss" "不予移送",
    }
}

crate::text_enum! {
    /// What the police found.
    pub enum Verdict {
        Verified = "verified" "查实涉诈",
        NotFraud = "not_fraud" "不属诈骗",
        /// Not the last word: another answer follows.
        MoreNeeded = "more_needed" "需补充情况",
    }
}

crate::text_enum! {
    /// Why a lead does not go to the police.
    pub enum DismissReason {
        NotFraud = "not_fraud" "不涉诈",
        Duplicate = "duplicate" "重复上报",
        Unclear = "unclear" "情况不明,无法核查",
        Elsewhere = "elsewhere" "不属本地管辖",
    }
}

impl LeadStep {
    /// The permission that it needs; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Correct | Self::Forward | Self::Dismiss => &HandleLeads::ROW,
            Self::Answer => &AnswerLeads::ROW,
        }
    }

    /// The noun of its address, `/api/v1/fraud_leads/{id}/{noun}`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Correct => "correction",
            Self::Forward => "forwarding",
            Self::Answer => "answer",
            Self::Dismiss => "dismissal",
        }
    }
}

impl LeadState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: LeadStep) -> Result<Self> {
        use LeadState::{Answered, Dismissed, Forwarded, Reported};
        use LeadStep::{Answer, Correct, Dismiss, Forward};
        match (self, step) {
            (Reported, Correct) => Ok(Reported),
            (Reported, Forward) => Ok(Forwarded),
            (Reported, Dismiss) => Ok(Dismissed),
            // Again, when the police had asked for more: see `LeadRow::bar`.
            (Forwarded | Answered, Answer) => Ok(Answered),
            (Reported, Answer)
            | (Forwarded | Answered, Correct | Forward | Dismiss)
            | (Dismissed, Correct | Forward | Answer | Dismiss) => Err(refused(self, step)),
        }
    }
}

fn refused(state: LeadState, step: LeadStep) -> Problem {
    let detail = format!("线索现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

/// What a lead says, after its checks.
#[derive(Debug, Clone)]
pub struct LeadContent {
    /// Which fraud it looks like.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// With what.
    pub suspect: Suspect,
    /// What happened, 1 to 2,000 characters; may name persons.
    pub detail: String,
    /// Money that is gone, fen.
    pub lost_fen: Option<i64>,
    /// Money that may still go, fen.
    pub at_risk_fen: Option<i64>,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
}

/// A lead to take down.
#[derive(Debug, Clone)]
pub struct NewLead {
    /// Made by the phone, so that a resend is the same lead.
    pub id: Id<FraudLead>,
    /// Where; a resident's own home when absent.
    pub area: Option<AreaCode>,
    /// What it says.
    pub content: LeadContent,
    /// Screenshots that were uploaded before.
    pub screenshots: Vec<Id<Photo>>,
    /// A keyed digest of what the phone sent.
    pub content_hash: [u8; 32],
}

/// A lead as it is stored: the suspect and what happened are sealed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = fraud_leads, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct LeadRow {
    /// The lead.
    pub id: Id<FraudLead>,
    /// Where.
    pub area_code: AreaCode,
    /// The town of that area, in which the same suspect is counted.
    pub town_code: AreaCode,
    /// Staff or resident.
    pub reporter_kind: ActorKind,
    /// Who reported it.
    pub reporter_id: Id<LeadReporter>,
    /// A resident's household.
    pub household_id: Option<Id<Household>>,
    /// Which fraud it looks like.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// What the suspect is.
    pub suspect_kind: SuspectKind,
    /// The suspect, sealed.
    pub suspect_sealed: Vec<u8>,
    /// The suspect's keyed index.
    pub suspect_index: Vec<u8>,
    /// What happened, sealed.
    pub detail_sealed: Vec<u8>,
    /// Money that is gone, fen.
    pub lost_fen: Option<i64>,
    /// Money that may still go, fen.
    pub at_risk_fen: Option<i64>,
    /// The ids of the screenshots.
    pub screenshots: Doc,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// How far it is.
    pub state: LeadState,
    /// The police station that has it.
    pub station: Option<String>,
    /// The number under which the police keep it.
    pub police_ref: Option<String>,
    /// When it went there.
    pub forwarded_at: Option<Timestamp>,
    /// Why it did not go there.
    pub dismiss_reason: Option<DismissReason>,
    /// What the police found.
    pub verdict: Option<Verdict>,
    /// Whether the number, link, app or account was blocked.
    pub blocked: Option<bool>,
    /// What the reporter is told, in plain words.
    pub reply: Option<String>,
    /// Who took the last step.
    pub handled_by: Option<Id<Staff>>,
    /// When.
    pub handled_at: Option<Timestamp>,
    /// A keyed digest of what the phone sent first.
    pub content_hash: Vec<u8>,
    /// Counts changes; `If-Match` names it.
    pub version: i32,
    /// When the server had it.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl LeadRow {
    /// Where it stands in the list.
    pub fn place(&self) -> Place {
        Place { at: self.created_at, id: self.id.uuid() }
    }

    /// The row of a lead that `by` has just reported in `area`.
    pub fn reported(
        area: &AreaCode,
        by: &Actor,
        new: &NewLead,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<Self> {
        let content = &new.content;
        Ok(Self {
            id: new.id,
            area_code: area.clone(),
            town_code: area.town(),
            reporter_kind: by.kind(),
            reporter_id: Id::from_uuid(by.id()),
            household_id: by.household(),
            fraud_type: content.fraud_type,
            way: content.way,
            suspect_kind: content.suspect.kind,
            suspect_sealed: vault.seal(Field::Suspect, content.suspect.expose())?,
            suspect_index: vault.index(Field::Suspect, &content.suspect.indexed()),
            detail_sealed: vault.seal(Field::Note, &content.detail)?,
            lost_fen: content.lost_fen,
            at_risk_fen: content.at_risk_fen,
            screenshots: Doc(serde_json::to_value(&new.screenshots).map_err(Problem::internal)?),
            occurred_at: content.occurred_at,
            state: LeadState::Reported,
            station: None,
            police_ref: None,
            forwarded_at: None,
            dismiss_reason: None,
            verdict: None,
            blocked: None,
            reply: None,
            handled_by: None,
            handled_at: None,
            content_hash: new.content_hash.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// The same lead with another content.
    pub fn saying(self, content: &LeadContent, vault: &Vault) -> Result<Self> {
        Ok(Self {
            fraud_type: content.fraud_type,
            way: content.way,
            suspect_kind: content.suspect.kind,
            suspect_sealed: vault.seal(Field::Suspect, content.suspect.expose())?,
            suspect_index: vault.index(Field::Suspect, &content.suspect.indexed()),
            detail_sealed: vault.seal(Field::Note, &content.detail)?,
            lost_fen: content.lost_fen,
            at_risk_fen: content.at_risk_fen,
            occurred_at: content.occurred_at,
            ..self
        })
    }

    /// The suspect in plain text.
    pub fn suspect(&self, vault: &Vault) -> Result<Suspect> {
        Ok(Suspect::stored(self.suspect_kind, vault.open(Field::Suspect, &self.suspect_sealed)?))
    }

    /// What happened, in plain text.
    pub fn detail(&self, vault: &Vault) -> Result<String> {
        vault.open(Field::Note, &self.detail_sealed)
    }

    /// The screenshots.
    pub fn shots(&self) -> Result<Vec<Id<Photo>>> {
        serde_json::from_value(self.screenshots.0.clone()).map_err(Problem::internal)
    }

    /// Why `step` cannot be taken although the state allows it, in words; none when it can.
    pub fn bar(&self, step: LeadStep) -> Option<&'static str> {
        let last_word = matches!(self.verdict, Some(Verdict::Verified | Verdict::NotFraud));
        match step {
            LeadStep::Answer if last_word => Some("公安机关已有最终反馈"),
            LeadStep::Correct | LeadStep::Forward | LeadStep::Answer | LeadStep::Dismiss => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_five_pairs_of_state_and_step_are_allowed() {
        let pairs =
            LeadState::ALL.iter().flat_map(|state| LeadStep::ALL.iter().map(move |step| (state, step)));
        assert_eq!(pairs.filter(|(state, step)| state.after(**step).is_ok()).count(), 5);
    }

    #[test]
    fn what_is_with_the_police_is_answered_and_nothing_else() {
        for state in [LeadState::Forwarded, LeadState::Answered] {
            let open: Vec<_> = LeadStep::ALL.iter().filter(|step| state.after(**step).is_ok()).collect();
            assert_eq!(open, [&LeadStep::Answer], "{state}");
        }
        assert!(LeadStep::ALL.iter().all(|step| LeadState::Dismissed.after(*step).is_err()));
    }
}
