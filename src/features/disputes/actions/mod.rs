//! What people do with a dispute; one transaction each.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::model::{
    Answer, Checklist, Dispute, DisputeLevel, DisputeOutcome, DisputeRow, DisputeState, DisputeStep,
    DisputeType, Failure, MEDIATION_DAYS, MOST_PARTIES, MediationMode, NewParty, PartyRow, Performance,
    Settlement, guard_consent, judicial_due, obstacle,
};
use super::{mediator, store};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, CaseKind, NewCase, Numbers, Opened, Phase, Reporter};
use crate::platform::access::policy::{AcceptDispute, Mediate, RegisterDispute, SeeCases};
use crate::platform::access::{AreaInScope, Granted, Permission, Staff};
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::Vault;

/// A dispute with its file and parties.
#[derive(Debug, Clone)]
pub struct DisputeFile {
    /// The file.
    pub file: CaseFile,
    /// What only disputes have.
    pub row: DisputeRow,
    /// Who quarrels, in order.
    pub parties: Vec<PartyRow>,
}

/// A registration after its checks.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Where it lies; looked up in the transaction.
    pub area: AreaCode,
    /// What it is about.
    pub dispute_type: DisputeType,
    /// What it is about in money, fen.
    pub amount_fen: Option<i64>,
    /// The file.
    pub case: NewCase,
    /// Who quarrels.
    pub parties: Vec<NewParty>,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

/// What the parties said, and parties that were not known before.
#[derive(Debug, Clone, Default)]
pub struct Hearing {
    /// What known parties said.
    pub answers: Vec<Answer>,
    /// Parties to be written down.
    pub parties: Vec<NewParty>,
}

/// Takes a dispute down; whether it is new. A resend answers the same record.
pub async fn register(
    db: &Db,
    numbers: &Numbers,
    by: Granted<RegisterDispute>,
    registration: Registration,
) -> Result<(bool, DisputeFile)> {
    // Before a number is taken, so that invented towns begin no series.
    if !by.scope().holds(&registration.area) {
        return Err(unknown_area());
    }
    let no = numbers.take(db, CaseKind::Dispute, &registration.area).await?;
    db.write(move |tx| {
        let area = areas::require(tx, by.scope(), &registration.area).map_err(|_| unknown_area())?;
        let file = match cases::open(tx, by.actor(), &area, &no, &registration.case)? {
            Opened::Again(file) => {
                let (row, parties) = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, DisputeFile { file, row, parties }));
            }
            Opened::New(file) => file,
        };
        let row = DisputeRow::registered(&file, registration.dispute_type, registration.amount_fen);
        store::insert(tx, &area, &row)?;
        let parties = registration.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(place, party)| party.into_row(&file, place)).collect();
        store::insert_parties(tx, &area, &parties)?;
        attachments::claim(tx, by.actor(), &registration.photos, &area, file.id.uuid(), Stage::Before)?;
        Ok((true, DisputeFile { file, row, parties }))
    })
    .await
}

fn unknown_area() -> Problem {
    Problem::field("area_code", "没有这个网格,或不在您的辖区内")
}

/// The dispute, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<DisputeFile> {
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let (row, parties) = store::of_case(c, by.scope(), &file)?;
        Ok(DisputeFile { file, row, parties })
    })
    .await
}

/// Writes down what the parties say about being mediated, also a refusal; it stays registered.
pub async fn ask(
    db: &Db,
    by: Granted<AcceptDispute>,
    at: At,
    hearing: Hearing,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Ask, remark, move |by, tx, step| step.hear(tx, by, &hearing)).await
}

/// Accepts it for mediation, when both sides want that. A recorded refusal is not overruled here: the party is
/// asked anew by [`ask`].
pub async fn accept(
    db: &Db,
    by: Granted<AcceptDispute>,
    at: At,
    answers: Vec<Answer>,
    level: Option<DisputeLevel>,
    remark: Remark,
) -> Result<DisputeFile> {
    let hearing = Hearing { answers, parties: vec![] };
    step(db, by, at, DisputeStep::Accept, remark, move |by, tx, step| {
        if obstacle(&step.parties).is_some() {
            guard_consent(&step.parties)?;
        }
        step.hear(tx, by, &hearing)?;
        guard_consent(&step.parties)?;
        step.row.level = level.unwrap_or(step.row.level);
        step.row.mediation_due_on = Some(step.today + TimeDelta::days(MEDIATION_DAYS));
        step.due_on = step.row.mediation_due_on;
        step.handler = Some(step.me);
        Ok(())
    })
    .await
}

/// Begins mediation, by the caller or by another mediator who holds a post there and is no party.
pub async fn mediate(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<Mediate>,
    at: At,
    mediator: Option<Id<Staff>>,
    mode: MediationMode,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Mediate, remark, move |_, tx, step| {
        guard_consent(&step.parties)?;
        let mediator = mediator.unwrap_or(step.me.same_as());
        mediator::require_post(tx, mediator, &step.row.area_code)?;
        mediator::require_no_interest(tx, &vault, mediator, &step.file, &step.parties)?;
        step.row.mediator_id = Some(mediator.same_as());
        step.row.mode = Some(mode);
        step.due_on = step.row.mediation_due_on;
        step.handler = Some(mediator.same_as());
        Ok(())
    })
    .await
}

