//! Personal data of a dispute in plain text: for a purpose, and with an audit entry that is on disk before the
//! answer leaves.

use std::sync::Arc;

use serde_json::{Value, json};

use super::model::{Agreement, CheckId, Dispute, MediationSession, Party, PartyRow, PoliceReportId};
use super::paper::{Draft, Known, PaperFormat, compose, docx, text};
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::features::attachments::{self, Paper, Photo};
use crate::features::cases::{self, CaseFile};
use crate::platform::access::policy::{AcceptDispute, Mediate, RevealPersonal};
use crate::platform::access::{AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::privacy::{Field, Vault};
use crate::platform::web::App;

crate::text_enum! {
    /// What is masked or hidden unless revealed.
    pub enum DisputeField {
        Name = "name" "当事人姓名",
        Phone = "phone" "当事人电话",
        Agreement = "agreement" "协议全文",
        Records = "records" "调解、督促和回访记录",
    }
}

/// Why, and what.
#[derive(Debug, Clone)]
pub struct Request {
    /// For the audit log.
    pub purpose: String,
    /// Each once.
    pub fields: Vec<DisputeField>,
}

/// A party in plain text.
#[derive(Debug, Clone)]
pub struct PlainParty {
    /// The party.
    pub id: Id<Party>,
    /// The name, if asked for.
    pub name: Option<PersonName>,
    /// The phone, if asked for and known.
    pub phone: Option<Phone>,
}

/// What was asked for, in plain text.
#[derive(Debug, Clone)]
pub struct Revealed {
    /// The parties, in order; empty when nothing of them was asked for.
    pub parties: Vec<PlainParty>,
    /// The agreement, if asked for and there is one.
    pub agreement: Option<Agreement>,
    /// The photos of its paper, if it was asked for.
    pub papers: Vec<Id<Photo>>,
    /// What was written down, if asked for.
    pub records: Option<Records>,
}

/// What was written down of a dispute, in plain text.
#[derive(Clone)]
pub struct Records {
    /// What was said in each session.
    pub sessions: Vec<(Id<MediationSession>, String)>,
    /// What each check or visit found.
    pub checks: Vec<(Id<CheckId>, String)>,
    /// Who took each report at the police.
    pub officers: Vec<(Id<PoliceReportId>, Option<PersonName>)>,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records(•••)")
    }
}

/// A paper, printed.
pub struct Printed {
    /// The media type.
    pub media: &'static str,
    /// The name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Opens what `request` names. The agreement and the records are for those who work on the case — mediators, grid leaders
/// and whoever registered it: 403 for others.
pub async fn reveal(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<RevealPersonal>,
    id: Id<Dispute>,
    request: Request,
) -> Result<Revealed> {
    db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        let (row, parties) = store::of_case(tx, by.scope(), &file)?;
        let (mut agreement, mut papers, mut records) = (None, vec![], None);
        if request.fields.contains(&DisputeField::Agreement) {
            require_work_on(&by, &file)?;
            let sealed = row.agreement_sealed.as_deref();
            agreement = sealed.map(|sealed| open_agreement(sealed, &vault)).transpose()?;
            papers = attachments::papers_of(tx, by.scope(), &file)?;
        }
        if request.fields.contains(&DisputeField::Records) {
            require_work_on(&by, &file)?;
            records = Some(open_records(tx, by.scope(), &file, &vault)?);
        }
        let details = json!({ "purpose": request.purpose, "fields": request.fields });
        record(tx, &by, &file, details)?;
        Ok(Revealed { parties: open_parties(&parties, &request.fields, &vault)?, agreement, papers, records })
    })
    .await
}

/// Finds a photo of the signed paper, for those to whom [`reveal`] shows the agreement; 403 for others.
pub async fn reveal_paper(
    db: &Db,
    by: Granted<RevealPersonal>,
    id: Id<Dispute>,
    paper: Id<Photo>,
    purpose: String,
) -> Result<Paper> {
    db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        require_work_on(&by, &file)?;
        let found = attachments::find_paper(tx, by.scope(), &file, paper)?;
        record(tx, &by, &file, json!({ "purpose": purpose, "fields": ["paper"], "paper": paper }))?;
        Ok(found)
    })
    .await
}

