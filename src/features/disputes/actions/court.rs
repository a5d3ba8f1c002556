//! Judicial confirmation.

use super::DisputeFile;
use super::taking::step;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Remark;
use crate::features::clocks::{Change, Rule, calendar};
use crate::features::disputes::model::{Application, Decision, Dispute, DisputeStep, JudicialState};
use crate::features::disputes::store;
use crate::platform::access::Granted;
use crate::platform::access::policy::Mediate;
use crate::platform::web::{App, At};

/// Writes down that both parties asked a court to confirm their agreement.
pub async fn ask_court(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    application: Application,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::AskCourt, remark, move |_, tx, step| {
        let row = &step.matter.row;
        let counted =
            row.judicial_due_on.ok_or_else(|| Problem::internal("an agreement without a window"))?;
        // The calendar is asked only when it matters: a year that it does not know yet hinders nobody who is in time.
        let late = application.applied_on > counted;
        let last_day = if late { calendar::on_or_after(counted)? } else { counted };
        application.check(row, &step.matter.parties, last_day, step.today)?;
        let court = application.clone().into_row(row);
        store::put_court(tx, &step.area, &court)?;
        step.clocks.push(Change::StopOn(Rule::ConfirmInCourt, court.applied_on));
        step.matter.court = Some(court);
        Ok(())
    })
    .await
}

/// Writes down what became of it. After an application that was taken back the time to apply runs on.
pub async fn record_decision(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    decision: Decision,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::RecordDecision, remark, move |_, tx, step| {
        let asked = step.matter.court.as_ref();
        let asked = asked.ok_or_else(|| Problem::internal("a decision on what nobody asked for"))?;
        decision.check(asked, step.today)?;
        let court = decision.applied_to(asked);
        let again = step.matter.row.effective_on.filter(|_| court.state == JudicialState::None);
        step.clocks.extend(again.map(|day| Change::StartOn(Rule::ConfirmInCourt, day)));
        store::put_court(tx, &step.area, &court)?;
        step.matter.court = Some(court);
        Ok(())
    })
    .await
}
