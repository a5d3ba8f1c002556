//! Campaigns.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::checklist::{ChecklistItem, ChecklistView, check_items};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::campaigns::model::{CampaignChange, CampaignFile, CampaignRow, MOST_AREAS, NewCampaign};
use crate::features::campaigns::store::Filter;
use crate::features::hazards::{Campaign, HazardField};

/// A campaign to organise.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "campaign_01h455vb4pex5vsknk084sn02q", "name": "冬春火灾大排查大整治", "field": "fire",
    "from": "2026-11-01", "to": "2027-03-31", "areas": ["500114119"],
    "items": [{ "text": "灭火器在有效期内" }, { "text": "疏散通道畅通" }]
}))]
pub struct CampaignBody {
    /// Made by the client; a resend has the same.
    pub id: Id<Campaign>,
    /// What it is called, 2 to 60 characters.
    #[schema(min_length = 2, max_length = 60)]
    pub name: String,
    /// Which hazards it looks for.
    pub field: HazardField,
    /// Its first day (Asia/Shanghai).
    #[serde(deserialize_with = "crate::base::day::day")]
    pub from: NaiveDate,
    /// Its last day.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub to: NaiveDate,
    /// Where, in one district: 1 to 20 districts, towns, villages or grids.
    #[schema(min_items = 1, max_items = 20)]
    pub areas: Vec<AreaCode>,
    /// The items of its checklist in order, 1 to 60.
    #[schema(min_items = 1, max_items = 60)]
    pub items: Vec<ChecklistItem>,
}

impl CampaignBody {
    /// The campaign, or 422.
    pub fn parse(self) -> Result<NewCampaign> {
        // Nothing in it is personal, so a plain digest will do.
        let content_hash = Sha256::digest(serde_json::to_vec(&self).map_err(Problem::internal)?).into();
        let mut check = Check::new();
        if self.areas.is_empty() || self.areas.len() > MOST_AREAS {
            check.refuse("areas", format!("应有 1 到 {MOST_AREAS} 个区域"));
        }
        let fits = |area: &AreaCode| (AreaLevel::District..=AreaLevel::Grid).contains(&area.level());
        if !self.areas.iter().all(fits) {
            check.refuse("areas", "应为区县、乡镇、村或网格");
        }
        if self.to < self.from {
            check.refuse("to", "不能早于 from");
        }
        let (id, field, from, to) = (self.id, self.field, self.from, self.to);
        let name = check.text("name", &self.name, 2, 60);
        let checklist = check_items(&mut check, "items", &self.items);
        check.finish(NewCampaign { id, name, field, from, to, areas: self.areas, checklist, content_hash })
    }
}

/// What to change of a campaign; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "2027-04-30" }))]
pub struct ChangeCampaign {
    /// What it is called, 2 to 60 characters.
    #[schema(min_length = 2, max_length = 60)]
    pub name: Option<String>,
    /// Its last day.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub to: Option<NaiveDate>,
}

impl ChangeCampaign {
    /// The change, or 422.
    pub fn parse(self) -> Result<CampaignChange> {
        let mut check = Check::new();
        let name = self.name.map(|name| check.text("name", &name, 2, 60));
        check.finish(CampaignChange { name, to: self.to })
    }
}

/// Which campaigns to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CampaignQuery {
    /// Only those that run today.
    pub running: Option<bool>,
    /// Only those of this field.
    pub field: Option<HazardField>,
    /// Only those that are somewhere in this area, or in more than it.
    #[param(example = "500114119201001")]
    pub area: Option<AreaCode>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl CampaignQuery {
    /// The area, the filter and the page, or 422.
    pub fn parse(self, today: NaiveDate) -> Result<(Option<AreaCode>, Filter, PageRequest)> {
        let running_on = self.running.unwrap_or(false).then_some(today);
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.area, Filter { running_on, field: self.field }, page))
    }
}

/// A campaign in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignSummary {
    /// The campaign.
    pub id: Id<Campaign>,
    /// What it is called.
    pub name: String,
    /// Which hazards it looks for.
    pub field: HazardField,
    /// The area that holds all of its areas.
    pub area_code: AreaCode,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// The number of the checklist that holds now.
    pub checklist_number: i32,
    /// Counts changes; give it as `If-Match`.
    pub version: i32,
    /// When it was organised.
    pub created_at: Timestamp,
}

impl From<CampaignRow> for CampaignSummary {
    fn from(row: CampaignRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            field: row.field,
            area_code: row.area_code,
            from: row.from_on,
            to: row.to_on,
            checklist_number: row.checklist,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// A campaign as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignView {
    /// The campaign.
    #[serde(flatten)]
    pub campaign: CampaignSummary,
    /// Where.
    pub areas: Vec<AreaCode>,
    /// The checklist that holds now.
    pub checklist: ChecklistView,
}

impl CampaignView {
    /// The view.
    pub fn of(file: CampaignFile) -> Result<Self> {
        let checklist = ChecklistView::of(&file.checklist)?;
        Ok(Self { campaign: file.row.into(), areas: file.areas, checklist })
    }
}
