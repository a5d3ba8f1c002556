//! What a campaign is; its checklist and its inspections have files of their own.

mod checklist;
mod inspection;

pub use checklist::{Checklist, ChecklistRow, Item, MOST_ITEMS};
pub use inspection::{
    Enforcement, Finding, InspectionFile, InspectionRow, ItemResult, MOST_INSPECTORS, NewFinding, NewHazard,
    NewInspection, Signature, Site,
};

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::hazards::{Campaign, HazardField};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::campaigns;

/// The most areas of one campaign.
pub const MOST_AREAS: usize = 20;

crate::id_kind! {
    /// Whoever organised a campaign or wrote an inspection down.
    Author = "author";
}

/// A campaign to write down.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// Made by the client, so that a resend is the same campaign.
    pub id: Id<Campaign>,
    /// What it is called.
    pub name: String,
    /// Which hazards it looks for.
    pub field: HazardField,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Where.
    pub areas: Vec<AreaCode>,
    /// By which list.
    pub checklist: Checklist,
    /// A digest of what the client sent.
    pub content_hash: [u8; 32],
}

/// What to change of a campaign; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct CampaignChange {
    /// Another name.
    pub name: Option<String>,
    /// Another last day.
    pub to: Option<NaiveDate>,
}

/// A campaign as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub struct CampaignRow {
    /// The campaign.
    pub id: Id<Campaign>,
    /// The area that holds all of its areas.
    pub area_code: AreaCode,
    /// What it is called.
    pub name: String,
    /// Which hazards it looks for.
    pub field: HazardField,
    /// Its first day.
    pub from_on: NaiveDate,
    /// Its last day.
    pub to_on: NaiveDate,
    /// The number of the checklist that holds now.
    pub checklist: i32,
    /// Who organised it.
    pub created_by: Id<Author>,
    /// A digest of what the client sent first.
    pub content_hash: Vec<u8>,
    /// Counts changes; `If-Match` names it.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl CampaignRow {
    /// Whether it runs on `day`.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        (self.from_on..=self.to_on).contains(&day)
    }
}

/// A campaign with its areas and the checklist that holds now.
#[derive(Debug, Clone)]
pub struct CampaignFile {
    /// The campaign.
    pub row: CampaignRow,
    /// Where it is, none inside another.
    pub areas: Vec<AreaCode>,
    /// By which list.
    pub checklist: ChecklistRow,
}

impl CampaignFile {
    /// Whether it looks for hazards in `area`.
    pub fn covers(&self, area: &AreaCode) -> bool {
        covered(&self.areas, area)
    }

    /// The parts of its areas that `scope` shows, as counters know them: none inside another, none finer than a grid.
    pub fn seen_by(&self, scope: &AreaScope) -> Vec<AreaCode> {
        let whole = self.areas.iter().filter(|area| scope.holds(area));
        let parts = scope.prefixes().iter().filter(|part| self.covers(part) && !self.areas.contains(part));
        let seen = whole.chain(parts).filter(|area| area.level() <= AreaLevel::Grid);
        outermost(seen.cloned().collect())
    }
}

fn covered(areas: &[AreaCode], area: &AreaCode) -> bool {
    areas.iter().any(|target| area.is_within(target))
}

/// The areas without those that lie in another.
pub fn outermost(mut areas: Vec<AreaCode>) -> Vec<AreaCode> {
    areas.sort();
    areas.dedup_by(|inner, outer| inner.is_within(outer));
    areas
}

/// The smallest area that holds all of `areas`, a district or finer; none when there is none.
pub fn common(areas: &[AreaCode]) -> Option<AreaCode> {
    let mut around = areas.first()?.lineage();
    around.retain(|area| area.level() >= AreaLevel::District);
    around.into_iter().rev().find(|area| areas.iter().all(|other| other.is_within(area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(codes: &[&str]) -> Vec<AreaCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn a_campaign_lies_in_the_smallest_area_that_holds_all_of_its_areas() {
        let shown = |codes: &[&str]| common(&areas(codes)).map(|area| area.to_string());
        assert_eq!(shown(&["500114119201001", "500114119201002"]), Some("500114119201".into()));
        assert_eq!(shown(&["500114119", "500114119201"]), Some("500114119".into()));
        assert_eq!(shown(&["500114119", "500114120"]), Some("500114".into()));
        assert_eq!(shown(&["500114", "500101"]), None);
    }

    #[test]
    fn an_area_inside_another_is_not_named_twice() {
        let named = outermost(areas(&["500114119201", "500114119", "500114120"]));
        assert_eq!(named, areas(&["500114119", "500114120"]));
    }
}
