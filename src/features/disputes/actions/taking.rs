//! How a step is taken.

use chrono::NaiveDate;
use serde_json::json;

use super::{DisputeFile, Hearing, filed, find};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, Desk, Phase, Reporter};
use crate::features::clocks::Change;
use crate::features::disputes::mediator::{self, Whose};
use crate::features::disputes::model::{Dispute, DisputeState, DisputeStep, MOST_PARTIES, Matter};
use crate::features::disputes::{store, words};
use crate::platform::access::policy::Mediate;
use crate::platform::access::{ActorKind, AreaInScope, Granted, Permission};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::{App, At};

/// A step while it is being taken: what it reads, and what it may change.
pub(super) struct Taking {
    pub matter: Matter,
    pub file: CaseFile,
    pub area: AreaInScope,
    pub me: Id<Reporter>,
    pub now: Timestamp,
    pub today: NaiveDate,
    pub happened_on: NaiveDate,
    /// What starts, stops or goes on otherwise with this step.
    pub clocks: Vec<Change>,
    /// When it happened, where the step itself says so.
    pub happened_at: Option<Timestamp>,
    pub handler: Option<Id<Reporter>>,
    pub note_internal: Option<String>,
}

impl Taking {
    /// Writes down answers and new parties; an audit entry tells who said what before and now, so that a refusal
    /// which turned into consent leaves a trace.
    pub fn hear<P: Permission>(&mut self, tx: &mut Tx, by: &Granted<P>, hearing: &Hearing) -> Result<()> {
        let mut heard = Vec::new();
        for (n, answer) in hearing.answers.iter().enumerate() {
            let known = self.matter.parties.iter_mut().find(|party| party.id == answer.party);
            let unknown = || Problem::field(format!("answers[{n}].party"), "不是本件的当事人");
            let party = known.ok_or_else(unknown)?;
            let before = party.consents.replace(answer.consents);
            heard.push(json!({ "party": party.id, "before": before, "consents": answer.consents }));
            store::answer(tx, by.scope(), &self.file, party)?;
        }
        let first = self.matter.parties.len();
        if first + hearing.parties.len() > MOST_PARTIES {
            return Err(Problem::field("parties", format!("当事人最多 {MOST_PARTIES} 名,现已有 {first} 名")));
        }
        let parties = hearing.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(n, party)| party.into_row(&self.file, first + n)).collect();
        store::insert_parties(tx, &self.area, &parties)?;
        heard.extend(parties.iter().map(|party| json!({ "party": party.id, "consents": party.consents })));
        self.matter.parties.extend(parties);
        if heard.is_empty() {
            return Ok(());
        }
        self.record(tx, by, "dispute.consent", json!({ "answers": heard }))
    }

    /// Writes an audit entry of what the step changed, with the version that the step makes. No names, phones or
    /// addresses in `details`.
    pub fn record<P: Permission>(
        &self,
        tx: &mut Tx,
        by: &Granted<P>,
        action: &'static str,
        mut details: serde_json::Value,
    ) -> Result<()> {
        let object = ("dispute", self.file.id.same_as::<Dispute>().to_string());
        if let Some(details) = details.as_object_mut() {
            details.insert("version".to_owned(), json!(self.file.version + 1));
        }
        audit::record(tx, by.actor(), action, object, self.area.code(), details)
    }
}

/// What all steps have in common: find in scope, check version and state, refuse who is concerned in it, change,
/// advance the file.
pub(super) async fn step<P: Permission>(
    app: &App,
    by: Granted<P>,
    at: At<Dispute>,
    step: DisputeStep,
    remark: Remark,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    let taken = app.db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let matter = find(tx, by.scope(), &file)?;
        let from = matter.row.state;
        let to = matter.after(step)?;
        let me: Id<Reporter> = Id::from_uuid(by.actor().id());
        if by.actor().kind() == ActorKind::Staff && !is_for_the_concerned(step) {
            mediator::require_no_interest(tx, &vault, me.same_as(), Whose::Own, &file, &matter.parties)?;
        }
        if let Some(bar) = matter.bar(step, by.also::<Mediate>(&file.area_code)) {
            return Err(bar.into());
        }
        let area = areas::of_record(by.scope(), &file.area_code)?;
        let mut taking = Taking {
            matter,
            area,
            me,
            now: tx.now(),
            today: tx.now().local_date(),
            happened_on: file.occurred_at.local_date(),
            clocks: vec![],
            happened_at: None,
            handler: None,
            note_internal: None,
            file,
        };
        change(&by, tx, &mut taking)?;
        let Taking { mut matter, file, area, .. } = taking;
        matter.row.state = to;
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(to))?;
        store::update(tx, by.scope(), &file, &matter.row)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            desk: taking.handler.map_or(Desk::Stays, Desk::Of),
            clocks: &taking.clocks,
            note: remark.note.as_deref(),
            note_internal: taking.note_internal.as_deref(),
            news: words::news(step, &matter.row),
            confidential: None,
            device_at: taking.happened_at,
        };
        let file = cases::advance(tx, &by, &file, advance)?;
        matter.filed = filed(tx, by.scope(), &file, &matter.row)?;
        Ok(DisputeFile { file, matter })
    });
    taken.await
}

/// Whether somebody who is concerned in the dispute may take `step` all the same: whoever fears violence says so, also
/// as a party.
fn is_for_the_concerned(step: DisputeStep) -> bool {
    matches!(step, DisputeStep::RaiseViolence | DisputeStep::TellPolice)
}

fn stage(state: DisputeState) -> Stage {
    match state.phase() {
        Phase::Reported | Phase::Accepted => Stage::Before,
        Phase::Working => Stage::During,
        Phase::Resolved | Phase::Closed => Stage::After,
    }
}
