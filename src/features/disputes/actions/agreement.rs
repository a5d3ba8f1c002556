//! Towards an agreement: drafted, then written down as it was made.

use std::sync::Arc;

use super::taking::{Taking, step};
use super::{DisputeFile, find};
use crate::base::id::Id;
use crate::base::problem::{FieldError, Problem, Result};
use crate::base::sensitive::PersonName;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases;
use crate::features::clocks::{Change, Rule};
use crate::features::disputes::model::{
    AgreementForm, Dispute, DisputeStep, Party, PartyRow, PersonalStatus, Settlement, judicial_due,
};
use crate::features::disputes::paper::{Draft, Hint, hints, missing};
use crate::features::disputes::store;
use crate::platform::access::Granted;
use crate::platform::access::policy::Mediate;
use crate::platform::db::Tx;
use crate::platform::privacy::{Field, Vault};
use crate::platform::web::{App, At};

/// A draft as far as it is shown without revealing what it says.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The version of the dispute.
    pub version: i32,
    /// Whether it will be signed on paper.
    pub form: AgreementForm,
    /// What it must still say.
    pub missing: Vec<FieldError>,
    /// What looks wrong.
    pub hints: Vec<Hint>,
}

/// Keeps a draft in the place of an older one.
pub async fn draft(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    draft: Draft,
    remark: Remark,
) -> Result<Drafted> {
    let (vault, kept) = (app.vault.clone(), draft.clone());
    let taken = step(app, by, at, DisputeStep::Draft, remark, move |_, tx, step| {
        for situation in &kept.situations {
            if step.matter.parties.iter().all(|party| party.id != situation.party) {
                return Err(Problem::field("situations", "含有不是本件当事人的编号"));
            }
        }
        let json = serde_json::to_string(&kept).map_err(Problem::internal)?;
        store::put_draft(tx, &step.area, &step.file, vault.seal(Field::Note, &json)?, step.me)
    });
    let DisputeFile { file, matter } = taken.await?;
    Ok(Drafted {
        version: file.version,
        form: draft.form,
        missing: missing(&draft, &matter.parties),
        hints: hints(&draft, file.updated_at.local_date()),
    })
}

/// What the draft must still say, and what looks wrong; 404 when there is none.
pub async fn read_draft(app: &App, by: Granted<Mediate>, id: Id<Dispute>) -> Result<Drafted> {
    let (vault, today) = (app.vault.clone(), app.clock.now().local_date());
    let read = app.db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let matter = find(c, by.scope(), &file)?;
        let sealed = store::draft_of(c, by.scope(), &file)?.ok_or_else(Problem::not_found)?;
        let draft = Draft::open(&sealed, &vault)?;
        let (missing, hints) = (missing(&draft, &matter.parties), hints(&draft, today));
        Ok(Drafted { version: file.version, form: draft.form, missing, hints })
    });
    read.await
}

/// Writes down what was agreed, and from when it binds, with photos of the signed paper. What the caller leaves out is
/// taken from the draft.
pub async fn agree(
    app: &App,
    by: Granted<Mediate>,
    at: At<Dispute>,
    settlement: Settlement,
    papers: Vec<Id<Photo>>,
    remark: Remark,
) -> Result<DisputeFile> {
    let vault = app.vault.clone();
    step(app, by, at, DisputeStep::Agree, remark, move |by, tx, step| {
        let settlement = completed(settlement.clone(), by, tx, step, &vault)?;
        let due = settlement.check(&step.matter.parties, step.happened_on, step.today)?;
        settlement.check_status(step.matter.row.dispute_type)?;
        let json = serde_json::to_string(&settlement.agreement).map_err(Problem::internal)?;
        let row = &mut step.matter.row;
        row.outcome = Some(settlement.agreement.form.outcome());
        row.agreement_sealed = Some(vault.seal(Field::Note, &json)?);
        row.agreement_no.clone_from(&settlement.no);
        row.personal_status = settlement.personal_status;
        row.effective_on = Some(settlement.effective_on);
        row.judicial_due_on = Some(judicial_due(settlement.effective_on));
        row.performance_due_on = Some(due);
        let confirmable = row.personal_status.is_none_or(PersonalStatus::is_confirmable);
        step.clocks.push(Change::Stop(Rule::Mediate));
        step.clocks
            .extend(confirmable.then_some(Change::StartOn(Rule::ConfirmInCourt, settlement.effective_on)));
        step.clocks.extend([
            Change::Name(Rule::Perform, due),
            Change::StartOn(Rule::ReturnVisit, settlement.effective_on),
        ]);
        attachments::claim(tx, by.actor(), &papers, &step.area, step.file.id.uuid(), Stage::Paper)
    })
    .await
}

/// The settlement with what it does not say itself taken from the draft, when there is one of the same form.
fn completed(
    mut settlement: Settlement,
    by: &Granted<Mediate>,
    tx: &mut Tx,
    step: &Taking,
    vault: &Arc<Vault>,
) -> Result<Settlement> {
    let Some(sealed) = store::draft_of(tx, by.scope(), &step.file)? else { return Ok(settlement) };
    let draft = Draft::open(&sealed, vault)?;
    if draft.form != settlement.agreement.form {
        return Ok(settlement);
    }
    let named = named(&step.matter.parties, vault)?;
    let said = &mut settlement.agreement;
    let drafted = draft.agreement(&named, said.signed.clone());
    said.parties = said.parties.take().or(drafted.parties);
    said.facts = said.facts.take().or(drafted.facts);
    if said.items.is_empty() {
        said.items = drafted.items;
        settlement.performance_due_on = settlement.performance_due_on.or(draft.last_due());
    }
    settlement.no = settlement.no.take().or(draft.no);
    Ok(settlement)
}

fn named(parties: &[PartyRow], vault: &Vault) -> Result<Vec<(Id<Party>, String)>> {
    let named = parties.iter().map(|party| {
        let name: PersonName = vault.open_value(&party.name_sealed)?;
        Ok((party.id, name.expose().to_owned()))
    });
    named.collect()
}
