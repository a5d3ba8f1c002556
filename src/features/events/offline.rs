//! What is done with an event out where there is no signal: the same bodies, permissions and actions as online, in the
//! transaction that the deed's database begins. And events in numbers, for a phone to read out there. What is decided at
//! a desk (acceptance, dispatch, signatures) is not here.

use super::actions::{self, EventFile};
use super::model::Event;
use super::wire::{CompletionBody, EventBody, EventView, SelfHandlingBody};
use super::{stations, store};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::RemarkBody;
use crate::features::cases::{CaseFile, Intake};
use crate::platform::access::Granted;
use crate::platform::access::policy::{HandleEvent, ReportEvent, SeeCases, SelfHandleEvent};
use crate::platform::db::DbConnection;
use crate::platform::web::{App, Deed, Done};

/// 上报。
pub async fn report(deed: Deed, intake: Intake) -> Result<Done> {
    let by = deed.by::<ReportEvent>()?;
    let body: EventBody = deed.body()?;
    deed.makes(body.id)?;
    let report = body.parse(by.actor(), deed.done_at, &deed.app.vault)?;
    let (new, event) = actions::report(&deed.app.db, &intake, by, report).await?;
    Ok(Done { new, version: event.file.version })
}

/// 自办自结。
pub async fn self_handle(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<SelfHandleEvent, Event>()?;
    let (before, remark) = deed.body::<SelfHandlingBody>()?.parse()?;
    done(actions::self_handle(&deed.app.db, by, at, before, remark).await)
}

/// 开始处置。
pub async fn handle(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<HandleEvent, Event>()?;
    let remark = deed.body::<RemarkBody>()?.parse()?;
    done(actions::handle(&deed.app.db, by, at, remark).await)
}

/// 处置完毕、报请核查。
pub async fn finish(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<HandleEvent, Event>()?;
    let said = deed.body::<CompletionBody>()?.parse()?;
    done(actions::finish(&deed.app.db, by, at, said).await)
}

fn done(taken: Result<EventFile>) -> Result<Done> {
    Ok(Done::step(taken?.file.version))
}

/// The event as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeCases>, record: &str) -> Result<EventView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    Ok(EventView::of(actions::read(&app.db, see.clone(), id).await?, &see))
}

/// The events of these files, which were found in the scope of `see`; two queries for all.
pub fn read(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    files: Vec<CaseFile>,
    now: Timestamp,
) -> Result<Vec<EventFile>> {
    // Where the caller handles, if anywhere: there it is known to which station they belong.
    let handled = files.iter().find(|file| see.also::<HandleEvent>(&file.area_code));
    let Some(first) = handled.or(files.first()) else { return Ok(vec![]) };
    let caller = stations::caller(c, see, &first.area_code, now)?;
    let mut rows = store::of_cases(c, see.scope(), &files)?;
    let file_of = |file: CaseFile| {
        let row = rows.iter().position(|row| row.case_id == file.id)?;
        let caller = stations::elsewhere(&caller, see, &file.area_code);
        Some(EventFile { row: rows.swap_remove(row), caller, file })
    };
    Ok(files.into_iter().filter_map(file_of).collect())
}

/// As [`show`], for what [`read`] found.
pub fn view(event: EventFile, see: &Granted<SeeCases>) -> EventView {
    EventView::of(event, see)
}
