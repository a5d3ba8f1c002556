//! What each step asks for: who may take it, and where it is sent.

use super::DisputeStep;
use crate::platform::access::policy::{
    AcceptDispute, ClearViolence, Mediate, Permission, ReportViolence, Row, WithdrawDispute,
};

impl DisputeStep {
    /// The permission that it needs; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Ask | Self::Accept => &AcceptDispute::ROW,
            Self::Withdraw => &WithdrawDispute::ROW,
            Self::RaiseViolence | Self::TellPolice => &ReportViolence::ROW,
            Self::ClearViolence => &ClearViolence::ROW,
            Self::Mediate
            | Self::Replace
            | Self::Hold
            | Self::Draft
            | Self::Extend
            | Self::Agree
            | Self::Perform
            | Self::AskCourt
            | Self::RecordDecision
            | Self::Check
            | Self::Fulfil
            | Self::Fail
            | Self::Refuse
            | Self::Breach
            | Self::Transfer
            | Self::Archive => &Mediate::ROW,
        }
    }

    /// The noun of its address, `/api/v1/disputes/{id}/{noun}`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Ask => "consents",
            Self::Accept => "acceptance",
            Self::Mediate => "mediation",
            Self::Replace => "mediators",
            Self::Hold => "sessions",
            Self::Draft => "draft",
            Self::Extend => "extension",
            Self::Agree => "agreement",
            Self::Perform => "performance",
            Self::AskCourt => "confirmation",
            Self::RecordDecision => "court_decision",
            Self::Check => "checks",
            Self::Fulfil => "fulfilment",
            Self::Fail => "failure",
            Self::Refuse => "refusal",
            Self::Withdraw => "withdrawal",
            Self::Breach => "breach",
            Self::Transfer => "transfer",
            Self::RaiseViolence => "violence_risk",
            Self::TellPolice => "police_reports",
            Self::ClearViolence => "violence_clearance",
            Self::Archive => "archive",
        }
    }
}
