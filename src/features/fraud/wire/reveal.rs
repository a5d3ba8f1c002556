//! Suspects and persons in plain text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::attachments::Photo;
use crate::features::fraud::model::SuspectKind;
use crate::features::fraud::reveal::RevealedSuspect;
use crate::platform::access::Household;

/// Why something is to be shown in plain text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "示例:提交派出所核查" }))]
pub struct FraudRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
}

impl FraudRevealBody {
    /// The purpose, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        check.finish(purpose)
    }
}

/// What a lead hides otherwise.
#[derive(Serialize, ToSchema)]
pub struct RevealedLead {
    /// What the suspect is.
    pub kind: SuspectKind,
    /// The number, link, app or account, written in one way: numbers as they are dialled in the mainland, others with
    /// `+`; links without `http`.
    #[schema(example = "13800005678")]
    pub value: String,
    /// What happened, in full.
    pub detail: String,
    /// The screenshots; each has a reveal of its own.
    pub screenshots: Vec<Id<Photo>>,
    /// Who reported it.
    #[schema(example = "resident_01h455vb4pex5vsknk084sn02q")]
    pub reporter_id: String,
    /// The household of a resident who reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household_id: Option<Id<Household>>,
}

impl From<RevealedSuspect> for RevealedLead {
    fn from(lead: RevealedSuspect) -> Self {
        Self {
            kind: lead.suspect.kind,
            value: lead.suspect.expose().to_owned(),
            detail: lead.detail,
            screenshots: lead.screenshots,
            reporter_id: lead.reporter,
            household_id: lead.household,
        }
    }
}

/// What an entry of the ledger hides otherwise.
#[derive(Serialize, ToSchema)]
pub struct RevealedDissuasion {
    /// The name of somebody who lives in no household.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示例甲")]
    pub outsider_name: Option<String>,
    /// What happened, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl From<(Option<PersonName>, Option<String>)> for RevealedDissuasion {
    fn from((name, note): (Option<PersonName>, Option<String>)) -> Self {
        Self { outsider_name: name.map(|name| name.expose().to_owned()), note }
    }
}
