//! What a caller may do with a hazard now, as buttons.

use crate::base::clock::Timestamp;
use crate::features::cases::Action;
use crate::features::hazards::model::{Asking, Hazard, HazardFile, HazardStep};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ApproveMajorHazard, SeeCases};

/// The steps that the state allows and the role of `by` may take; one that this very person may not take says why.
pub fn actions(hazard: &HazardFile, by: &Granted<SeeCases>, now: Timestamp) -> Vec<Action> {
    let area = &hazard.row.area_code;
    let approves = by.also::<ApproveMajorHazard>(area);
    let asking = Asking { me: by.actor().id(), approves, today: now.local_date() };
    let state = hazard.row.state;
    let open = HazardStep::ALL
        .iter()
        .copied()
        .filter(|&step| state.after(step).is_ok() && by.holds(step.needs(), area));
    open.map(|step| {
        let href = format!("/api/v1/hazards/{}/{}", hazard.file.id.same_as::<Hazard>(), step.noun());
        let fields = fields(step, hazard.row.is_major());
        let blocked = hazard.bar(step, asking).map(|(_, why)| why);
        Action { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}

/// The fields that a step's body must have.
fn fields(step: HazardStep, major: bool) -> &'static [&'static str] {
    match step {
        HazardStep::Grade => &["grade"],
        HazardStep::Dismiss => &["reason", "note"],
        HazardStep::FixOnSpot => &["photos"],
        HazardStep::Order if major => &[
            "due",
            "order_no",
            "responsible",
            "measures",
            "funds_fen",
            "emergency_plan",
            "interim_measures",
            "district_informed_on",
        ],
        HazardStep::Order => &["due"],
        HazardStep::Rectify => &[],
        HazardStep::Submit => &["note"],
        HazardStep::Cancel if major => &["passed", "inspectors"],
        HazardStep::Cancel => &["passed"],
        HazardStep::SendBack => &["passed", "note"],
        HazardStep::Extend if major => &["due", "reason", "measures"],
        HazardStep::Extend => &["due", "reason"],
        HazardStep::Supervise => &["until", "supervisor"],
        HazardStep::Transfer => &["office", "note", "papers"],
        HazardStep::TakeBack => &["note"],
        HazardStep::Reward => &["amount_fen"],
    }
}
