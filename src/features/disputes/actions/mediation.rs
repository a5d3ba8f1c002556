//! Mediating: by whom, and each session of it.

use chrono::Days;
use serde_json::json;

use super::DisputeFile;
use super::taking::step;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Remark;
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{
    Dispute, DisputeStep, MediationMode, Mediators, Party, Replacement, Session, on_both_sides,
};
use crate::features::disputes::{mediator, store};
use crate::platform::access::policy::Mediate;
use crate::platform::access::{Granted, Staff};
use crate::platform::web::{App, At};

/// Who mediates and how.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// On whose desk it is; the caller's when absent.
    pub lead: Option<Id<Staff>>,
    /// Who mediates beside.
    pub others: Vec<Id<Staff>>,
    /// How.
    pub mode: MediationMode,
    /// Which committee.
    pub committee: Option<String>,
}

/// Begins mediation, by the caller or by other mediators who hold a post there and are no party.
pub async fn mediate(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    beginning: Beginning,
    remark: Remark,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    step(app, by, at, DisputeStep::Mediate, remark, move |_, tx, step| {
        let lead = beginning.lead.unwrap_or(step.me.same_as());
        let others = beginning.others.clone();
        let mediators = Mediators { lead: Some(lead), others, turned_down: vec![] };
        let dispute = (&step.file, step.matter.parties.as_slice());
        let fields = ("mediator", "co_mediators");
        mediator::require_fit(tx, &vault, &mediators, step.me.same_as(), dispute, fields)?;
        mediators.write(&mut step.matter.row);
        step.matter.row.mode = Some(beginning.mode);
        step.matter.row.committee.clone_from(&beginning.committee);
        step.handler = Some(lead.same_as());
        Ok(())
    })
    .await
}

/// Lets others mediate, because a party asks for it or the committee wants it.
pub async fn replace(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    replacement: Replacement,
    remark: Remark,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    step(app, by, at, DisputeStep::Replace, remark, move |by, tx, step| {
        let before = Mediators::of(&step.matter.row)?;
        let after = replacement.after(&before, &step.matter.parties)?;
        let dispute = (&step.file, step.matter.parties.as_slice());
        let fields = ("mediators", "mediators");
        mediator::require_fit(tx, &vault, &after, step.me.same_as(), dispute, fields)?;
        let all = |mediators: &Mediators| mediators.all().collect::<Vec<_>>();
        let details =
            json!({ "before": all(&before), "after": all(&after), "asked_by": replacement.asked_by });
        step.record(tx, by, "dispute.mediators", details)?;
        after.write(&mut step.matter.row);
        step.handler = after.lead.map(Id::same_as);
        step.note_internal = Some(replacement.reason.clone());
        Ok(())
    })
    .await
}

/// More time to mediate, which the parties want.
#[derive(Debug, Clone)]
pub struct Extension {
    /// How many days.
    pub days: u16,
    /// Who agreed to it.
    pub agreed_by: Vec<Id<Party>>,
}

/// Goes on mediating for some days more, once, when everybody on the two sides agrees.
pub async fn extend(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    extension: Extension,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Extend, remark, move |_, _, step| {
        if on_both_sides(&step.matter.parties).any(|party| !extension.agreed_by.contains(&party.id)) {
            return Err(Problem::field("agreed_by", "须经双方当事人同意"));
        }
        let row = &mut step.matter.row;
        row.mediation_due_on = row.mediation_due_on.map(|day| day + Days::new(extension.days.into()));
        step.clocks.push(Change::Extend(Rule::Mediate, extension.days));
        Ok(())
    })
    .await
}

/// Writes down a session. There is none while a party is on record as not wanting mediation.
pub async fn hold(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    session: Session,
    remark: Remark,
) -> Result<DisputeFile> {
    step(app, by, at, DisputeStep::Hold, remark, move |_, tx, step| {
        session.check(&Mediators::of(&step.matter.row)?, &step.matter.parties)?;
        let row = session.clone().into_row(&step.file, step.me, step.now);
        store::insert_session(tx, &step.area, &row)
    })
    .await
}
