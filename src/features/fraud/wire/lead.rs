//! What clients send about leads.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{MOST_PHOTOS, Photo};
use crate::features::fraud::actions::leads::Answer;
use crate::features::fraud::model::{
    ContactWay, DismissReason, FraudLead, LeadContent, LeadState, MOST_FEN, NewLead, Suspect, SuspectKind,
    Verdict,
};
use crate::features::fraud::store::leads::LeadFilter;
use crate::features::notices::FraudType;
use crate::platform::privacy::Vault;

/// Which leads to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeadQuery {
    /// Only those in this state.
    pub state: Option<LeadState>,
    /// Only those of this fraud.
    pub fraud_type: Option<FraudType>,
    /// Only those with the same suspect as this lead, itself included.
    pub same_as: Option<Id<FraudLead>>,
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

/// What a list is of besides its filter.
type Within = (Option<AreaCode>, Option<Id<FraudLead>>);

impl LeadQuery {
    /// The area and the lead to compare with, the filter and the page, or 422.
    pub fn parse(self) -> Result<(Within, LeadFilter, PageRequest)> {
        let filter = LeadFilter { state: self.state, fraud_type: self.fraud_type, ..LeadFilter::default() };
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok(((self.area, self.same_as), filter, page))
    }
}

/// What somebody is suspected to cheat with; stored encrypted.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "phone", "value": "+86 138-0000-5678" }))]
pub struct SuspectBody {
    /// What it is.
    pub kind: SuspectKind,
    /// As it came, 1 to 500 characters; numbers with or without `+86`, blanks, hyphens.
    #[schema(min_length = 1, max_length = 500)]
    pub value: String,
}

/// A lead to report.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "lead_01h455vb4pex5vsknk084sn02q", "fraud_type": "fake_customer_service", "way": "call",
    "suspect": { "kind": "phone", "value": "+86 138-0000-5678" }, "detail": "示例:自称快递客服,要求共享屏幕办理退款",
    "at_risk_fen": 500_000, "screenshots": []
}))]
pub struct ReportLeadBody {
    /// Made by the phone, so that a resend is the same lead.
    pub id: Id<FraudLead>,
    /// Where, by staff: the grid, or the village when the grid is not known. A resident's lead lies in their own grid.
    pub area_code: Option<AreaCode>,
    /// Which fraud it looks like.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// With what.
    pub suspect: SuspectBody,
    /// What happened, 1 to 2,000 characters; stored encrypted.
    #[schema(min_length = 1, max_length = 2000)]
    pub detail: String,
    /// Money that is gone, fen.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub lost_fen: Option<i64>,
    /// Money that may still go, fen.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub at_risk_fen: Option<i64>,
    /// When it happened, not after now.
    pub occurred_at: Option<Timestamp>,
    /// Screenshots that were uploaded before, at most 9; shown to nobody but by their reveal.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub screenshots: Vec<Id<Photo>>,
}

/// What a lead says, to take the place of what it said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "fraud_type": "fake_loan", "way": "sms", "suspect": { "kind": "link", "value": "http://example.invalid/loan" },
    "detail": "示例:短信称可办低息贷款"
}))]
pub struct CorrectLead {
    /// Which fraud it looks like.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// With what.
    pub suspect: SuspectBody,
    /// What happened, 1 to 2,000 characters; stored encrypted.
    #[schema(min_length = 1, max_length = 2000)]
    pub detail: String,
    /// Money that is gone, fen.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub lost_fen: Option<i64>,
    /// Money that may still go, fen.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub at_risk_fen: Option<i64>,
    /// When it happened, not after now.
    pub occurred_at: Option<Timestamp>,
}

