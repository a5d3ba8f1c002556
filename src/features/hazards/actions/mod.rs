//! What people do with a hazard; one transaction each.

mod asides;
mod steps;
mod taking;

use std::collections::HashMap;

pub use asides::{Transfer, extend, reward, supervise, take_back, transfer};
pub use steps::{Inspected, dismiss, fix_on_spot, grade, order, rectify, reinspect, submit};

use super::model::{Hazard, HazardField, HazardFile, HazardRow, Origin};
use super::store::Listing;
use super::{counts, store};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, Stage};
use crate::features::cases::{self, Intake, NewCase, Opened, Settled};
use crate::features::places;
use crate::platform::access::Granted;
use crate::platform::access::policy::{ReportHazard, SeeCases};
use crate::platform::db::{Db, Tx};

/// A report after its checks.
#[derive(Debug, Clone)]
pub struct Report {
    /// Where the danger is.
    pub field: HazardField,
    /// The file.
    pub case: NewCase,
    /// Where it comes from, besides.
    pub origin: Origin,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

/// Takes a report down; whether it is new. A resend answers the same record.
pub async fn report(
    db: &Db,
    intake: &Intake,
    by: Granted<ReportHazard>,
    report: Report,
) -> Result<(bool, HazardFile)> {
    let settled = intake.settle(db, &by, &report.case).await?;
    db.write(move |tx| report_in(tx, &by, &settled, &report)).await
}

/// As [`report`], in the transaction of something greater that it is a part of, and where and under which number was
/// settled before.
pub fn report_in(
    tx: &mut Tx,
    by: &Granted<ReportHazard>,
    settled: &Settled,
    report: &Report,
) -> Result<(bool, HazardFile)> {
    let (file, area) = match cases::open(tx, by, settled, &report.case, &[])? {
        Opened::Again(file) => {
            let row = store::of_case(tx, by.scope(), &file)?;
            return Ok((false, HazardFile { file, row }));
        }
        Opened::New(file, area) => (file, area),
    };
    if let Some(place) = report.origin.place {
        places::require_at(tx, by.scope(), place, &file.area_code)?;
    }
    let row = HazardRow::found(file.id, &file.area_code, report.field, report.origin.clone());
    store::insert(tx, &area, &row)?;
    counts::count(tx, &row, counts::Fate::Found)?;
    attachments::claim(tx, by.actor(), &report.photos, &area, file.id.uuid(), Stage::Before)?;
    Ok((true, HazardFile { file, row }))
}

/// A page of the hazards of a list, each with its file, newest first: two statements however many there are. 404 for
/// an area outside of the caller's own.
pub async fn list(
    db: &Db,
    by: Granted<SeeCases>,
    area: Option<AreaCode>,
    listing: Listing,
    page: PageRequest,
) -> Result<Page<HazardFile>> {
    let scope = by.scope().asked(area.as_ref())?;
    db.read_lagging(move |c| {
        let rows = store::list(c, &scope, listing, &page)?;
        // The order is that of the ids, which carry the time at which they were made.
        let rows = page.page(rows, |row| Place { at: Timestamp::from_millis(0), id: row.case_id.uuid() });
        let ids: Vec<_> = rows.items.iter().map(|row| row.case_id).collect();
        let mut files: HashMap<_, _> =
            cases::of_ids(c, &scope, &ids)?.into_iter().map(|file| (file.id, file)).collect();
        let items = rows.items.into_iter().filter_map(|row| {
            let file = files.remove(&row.case_id)?;
            Some(HazardFile { file, row })
        });
        Ok(Page { items: items.collect(), next: rows.next })
    })
    .await
}

/// The hazard, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Hazard>) -> Result<HazardFile> {
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let row = store::of_case(c, by.scope(), &file)?;
        Ok(HazardFile { file, row })
    })
    .await
}
