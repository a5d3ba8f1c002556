//! The steps that a caller may take, as buttons.

use crate::features::cases::Action;
use crate::features::disputes::model::{Dispute, DisputeStep, Matter};
use crate::platform::access::Granted;
use crate::platform::access::policy::{Mediate, SeeCases};

/// The steps that the dispute gives occasion for and the role of `by` may take; one that something bars says why.
pub fn buttons(by: &Granted<SeeCases>, matter: &Matter) -> Vec<Action> {
    let row = &matter.row;
    let mediates = by.also::<Mediate>(&row.area_code);
    let steps = DisputeStep::ALL.iter().copied();
    let open = steps.filter(|&step| matter.after(step).is_ok() && by.holds(step.needs(), &row.area_code));
    open.map(|step| Action {
        step: step.as_str(),
        label: step.label(),
        href: format!("/api/v1/disputes/{}/{}", row.case_id.same_as::<Dispute>(), step.noun()),
        fields: fields(step, matter),
        blocked: matter.bar(step, mediates).map(|bar| bar.why),
    })
    .collect()
}

/// The fields that a step's body must have.
fn fields(step: DisputeStep, matter: &Matter) -> &'static [&'static str] {
    match step {
        DisputeStep::Ask | DisputeStep::Accept | DisputeStep::Refuse => &["answers"],
        DisputeStep::Mediate => &["mode"],
        DisputeStep::Replace => &["mediators", "reason"],
        DisputeStep::Hold => &["at", "place", "mode", "open", "mediators", "attendees", "summary", "result"],
        DisputeStep::Draft => &["form"],
        DisputeStep::Extend => &["days", "agreed_by"],
        DisputeStep::Agree => &["form", "items"],
        DisputeStep::Perform => &[],
        DisputeStep::AskCourt => &["court", "applied_on", "applicants"],
        DisputeStep::RecordDecision => &["result", "decided_on"],
        DisputeStep::Check => &["kind", "finding", "words"],
        DisputeStep::Fulfil => &["performed_on", "return_visit"],
        DisputeStep::Fail | DisputeStep::Breach => &["reason", "remedies_told"],
        DisputeStep::Withdraw | DisputeStep::RaiseViolence | DisputeStep::ClearViolence => &["reason"],
        DisputeStep::Transfer => &["to", "receiver", "handed_over"],
        DisputeStep::TellPolice => &["told_at", "station"],
        DisputeStep::Archive => archive_fields(matter),
    }
}

/// What is on paper alone must be brought along as photos.
fn archive_fields(matter: &Matter) -> &'static [&'static str] {
    let lacks = matter.filed.map(|filed| filed.lacks(matter.row.outcome)).unwrap_or_default();
    match lacks {
        (false, false) => &["archive_no", "register", "records", "agreement"],
        (true, false) => &["archive_no", "register", "records", "agreement", "record_papers"],
        (false, true) => &["archive_no", "register", "records", "agreement", "agreement_papers"],
        (true, true) => {
            &["archive_no", "register", "records", "agreement", "record_papers", "agreement_papers"]
        }
    }
}
