//! Which times run for a hazard by what it has on record, for one that is older than the clocks.

use super::model::{HazardState, HazardStep};
use super::store;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::cases::CaseFile;
use crate::features::clocks::{Owed, Rule};
use crate::features::timeline;
use crate::platform::access::AreaScope;
use crate::platform::db::Tx;

/// The state of the hazard of `file`, which was found in `scope`, and the times that its steps would have started.
pub fn owing(tx: &mut Tx, scope: &AreaScope, file: &CaseFile) -> Result<(&'static str, Vec<Owed>)> {
    let row = store::of_case(tx, scope, file)?;
    let owed = match (row.state, row.order_due) {
        (HazardState::Ordered | HazardState::Rectifying, Some(day)) if !file.clocks.knows(Rule::Rectify) => {
            Some(Owed::named(Rule::Rectify, ordered_at(tx, scope, file)?, day))
        }
        (HazardState::Submitted | HazardState::FixedOnSpot, _) => {
            row.submitted_at.map(|at| Owed::since(Rule::Reinspect, at))
        }
        (
            HazardState::Ordered
            | HazardState::Rectifying
            | HazardState::Found
            | HazardState::Graded
            | HazardState::Cancelled
            | HazardState::NotHazard
            | HazardState::Transferred,
            _,
        ) => None,
    };
    Ok((row.state.as_str(), owed.into_iter().collect()))
}

/// When it was ordered to be put right, or sent back to be; when it was reported, of a timeline that does not say so.
fn ordered_at(tx: &mut Tx, scope: &AreaScope, file: &CaseFile) -> Result<Timestamp> {
    let entries = timeline::of_case(tx, scope, file.id.uuid())?;
    let orders = [HazardStep::Order, HazardStep::SendBack].map(HazardStep::as_str);
    let order = entries.iter().rev().find(|entry| orders.contains(&entry.step.as_str()));
    Ok(order.map_or(file.received_at, |entry| entry.at))
}