/// Prints the draft of the agreement, with everybody's name, for those to whom [`reveal`] shows the agreement; 403 for
/// others, 404 when nobody has drafted one.
pub async fn print_draft(
    app: &App,
    by: Granted<RevealPersonal>,
    id: Id<Dispute>,
    purpose: String,
    format: PaperFormat,
) -> Result<Printed> {
    let vault = app.vault.clone();
    let opened = app.db.write(move |tx| {
        let file = cases::find(tx, by.scope(), id.same_as())?;
        let (row, parties) = store::of_case(tx, by.scope(), &file)?;
        require_work_on(&by, &file)?;
        let sealed = store::draft_of(tx, by.scope(), &file)?.ok_or_else(Problem::not_found)?;
        let named =
            parties.iter().map(|party| Ok((party.id, party.side, vault.open_value(&party.name_sealed)?)));
        let known = Known {
            parties: named.collect::<Result<_>>()?,
            about: row.dispute_type.label(),
            committee: row.committee,
            case_no: file.no.clone(),
        };
        record(tx, &by, &file, json!({ "purpose": purpose, "fields": ["draft"], "format": format }))?;
        Ok((Draft::open(&sealed, &vault)?, known))
    });
    let (draft, known) = opened.await?;
    let printing = tokio::task::spawn_blocking(move || {
        let paper = compose(&draft, &known);
        let (media, ending, bytes) = match format {
            PaperFormat::Text => ("text/plain; charset=utf-8", "txt", text(&paper).into_bytes()),
            PaperFormat::Docx => (DOCX, "docx", docx(&paper)?),
        };
        Ok(Printed { media, name: format!("{}.{ending}", known.case_no), bytes })
    });
    printing.await.map_err(|_| Problem::internal("printing an agreement panicked"))?
}

/// The media type of a Word document.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn require_work_on(by: &Granted<RevealPersonal>, file: &CaseFile) -> Result<()> {
    let area = &file.area_code;
    let reported = file.reporter_id.uuid() == by.actor().id();
    if reported || by.also::<Mediate>(area) || by.also::<AcceptDispute>(area) {
        return Ok(());
    }
    Err(Problem::because(Code::Forbidden, "协议和调解记录只向承办本件的人员公开"))
}

fn record(tx: &mut Tx, by: &Granted<RevealPersonal>, file: &CaseFile, details: Value) -> Result<()> {
    let object = ("dispute", file.id.same_as::<Dispute>().to_string());
    audit::record(tx, by.actor(), "personal.reveal", object, &file.area_code, details)
}

/// The parties with what was asked for of them; none when nothing was.
fn open_parties(parties: &[PartyRow], fields: &[DisputeField], vault: &Vault) -> Result<Vec<PlainParty>> {
    let (name, phone) = (fields.contains(&DisputeField::Name), fields.contains(&DisputeField::Phone));
    let asked = parties.iter().filter(|_| name || phone);
    let plain = asked.map(|party| {
        let sealed_phone = party.phone_sealed.as_deref().filter(|_| phone);
        Ok(PlainParty {
            id: party.id,
            name: name.then(|| vault.open_value(&party.name_sealed)).transpose()?,
            phone: sealed_phone.map(|sealed| vault.open_value(sealed)).transpose()?,
        })
    });
    plain.collect()
}

fn open_records(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile, vault: &Vault) -> Result<Records> {
    let sessions = store::sessions_of(c, scope, file)?.into_iter();
    let checks = store::checks_of(c, scope, file)?.into_iter();
    let reports = store::police_reports_of(c, scope, file)?.into_iter();
    let officers = reports.map(|report| {
        let officer = report.officer_sealed.as_deref().map(|sealed| vault.open_value(sealed));
        Ok((report.id, officer.transpose()?))
    });
    let sessions =
        sessions.map(|session| Ok((session.id, vault.open(Field::Note, &session.summary_sealed)?)));
    let checks = checks.map(|check| Ok((check.id, vault.open(Field::Note, &check.words_sealed)?)));
    Ok(Records {
        sessions: sessions.collect::<Result<_>>()?,
        checks: checks.collect::<Result<_>>()?,
        officers: officers.collect::<Result<_>>()?,
    })
}

fn open_agreement(sealed: &[u8], vault: &Vault) -> Result<Agreement> {
    serde_json::from_str(&vault.open(Field::Note, sealed)?).map_err(Problem::internal)
}
