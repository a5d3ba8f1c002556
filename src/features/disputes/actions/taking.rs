//! How a step is taken.

use chrono::NaiveDate;
use serde_json::json;

use super::{DisputeFile, Hearing};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, Desk, Phase, Reporter};
use crate::features::clocks::Change;
use crate::features::disputes::model::{
    Dispute, DisputeRow, DisputeState, DisputeStep, MOST_PARTIES, PartyRow,
};
use crate::features::disputes::{mediator, store};
use crate::platform::access::{AreaInScope, Granted, Permission};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::web::App;

/// Which dispute, in which version.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The dispute.
    pub id: Id<Dispute>,
    /// The version that the caller saw.
    pub version: i32,
}

/// A step while it is being taken: what it reads, and what it may change.
pub(super) struct Taking {
    pub row: DisputeRow,
    pub parties: Vec<PartyRow>,
    pub file: CaseFile,
    pub area: AreaInScope,
    pub me: Id<Reporter>,
    pub today: NaiveDate,
    pub happened_on: NaiveDate,
    pub clocks: Vec<Change>,
    pub handler: Option<Id<Reporter>>,
    pub note_internal: Option<String>,
}

impl Taking {
    /// Writes down answers and new parties; an audit entry tells who said what before and now, so that a refusal
    /// which turned into consent leaves a trace.
    pub fn hear<P: Permission>(&mut self, tx: &mut Tx, by: &Granted<P>, hearing: &Hearing) -> Result<()> {
        let mut heard = Vec::new();
        for (n, answer) in hearing.answers.iter().enumerate() {
            let known = self.parties.iter_mut().find(|party| party.id == answer.party);
            let unknown = || Problem::field(format!("answers[{n}].party"), "不是本件的当事人");
            let party = known.ok_or_else(unknown)?;
            let before = party.consents.replace(answer.consents);
            heard.push(json!({ "party": party.id, "before": before, "consents": answer.consents }));
            store::answer(tx, by.scope(), &self.file, party)?;
        }
        let first = self.parties.len();
        if first + hearing.parties.len() > MOST_PARTIES {
            return Err(Problem::field("parties", format!("当事人最多 {MOST_PARTIES} 名,现已有 {first} 名")));
        }
        let parties = hearing.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(n, party)| party.into_row(&self.file, first + n)).collect();
        store::insert_parties(tx, &self.area, &parties)?;
        heard.extend(parties.iter().map(|party| json!({ "party": party.id, "consents": party.consents })));
        self.parties.extend(parties);
        if heard.is_empty() {
            return Ok(());
        }
        let object = ("dispute", self.file.id.same_as::<Dispute>().to_string());
        let details = json!({ "version": self.file.version + 1, "answers": heard });
        audit::record(tx, by.actor(), "dispute.consent", object, self.area.code(), details)
    }
}

/// What all steps have in common: find in scope, check version and state, refuse who is concerned in it, change,
/// advance the file.
pub(super) async fn step<P: Permission>(
    app: &App,
    by: Granted<P>,
    at: At,
    step: DisputeStep,
    remark: Remark,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    let taken = app.db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let (row, parties) = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = from.after(step)?;
        let me = Id::from_uuid(by.actor().id());
        mediator::require_no_interest(tx, &vault, me.same_as(), "您", &file, &parties)?;
        let area = areas::of_record(by.scope(), &file.area_code)?;
        let mut taking = Taking {
            row,
            parties,
            area,
            me,
            today: tx.now().local_date(),
            happened_on: file.occurred_at.local_date(),
            clocks: vec![],
            handler: None,
            note_internal: None,
            file,
        };
        change(&by, tx, &mut taking)?;
        taking.row.state = to;
        let Taking { row, parties, file, area, .. } = taking;
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(to))?;
        store::update(tx, by.scope(), &file, &row)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            desk: taking.handler.map_or(Desk::Stays, Desk::Of),
            clocks: &taking.clocks,
            note: remark.note.as_deref(),
            note_internal: taking.note_internal.as_deref(),
            device_at: None,
        };
        let file = cases::advance(tx, &by, &file, advance)?;
        Ok(DisputeFile { file, row, parties })
    });
    taken.await
}

fn stage(state: DisputeState) -> Stage {
    match state.phase() {
        Phase::Reported | Phase::Accepted => Stage::Before,
        Phase::Working => Stage::During,
        Phase::Resolved | Phase::Closed => Stage::After,
    }
}
