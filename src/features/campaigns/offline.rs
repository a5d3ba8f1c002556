//! Inspections out where there is no signal: the same body, permissions and action as online, in the transaction that the
//! deed's database begins. And the campaigns that run where somebody works, with what is asked in each, for a phone to take
//! along.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{CampaignRow, ChecklistRow};
use super::wire::{ChecklistView, InspectionBody, InspectionView};
use super::{actions, store};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::Intake;
use crate::features::hazards::{Campaign, HazardField};
use crate::platform::access::Granted;
use crate::platform::access::policy::{Inspect, ReportHazard, SeeCampaigns};
use crate::platform::db::DbConnection;
use crate::platform::web::{App, Deed, Done};

/// 登记检查,不合格项各形成一件隐患。
pub async fn record(deed: Deed, intake: Intake) -> Result<Done> {
    let (by, reports) = (deed.by::<Inspect>()?, deed.by::<ReportHazard>()?);
    let body: InspectionBody = deed.body()?;
    deed.makes(body.id)?;
    let campaign = body.campaign(None)?;
    let inspection = body.parse(deed.done_at, &deed.app.vault)?;
    let App { db, vault, .. } = &deed.app;
    let (new, _) = actions::inspect(db, &intake, vault, (by, reports), campaign, inspection).await?;
    Ok(Done { new, version: 1 })
}

/// The inspection as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeCampaigns>, record: &str) -> Result<InspectionView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    InspectionView::of(actions::inspection(&app.db, see, id).await?)
}

/// A campaign that runs, and the checklist that holds now.
#[derive(Debug, Clone)]
pub struct Running {
    campaign: CampaignRow,
    checklist: ChecklistRow,
}

/// The campaigns that run on `day` somewhere in the caller's areas, newest first, at most `most`; two queries.
pub fn running(
    c: &mut DbConnection,
    see: &Granted<SeeCampaigns>,
    day: NaiveDate,
    most: u32,
) -> Result<Vec<Running>> {
    let campaigns = store::running(c, see.scope(), day, most)?;
    let held: Vec<_> = campaigns.iter().map(|campaign| (campaign.id, campaign.checklist)).collect();
    let mut checklists = store::checklists(c, see.scope(), &held)?;
    let with = campaigns.into_iter().filter_map(|campaign| {
        let place = checklists.iter().position(|list| list.campaign_id == campaign.id)?;
        Some(Running { checklist: checklists.swap_remove(place), campaign })
    });
    Ok(with.collect())
}

/// A campaign as a phone takes it along.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunningCampaignView {
    /// The campaign.
    pub id: Id<Campaign>,
    /// What it is called.
    #[schema(example = "示例:冬季消防排查")]
    pub name: String,
    /// Which hazards it looks for.
    pub field: HazardField,
    /// Its last day.
    pub to: NaiveDate,
    /// What is asked; an inspection names its number.
    pub checklist: ChecklistView,
}

impl RunningCampaignView {
    /// The view.
    pub fn of(running: Running) -> Result<Self> {
        let Running { campaign, checklist } = running;
        let checklist = ChecklistView::of(&checklist)?;
        Ok(Self {
            id: campaign.id,
            name: campaign.name,
            field: campaign.field,
            to: campaign.to_on,
            checklist,
        })
    }
}
