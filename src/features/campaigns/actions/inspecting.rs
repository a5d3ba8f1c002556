//! Writing an inspection down, with the hazards that it found.

use serde_json::json;

use super::found::hazards_of;
use super::reading::with_awaited;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::{self, Photo, Stage};
use crate::features::campaigns::model::{
    Author, CampaignFile, Checklist, Finding, InspectionFile, InspectionRow, ItemResult, NewInspection, Site,
};
use crate::features::campaigns::statistics;
use crate::features::campaigns::store::{self, inspections as rows};
use crate::features::cases::Intake;
use crate::features::hazards::{self, Campaign};
use crate::features::{areas, places, staff};
use crate::platform::access::policy::{Inspect, ReportHazard};
use crate::platform::access::{AreaInScope, Granted, Role, Staff};
use crate::platform::audit;
use crate::platform::db::{Db, Doc, Tx};
use crate::platform::privacy::Vault;

/// In which posts one inspects.
const INSPECTORS: &[Role] = &[
    Role::GridWorker,
    Role::GridLeader,
    Role::Dispatcher,
    Role::StationOfficer,
    Role::EnforcementOfficer,
    Role::Approver,
];

/// Writes an inspection down, with a hazard for each item that failed; whether it is new. A resend answers the same
/// record. 422 when the campaign did not run on that day or in that area, for a checklist that was another by then, and
/// for answers, inspectors or a place that do not fit.
pub async fn inspect(
    db: &Db,
    intake: &Intake,
    vault: &Vault,
    (by, reports): (Granted<Inspect>, Granted<ReportHazard>),
    campaign: Id<Campaign>,
    new: NewInspection,
) -> Result<(bool, InspectionFile)> {
    let (scope, id, number) = (by.scope().clone(), new.id, new.checklist);
    let read = db.read(move |c| {
        let file = store::find(c, &scope, campaign)?;
        let list = store::checklist(c, &scope, campaign, number)?;
        let replaced_at = store::replaced_at(c, &scope, campaign, number)?;
        Ok((file, list, replaced_at, rows::of_same_id(c, id)?))
    });
    let (file, list, replaced_at, known) = read.await?;
    if let Some(known) = known {
        // In a transaction all the same, because of what a phone's comes with.
        return db.write(move |tx| resent(tx, known.clone(), &by, &new)).await;
    }
    let list = list.ok_or_else(gone)?;
    // A phone without a signal answers the list that it took along, as long as that held. One that was used before it was
    // replaced stays; that some answer of those days has arrived meanwhile changes nothing for the others.
    let gone_at = replaced_at.filter(|at| list.used_at.is_none_or(|used| used > *at));
    if gone_at.is_some_and(|at| new.inspected_at >= at) {
        return Err(gone());
    }
    let checklist = list.checklist()?;
    check_campaign(&file, &new)?;
    let found = hazards_of(&file, &new, &checklist, vault)?;
    let mut settled = Vec::with_capacity(found.len());
    for report in &found {
        settled.push(intake.settle(db, &reports, &report.case).await?);
    }
    db.write(move |tx| {
        if let Some(known) = rows::of_same_id(tx, new.id)? {
            return resent(tx, known, &by, &new);
        }
        if !store::freeze(tx, by.scope(), &list)? {
            return Err(gone());
        }
        let area = areas::require_for(tx, by.scope(), &new.area, "area_code")?;
        check_inspectors(tx, &area, &new)?;
        let row = written(&by, &file, &new, &checklist, tx.now())?;
        rows::insert(tx, &area, &row)?;
        let first = visit(tx, &by, &area, &row, &new)?;
        statistics::count(tx, &row, first)?;
        attachments::claim(tx, by.actor(), &passing_photos(&new), &area, row.id.uuid(), Stage::Inspection)?;
        for (report, settled) in found.iter().zip(&settled) {
            let (made, _) = hazards::report_in(tx, &reports, settled, report)?;
            if !made {
                return Err(Problem::because(Code::IdReused, "隐患编号已用于其他隐患,请换一个编号"));
            }
        }
        let details = json!({
            "campaign": row.campaign_id, "place": row.place_id, "failed": row.failed, "enforcement": row.enforcement,
        });
        let object = ("inspection", row.id.to_string());
        audit::record(tx, by.actor(), "inspection.record", object, &row.area_code, details)?;
        Ok((true, with_awaited(tx, by.scope(), row)?))
    })
    .await
}

