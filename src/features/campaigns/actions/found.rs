//! What an inspection found, as reports of hazards.

use crate::base::problem::{Problem, Result};
use crate::features::campaigns::model::{
    CampaignFile, Checklist, Item, ItemResult, NewFinding, NewInspection, Site,
};
use crate::features::cases::{self, CaseKind, Confidential, NewCase, Source};
use crate::features::hazards::{HazardState, Origin, Report};
use crate::platform::privacy::Vault;

/// The longest title of a hazard, in characters.
const TITLE: usize = 60;

/// The hazards that the items become which failed.
pub(super) fn hazards_of(
    campaign: &CampaignFile,
    new: &NewInspection,
    checklist: &Checklist,
    vault: &Vault,
) -> Result<Vec<Report>> {
    let answers = new.answers(checklist)?;
    let failed = answers.into_iter().filter(|(finding, _)| finding.result == ItemResult::Fail);
    failed.map(|(finding, item)| hazard_of(campaign, new, finding, item, vault)).collect()
}

fn hazard_of(
    campaign: &CampaignFile,
    new: &NewInspection,
    finding: &NewFinding,
    item: &Item,
    vault: &Vault,
) -> Result<Report> {
    let made = finding.hazard.as_ref().ok_or_else(|| Problem::internal("an item failed without a hazard"))?;
    let field = item.field.unwrap_or(campaign.row.field);
    let remark = finding.remark.as_deref().unwrap_or_default();
    let (place, spot) = match &new.site {
        Site::Place(place) => (Some(*place), cases::Place::default()),
        Site::Spot(spot) => (None, spot.clone()),
    };
    let content = [new.content_hash.as_slice(), made.id.uuid().as_bytes()].concat();
    let case = NewCase {
        id: made.id.same_as(),
        kind: CaseKind::Hazard,
        area: Some(new.area.clone()),
        category: field.as_str(),
        title: item.text.chars().take(TITLE).collect(),
        detail: format!("{}:{remark}", item.text),
        source: Source::SelfFound,
        urgency: made.urgency,
        confidential: Confidential::Internal,
        place: spot,
        occurred_at: new.inspected_at,
        reported_at: new.inspected_at,
        state: HazardState::Found.as_str(),
        content_hash: vault.digest(&content),
    };
    let inspection = Some((campaign.row.id, new.id));
    let origin = Origin { place, inspection, reporter_sealed: None };
    Ok(Report { field, case, origin, photos: finding.photos.clone() })
}
