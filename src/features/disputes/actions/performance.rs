//! Whether the agreement is kept.

use super::DisputeFile;
use super::taking::step;
use crate::base::problem::Result;
use crate::features::attachments::Remark;
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{
    CheckKind, Dispute, DisputeStep, JudicialState, Performance, PerformanceCheck, Unsettled,
};
use crate::features::disputes::store;
use crate::platform::access::Granted;
use crate::platform::access::policy::Mediate;
use crate::platform::web::{App, At};

/// Performance has begun.
pub async fn begin_performance(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Perform, remark, |_, _, _| Ok(())).await
}

/// Writes down what a check or a visit found.
pub async fn check(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    check: PerformanceCheck,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Check, remark, move |_, tx, step| {
        check.check(step.matter.row.effective_on, step.today)?;
        let visit = check.kind == CheckKind::ReturnVisit;
        step.clocks.extend(visit.then_some(Change::StopOn(Rule::ReturnVisit, check.checked_on)));
        let row = check.clone().into_row(&step.file, step.me, step.now);
        store::insert_check(tx, &step.area, &row)
    })
    .await
}

/// Performed, and the parties were visited; also late, after it had been broken.
pub async fn fulfil(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    performance: Performance,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Fulfil, remark, move |_, tx, step| {
        let visit = performance.check(step.matter.row.effective_on, step.today)?;
        store::insert_check(tx, &step.area, &visit.into_row(&step.file, step.me, step.now))?;
        step.matter.row.performed_on = Some(performance.performed_on);
        step.clocks.extend([
            Change::StopOn(Rule::Perform, performance.performed_on),
            Change::Stop(Rule::ReturnVisit),
        ]);
        Ok(())
    })
    .await
}

/// The agreement was not kept. What mediation came to stays the agreement.
pub async fn breach(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    breach: Unsettled,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Breach, remark, move |_, _, step| {
        breach.check_breach(step.matter.judicial_state() == JudicialState::Confirmed)?;
        step.clocks.push(Change::Miss(Rule::Perform));
        step.matter.row.end_reason.clone_from(&breach.reason);
        step.matter.row.remedies_told = breach.remedies_told;
        Ok(())
    })
    .await
}
