//! What each step asks for: who may take it, and where it is sent.

use super::EventStep;
use crate::platform::access::policy::{
    AcceptEvent, ApproveEvent, ConvertEvent, DispatchEvent, HandleEvent, Permission, ReopenEvent,
    ReportEvent, Row, SelfHandleEvent, TriageEvent, VerifyEvent,
};

impl EventStep {
    /// The permission that it needs; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Supplement | Self::Withdraw => &ReportEvent::ROW,
            Self::Accept | Self::Merge | Self::Unmerge => &AcceptEvent::ROW,
            Self::Return | Self::Reject | Self::AskSuspension | Self::Resume => &TriageEvent::ROW,
            Self::SelfHandle => &SelfHandleEvent::ROW,
            Self::Dispatch => &DispatchEvent::ROW,
            Self::Decline | Self::Handle | Self::Finish | Self::AskExtension => &HandleEvent::ROW,
            Self::Close | Self::Rework => &VerifyEvent::ROW,
            Self::Suspend | Self::Extend | Self::Deny => &ApproveEvent::ROW,
            Self::Reopen => &ReopenEvent::ROW,
            Self::Convert => &ConvertEvent::ROW,
        }
    }

    /// The noun of its address, `/api/v1/events/{id}/{noun}`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Accept => "acceptance",
            Self::Return => "return",
            Self::Supplement => "supplement",
            Self::Reject => "rejection",
            Self::Withdraw => "withdrawal",
            Self::Merge => "merger",
            Self::Unmerge => "separation",
            Self::SelfHandle => "self_handling",
            Self::Dispatch => "dispatch",
            Self::Decline => "refusal",
            Self::Handle => "handling",
            Self::Finish => "completion",
            Self::Close => "closure",
            Self::Rework => "rework",
            Self::AskSuspension => "suspension_request",
            Self::Suspend => "suspension",
            Self::Resume => "resumption",
            Self::AskExtension => "extension_request",
            Self::Extend => "extension",
            Self::Deny => "request_denial",
            Self::Reopen => "reopening",
            Self::Convert => "conversion",
        }
    }
}
