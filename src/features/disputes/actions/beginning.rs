//! Whether it is mediated at all: asked, accepted, refused, withdrawn.

use chrono::TimeDelta;

use super::taking::step;
use super::{DisputeFile, Hearing};
use crate::base::problem::Result;
use crate::features::attachments::Remark;
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{
    Answer, Dispute, DisputeLevel, DisputeOutcome, DisputeStep, MEDIATION_DAYS, Withdrawal, guard_consent,
    guard_refusal,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::{AcceptDispute, Mediate, WithdrawDispute};
use crate::platform::web::{App, At};

/// What the office makes of a dispute when it accepts it.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// How hard it is; as before when absent.
    pub level: Option<DisputeLevel>,
    /// What brought it about.
    pub cause: Option<String>,
    /// Whether many people are in it.
    pub mass: bool,
}

/// Writes down what the parties say about being mediated, also that they do not want it; the state stays.
pub async fn ask(
    app: &App,
    by: Granted<AcceptDispute>,
    at: At<Dispute>,
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
    at: At<Dispute>,
    answers: Vec<Answer>,
    judgement: Judgement,
    remark: Remark,
) -> Result<DisputeFile> {
    let hearing = Hearing { answers, parties: vec![] };
    step(app, by, at, DisputeStep::Accept, remark, move |by, tx, step| {
        step.hear(tx, by, &hearing)?;
        guard_consent(&step.matter.parties)?;
        let row = &mut step.matter.row;
        row.mass = judgement.mass;
        row.cause.clone_from(&judgement.cause);
        row.level = row.judged(judgement.level);
        row.mediation_due_on = Some(step.today + TimeDelta::days(MEDIATION_DAYS));
        step.clocks.push(Change::Start(Rule::Mediate));
        step.handler = Some(step.me);
        Ok(())
    })
    .await
}

/// Ends it because a party refuses clearly, as is on record already or is told now.
pub async fn refuse(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    answers: Vec<Answer>,
    remark: Remark,
) -> Result<DisputeFile> {
    let hearing = Hearing { answers, parties: vec![] };
    step(app, by, at, DisputeStep::Refuse, remark, move |by, tx, step| {
        step.hear(tx, by, &hearing)?;
        guard_refusal(&step.matter.parties)?;
        step.matter.row.outcome = Some(DisputeOutcome::Refused);
        step.clocks.push(Change::Stop(Rule::Mediate));
        Ok(())
    })
    .await
}

/// Ends it because mediation is not wanted any more: a mediator writes down that a party asks for it, or the resident
/// who registered it takes it back before anybody has accepted it.
pub async fn withdraw(
    app: &App,
    by: Granted<WithdrawDispute>,
    at: At<Dispute>,
    withdrawal: Withdrawal,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Withdraw, remark, move |_, _, step| {
        withdrawal.check()?;
        step.matter.row.outcome = Some(DisputeOutcome::Withdrawn);
        step.clocks.push(Change::Stop(Rule::Mediate));
        step.matter.row.end_reason.clone_from(&withdrawal.reason);
        Ok(())
    })
    .await
}
