//! Judicial confirmation.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Remark;
use crate::features::disputes::model::{
    Application, CourtResult, Decision, JudicialState, MOST_PARTIES, Matter, Party, PersonalStatus,
};

/// That both parties asked a court to confirm their agreement (人民调解法 33).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "court": "示例区人民法院", "applied_on": "2026-11-25",
    "applicants": ["party_01h455vb4pex5vsknk084sn02q", "party_01h455vb4pex5vsknk084sn02r"]
}))]
pub struct ApplicationBody {
    /// Which court, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub court: String,
    /// The day on which they applied (Asia/Shanghai), at most 30 days after the agreement took effect.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub applied_on: NaiveDate,
    /// Who applied: everybody on the two sides, together.
    #[schema(min_items = 1, max_items = 20)]
    pub applicants: Vec<Id<Party>>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ApplicationBody {
    /// The application and the remark, or 422.
    pub fn parse(self) -> Result<(Application, Remark)> {
        let mut check = Check::new();
        if self.applicants.len() > MOST_PARTIES {
            check.refuse("applicants", format!("最多 {MOST_PARTIES} 名"));
        }
        let court = check.text("court", &self.court, 1, 60);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let (applied_on, applicants) = (self.applied_on, self.applicants);
        check.finish((Application { court, applied_on, applicants }, remark))
    }
}

/// What the court said, or that the parties took their application back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "result": "confirmed", "decided_on": "2026-12-08", "document_no": "(2026)示例调确字第1号" }))]
pub struct DecisionBody {
    /// What became of it.
    pub result: CourtResult,
    /// The day (Asia/Shanghai).
    #[serde(deserialize_with = "crate::base::day::day")]
    pub decided_on: NaiveDate,
    /// The number of the court's document, at most 60 characters; required unless the parties took it back.
    #[schema(max_length = 60)]
    pub document_no: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl DecisionBody {
    /// The decision and the remark, or 422.
    pub fn parse(self) -> Result<(Decision, Remark)> {
        let mut check = Check::new();
        let document_no = check.optional_text("document_no", self.document_no.as_deref(), 60);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let (result, decided_on) = (self.result, self.decided_on);
        check.finish((Decision { result, decided_on, document_no }, remark))
    }
}

/// How far a court is with confirming the agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmationView {
    /// How far.
    pub state: JudicialState,
    /// Whether the agreement settles what no court confirms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_status: Option<PersonalStatus>,
    /// Which court was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub court: Option<String>,
    /// The day on which both parties applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<NaiveDate>,
    /// The day on which the court decided, or the parties took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The number of the court's document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_no: Option<String>,
}

impl ConfirmationView {
    /// The view; none before there is an agreement.
    pub fn of(matter: &Matter) -> Option<Self> {
        matter.row.effective_on?;
        let court = matter.court.clone();
        Some(Self {
            state: matter.judicial_state(),
            personal_status: matter.row.personal_status,
            court: court.as_ref().map(|court| court.court.clone()),
            applied_on: court.as_ref().map(|court| court.applied_on),
            decided_on: court.as_ref().and_then(|court| court.decided_on),
            document_no: court.and_then(|court| court.document_no),
        })
    }
}
