//! That a dispute may turn violent (人民调解法 25).

use super::DisputeFile;
use super::taking::step;
use crate::base::problem::Result;
use crate::features::attachments::Remark;
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{Dispute, DisputeLevel, DisputeStep, PoliceReport};
use crate::features::disputes::store;
use crate::platform::access::Granted;
use crate::platform::access::policy::{ClearViolence, ReportViolence};
use crate::platform::web::{App, At};

/// Says that there is a risk of violence: the dispute is major from now on, and the police is to be told.
pub async fn raise_violence(
    app: &App,
    by: Granted<ReportViolence>,
    at: At<Dispute>,
    reason: String,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::RaiseViolence, remark, move |_, _, step| {
        let row = &mut step.matter.row;
        row.violence_raised_at = Some(step.now);
        row.police_told_at = None;
        row.level = row.judged(None);
        step.clocks.push(Change::Start(Rule::TellPolice));
        step.note_internal = Some(reason.clone());
        Ok(())
    })
    .await
}

/// Writes down that the police was told.
pub async fn tell_police(
    app: &App,
    by: Granted<ReportViolence>,
    at: At<Dispute>,
    report: PoliceReport,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::TellPolice, remark, move |_, tx, step| {
        let row = report.clone().into_row(&step.file, step.me, step.now);
        step.matter.row.police_told_at = Some(row.told_at);
        // Told before anybody had flagged it here is told in time.
        step.happened_at = step.matter.row.violence_raised_at.map(|raised| row.told_at.max(raised));
        step.clocks.push(Change::Stop(Rule::TellPolice));
        store::insert_police_report(tx, &step.area, &row)
    })
    .await
}

/// Why there is no risk any more, and how hard the dispute is without it.
#[derive(Debug, Clone)]
pub struct Clearing {
    /// Why.
    pub reason: String,
    /// How hard it is from now on; as before when absent.
    pub level: Option<DisputeLevel>,
}

/// Says that there is no risk of violence any more.
pub async fn clear_violence(
    app: &App,
    by: Granted<ClearViolence>,
    at: At<Dispute>,
    clearing: Clearing,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::ClearViolence, remark, move |_, _, step| {
        let row = &mut step.matter.row;
        row.violence_raised_at = None;
        step.clocks.push(Change::Waive(Rule::TellPolice, "暴力风险已由分管领导解除"));
        row.level = row.judged(clearing.level);
        step.note_internal = Some(clearing.reason.clone());
        Ok(())
    })
    .await
}
