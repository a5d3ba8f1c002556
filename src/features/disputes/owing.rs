//! Which times run for a dispute by what it has on record, for one that is older than the clocks.

use chrono::Days;

use super::model::{CheckKind, DisputeRow, DisputeState, JudicialState, MEDIATION_DAYS, PersonalStatus};
use super::store;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::cases::CaseFile;
use crate::features::clocks::{Owed, Rule};
use crate::platform::access::AreaScope;
use crate::platform::db::Tx;

/// The state of the dispute of `file`, which was found in `scope`, and the times that its steps would have started.
pub fn owing(tx: &mut Tx, scope: &AreaScope, file: &CaseFile) -> Result<(&'static str, Vec<Owed>)> {
    let (row, _) = store::of_case(tx, scope, file)?;
    let mut owed = match row.state {
        DisputeState::Accepted | DisputeState::Mediating => mediation(&row).into_iter().collect(),
        DisputeState::Agreed | DisputeState::Performing | DisputeState::Breached => {
            agreement(tx, scope, file, &row)?
        }
        DisputeState::Registered
        | DisputeState::Fulfilled
        | DisputeState::Failed
        | DisputeState::Refused
        | DisputeState::Withdrawn
        | DisputeState::Transferred
        | DisputeState::Archived => vec![],
    };
    if row.police_told_at.is_none() {
        owed.extend(row.violence_raised_at.map(|at| Owed::since(Rule::TellPolice, at)));
    }
    Ok((row.state.as_str(), owed))
}

/// Since it was accepted, which its last day says: without a clock no mediation was ever extended.
fn mediation(row: &DisputeRow) -> Option<Owed> {
    let days = Days::new(MEDIATION_DAYS.unsigned_abs());
    row.mediation_due_on.map(|day| Owed::since_day(Rule::Mediate, day - days))
}

/// What runs from the day on which the agreement took effect.
fn agreement(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, row: &DisputeRow) -> Result<Vec<Owed>> {
    let Some(effective) = row.effective_on else { return Ok(vec![]) };
    let mut owed = Vec::new();
    let court = store::court_of(tx, scope, file)?;
    let asked = court.is_some_and(|court| court.state != JudicialState::None);
    if !asked && row.personal_status.is_none_or(PersonalStatus::is_confirmable) {
        owed.push(Owed::since_day(Rule::ConfirmInCourt, effective));
    }
    if row.state != DisputeState::Breached {
        let since = Timestamp::start_of(effective);
        owed.extend(row.performance_due_on.map(|day| Owed::named(Rule::Perform, since, day)));
    }
    let checks = store::checks_of(tx, scope, file)?;
    if checks.iter().all(|check| check.kind != CheckKind::ReturnVisit) {
        owed.push(Owed::since_day(Rule::ReturnVisit, effective));
    }
    Ok(owed)
}
