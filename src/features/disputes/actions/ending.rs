//! Not settled, handed on, put away.

use serde_json::json;

use super::DisputeFile;
use super::taking::step;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{self, Remark, Stage};
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{
    Brought, Checklist, Dispute, DisputeOutcome, DisputeStep, Transfer, Unsettled,
};
use crate::platform::access::Granted;
use crate::platform::access::policy::Mediate;
use crate::platform::db::Doc;
use crate::platform::web::{App, At};

/// Ends mediation without an agreement.
pub async fn fail(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    failure: Unsettled,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Fail, remark, move |_, _, step| {
        failure.check_failure()?;
        let row = &mut step.matter.row;
        row.outcome = Some(DisputeOutcome::Failed);
        row.end_reason.clone_from(&failure.reason);
        row.remedies_told = failure.remedies_told;
        step.clocks.push(Change::Stop(Rule::Mediate));
        Ok(())
    })
    .await
}

/// Hands what was not settled to somebody who can go on with it.
pub async fn transfer(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    transfer: Transfer,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Transfer, remark, move |_, _, step| {
        transfer.check(step.happened_on, step.today)?;
        step.matter.row.outcome = Some(DisputeOutcome::Transferred);
        step.matter.row.transfer = Some(Doc(json!(transfer)));
        Ok(())
    })
    .await
}

/// Where the file is kept, and what lies in it.
#[derive(Debug, Clone)]
pub struct Closing {
    /// The number under which it is kept.
    pub no: String,
    /// What was found in the paper file.
    pub papers: Checklist,
    /// Photos of what lies there on paper alone.
    pub brought: Brought,
}

/// Puts the file away, when everything is in it.
pub async fn archive(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    closing: Closing,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Archive, remark, move |by, tx, step| {
        let filed = step.matter.filed.ok_or_else(|| Problem::internal("nobody looked into the file"))?;
        closing.papers.check(step.matter.row.outcome, filed, &closing.brought)?;
        for papers in [&closing.brought.records, &closing.brought.agreement] {
            attachments::claim(tx, by.actor(), papers, &step.area, step.file.id.uuid(), Stage::Paper)?;
        }
        step.matter.row.archive_no = Some(closing.no.clone());
        Ok(())
    })
    .await
}
