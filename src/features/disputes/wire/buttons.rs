//! The steps that a caller may take, as buttons.

use crate::features::cases::Action;
use crate::features::disputes::model::{Dispute, DisputeRow, DisputeStep, Matter};
use crate::platform::access::Granted;
use crate::platform::access::policy::{
    AcceptDispute, ClearViolence, Mediate, ReportViolence, SeeCases, WithdrawDispute,
};

/// The steps that the dispute gives occasion for and the role of `by` may take; one that something bars says why.
pub fn buttons(by: &Granted<SeeCases>, matter: &Matter) -> Vec<Action> {
    let row = &matter.row;
    let mediates = by.also::<Mediate>(&row.area_code);
    let steps = DisputeStep::ALL.iter().copied();
    let open = steps.filter(|&step| matter.after(step).is_ok() && may(by, row, step));
    open.map(|step| Action {
        step: step.as_str(),
        label: step.label(),
        href: format!("/api/v1/disputes/{}/{}", row.case_id.same_as::<Dispute>(), noun(step)),
        fields: fields(step, matter),
        blocked: matter.bar(step, mediates).map(|bar| bar.why),
    })
    .collect()
}

fn may(by: &Granted<SeeCases>, row: &DisputeRow, step: DisputeStep) -> bool {
    let area = &row.area_code;
    match step {
        DisputeStep::Ask | DisputeStep::Accept => by.also::<AcceptDispute>(area),
        DisputeStep::Withdraw => by.also::<WithdrawDispute>(area),
        DisputeStep::RaiseViolence | DisputeStep::TellPolice => by.also::<ReportViolence>(area),
        DisputeStep::ClearViolence => by.also::<ClearViolence>(area),
        DisputeStep::Mediate
        | DisputeStep::Replace
        | DisputeStep::Hold
        | DisputeStep::Draft
        | DisputeStep::Extend
        | DisputeStep::Agree
        | DisputeStep::Perform
        | DisputeStep::AskCourt
        | DisputeStep::RecordDecision
        | DisputeStep::Check
        | DisputeStep::Fulfil
        | DisputeStep::Fail
        | DisputeStep::Refuse
        | DisputeStep::Breach
        | DisputeStep::Transfer
        | DisputeStep::Archive => by.also::<Mediate>(area),
    }
}

/// The noun of a step's address.
const fn noun(step: DisputeStep) -> &'static str {
    match step {
        DisputeStep::Ask => "consents",
        DisputeStep::Accept => "acceptance",
        DisputeStep::Mediate => "mediation",
        DisputeStep::Replace => "mediators",
        DisputeStep::Hold => "sessions",
        DisputeStep::Draft => "draft",
        DisputeStep::Extend => "extension",
        DisputeStep::Agree => "agreement",
        DisputeStep::Perform => "performance",
        DisputeStep::AskCourt => "confirmation",
        DisputeStep::RecordDecision => "court_decision",
        DisputeStep::Check => "checks",
        DisputeStep::Fulfil => "fulfilment",
        DisputeStep::Fail => "failure",
        DisputeStep::Refuse => "refusal",
        DisputeStep::Withdraw => "withdrawal",
        DisputeStep::Breach => "breach",
        DisputeStep::Transfer => "transfer",
        DisputeStep::RaiseViolence => "violence_risk",
        DisputeStep::TellPolice => "police_reports",
        DisputeStep::ClearViolence => "violence_clearance",
        DisputeStep::Archive => "archive",
    }
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
