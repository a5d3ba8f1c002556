//! Reading inspections.

use crate::base::id::Id;
use crate::base::page::{self, Page, PageRequest};
use crate::base::problem::Result;
use crate::features::attachments::{self, Photo, RecordPhoto};
use crate::features::campaigns::model::{InspectionFile, InspectionRow};
use crate::features::campaigns::store::{self, inspections as rows};
use crate::features::hazards::{Campaign, Inspection};
use crate::features::places::Place;
use crate::platform::access::policy::SeeCampaigns;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::{Db, DbConnection};

/// The inspection; 404 outside of the caller's areas.
pub async fn inspection(db: &Db, by: Granted<SeeCampaigns>, id: Id<Inspection>) -> Result<InspectionFile> {
    db.read(move |c| {
        let row = rows::find(c, by.scope(), id)?;
        with_awaited(c, by.scope(), row)
    })
    .await
}

/// An inspection that was found in `scope`, with the photos that it waits for.
pub(super) fn with_awaited(
    c: &mut DbConnection,
    scope: &AreaScope,
    row: InspectionRow,
) -> Result<InspectionFile> {
    Ok(InspectionFile { awaited: attachments::awaited_of_record(c, scope, row.id.uuid())?, row })
}

/// A page of the inspections of a campaign in the caller's areas, newest first; 404 when the campaign is nowhere there.
pub async fn inspections(
    db: &Db,
    by: Granted<SeeCampaigns>,
    campaign: Id<Campaign>,
    place: Option<Id<Place>>,
    page: PageRequest,
) -> Result<Page<InspectionRow>> {
    db.read(move |c| {
        store::find(c, by.scope(), campaign)?;
        let found = rows::list(c, by.scope(), campaign, place, &page)?;
        Ok(page.page(found, |row| page::Place { at: row.created_at, id: row.id.uuid() }))
    })
    .await
}

/// A photo of an inspection; 404 when the inspection is hidden from the caller or has no such photo.
pub async fn photo(
    db: &Db,
    by: Granted<SeeCampaigns>,
    inspection: Id<Inspection>,
    photo: Id<Photo>,
) -> Result<RecordPhoto> {
    db.read(move |c| {
        let row = rows::find(c, by.scope(), inspection)?;
        attachments::find_of_record(c, by.scope(), row.id.uuid(), photo)
    })
    .await
}
