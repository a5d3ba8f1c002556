//! The verbs of the procedure: what each demands and changes besides the state.

use chrono::TimeDelta;

use super::taking::{At, step};
use super::{DisputeFile, Hearing};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::mediator;
use crate::features::disputes::model::{
    Answer, Checklist, DisputeLevel, DisputeOutcome, DisputeStep, MEDIATION_DAYS, MediationMode, Performance,
    Settlement, Unsettled, Withdrawal, guard_consent, guard_obstacle, guard_refusal, judicial_due,
};
use crate::platform::access::policy::{AcceptDispute, Mediate};
use crate::platform::access::{Granted, Staff};
use crate::platform::web::App;

/// Writes down what the parties say about being mediated, also that they do not want it; it stays registered.
pub async fn ask(
    app: &App,
    by: Granted<AcceptDispute>,
    at: At,
    hearing: Hearing,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Ask, remark, move |by, tx, step| step.hear(tx, by, &hearing)).await
}

/// Accepts it for mediation, when both sides want that. A recorded refusal is not overruled here: the party is
/// asked anew by [`ask`].
pub async fn accept(
    app: &App,
    by: Granted<AcceptDispute>,
    at: At,
    answers: Vec<Answer>,
    level: Option<DisputeLevel>,
    remark: Remark,
) -> Result<DisputeFile> {
    let hearing = Hearing { answers, parties: vec![] };
    step(app, by, at, DisputeStep::Accept, remark, move |by, tx, step| {
        guard_obstacle(&step.parties)?;
        step.hear(tx, by, &hearing)?;
        guard_consent(&step.parties)?;
        step.row.level = level.unwrap_or(step.row.level);
        step.row.mediation_due_on = Some(step.today + TimeDelta::days(MEDIATION_DAYS));
        step.clocks.push(Change::Start(Rule::Mediate));
        step.handler = Some(step.me);
        Ok(())
    })
    .await
}

/// Begins mediation, by the caller or by another mediator who holds a post there and is no party.
pub async fn mediate(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    mediator: Option<Id<Staff>>,
    mode: MediationMode,
    remark: Remark,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    step(app, by, at, DisputeStep::Mediate, remark, move |_, tx, step| {
        guard_consent(&step.parties)?;
        let mediator = mediator.unwrap_or(step.me.same_as());
        mediator::require_post(tx, mediator, &step.row.area_code)?;
        if mediator.uuid() != step.me.uuid() {
            let (file, parties) = (&step.file, &step.parties);
            mediator::require_no_interest(tx, &vault, mediator, "调解员", file, parties)?;
        }
        step.row.mediator_id = Some(mediator.same_as());
        step.row.mode = Some(mode);
        step.handler = Some(mediator.same_as());
        Ok(())
    })
    .await
}

/// Writes down what was agreed, and from when it binds, with photos of the signed paper.
pub async fn agree(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    settlement: Settlement,
    papers: Vec<Id<Photo>>,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Agree, remark, move |by, tx, step| {
        let due = settlement.check(&step.parties, step.happened_on, step.today)?;
        step.row.outcome = Some(settlement.agreement.form.outcome());
        step.row.agreement_sealed = Some(settlement.sealed.clone());
        step.row.effective_on = Some(settlement.effective_on);
        step.row.judicial_due_on = Some(judicial_due(settlement.effective_on));
        step.row.performance_due_on = Some(due);
        step.clocks.extend([
            Change::Stop(Rule::Mediate),
            Change::StartOn(Rule::ConfirmInCourt, settlement.effective_on),
            Change::Name(Rule::Perform, due),
        ]);
        attachments::claim(tx, by.actor(), &papers, &step.area, step.file.id.uuid(), Stage::Paper)
    })
    .await
}

/// Performance has begun.
pub async fn begin_performance(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Perform, remark, |_, _, _| Ok(())).await
}

/// Performed, and the parties were visited.
pub async fn fulfil(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    performance: Performance,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Fulfil, remark, move |_, _, step| {
        performance.check(step.row.effective_on, step.today)?;
        step.row.performed_on = Some(performance.performed_on);
        step.clocks.push(Change::StopOn(Rule::Perform, performance.performed_on));
        step.note_internal.clone_from(&performance.return_visit);
        Ok(())
    })
    .await
}

/// Ends mediation without an agreement.
pub async fn fail(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    failure: Unsettled,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Fail, remark, move |_, _, step| {
        failure.check_failure()?;
        step.row.outcome = Some(DisputeOutcome::Failed);
        step.clocks.push(Change::Stop(Rule::Mediate));
        step.row.end_reason.clone_from(&failure.reason);
        step.row.remedies_told = failure.remedies_told;
        Ok(())
    })
    .await
}

/// Ends it because a party refuses clearly, as is on record already or is told now.
pub async fn refuse(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    answers: Vec<Answer>,
    remark: Remark,
) -> Result<DisputeFile> {
    let hearing = Hearing { answers, parties: vec![] };
    step(app, by, at, DisputeStep::Refuse, remark, move |by, tx, step| {
        step.hear(tx, by, &hearing)?;
        guard_refusal(&step.parties)?;
        step.row.outcome = Some(DisputeOutcome::Refused);
        step.clocks.push(Change::Stop(Rule::Mediate));
        Ok(())
    })
    .await
}

/// Ends it because mediation is not wanted any more.
pub async fn withdraw(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    withdrawal: Withdrawal,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Withdraw, remark, move |_, _, step| {
        withdrawal.check()?;
        step.row.outcome = Some(DisputeOutcome::Withdrawn);
        step.clocks.push(Change::Stop(Rule::Mediate));
        step.row.end_reason.clone_from(&withdrawal.reason);
        Ok(())
    })
    .await
}

/// The agreement was not kept. What mediation came to stays the agreement.
pub async fn breach(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    breach: Unsettled,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Breach, remark, move |_, _, step| {
        breach.check_breach()?;
        step.clocks.push(Change::Miss(Rule::Perform));
        step.row.end_reason.clone_from(&breach.reason);
        step.row.remedies_told = breach.remedies_told;
        Ok(())
    })
    .await
}

/// Puts the file away.
pub async fn archive(
    app: &App,
    by: Granted<Mediate>,
    at: At,
    no: String,
    papers: Checklist,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Archive, remark, move |_, _, step| {
        papers.check(step.row.outcome)?;
        step.row.archive_no = Some(no.clone());
        Ok(())
    })
    .await
}