impl ReportLeadBody {
    /// The lead, or 422.
    pub fn parse(self, now: Timestamp, vault: &Vault) -> Result<NewLead> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let mut screenshots = self.screenshots;
        screenshots.sort();
        screenshots.dedup();
        if screenshots.len() > MOST_PHOTOS {
            check.refuse("screenshots", format!("最多 {MOST_PHOTOS} 张截图"));
        }
        let said = CorrectLead {
            fraud_type: self.fraud_type,
            way: self.way,
            suspect: self.suspect,
            detail: self.detail,
            lost_fen: self.lost_fen,
            at_risk_fen: self.at_risk_fen,
            occurred_at: self.occurred_at,
        };
        let content = said.check(&mut check, now);
        let (id, area) = (self.id, self.area_code);
        check.finish_some(content.map(|content| NewLead { id, area, content, screenshots, content_hash }))
    }
}

impl CorrectLead {
    /// What it says, or 422.
    pub fn parse(self, now: Timestamp) -> Result<LeadContent> {
        let mut check = Check::new();
        let content = self.check(&mut check, now);
        check.finish_some(content)
    }

    fn check(self, check: &mut Check, now: Timestamp) -> Option<LeadContent> {
        let suspect = check.value("suspect.value", Suspect::parse(self.suspect.kind, &self.suspect.value));
        let fen = |check: &mut Check, field: &str, fen: Option<i64>| {
            fen.map(|fen| check.range(field, fen, 0, MOST_FEN))
        };
        let detail = check.text("detail", &self.detail, 1, 2000);
        let lost_fen = fen(check, "lost_fen", self.lost_fen);
        let at_risk_fen = fen(check, "at_risk_fen", self.at_risk_fen);
        let occurred_at = self.occurred_at.map(|at| check.past("occurred_at", at, now));
        let (fraud_type, way) = (self.fraud_type, self.way);
        Some(LeadContent { fraud_type, way, suspect: suspect?, detail, lost_fen, at_risk_fen, occurred_at })
    }
}

/// To whom a lead goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "station": "示例派出所" }))]
pub struct LeadForwardingBody {
    /// The police station, 2 to 40 characters.
    #[schema(min_length = 2, max_length = 40)]
    pub station: String,
    /// The number under which the police keep it, at most 60 characters.
    #[schema(max_length = 60)]
    pub police_ref: Option<String>,
}

impl LeadForwardingBody {
    /// The station and the number, or 422.
    pub fn parse(self) -> Result<(String, Option<String>)> {
        let mut check = Check::new();
        let station = check.text("station", &self.station, 2, 40);
        let police_ref = check.optional_text("police_ref", self.police_ref.as_deref(), 60);
        check.finish((station, police_ref))
    }
}

/// What the police found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "verdict": "verified", "blocked": true, "reply": "示例:号码已停机,请勿再联系" }))]
pub struct LeadAnswerBody {
    /// In a word.
    pub verdict: Verdict,
    /// Whether the number, link, app or account was blocked.
    #[serde(default)]
    pub blocked: bool,
    /// For the reporter, in plain words, 2 to 500 characters.
    #[schema(min_length = 2, max_length = 500)]
    pub reply: String,
    /// The number under which the police keep it, at most 60 characters.
    #[schema(max_length = 60)]
    pub police_ref: Option<String>,
}

impl LeadAnswerBody {
    /// The answer, or 422.
    pub fn parse(self) -> Result<Answer> {
        let mut check = Check::new();
        let reply = check.text("reply", &self.reply, 2, 500);
        let police_ref = check.optional_text("police_ref", self.police_ref.as_deref(), 60);
        check.finish(Answer { verdict: self.verdict, blocked: self.blocked, reply, police_ref })
    }
}

/// Why a lead does not go to the police.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "not_fraud", "reply": "示例:经核实为快递员正常来电" }))]
pub struct LeadDismissalBody {
    /// In a word.
    pub reason: DismissReason,
    /// For the reporter, in plain words, 2 to 500 characters.
    #[schema(min_length = 2, max_length = 500)]
    pub reply: String,
}

impl LeadDismissalBody {
    /// The reason and the words, or 422.
    pub fn parse(self) -> Result<(DismissReason, String)> {
        let mut check = Check::new();
        let reply = check.text("reply", &self.reply, 2, 500);
        check.finish((self.reason, reply))
    }
}
