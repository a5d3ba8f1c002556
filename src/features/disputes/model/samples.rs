//! Disputes and parties for the tests of rules.
#![allow(clippy::unwrap_used)]

use super::{DisputeRow, DisputeType, Matter, Party, PartyRow, PartySide};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;

fn grid() -> AreaCode {
    "500114119201001".parse().unwrap()
}

/// A dispute between `parties` that has just been registered.
pub fn matter(parties: Vec<PartyRow>) -> Matter {
    let row = DisputeRow::registered(Id::new(), &grid(), DisputeType::Other, None);
    Matter { row, parties, court: None, filed: None }
}

/// A party of some dispute.
pub fn party(side: PartySide, consents: Option<bool>) -> PartyRow {
    PartyRow {
        id: Id::<Party>::new(),
        case_id: Id::new(),
        area_code: grid(),
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
