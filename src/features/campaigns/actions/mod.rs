//! What is done with campaigns; each change is one transaction with its audit entry.

mod found;
mod inspecting;
mod reading;

pub use inspecting::inspect;
pub use reading::{inspection, inspections, photo};

use serde_json::json;

use super::model::{
    CampaignChange, CampaignFile, CampaignRow, Checklist, ChecklistRow, NewCampaign, common, outermost,
};
use super::statistics::{self, Statistics};
use super::store::{self, Filter};
use crate::base::area_code::AreaCode;
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::features::hazards::Campaign;
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepCampaigns, SeeCampaigns};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// A page of campaigns, newest first; 404 when `area` is given and outside of the caller's areas.
pub async fn list(
    db: &Db,
    by: Granted<SeeCampaigns>,
    area: Option<AreaCode>,
    filter: Filter,
    page: PageRequest,
) -> Result<Page<CampaignRow>> {
    let scope = by.scope().asked(area.as_ref())?;
    db.read_lagging(move |c| {
        let rows = store::list(c, &scope, &filter, &page)?;
        Ok(page.page(rows, |row| Place { at: row.created_at, id: row.id.uuid() }))
    })
    .await
}

/// The campaign; 404 when it is nowhere in the caller's areas.
pub async fn get(db: &Db, by: Granted<SeeCampaigns>, id: Id<Campaign>) -> Result<CampaignFile> {
    db.read(move |c| store::find(c, by.scope(), id)).await
}

/// What the campaign came to in the caller's areas, or in `area`; 404 as [`get`], and for an area outside.
pub async fn statistics(
    db: &Db,
    by: Granted<SeeCampaigns>,
    id: Id<Campaign>,
    area: Option<AreaCode>,
) -> Result<Statistics> {
    let scope = by.scope().asked(area.as_ref())?;
    db.read(move |c| {
        let campaign = store::find(c, by.scope(), id)?;
        statistics::of(c, &scope, &campaign)
    })
    .await
}

/// Organises a campaign; whether it is new. A resend answers the same record; 409 `id_reused` when the id is another's.
pub async fn create(db: &Db, by: Granted<KeepCampaigns>, new: NewCampaign) -> Result<(bool, CampaignFile)> {
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, new.id)? {
            let same =
                known.row.content_hash == new.content_hash && known.row.created_by.uuid() == by.actor().id();
            return if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) };
        }
        let wrong = |why: &str| Problem::field("areas", why);
        let named = outermost(new.areas.clone());
        let found = areas::require_each(tx, by.scope(), &named)?;
        if found.len() != named.len() {
            return Err(wrong("有的区域不存在、已停用,或不在您的辖区内"));
        }
        let around = common(&named).ok_or_else(|| wrong("应在同一区县之内"))?;
        let now = tx.now();
        let row = CampaignRow {
            id: new.id,
            area_code: around,
            name: new.name.clone(),
            field: new.field,
            from_on: new.from,
            to_on: new.to,
            checklist: 1,
            created_by: Id::from_uuid(by.actor().id()),
            content_hash: new.content_hash.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let items = new.checklist.written()?;
        let checklist =
            ChecklistRow { campaign_id: new.id, number: 1, items, used_at: None, created_at: now };
        store::insert(tx, &found, &row, &checklist)?;
        let details = json!({ "areas": named, "items": new.checklist.0.len() });
        note(tx, &by, "campaign.create", &row, details)?;
        Ok((true, CampaignFile { row, areas: named, checklist }))
    })
    .await
}

/// Changes a campaign at the version that the caller saw; 412 at another one.
pub async fn change(
    db: &Db,
    by: Granted<KeepCampaigns>,
    at: At<Campaign>,
    change: CampaignChange,
) -> Result<CampaignFile> {
    db.write(move |tx| {
        let mut file = store::find(tx, by.scope(), at.id)?;
        same_version(file.row.version, at.version)?;
        file.row.name = change.name.clone().unwrap_or(file.row.name);
        file.row.to_on = change.to.unwrap_or(file.row.to_on);
        if file.row.to_on < file.row.from_on {
            return Err(Problem::field("to", format!("不能早于 {}", file.row.from_on)));
        }
        let details = json!({ "name": change.name.is_some(), "to": change.to });
        file.row = store::update(tx, by.scope(), file.row)?;
        note(tx, &by, "campaign.change", &file.row, details)?;
        Ok(file)
    })
    .await
}

/// Puts another checklist in the place of the one that holds now; inspections that were answered by that keep it.
pub async fn revise(
    db: &Db,
    by: Granted<KeepCampaigns>,
    at: At<Campaign>,
    checklist: Checklist,
) -> Result<CampaignFile> {
    db.write(move |tx| {
        let mut file = store::find(tx, by.scope(), at.id)?;
        same_version(file.row.version, at.version)?;
        file.row.checklist += 1;
        let next = ChecklistRow {
            campaign_id: file.row.id,
            number: file.row.checklist,
            items: checklist.written()?,
            used_at: None,
            created_at: tx.now(),
        };
        file.row = store::update(tx, by.scope(), file.row)?;
        store::replace_checklist(tx, by.scope(), &next)?;
        let details = json!({ "checklist": next.number, "items": checklist.0.len() });
        note(tx, &by, "campaign.checklist", &file.row, details)?;
        file.checklist = next;
        Ok(file)
    })
    .await
}

fn note(
    tx: &mut Tx,
    by: &Granted<KeepCampaigns>,
    action: &'static str,
    row: &CampaignRow,
    details: serde_json::Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("campaign", row.id.to_string()), &row.area_code, details)
}
