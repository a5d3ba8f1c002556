//! HTTP: grant, input, one action, answer.

mod inspections;

use actix_web::web::{Data, Json, Query};
use actix_web::{get, patch, post, put};

use super::actions;
use super::model::CampaignFile;
use super::wire::{
    CampaignBody, CampaignQuery, CampaignStatistics, CampaignSummary, CampaignView, ChangeCampaign,
    ChecklistBody, StatisticsQuery,
};
use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::hazards::Campaign;
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepCampaigns, SeeCampaigns};
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Step, Versioned};

/// Under which name the operations stand in the description.
const TAG: &str = "排查整治行动 Campaigns";

/// A change of a campaign.
type Change = Step<KeepCampaigns, SeeCampaigns, Campaign>;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.under("/api/v1/campaigns", campaigns).under("/api/v1/inspections", inspections::routes);
}

fn campaigns(mount: &mut impl Mount) {
    mount.service(list_campaigns).service(create_campaign).of_one("/api/v1/campaigns/{id}", |campaign| {
        campaign
            .service(get_campaign)
            .service(change_campaign)
            .service(revise_checklist)
            .service(get_campaign_statistics)
            .service(inspections::record_inspection)
            .service(inspections::list_inspections);
    });
}

fn shown(file: CampaignFile) -> Result<Versioned<CampaignView>> {
    Ok(Versioned::new(file.row.version, CampaignView::of(file)?))
}

/// 排查整治行动列表,最新的在前。Lists campaigns, newest first.
#[utoipa::path(
    operation_id = "list_campaigns",
    tag = TAG,
    params(CampaignQuery),
    responses((status = 200, description = "一页行动,最新的在前", body = inline(Page<CampaignSummary>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/campaigns")]
pub async fn list_campaigns(
    by: Granted<SeeCampaigns>,
    query: Query<CampaignQuery>,
    app: Data<App>,
) -> Result<Json<Page<CampaignSummary>>> {
    let (area, filter, page) = query.into_inner().parse(app.clock.now().local_date())?;
    let page = actions::list(&app.db, by, area, filter, page).await?;
    Ok(Json(page.map(CampaignSummary::from)))
}

/// 查看一次行动和现行检查表。Reads one campaign with the checklist that holds now.
#[utoipa::path(
    operation_id = "get_campaign",
    tag = TAG,
    params(("id" = Id<Campaign>, Path)),
    responses((status = 200, description = "行动", body = CampaignView), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_campaign(
    by: Granted<SeeCampaigns>,
    id: PathId<Campaign>,
    app: Data<App>,
) -> Result<Versioned<CampaignView>> {
    shown(actions::get(&app.db, by, id.0).await?)
}

/// 组织排查整治行动;重发同一编号返回同一记录。Organises a campaign; a resend answers the same record.
#[utoipa::path(
    operation_id = "create_campaign",
    tag = TAG,
    request_body = CampaignBody,
    responses(
        (status = 201, description = "已建立", body = CampaignView),
        (status = 200, description = "此前已建立,返回同一记录", body = CampaignView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/campaigns")]
pub async fn create_campaign(
    by: Granted<KeepCampaigns>,
    body: Body<CampaignBody>,
    app: Data<App>,
) -> Result<Created<CampaignView>> {
    let (new, file) = actions::create(&app.db, by, body.0.parse()?).await?;
    let (version, location) = (file.row.version, format!("/api/v1/campaigns/{}", file.row.id));
    Ok(Created::made(new, location, version, CampaignView::of(file)?))
}

/// 修改行动的名称或结束日期。Changes the name or the last day.
#[utoipa::path(
    operation_id = "change_campaign",
    tag = TAG,
    params(("id" = Id<Campaign>, Path), IfMatch),
    request_body = ChangeCampaign,
    responses((status = 200, description = "已修改", body = CampaignView), Errors),
    security(("bearer" = []))
)]
#[patch("")]
pub async fn change_campaign(
    step: Change,
    body: Body<ChangeCampaign>,
    app: Data<App>,
) -> Result<Versioned<CampaignView>> {
    let change = body.0.parse()?;
    shown(actions::change(&app.db, step.by, step.at, change).await?)
}

/// 修订检查表:编号加一;已有检查使用过的旧表原样保留。Puts another checklist in the place of the one that holds now.
#[utoipa::path(
    operation_id = "revise_checklist",
    tag = TAG,
    params(("id" = Id<Campaign>, Path), IfMatch),
    request_body = ChecklistBody,
    responses((status = 200, description = "已修订", body = CampaignView), Errors),
    security(("bearer" = []))
)]
#[put("/checklist")]
pub async fn revise_checklist(
    step: Change,
    body: Body<ChecklistBody>,
    app: Data<App>,
) -> Result<Versioned<CampaignView>> {
    let checklist = body.0.parse()?;
    shown(actions::revise(&app.db, step.by, step.at, checklist).await?)
}

/// 行动统计:检查场所、发现和销号的隐患、当场罚款,分领域。What a campaign came to, also by field.
#[utoipa::path(
    operation_id = "get_campaign_statistics",
    tag = TAG,
    params(("id" = Id<Campaign>, Path), StatisticsQuery),
    responses((status = 200, description = "统计", body = CampaignStatistics), Errors),
    security(("bearer" = []))
)]
#[get("/statistics")]
pub async fn get_campaign_statistics(
    by: Granted<SeeCampaigns>,
    id: PathId<Campaign>,
    query: Query<StatisticsQuery>,
    app: Data<App>,
) -> Result<Json<CampaignStatistics>> {
    Ok(Json(actions::statistics(&app.db, by, id.0, query.into_inner().area).await?.into()))
}
