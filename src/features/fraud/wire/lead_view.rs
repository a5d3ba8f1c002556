//! Leads as clients see them: masked, with the buttons of whoever asks.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::masking::masked_numbers;
use crate::base::problem::Result;
use crate::features::fraud::actions::leads::Counted;
use crate::features::fraud::model::{
    ContactWay, DismissReason, FraudLead, LeadRow, LeadState, LeadStep, SuspectKind, Verdict,
};
use crate::features::notices::FraudType;
use crate::platform::access::policy::SeeLeads;
use crate::platform::access::{ActorKind, Granted};
use crate::platform::privacy::Vault;

/// What is suspected, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuspectView {
    /// What it is.
    pub kind: SuspectKind,
    /// Enough to tell two apart; the name of an app in full.
    #[schema(example = "138****5678")]
    pub masked: String,
}

/// A step that this caller may take now, or may not and why. A client draws its buttons from these.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadAction {
    /// The step's name.
    #[schema(value_type = String, example = "forward")]
    pub step: &'static str,
    /// What the button says.
    #[schema(value_type = String, example = "移送公安机关")]
    pub label: &'static str,
    /// Where to POST it, with `If-Match`.
    #[schema(example = "/api/v1/fraud_leads/lead_01h455vb4pex5vsknk084sn02q/forwarding")]
    pub href: String,
    /// The fields that the body must have.
    #[schema(value_type = Vec<String>, example = json!(["station"]))]
    pub fields: &'static [&'static str],
    /// Why it cannot be taken now although the role could; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub blocked: Option<&'static str>,
}

/// A lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "lead_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "reporter": "resident", "mine": false,
    "fraud_type": "fake_customer_service", "way": "call", "suspect": { "kind": "phone", "masked": "138****5678" },
    "detail": "示例:自称快递客服,要求共享屏幕办理退款", "screenshots": 0, "state": "reported", "reported_30d": 2,
    "actions": [], "version": 1, "created_at": "2026-01-05T01:30:00.000Z", "updated_at": "2026-01-05T01:30:00.000Z"
}))]
pub struct LeadRecord {
    /// The lead.
    pub id: Id<FraudLead>,
    /// Where.
    pub area_code: AreaCode,
    /// Whether a resident or staff reported it; who, only its reveal says.
    pub reporter: ActorKind,
    /// Whether the caller reported it.
    pub mine: bool,
    /// Which fraud it looks like.
    pub fraud_type: FraudType,
    /// How the swindler came.
    pub way: ContactWay,
    /// With what.
    pub suspect: SuspectView,
    /// What happened; numbers of 11 digits and more are masked.
    pub detail: String,
    /// Money that is gone, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_fen: Option<i64>,
    /// Money that may still go, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_risk_fen: Option<i64>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// How many screenshots there are.
    pub screenshots: usize,
    /// How far it is.
    pub state: LeadState,
    /// The police station that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// The number under which the police keep it; not to whoever sees only their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub police_ref: Option<String>,
    /// When it went there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded_at: Option<Timestamp>,
    /// What the police found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Whether the number, link, app or account was blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// Why it did not go to the police.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismiss_reason: Option<DismissReason>,
    /// What the reporter is told, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// How often the same number, link, app or account was reported in this town in the last 30 days, this lead included;
    /// without what was dismissed, and not to whoever sees only their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_30d: Option<i64>,
    /// The steps that the caller may take now.
    pub actions: Vec<LeadAction>,
    /// Counts the steps; `If-Match` names it.
    pub version: i32,
    /// When the server had it.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl LeadRecord {
    /// The view of a lead for whoever `sees` it.
    pub fn of(lead: Counted, sees: &Granted<SeeLeads>, vault: &Vault) -> Result<Self> {
        let Counted { row, same_suspect } = lead;
        Ok(Self {
            id: row.id,
            reporter: row.reporter_kind,
            mine: sees.scope().is_own(row.reporter_id.uuid()),
            fraud_type: row.fraud_type,
            way: row.way,
            suspect: SuspectView { kind: row.suspect_kind, masked: row.suspect(vault)?.masked() },
            detail: masked_numbers(&row.detail(vault)?),
            lost_fen: row.lost_fen,
            at_risk_fen: row.at_risk_fen,
            occurred_at: row.occurred_at,
            screenshots: row.shots()?.len(),
            state: row.state,
            police_ref: row.police_ref.clone().filter(|_| same_suspect.is_some()),
            forwarded_at: row.forwarded_at,
            verdict: row.verdict,
            blocked: row.blocked,
            dismiss_reason: row.dismiss_reason,
            reported_30d: same_suspect,
            actions: actions(&row, sees),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            station: row.station,
            reply: row.reply,
            area_code: row.area_code,
        })
    }
}

/// The steps that the state allows and the role of whoever asks may take; one that is barred says why.
fn actions(row: &LeadRow, by: &Granted<SeeLeads>) -> Vec<LeadAction> {
    let open = LeadStep::ALL
        .iter()
        .copied()
        .filter(|&step| row.state.after(step).is_ok() && by.holds(step.needs(), &row.area_code));
    open.map(|step| {
        let href = format!("/api/v1/fraud_leads/{}/{}", row.id, step.noun());
        LeadAction {
            step: step.as_str(),
            label: step.label(),
            href,
            fields: fields(step),
            blocked: row.bar(step),
        }
    })
    .collect()
}

/// The fields that a step's body must have.
fn fields(step: LeadStep) -> &'static [&'static str] {
    match step {
        LeadStep::Correct => &["fraud_type", "way", "suspect", "detail"],
        LeadStep::Forward => &["station"],
        LeadStep::Answer => &["verdict", "reply"],
        LeadStep::Dismiss => &["reason", "reply"],
    }
}
