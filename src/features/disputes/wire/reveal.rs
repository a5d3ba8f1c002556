//! Personal data in plain text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::disputes::model::{AgreementForm, CheckId, MediationSession, Party, PoliceReportId};
use crate::features::disputes::reveal::{DisputeField, Request, Revealed};

/// Why personal data are to be shown in plain text, and which.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "电话通知双方到场调解", "fields": ["name", "phone"] }))]
pub struct DisputeRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// At least one.
    #[schema(min_items = 1)]
    pub fields: Vec<DisputeField>,
}

impl DisputeRevealBody {
    /// The purpose and the fields, each once; or 422.
    pub fn parse(mut self) -> Result<Request> {
        let mut check = Check::new();
        let purpose = check_purpose(&mut check, &self.purpose);
        if self.fields.is_empty() {
            check.refuse("fields", "至少选择一项");
        }
        self.fields.sort();
        self.fields.dedup();
        check.finish(Request { purpose, fields: self.fields })
    }
}

/// Why the signed paper is to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "核对归档材料" }))]
pub struct PaperRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
}

impl PaperRevealBody {
    /// The purpose, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let purpose = check_purpose(&mut check, &self.purpose);
        check.finish(purpose)
    }
}

/// The purpose, with a complaint when it is too short or too long.
pub(super) fn check_purpose(check: &mut Check, purpose: &str) -> String {
    check.text("purpose", purpose, 2, 200)
}

/// A party in plain text.
#[derive(Serialize, ToSchema)]
pub struct RevealedParty {
    /// The party.
    pub id: Id<Party>,
    /// The name, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示例甲")]
    pub name: Option<String>,
    /// The phone, if asked for and known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "13800005678")]
    pub phone: Option<String>,
}

/// An agreement in full.
#[derive(Serialize, ToSchema)]
pub struct RevealedAgreement {
    /// How it was made.
    pub form: AgreementForm,
    /// Who the parties are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parties: Option<String>,
    /// The main facts, what was disputed and who answers for what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<String>,
    /// What was agreed, how and by when it is performed.
    pub items: Vec<String>,
    /// The parties that signed.
    pub signed_by: Vec<Id<Party>>,
    /// Photos of the signed paper, each read at `papers/{paper}/reveal`.
    pub papers: Vec<Id<Photo>>,
}

/// What was written down, in full.
#[derive(Serialize, ToSchema)]
pub struct RevealedRecords {
    /// What was said in each session, in the order of the list.
    pub sessions: Vec<RevealedSession>,
    /// What each check or visit found, in the order of the list.
    pub checks: Vec<RevealedCheck>,
    /// Who took each report at the police, in the order of the list.
    pub police_reports: Vec<RevealedPoliceReport>,
}

/// A session in full.
#[derive(Serialize, ToSchema)]
pub struct RevealedSession {
    /// The session.
    pub id: Id<MediationSession>,
    /// What was said.
    pub summary: String,
}

/// A check or a visit in full.
#[derive(Serialize, ToSchema)]
pub struct RevealedCheck {
    /// The check.
    pub id: Id<CheckId>,
    /// What was seen and said.
    pub words: String,
}

/// Who took a report.
#[derive(Serialize, ToSchema)]
pub struct RevealedPoliceReport {
    /// The report.
    pub id: Id<PoliceReportId>,
    /// The officer, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
}

/// What was asked for, in plain text.
#[derive(Serialize, ToSchema)]
pub struct RevealedDispute {
    /// The parties, in order; empty when nothing of them was asked for.
    pub parties: Vec<RevealedParty>,
    /// The agreement, if asked for and there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<RevealedAgreement>,
    /// Sessions, checks and police reports, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<RevealedRecords>,
}

impl From<Revealed> for RevealedDispute {
    fn from(revealed: Revealed) -> Self {
        let parties = revealed.parties.into_iter().map(|party| RevealedParty {
            id: party.id,
            name: party.name.map(|name| name.expose().to_owned()),
            phone: party.phone.map(|phone| phone.expose().to_owned()),
        });
        let agreement = revealed.agreement.map(|agreement| RevealedAgreement {
            form: agreement.form,
            parties: agreement.parties,
            facts: agreement.facts,
            items: agreement.items,
            signed_by: agreement.signed.parties,
            papers: revealed.papers,
        });
        let records = revealed.records.map(|records| RevealedRecords {
            sessions: records
                .sessions
                .into_iter()
                .map(|(id, summary)| RevealedSession { id, summary })
                .collect(),
            checks: records.checks.into_iter().map(|(id, words)| RevealedCheck { id, words }).collect(),
            police_reports: records
                .officers
                .into_iter()
                .map(|(id, officer)| {
                    let officer = officer.map(|name| name.expose().to_owned());
                    RevealedPoliceReport { id, officer }
                })
                .collect(),
        });
        Self { parties: parties.collect(), agreement, records }
    }
}
