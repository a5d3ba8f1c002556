//! What a mediator or a grid leader does with a dispute at people's doors, out where there is no signal: the same
//! bodies, permissions and actions as online, in the transaction that the deed's database begins. And disputes in
//! numbers, masked, for a phone to read out there. What is done at a desk (archiving, writing down a breach) is not here.

use super::actions::{self, DisputeFile};
use super::model::{Dispute, Matter};
use super::store;
use super::wire::{
    AcceptanceBody, AgreementBody, ConsentBody, DisputeBody, DisputeView, MediationBody, PerformanceBody,
    RefusalBody,
};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::RemarkBody;
use crate::features::cases::{CaseFile, Intake};
use crate::platform::access::policy::{AcceptDispute, Mediate, RegisterDispute, SeeCases};
use crate::platform::access::{Granted, Permission};
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::web::{App, At, Deed, Done};

/// 登记。
pub async fn register(deed: Deed, intake: Intake) -> Result<Done> {
    let by = deed.by::<RegisterDispute>()?;
    let body: DisputeBody = deed.body()?;
    deed.makes(body.id)?;
    let registration = body.parse(by.actor(), deed.done_at, &deed.app.vault)?;
    let (new, dispute) = actions::register(&deed.app.db, &intake, by, registration).await?;
    Ok(Done { new, version: dispute.file.version })
}

/// 征询意愿。
pub async fn ask(deed: Deed) -> Result<Done> {
    let (by, at) = step::<AcceptDispute>(&deed)?;
    let (hearing, remark) = deed.body::<ConsentBody>()?.parse(&deed.app.vault)?;
    done(actions::ask(&deed.app, by, at, hearing, remark).await)
}

/// 受理。
pub async fn accept(deed: Deed) -> Result<Done> {
    let (by, at) = step::<AcceptDispute>(&deed)?;
    let (answers, judgement, remark) = deed.body::<AcceptanceBody>()?.parse()?;
    done(actions::accept(&deed.app, by, at, answers, judgement, remark).await)
}

/// 开始调解。
pub async fn mediate(deed: Deed) -> Result<Done> {
    let (by, at) = step::<Mediate>(&deed)?;
    let (beginning, remark) = deed.body::<MediationBody>()?.parse()?;
    done(actions::mediate(&deed.app, by, at, beginning, remark).await)
}

/// 登记协议。
pub async fn agree(deed: Deed) -> Result<Done> {
    let (by, at) = step::<Mediate>(&deed)?;
    let body: AgreementBody = deed.body()?;
    let (settlement, papers, remark) = body.parse(deed.done_at.local_date())?;
    done(actions::agree(&deed.app, by, at, settlement, papers, remark).await)
}

/// 开始履行。
pub async fn begin_performance(deed: Deed) -> Result<Done> {
    let (by, at) = step::<Mediate>(&deed)?;
    let remark = deed.body::<RemarkBody>()?.parse()?;
    done(actions::begin_performance(&deed.app, by, at, remark).await)
}

/// 履行完毕并回访。
pub async fn fulfil(deed: Deed) -> Result<Done> {
    let (by, at) = step::<Mediate>(&deed)?;
    let (performance, remark) = deed.body::<PerformanceBody>()?.parse(&deed.app.vault)?;
    done(actions::fulfil(&deed.app, by, at, performance, remark).await)
}

/// 登记拒绝调解。
pub async fn refuse(deed: Deed) -> Result<Done> {
    let (by, at) = step::<Mediate>(&deed)?;
    let (answers, remark) = deed.body::<RefusalBody>()?.parse()?;
    done(actions::refuse(&deed.app, by, at, answers, remark).await)
}

fn step<P: Permission>(deed: &Deed) -> Result<(Granted<P>, At<Dispute>)> {
    deed.step::<P, Dispute>()
}

fn done(taken: Result<DisputeFile>) -> Result<Done> {
    Ok(Done::step(taken?.file.version))
}

/// The dispute as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeCases>, record: &str) -> Result<DisputeView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    let dispute = actions::read(&app.db, see.clone(), id).await?;
    DisputeView::of(dispute, &see, &app.vault)
}

/// The disputes of these files, which were found in the scope of `see`; three queries for all. Whether
/// one can be archived is found out when it is read by itself.
pub fn read(c: &mut DbConnection, see: &Granted<SeeCases>, files: Vec<CaseFile>) -> Result<Vec<DisputeFile>> {
    let (mut rows, mut parties) = store::of_cases(c, see.scope(), &files)?;
    let mut courts = store::courts_of(c, see.scope(), &files)?;
    let file_of = |file: CaseFile| {
        let row = rows.iter().position(|row| row.case_id == file.id)?;
        let parties = parties.extract_if(.., |party| party.case_id == file.id).collect();
        let court = courts.extract_if(.., |court| court.case_id == file.id).next();
        let matter = Matter { row: rows.swap_remove(row), parties, court, filed: None };
        Some(DisputeFile { file, matter })
    };
    Ok(files.into_iter().filter_map(file_of).collect())
}

/// As [`show`], for what [`read`] found.
pub fn view(dispute: DisputeFile, see: &Granted<SeeCases>, vault: &Vault) -> Result<DisputeView> {
    DisputeView::of(dispute, see, vault)
}
