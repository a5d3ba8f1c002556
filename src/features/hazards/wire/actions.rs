//! What a caller may do with a hazard now, as buttons.

use crate::base::clock::Timestamp;
use crate::features::cases::Action;
use crate::features::hazards::model::{Asking, Hazard, HazardFile, HazardStep};
use crate::platform::access::Granted;
use crate::platform::access::policy::{
    ApproveMajorHazard, DismissHazard, ExtendHazard, GradeHazard, OrderRectification, RectifyHazard,
    ReinspectHazard, RewardReport, SeeCases, SuperviseHazard, TransferHazard,
};

/// The steps that the state allows and the role of `by` may take; one that this very person may not take says why.
pub fn actions(hazard: &HazardFile, by: &Granted<SeeCases>, now: Timestamp) -> Vec<Action> {
    let area = &hazard.row.area_code;
    let may = |step: HazardStep| match step {
        HazardStep::Grade => by.also::<GradeHazard>(area),
        HazardStep::Dismiss => by.also::<DismissHazard>(area),
        HazardStep::Order => by.also::<OrderRectification>(area),
        HazardStep::FixOnSpot | HazardStep::Rectify | HazardStep::Submit => by.also::<RectifyHazard>(area),
        HazardStep::Cancel | HazardStep::SendBack => by.also::<ReinspectHazard>(area),
        HazardStep::Extend => by.also::<ExtendHazard>(area),
        HazardStep::Supervise => by.also::<SuperviseHazard>(area),
        HazardStep::Transfer | HazardStep::TakeBack => by.also::<TransferHazard>(area),
        HazardStep::Reward => by.also::<RewardReport>(area),
    };
    let approves = by.also::<ApproveMajorHazard>(area);
    let asking = Asking { me: by.actor().id(), approves, today: now.local_date() };
    let state = hazard.row.state;
    let open = HazardStep::ALL.iter().copied().filter(|&step| state.after(step).is_ok() && may(step));
    open.map(|step| {
        let (noun, fields) = form(step, hazard.row.is_major());
        let href = format!("/api/v1/hazards/{}/{noun}", hazard.file.id.same_as::<Hazard>());
        let blocked = hazard.bar(step, asking).map(|(_, why)| why);
        Action { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}

/// The noun of a step's address, and the fields that its body must have.
fn form(step: HazardStep, major: bool) -> (&'static str, &'static [&'static str]) {
    match step {
        HazardStep::Grade => ("grading", &["grade"]),
        HazardStep::Dismiss => ("dismissal", &["reason", "note"]),
        HazardStep::FixOnSpot => ("spot_fix", &["photos"]),
        HazardStep::Order if major => (
            "order",
            &[
                "due",
                "order_no",
                "responsible",
                "measures",
                "funds_fen",
                "emergency_plan",
                "interim_measures",
                "district_informed_on",
            ],
        ),
        HazardStep::Order => ("order", &["due"]),
        HazardStep::Rectify => ("rectification", &[]),
        HazardStep::Submit => ("submission", &["note"]),
        HazardStep::Cancel if major => ("reinspection", &["passed", "inspectors"]),
        HazardStep::Cancel => ("reinspection", &["passed"]),
        HazardStep::SendBack => ("reinspection", &["passed", "note"]),
        HazardStep::Extend if major => ("extension", &["due", "reason", "measures"]),
        HazardStep::Extend => ("extension", &["due", "reason"]),
        HazardStep::Supervise => ("supervision", &["until", "supervisor"]),
        HazardStep::Transfer => ("transfer", &["office", "note", "papers"]),
        HazardStep::TakeBack => ("return", &["note"]),
        HazardStep::Reward => ("reward", &["amount_fen"]),
    }
}
