//! What is done with a hazard out where there is no signal: the same bodies, permissions and actions as online, in
//! the transaction that the deed's database begins. And hazards in numbers, for a phone to read out there.

use super::actions;
use super::model::{Hazard, HazardFile};
use super::store;
use super::wire::{HazardBody, HazardView, ReinspectionBody, SpotFixBody, evidence};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::RemarkBody;
use crate::features::cases::{CaseFile, Intake};
use crate::platform::access::Granted;
use crate::platform::access::policy::{RectifyHazard, ReinspectHazard, ReportHazard, SeeCases};
use crate::platform::db::DbConnection;
use crate::platform::web::{App, Deed, Done};

/// 上报。 Not anonymously: the receipt of a push names its account and the record, see
/// `docs/decisions/0021-nobody-reported-this.md`.
pub async fn report(deed: Deed, intake: Intake) -> Result<Done> {
    let by = deed.by::<ReportHazard>()?;
    let body: HazardBody = deed.body()?;
    deed.makes(body.id)?;
    let report = body.parse(by.actor(), None, deed.done_at, &deed.app.vault)?;
    let (new, hazard) = actions::report(&deed.app.db, &intake, by, report).await?;
    Ok(Done { new, version: hazard.file.version })
}

/// 当场整改。
pub async fn fix_on_spot(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<RectifyHazard, Hazard>()?;
    let (before, remark) = deed.body::<SpotFixBody>()?.parse()?;
    done(actions::fix_on_spot(&deed.app.db, by, at, before, remark).await)
}

/// 开始整改。
pub async fn rectify(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<RectifyHazard, Hazard>()?;
    let remark = deed.body::<RemarkBody>()?.parse()?;
    done(actions::rectify(&deed.app.db, by, at, remark).await)
}

/// 提交复查。
pub async fn submit(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<RectifyHazard, Hazard>()?;
    let remark = evidence(deed.body()?)?;
    done(actions::submit(&deed.app.db, by, at, remark).await)
}

/// 复查。
pub async fn reinspect(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<ReinspectHazard, Hazard>()?;
    let (inspection, remark) = deed.body::<ReinspectionBody>()?.parse()?;
    done(actions::reinspect(&deed.app.db, by, at, inspection, remark).await)
}

fn done(taken: Result<HazardFile>) -> Result<Done> {
    Ok(Done::step(taken?.file.version))
}

/// The hazard as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeCases>, record: &str) -> Result<HazardView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    let hazard = actions::read(&app.db, see.clone(), id).await?;
    HazardView::of(hazard, &see, app)
}

/// The hazards of these files, which were found in the scope of `see`; one query for all.
pub fn read(c: &mut DbConnection, see: &Granted<SeeCases>, files: Vec<CaseFile>) -> Result<Vec<HazardFile>> {
    let mut rows = store::of_cases(c, see.scope(), &files)?;
    let file_of = |file: CaseFile| {
        let row = rows.iter().position(|row| row.case_id == file.id)?;
        Some(HazardFile { row: rows.swap_remove(row), file })
    };
    Ok(files.into_iter().filter_map(file_of).collect())
}

/// As [`show`], for what [`read`] found.
pub fn view(hazard: HazardFile, see: &Granted<SeeCases>, app: &App) -> Result<HazardView> {
    HazardView::of(hazard, see, app)
}
