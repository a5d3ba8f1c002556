//! What a notice says and to whom, after its checks.

use serde::{Deserialize, Serialize};

use super::{Audience, Channel, FraudType, Notice, NoticeKind, WarningLevel};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;

/// By which outside channels a notice goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The first first; none: it is read in the app alone.
    pub order: Vec<Channel>,
    /// By all of them at once; otherwise by the next one only where the one before did not get through.
    pub together: bool,
}

/// What a notice says and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave; warnings and emergencies have one, others may.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// At most 60 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub body: String,
    /// What to do now, at most 200 characters.
    pub instruction: Option<String>,
    /// Where it is read: 1 to 50 areas, none inside another, in order.
    pub areas: Vec<AreaCode>,
    /// By which outside channels it goes.
    pub channels: Plan,
    /// For whom of its areas; everybody when absent.
    pub audience: Option<Audience>,
    /// The notice that it takes the place of.
    pub replaces: Option<Id<Notice>>,
    /// When it leaves the feeds.
    pub expires_at: Option<Timestamp>,
    /// SHA-256 of what the client sent: a resend has the same, another content has not.
    pub hash: [u8; 32],
}

impl Content {
    /// The finest area that holds all of [`Self::areas`]; the country when they share no province.
    pub fn home(&self) -> AreaCode {
        let lineage = self.areas.first().map(AreaCode::lineage).unwrap_or_default();
        let common =
            lineage.into_iter().rev().find(|area| self.areas.iter().all(|inner| inner.is_within(area)));
        common.unwrap_or_else(AreaCode::country)
    }
}

/// Whether a notice for `areas` is aimed at a part of a grid.
pub fn is_targeted(areas: &[AreaCode]) -> bool {
    areas.iter().any(|area| area.level() > AreaLevel::Grid)
}

/// The areas in order, without those that lie inside another: so a household meets a notice once.
pub fn outermost(mut areas: Vec<AreaCode>) -> Vec<AreaCode> {
    areas.sort();
    areas.dedup_by(|inner, outer| inner.is_within(outer));
    areas
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(codes: &[&str]) -> Vec<AreaCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn an_area_inside_another_is_left_out() {
        let given = areas(&["500114119201002", "500114119202", "500114119201", "500114119201001"]);
        assert_eq!(outermost(given), areas(&["500114119201", "500114119202"]));
    }
}
