//! What each step asks for: who may take it, and where it is sent.

use super::HazardStep;
use crate::platform::access::policy::{
    DismissHazard, ExtendHazard, GradeHazard, OrderRectification, Permission, RectifyHazard, ReinspectHazard,
    RewardReport, Row, SuperviseHazard, TransferHazard,
};

impl HazardStep {
    /// The permission that it needs; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Grade => &GradeHazard::ROW,
            Self::Dismiss => &DismissHazard::ROW,
            Self::Order => &OrderRectification::ROW,
            Self::FixOnSpot | Self::Rectify | Self::Submit => &RectifyHazard::ROW,
            Self::Cancel | Self::SendBack => &ReinspectHazard::ROW,
            Self::Extend => &ExtendHazard::ROW,
            Self::Supervise => &SuperviseHazard::ROW,
            Self::Transfer | Self::TakeBack => &TransferHazard::ROW,
            Self::Reward => &RewardReport::ROW,
        }
    }

    /// The noun of its address, `/api/v1/hazards/{id}/{noun}`; a reinspection says by `passed` which of two steps it is.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Grade => "grading",
            Self::Dismiss => "dismissal",
            Self::FixOnSpot => "spot_fix",
            Self::Order => "order",
            Self::Rectify => "rectification",
            Self::Submit => "submission",
            Self::Cancel | Self::SendBack => "reinspection",
            Self::Extend => "extension",
            Self::Supervise => "supervision",
            Self::Transfer => "transfer",
            Self::TakeBack => "return",
            Self::Reward => "reward",
        }
    }
}