/// Writes down what was agreed, and from when it binds.
pub async fn agree(
    db: &Db,
    by: Granted<Mediate>,
    at: At,
    settlement: Settlement,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Agree, remark, move |_, _, step| {
        let due = settlement.check(&step.parties, step.happened_on, step.today)?;
        step.row.outcome = Some(settlement.agreement.form.outcome());
        step.row.agreement_sealed = Some(settlement.sealed.clone());
        step.row.effective_on = Some(settlement.effective_on);
        step.row.judicial_due_on = Some(judicial_due(settlement.effective_on));
        step.row.performance_due_on = Some(due);
        step.due_on = Some(due);
        Ok(())
    })
    .await
}

/// Performance has begun.
pub async fn perform(db: &Db, by: Granted<Mediate>, at: At, remark: Remark) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Perform, remark, |_, _, step| {
        step.due_on = step.row.performance_due_on;
        Ok(())
    })
    .await
}

/// Performed, and the parties were visited.
pub async fn fulfil(
    db: &Db,
    by: Granted<Mediate>,
    at: At,
    performance: Performance,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Fulfil, remark, move |_, _, step| {
        performance.check(step.row.effective_on, step.today)?;
        step.row.performed_on = Some(performance.performed_on);
        step.note_internal.clone_from(&performance.return_visit);
        Ok(())
    })
    .await
}

/// Ends mediation without an agreement.
pub async fn fail(
    db: &Db,
    by: Granted<Mediate>,
    at: At,
    failure: Failure,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Fail, remark, move |_, _, step| {
        failure.check()?;
        step.row.outcome = Some(DisputeOutcome::Failed);
        step.row.failed_reason.clone_from(&failure.reason);
        step.row.remedies_told = failure.remedies_told;
        Ok(())
    })
    .await
}

/// Puts the file away.
pub async fn archive(
    db: &Db,
    by: Granted<Mediate>,
    at: At,
    no: String,
    papers: Checklist,
    remark: Remark,
) -> Result<DisputeFile> {
    step(db, by, at, DisputeStep::Archive, remark, move |_, _, step| {
        papers.check(step.row.outcome)?;
        step.row.archive_no = Some(no.clone());
        Ok(())
    })
    .await
}

/// Which dispute, in which version.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The dispute.
    pub id: Id<Dispute>,
    /// The version that the caller saw.
    pub version: i32,
}

/// A step while it is being taken.
struct Taking {
    row: DisputeRow,
    parties: Vec<PartyRow>,
    file: CaseFile,
    area: AreaInScope,
    me: Id<Reporter>,
    today: NaiveDate,
    happened_on: NaiveDate,
    due_on: Option<NaiveDate>,
    handler: Option<Id<Reporter>>,
    note_internal: Option<String>,
}

impl Taking {
    /// Writes down answers and new parties.
    fn hear<P: Permission>(&mut self, tx: &mut Tx, by: &Granted<P>, hearing: &Hearing) -> Result<()> {
        for (n, answer) in hearing.answers.iter().enumerate() {
            let known = self.parties.iter_mut().find(|party| party.id == answer.party);
            let unknown = || Problem::field(format!("answers[{n}].party"), "不是本件的当事人");
            let party = known.ok_or_else(unknown)?;
            party.consents = Some(answer.consents);
            store::answer(tx, by.scope(), &self.file, party)?;
        }
        let first = self.parties.len();
        if first + hearing.parties.len() > MOST_PARTIES {
            return Err(Problem::field("parties", format!("当事人最多 {MOST_PARTIES} 名,现已有 {first} 名")));
        }
        let parties = hearing.parties.iter().cloned().enumerate();
        let parties: Vec<_> = parties.map(|(n, party)| party.into_row(&self.file, first + n)).collect();
        store::insert_parties(tx, &self.area, &parties)?;
        self.parties.extend(parties);
        Ok(())
    }
}

/// What all steps have in common: find in scope, check version and state, change, advance the file.
async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At,
    step: DisputeStep,
    remark: Remark,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<DisputeFile> {
    db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let (row, parties) = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = from.after(step)?;
        let area = areas::require(tx, by.scope(), &file.area_code)?;
        let mut taking = Taking {
            row,
            parties,
            area,
            me: Id::from_uuid(by.actor().id()),
            today: tx.now().local_date(),
            happened_on: file.occurred_at.local_date(),
            due_on: None,
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
            handler: taking.handler.map(Id::uuid),
            due_on: taking.due_on,
            note: remark.note.as_deref(),
            note_internal: taking.note_internal.as_deref(),
            device_at: None,
        };
        let file = cases::advance(tx, by.actor(), by.scope(), &file, advance)?;
        Ok(DisputeFile { file, row, parties })
    })
    .await
}

fn stage(state: DisputeState) -> Stage {
    match state.phase() {
        Phase::Reported | Phase::Accepted => Stage::Before,
        Phase::Working => Stage::During,
        Phase::Resolved | Phase::Closed => Stage::After,
    }
}
