//! Disputes and parties for the tests of rules.
#![allow(clippy::unwrap_used)]

use super::{DisputeRow, DisputeType, Matter, PartyRow, PartySide};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::{CaseFile, CaseKind, Confidential, Phase, Source, Urgency};
use crate::platform::access::ActorKind;

/// A dispute between `parties` that has just been registered.
pub fn matter(parties: Vec<PartyRow>) -> Matter {
    let now = Timestamp::from_millis(0);
    let file = CaseFile {
        id: Id::new(),
        no: "示例".into(),
        kind: CaseKind::Dispute,
        area_code: "500114119201001".parse().unwrap(),
        category: "other".into(),
        title: "示例".into(),
        detail: "示例".into(),
        source: Source::Visit,
        urgency: Urgency::Normal,
        confidential: Confidential::Internal,
        phase: Phase::Reported,
        address: None,
        lat: None,
        lng: None,
        accuracy_m: None,
        reporter_kind: ActorKind::Staff,
        reporter_id: Id::new(),
        handler_id: None,
        occurred_at: now,
        reported_at: now,
        received_at: now,
        closed_at: None,
        due_on: None,
        content_hash: vec![],
        version: 1,
        updated_at: now,
    };
    Matter { row: DisputeRow::registered(&file, DisputeType::Other, None), parties, court: None, filed: None }
}

/// A party of some dispute.
pub fn party(side: PartySide, consents: Option<bool>) -> PartyRow {
    PartyRow {
        id: Id::new(),
        case_id: Id::new(),
        area_code: "500114119201001".parse().unwrap(),
        place: 0,
        side,
        name_sealed: vec![],
        phone_sealed: None,
        phone_index: None,
        consents,
    }
}

/// An applicant and a respondent who both want mediation.
pub fn two_parties() -> [PartyRow; 2] {
    [PartySide::Applicant, PartySide::Respondent].map(|side| party(side, Some(true)))
}
