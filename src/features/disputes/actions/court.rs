//! Judicial confirmation.

use super::DisputeFile;
use super::taking::step;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Remark;
use crate::features::disputes::model::{Application, Decision, Dispute, DisputeStep};
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
        let last_day =
            row.judicial_due_on.ok_or_else(|| Problem::internal("an agreement without a window"))?;
        application.check(row, &step.matter.parties, last_day, step.today)?;
        let court = application.clone().into_row(row);
        store::put_court(tx, &step.area, &court)?;
        step.matter.court = Some(court);
        Ok(())
    })
    .await
}

/// Writes down what became of it.
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
        store::put_court(tx, &step.area, &court)?;
        step.matter.court = Some(court);
        Ok(())
    })
    .await
}
