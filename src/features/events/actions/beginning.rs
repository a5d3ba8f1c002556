//! Taking an event down, and reading it.

use super::EventFile;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, Stage};
use crate::features::cases::{self, Intake, NewCase, Opened};
use crate::features::events::model::{Event, EventCategory, EventRow, EventScale, at_report};
use crate::features::events::{stations as whose, store};
use crate::features::{areas, staff};
use crate::platform::access::Granted;
use crate::platform::access::policy::{DispatchEvent, ReportEvent, SeeCases};
use crate::platform::db::Db;

/// A report after its checks.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it is about.
    pub category: EventCategory,
    /// The same in finer words.
    pub subcategory: Option<String>,
    /// How many people it concerns, roughly.
    pub scale: EventScale,
    /// How many.
    pub people_count: Option<i32>,
    /// The file.
    pub case: NewCase,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

/// Takes a report down; whether it is new. A resend answers the same record.
pub async fn report(
    db: &Db,
    intake: &Intake,
    by: Granted<ReportEvent>,
    report: Report,
) -> Result<(bool, EventFile)> {
    let settled = intake.settle(db, &by, &report.case).await?;
    db.write(move |tx| {
        let opened = cases::open(tx, &by, &settled, &report.case, &at_report(report.case.urgency))?;
        let now = tx.now();
        let caller = whose::caller(tx, &by, &opened.file().area_code, now)?;
        let (file, area) = match opened {
            Opened::Again(file) => {
                let row = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, EventFile { file, row, caller }));
            }
            Opened::New(file, area) => (file, area),
        };
        let (subcategory, people) = (report.subcategory.clone(), report.people_count);
        let row = EventRow::reported(&file, report.category, subcategory, report.scale, people);
        store::insert(tx, &area, &row)?;
        attachments::claim(tx, by.actor(), &report.photos, &area, file.id.uuid(), Stage::Before)?;
        Ok((true, EventFile { file, row, caller }))
    })
    .await
}

/// The event, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Event>) -> Result<EventFile> {
    let now = db.clock().now();
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let row = store::of_case(c, by.scope(), &file)?;
        let caller = whose::caller(c, &by, &file.area_code, now)?;
        Ok(EventFile { file, row, caller })
    })
    .await
}

/// The stations that the event may be dispatched to, by name; 404 when the caller dispatches nothing there.
pub async fn stations(db: &Db, by: Granted<DispatchEvent>, id: Id<Event>) -> Result<Vec<String>> {
    let now = db.clock().now();
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        store::of_case(c, by.scope(), &file)?;
        let area = areas::of_record(by.scope(), &file.area_code)?;
        staff::stations_over(c, &area, now)
    })
    .await
}