/// The inspection that has the id already: the same one sent again, or 409.
fn resent(
    tx: &mut Tx,
    known: InspectionRow,
    by: &Granted<Inspect>,
    new: &NewInspection,
) -> Result<(bool, InspectionFile)> {
    let same = known.content_hash == new.content_hash && known.recorded_by.uuid() == by.actor().id();
    if same { Ok((false, with_awaited(tx, by.scope(), known)?)) } else { Err(Problem::new(Code::IdReused)) }
}

fn gone() -> Problem {
    Problem::field("checklist", "检查表已修订,请重新下载后填写")
}

/// Refuses an inspection on a day or in an area that the campaign does not name.
fn check_campaign(campaign: &CampaignFile, new: &NewInspection) -> Result<()> {
    let row = &campaign.row;
    if !row.runs_on(new.day()) {
        let message = format!("行动时间为 {} 至 {}", row.from_on, row.to_on);
        return Err(Problem::field("inspected_at", message));
    }
    if !campaign.covers(&new.area) {
        return Err(Problem::field("area_code", "不在本次行动的区域内"));
    }
    Ok(())
}

/// Refuses inspectors who have no post for it here; of enforcement the law is stricter.
fn check_inspectors(tx: &mut Tx, area: &AreaInScope, new: &NewInspection) -> Result<()> {
    let now = tx.now();
    if new.enforcement.is_some() {
        let officers = staff::in_post(tx, area, &new.inspectors, &[Role::EnforcementOfficer], now)?;
        return new.check_officers(&officers);
    }
    let inspecting = staff::in_post(tx, area, &new.inspectors, INSPECTORS, now)?;
    match new.inspectors.iter().find(|one: &&Id<Staff>| !inspecting.contains(one)) {
        Some(other) => Err(Problem::field("inspectors", format!("{other} 没有在本地检查的岗位"))),
        None => Ok(()),
    }
}

/// Photos of items that did not fail: no hazard shows these.
fn passing_photos(new: &NewInspection) -> Vec<Id<Photo>> {
    let passed = new.findings.iter().filter(|finding| finding.result != ItemResult::Fail);
    passed.flat_map(|finding| finding.photos.iter().copied()).collect()
}

/// Tells the ledger that its place was checked; whether the campaign was there for the first time.
fn visit(
    tx: &mut Tx,
    by: &Granted<Inspect>,
    area: &AreaInScope,
    row: &InspectionRow,
    new: &NewInspection,
) -> Result<bool> {
    let Some(place) = row.place_id else { return Ok(false) };
    let place = places::require_at(tx, by.scope(), place, &row.area_code)?;
    let place = places::checked(tx, by.scope(), place, new.day())?;
    rows::visit(tx, area, row.campaign_id, place.id)
}

fn written(
    by: &Granted<Inspect>,
    campaign: &CampaignFile,
    new: &NewInspection,
    checklist: &Checklist,
    now: Timestamp,
) -> Result<InspectionRow> {
    let answers = new.answers(checklist)?;
    let findings: Vec<_> = answers.iter().map(|(finding, item)| Finding::of(finding, item)).collect();
    let failed = findings.iter().filter(|finding| finding.result == ItemResult::Fail).count();
    let (place_id, spot) = match &new.site {
        Site::Place(place) => (Some(*place), None),
        Site::Spot(spot) => (None, Some(spot)),
    };
    let enforcement = new.enforcement.as_ref();
    let fine = enforcement.and_then(|enforcement| enforcement.fine.clone());
    Ok(InspectionRow {
        id: new.id,
        campaign_id: campaign.row.id,
        area_code: new.area.clone(),
        place_id,
        address: spot.and_then(|spot| spot.address.clone()),
        lat: spot.and_then(|spot| spot.at).map(|at| at.lat),
        lng: spot.and_then(|spot| spot.at).map(|at| at.lng),
        checklist: new.checklist,
        findings: Doc(serde_json::to_value(&findings).map_err(Problem::internal)?),
        failed: i32::try_from(failed).unwrap_or(i32::MAX),
        inspectors: Doc(json!(new.inspectors)),
        enforcement: enforcement.is_some(),
        signature: enforcement.map(|enforcement| enforcement.signature),
        refusal: enforcement.and_then(|enforcement| enforcement.refusal.clone()),
        fine_fen: fine.as_ref().map(|(fen, _)| *fen),
        decision_no: fine.map(|(_, decision)| decision),
        inspected_at: new.inspected_at,
        recorded_by: Id::<Author>::from_uuid(by.actor().id()),
        content_hash: new.content_hash.to_vec(),
        created_at: now,
    })
}
